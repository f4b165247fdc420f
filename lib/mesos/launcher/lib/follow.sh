# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of run-task
# Following a mesos-execute: what it prints, and whether that is still right. Sourced after attend.sh and rest.sh.

# For systemd: trying again cannot help.
DEFINITION_REFUSED=78

# Lines of mesos-execute until it ends. Until its task is submitted, silence has a limit, and nobody else starts.
follow_lines() {
  local line status patience now since=$SECONDS wanted="leading master" timeout=$MASTER_SEC ran='' unlisted=$SECONDS
  while :; do
    status=0
    follow_patience
    IFS= read -r -t "$patience" line <&"$out" || status=$?
    if ((status == 0)); then
      record_add_line "$line" "$run"
      follow_notice
    elif ((status <= 128)); then
      follow_end
      return
    elif [[ -n $wanted ]]; then
      follow_stop "no $wanted within ${timeout}s" || return
    else
      follow_tick || return
    fi
  done
}

# How long the next line is waited for.
follow_patience() {
  local left=$((since + timeout - SECONDS))
  patience=$TICK_SEC
  if [[ -n $wanted ]]; then patience=$((left > 1 ? left : 1)); fi
}

follow_notice() {
  case $line in
    "Subscribed with ID"*)
      framework=${line##* }
      if [[ -n $wanted ]]; then wanted="sufficient offer" timeout=$OFFER_SEC since=$SECONDS; fi
      ;;
    "Submitted task"*)
      wanted=''
      launcher_now
      echo "$now" >"$LAUNCHER_RUN/${task%-*}.launched"
      launcher_unlock_offers
      ;;
    "Received status update TASK_RUNNING "*) ran=${ran:-$SECONDS} ;;
  esac
}

# Whether the task that runs is still the one that should: an update can be lost for good when the leader changes.
follow_tick() {
  attend_decide
  attend_obey
  if [[ $decision != unlisted ]]; then unlisted=$SECONDS; fi
  if [[ $decision == yield* ]]; then
    follow_stop "$decision"
  elif ((SECONDS - unlisted >= UNLISTED_SEC)); then
    follow_stop "the leading master has not known the task for ${UNLISTED_SEC}s"
  fi
}

# Ends mesos-execute, for a new try.
follow_stop() {
  record_add_line "$1; starting again" "$run"
  kill "$pid" 2>/dev/null || true
  return 75
}

# What remains when there are no more lines: how mesos-execute ended, which is how this script ends.
follow_end() {
  local status=0
  wait "$pid" || status=$?
  record_add_line "mesos-execute ended with exit code $status" "$run"
  if record_tells_refusal "$task"; then status=$DEFINITION_REFUSED; fi
  record_add_state ENDED "$run"
  rest_begin
  return "$status"
}
