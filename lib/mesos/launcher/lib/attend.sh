# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of run-task
# A unit's part in what the launchers do together. Sourced after record.sh, view.sh and decide.sh; holds functions only.

# What the unit's task is and what is wanted of its copy, for decide.
attend_load() {
  local definition=$LAUNCHER_TASKS/$task.json
  [[ -e $definition ]] || return 1
  { read -r hash && read -r strategy; } < <(launcher_labels "$definition")
  own=$(launcher_own_address)
  alone=''
  if [[ $(<"$LAUNCHER_ROOT/etc/launchers") == 1 ]]; then alone=yes; fi
}

# What to do now, in $decision. Leaves what the copy's last launch on this host may have changed not to a view of before.
attend_decide() {
  local launched=0 wanted='' wanted_hash='' wanted_since=0 now by
  { read -r launched <"$LAUNCHER_RUN/${task%-*}.launched"; } 2>/dev/null || true
  { read -r wanted wanted_hash wanted_since <"$LAUNCHER_TASKS/${task%-*}.wanted"; } 2>/dev/null || true
  view_refresh "$launched"
  launcher_now
  decide <"$VIEW"
  attend_tell
}

# Each change of mind is in the journal.
attend_tell() {
  if [[ $decision == "${told-}" ]]; then return; fi
  told=$decision
  printf '%s\n' "$decision" >"$run/decision"
  case $decision in start | go | unlisted) ;; *) launcher_log "$task: $decision" ;; esac
}

# Waits until the task is to be launched here; then this unit alone looks for an offer.
attend_turn() {
  local never
  exec {never}<> <(:)
  while :; do
    attend_decide
    case $decision in
      start) if attend_take_turn; then break; fi ;;
      *) attend_obey ;;
    esac
    read -r -t "$TICK_SEC" -u "$never" || true
  done
  exec {never}>&-
}

# Things may have changed until it is this unit's turn.
attend_take_turn() {
  rest_is_over || return
  launcher_lock_offers
  attend_decide
  if [[ $decision == start ]]; then return; fi
  launcher_unlock_offers
  return 1
}

# What is to be done whether the task runs or not.
attend_obey() {
  case $decision in
    end\ *) mesos_end_frameworks "$task" "${decision#end }" ;;
    retire*) attend_retire ;;
  esac
}

# Leaves the copy to a newer definition. While a deploy changes the service, that comes first.
attend_retire() {
  local copy=${task%-*} wanted=''
  exec 9>"$LAUNCHER_RUN/${copy%-*}.service.lock"
  flock --nonblock 9 || { exec 9>&- && return; }
  { read -r wanted _ <"$LAUNCHER_TASKS/$copy.wanted"; } 2>/dev/null || true
  if [[ $wanted == "$task" ]]; then rm -f "$LAUNCHER_TASKS/$copy.wanted"; fi
  rm -rf "${LAUNCHER_TASKS:?}/$task.json" "${run:?}"
  systemctl --quiet --no-block disable --now "$(launcher_unit "$task")"
  if [[ -n $framework ]]; then kill "$pid"; fi
  exit 0
}
