# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of the caller
# What one unit is to do, given what the leading master knows: every launcher decides for itself, and all by these rules.
# Sourced after seen.sh; holds functions only, and asks nobody.
#
# Of the caller: task, hash, strategy (START_FIRST or STOP_FIRST) of the unit's definition; wanted, wanted_hash and wanted_since,
# of what this host wants of the copy and the generation that said so; framework, that of the own mesos-execute, empty while there is none; now; own,
# this host's address; alone, not empty where this host is the only launcher.

# Reads a view and leaves what to do in $decision, a word and a reason or arguments:
#   wait, standby   look again soon, as something must pass first or as another runs the copy
#   start           launch the task
#   go              the launched task is what it should be
#   unlisted        the leader does not know the launched task
#   yield           another runs the copy: end the own mesos-execute, and stand by
#   retire          a newer definition serves: end, for good
#   end FRAMEWORK…  what these run has no mesos-execute any more
decide() {
  local leader elected lacking leads='' settled='' listed='' orphans=() ripe=() others=()
  seen_read
  if [[ -z $leader ]]; then
    decision='wait no leading master answers'
  elif [[ -n $leads ]] && ((${#ripe[@]} > 0)); then
    decision="end ${ripe[*]}"
  elif decide_outdated well; then
    decision="retire $by serves"
  elif [[ -n $framework ]]; then
    decide_running
  else
    decide_waiting
  fi
}

# Whether something newer is well, or well since just now ("new"): what this host wants, or what another does that was told.
decide_outdated() {
  local generation well its_hash other own_generation=${task##*-}
  if [[ $task == "$wanted" ]]; then own_generation=$wanted_since; fi
  for other in "${others[@]}"; do
    read -r generation _ well its_hash by <<<"$other"
    if [[ $well != "$1" ]]; then continue; fi
    if [[ $task != "$wanted" && $its_hash == "$wanted_hash" ]]; then return; fi
    if [[ $its_hash != "$hash" ]] && ((generation > own_generation)); then return; fi
  done
  return 1
}

decide_waiting() {
  local newest newest_hash
  newest=$(printf '%s\n' "${others[@]}" | sort | tail -n 1)
  read -r _ _ _ newest_hash newest <<<"$newest"
  if [[ $newest_hash == "$hash" ]]; then
    decision="standby $newest runs"
  elif decide_outdated new; then
    decision="wait $by has just come up"
  elif [[ -n $newest && $strategy == STOP_FIRST ]]; then
    decision="wait $newest must end first"
  elif [[ -z $settled ]]; then
    decision="wait $lacking agents have not come back to the new leader"
  elif ((${#orphans[@]} > 0)); then
    decision="wait framework ${orphans[0]} runs it and has no mesos-execute"
  elif [[ -n $leads ]]; then
    decision='start'
  else
    decision="standby $leader leads"
  fi
}

decide_running() {
  local generation owner its_hash id other
  decision='go'
  if [[ -z $listed && -n $settled ]]; then decision='unlisted'; fi
  for other in "${others[@]}"; do
    read -r generation owner _ its_hash id <<<"$other"
    if [[ $its_hash != "$hash" && $strategy == START_FIRST ]]; then continue; fi
    # of two only one yields
    if ((generation > ${task##*-})) || { ((generation == ${task##*-})) && [[ $owner < $framework ]]; }; then
      decision="yield framework $owner runs $id"
    fi
  done
}
