# shellcheck shell=bash
# What the checks of status.sh have found, for people and for programs. Sourced after status.sh.

report_text() {
  local i
  for ((i = 0; i < ${#STATUS_CHECKS[@]}; i += 3)); do
    printf '%-8s %-15s %s\n' "${STATUS_CHECKS[i + 1]}" "${STATUS_CHECKS[i]}" "${STATUS_CHECKS[i + 2]}"
  done
}

# Built with printf: where the boot failed early, there is no jq.
report_json() {
  local i separator='' checks=("${STATUS_CHECKS[@]//\\/\\\\}")
  checks=("${checks[@]//\"/\\\"}")
  checks=("${checks[@]//[[:cntrl:]]/ }")
  printf '{"generation":"%s","ok":%s,"checks":[' "${NODE_GENERATION:-}" "$(status_is_ok && echo true || echo false)"
  for ((i = 0; i < ${#checks[@]}; i += 3)); do
    printf '%s{"name":"%s","outcome":"%s","detail":"%s"}' "$separator" "${checks[@]:i:3}"
    separator=,
  done
  printf ']}\n'
}

# The end of what each unit that is not well has written.
report_tails() {
  local i unit
  for ((i = 0; i < ${#STATUS_CHECKS[@]}; i += 3)); do
    unit=${STATUS_CHECKS[i]}.service
    if [[ ${STATUS_CHECKS[i + 1]} != ok ]] && systemctl cat "$unit" >/dev/null 2>&1; then
      printf 'last lines of %s:\n' "$unit"
      journalctl --unit "$unit" --lines 15 --no-pager --output short-iso 2>&1 | sed 's/^/  /'
    fi
  done
}
