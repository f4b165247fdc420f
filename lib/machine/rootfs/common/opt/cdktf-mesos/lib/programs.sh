# shellcheck shell=bash
# Whether what artifacts have brought can be run here. Sourced after node.sh and role.sh.

# Which libraries a program lacks, or that it cannot be run here at all; what it thinks of --help is its own affair.
check_program() {
  local program=$1 artifact=$2 missing words status=0
  command -v "$program" >/dev/null || node_die "'artifacts.$artifact' must bring $program, got none"
  missing=$(ldd "$(command -v "$program")" 2>/dev/null | sed -n 's/^\s*\(\S*\) => not found.*/\1/p') || true
  [[ -z $missing ]] || node_die "$program lacks libraries: ${missing//$'\n'/ };" \
    "'artifacts.$artifact' must be built for this distribution"
  # by bash: timeout would hand a program for another processor to sh
  words=$(timeout 30 bash -c "exec $program --help" 2>&1 </dev/null) || status=$?
  ((status < 126)) || node_die "$program does not run: ${words%%$'\n'*}, exit code $status;" \
    "'artifacts.$artifact' must be built for this distribution"
}

check_programs() {
  local program
  for program in "${ROLE_PROGRAMS[@]}"; do check_program "$program" mesos; done
  [[ " ${ROLE_ARTIFACTS[*]} " != *' mesosDns '* ]] || check_program mesos-dns mesosDns
}
