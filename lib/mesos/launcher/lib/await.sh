# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of the caller
# When a service counts as started. Sourced after periods.sh; holds functions only, and asks nobody.

# One look of a wait, at $now: leaves done, late or again in $verdict.
#
# What runs is named by $1, empty while something lacks; it has been so since $2. It must stay the same for a while. What is
# well in time is given that time.
await_verdict() {
  local runs=$1 since=$2
  verdict=again
  if [[ $runs != "$awaited" ]]; then
    awaited=$runs
    awaited_since=$((since < now ? since : now))
    if ((now >= deadline)); then verdict=late; fi
  fi
  if [[ -z $runs ]]; then
    if ((now >= deadline)); then verdict=late; fi
  elif [[ $verdict == again ]] && ((now - awaited_since >= STABLE_SEC)); then
    verdict="done"
  fi
}

# What a view tells of the wanted copies, which stand in $wanted, by copy: task and hash. Leaves what lacks in $lacks, by
# copy; what runs in $runs; since when in $runs_since; who leads in $leader.
await_look() {
  local kind id owner gone state well hash since copy
  local -A found=() extra=()
  runs='' runs_since=0 lacks=()
  read -r _ _ leader _ || true
  while read -r kind id owner gone state well hash since; do
    copy=${id%-*}
    if [[ $kind != task || -z ${wanted[$copy]-} ]]; then continue; fi
    if ((gone == 0)) && [[ $hash == "${wanted[$copy]##* }" && ${found[$copy]-} != *" well" ]]; then
      found[$copy]="$state $well"
      runs+="$owner/$id/$since "
      if ((since > runs_since)); then runs_since=$since; fi
    else
      extra[$copy]=$id
    fi
  done
  for copy in "${!wanted[@]}"; do await_lacks; done
  if ((${#lacks[@]} > 0)); then runs=''; fi
}

await_lacks() {
  case ${found[$copy]-} in
    *" well") if [[ -n ${extra[$copy]-} ]]; then lacks["$copy"]="runs, but ${extra[$copy]} is still there"; fi ;;
    "TASK_RUNNING -") lacks["$copy"]="is TASK_RUNNING and not healthy" ;;
    "") lacks["$copy"]="is not running" ;;
    *) lacks["$copy"]="is ${found[$copy]% *}" ;;
  esac
}
