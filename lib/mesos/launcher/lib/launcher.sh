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
