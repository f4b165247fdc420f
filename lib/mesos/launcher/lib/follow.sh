# shellcheck shell=bash
# Following a mesos-execute: what it prints until it ends. Sourced after record.sh; holds functions and limits only.

# How long it may look for the leading master. It can go on for ever without one (MESOS-9426).
MASTER_TIMEOUT_SEC=45
# An offer that is too small is declined and offers are suppressed for good: only a new process gets another one.
OFFER_TIMEOUT_SEC=10
# When orphans are looked for again after the launch: a new leader knows those on an agent only when that is back.
ORPHAN_LOOKS_SEC=(15 75)
# For systemd: trying again cannot help.
DEFINITION_REFUSED=78

# Lines of mesos-execute until it ends. Until its task is submitted, silence has a limit, and nobody else starts.
follow_lines() {
  local name=$1 run=$LAUNCHER_RUN/$1 out=$2 pid=$3 line status looks=("${ORPHAN_LOOKS_SEC[@]}")
  local wanted="leading master" timeout=$MASTER_TIMEOUT_SEC since=$SECONDS
  while :; do
    status=0
    follow_read || status=$?
    if ((status > 128)); then
      follow_silence || return
    elif ((status > 0)); then
      follow_end
      return
    else
      record_add_line "$line" "$run"
      follow_notice
    fi
  done
}

# The next line, with a limit as long as something is wanted.
follow_read() {
  local limit=() left=$((since + timeout - SECONDS))
  if [[ -n $wanted ]]; then limit=(-t "$((left > 0 ? left : 1))"); fi
  IFS= read -r "${limit[@]}" line <&"$out"
}

follow_silence() {
  if [[ $wanted == orphans ]]; then
    mesos_end_orphans "$name"
    follow_look_for_orphans
    return
  fi
  record_add_line "no $wanted within ${timeout}s; starting again" "$run"
  kill "$pid"
  return 75
}

follow_notice() {
  if [[ $wanted == "leading master" && $line == "Subscribed with ID"* ]]; then
    wanted="sufficient offer" timeout=$OFFER_TIMEOUT_SEC since=$SECONDS
  elif [[ $line == "Submitted task"* ]]; then
    record_sandbox "$run"
    launcher_unlock_offers
    since=$SECONDS
    follow_look_for_orphans
  fi
}

follow_look_for_orphans() {
  wanted=''
  if ((${#looks[@]} > 0)); then wanted=orphans timeout=${looks[0]}; fi
  looks=("${looks[@]:1}")
}

# What remains when there are no more lines: how mesos-execute ended, which is how this script ends.
follow_end() {
  local status=0
  wait "$pid" || status=$?
  record_add_line "mesos-execute ended with exit code $status" "$run"
  if record_tells_refusal "$name"; then status=$DEFINITION_REFUSED; fi
  record_add_state ENDED "$run"
  return "$status"
}
