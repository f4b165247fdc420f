# shellcheck shell=bash
# Where the launcher's files are, and what its scripts share. Sourced; holds functions and paths only.

LAUNCHER_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
LAUNCHER_TASKS=$LAUNCHER_ROOT/tasks
LAUNCHER_RUN=/run/cdktf-mesos
# shellcheck disable=SC2034 # used by the scripts and libraries beside this one
LAUNCHER_SECRETS=/etc/cdktf-mesos/secrets

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

# One mesos-execute at a time looks for an offer. Side by side, each would see only what the others leave of an agent, find
# it too small, and wait for ever.
launcher_lock_offers() {
  exec 8>"$LAUNCHER_RUN/offers.lock"
  flock 8
}

launcher_unlock_offers() {
  exec 8>&-
}

# The address other machines reach this one by, empty without one. libprocess would take what the host name resolves to,
# which may be loopback; no packet is sent to find it out.
launcher_own_address() {
  { ip -4 -oneline route get 192.0.2.1 2>/dev/null || true; } | sed -n 's/.* src \([0-9.]*\).*/\1/p'
}

# The tasks of a service that this host has a definition of; one a line.
launcher_tasks() {
  local file task
  for file in "$LAUNCHER_TASKS/$1"-*.json; do
    task=$(basename "$file" .json)
    if [[ ${task#"$1-"} =~ ^[0-9]+-[0-9]{14}$ ]]; then echo "$task"; fi
  done
}

# What this host wants of each copy of a service, or of all where no name is given: copy, task and its definition's hash; one a line.
launcher_wanted() {
  local file copy
  for file in "$LAUNCHER_TASKS/${1:+$1-}"*.wanted; do
    copy=$(basename "$file" .wanted)
    if [[ $copy =~ ^${1:-.+}-[0-9]+$ ]]; then echo "$copy $(<"$file")"; fi
  done
}

# Definition's hash and update strategy of a task, each on a line.
launcher_labels() {
  jq --raw-output '[.labels.labels[]? | {(.key): .value}] | add
    | .["cdktf-mesos:definition"] // "-", .["cdktf-mesos:update"] // "START_FIRST"' "$1"
}
