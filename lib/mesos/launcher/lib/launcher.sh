# shellcheck shell=bash
# Where the launcher's files are, and what its scripts share. Sourced; holds functions and paths only.

LAUNCHER_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
LAUNCHER_TASKS=$LAUNCHER_ROOT/tasks
LAUNCHER_RUN=/run/cdktf-mesos

launcher_log() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

launcher_die() {
  launcher_log "$@"
  exit 1
}

launcher_unit() {
  printf 'mesos-task@%s.service\n' "$1"
}

# Task names are unit names, file names and DNS labels at once.
launcher_require_name() {
  [[ $1 =~ ^[a-z]([a-z0-9-]*[a-z0-9])?$ ]] || launcher_die "a task's name is a DNS label, got '$1'"
}

# One change of a task at a time: a script goes on running after the client that started it is gone.
launcher_lock() {
  install -d -m 0755 "$LAUNCHER_RUN"
  exec 9>"$LAUNCHER_RUN/$1.lock"
  flock --wait 900 9 || launcher_die "another change of $1 has been running for 15 minutes"
}

# Takes an upload away, to $claimed/definition, before a lock is waited for: another deploy may upload its own meanwhile,
# to the same place. What was taken goes when the script ends.
launcher_claim() {
  local name=$1 uploaded=$2
  install -d -m 0755 "$LAUNCHER_RUN"
  claimed=$(mktemp -d "$LAUNCHER_RUN/$name.XXXXXX")
  trap 'rm -rf "$claimed"' EXIT
  [[ -e $uploaded ]] || launcher_die "$name: $uploaded is gone, another deploy took it; deploy again"
  mv "$uploaded" "$claimed/definition"
}

# The units of a service: its copies as they were declared last, or itself.
launcher_units() {
  if [[ -e $LAUNCHER_TASKS/$1.units ]]; then
    cat "$LAUNCHER_TASKS/$1.units"
  else
    echo "$1"
  fi
}

# The last state mesos-execute reported for a task since its process was started; nothing before the first.
launcher_state() {
  local updates=$LAUNCHER_RUN/$1/updates
  [[ -s $updates ]] || return 0
  tail -n 1 "$updates" | cut -d ' ' -f 2
}

# Whether Mesos has refused the definition. mesos-execute ends at once then, so it is not the last state for long.
launcher_refused() {
  grep -qs ' TASK_ERROR$' "$LAUNCHER_RUN/$1/history"
}

# What a person needs to see when a task does not come up: its last states with reason and message, and its output.
# A task that got no offer has no states, and one whose unit never ran has no output either.
launcher_report() {
  local name=$1 run=$LAUNCHER_RUN/$1
  {
    echo "last states of $name:"
    tail -n 6 "$run/history" 2>/dev/null | sed 's/^/  /' || true
    echo "last output of mesos-execute for $name:"
    launcher_ends_of "$run/output" 2>/dev/null | sed 's/^/  /' || true
  } >&2
}

# A refused command line is told first, before a page of usage; all else that matters stands at the end.
launcher_ends_of() {
  local lines
  lines=$(wc -l <"$1")
  if ((lines <= 18)); then
    cat "$1"
  else
    head -n 3 "$1"
    echo ...
    tail -n 14 "$1"
  fi
}
