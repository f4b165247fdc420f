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

# What a view tells of a service, $name, whose wanted copies stand in $wanted, by copy: task and hash. Leaves what lacks in
# $lacks, by copy; what runs in $runs; since when in $runs_since; who leads in $leader; in $orphans frameworks that run a copy
# which is not wanted any more, and have no mesos-execute: no launcher minds that copy.
await_look() {
  local kind id owner gone state well hash since copy elected lacking
  local -A found=() extra=()
  runs='' runs_since=0 lacks=() orphans=()
  read -r _ _ leader elected lacking || true
  if [[ -n $leader ]] && ((lacking > 0 && now - elected < SETTLE_SEC)); then
    lacks["the leading master"]="lacks $lacking agents, which may come back with tasks it does not know"
  fi
  while read -r kind id owner gone state well hash since; do
    copy=${id%-*}
    if [[ $kind != task || ! $id =~ ^$name-[0-9]+-[0-9]{14}$ ]]; then continue; fi
    await_sort
  done
  for copy in "${!wanted[@]}"; do await_lacks; done
  if ((${#lacks[@]} > 0)); then runs=''; fi
}

await_sort() {
  if [[ -z ${wanted[$copy]-} ]]; then
    lacks["$copy"]="is still there, and not wanted"
    if ((gone > 0)); then orphans+=("$owner"); fi
  elif ((gone == 0)) && [[ $hash == "${wanted[$copy]##* }" && ${found[$copy]-} != *" well" ]]; then
    found[$copy]="$state $well"
    runs+="$owner/$id/$since "
    if ((since > runs_since)); then runs_since=$since; fi
  else
    extra[$copy]=$id
  fi
}

await_lacks() {
  case ${found[$copy]-} in
    *" well") if [[ -n ${extra[$copy]-} ]]; then lacks["$copy"]="runs, but ${extra[$copy]} is still there"; fi ;;
    "TASK_RUNNING -") lacks["$copy"]="is TASK_RUNNING and not healthy" ;;
    "")
      lacks["$copy"]="is not running"
      if [[ -z $leader ]]; then lacks["$copy"]="is unknown, as no leading master answers"; fi
      ;;
    *) lacks["$copy"]="is ${found[$copy]% *}" ;;
  esac
}
