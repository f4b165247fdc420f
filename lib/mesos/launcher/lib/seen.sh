# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of decide
# What a view tells a unit. Sourced after periods.sh; holds functions only.

# Leaves who leads in $leader, in $leads whether that is this launcher's host, in $settled whether all agents are back, in
# $listed whether the own framework's task is known, and what is known of other tasks of the copy.
seen_read() {
  local id owner gone well its_hash since
  read -r _ _ leader elected lacking || true
  if [[ -z $leader ]]; then return; fi
  if [[ $leader == "$own" || -n $alone ]]; then leads=yes; fi
  if ((lacking == 0 || now - elected >= SETTLE_SEC)); then settled=yes; fi
  while read -r _ id owner gone _ well its_hash since; do
    if [[ $owner == "$framework" ]]; then
      listed=yes
    elif [[ ${id%-*} == "${task%-*}" ]]; then
      seen_sort
    fi
  done
}

# Tasks of the same copy: those nobody watches over, and those of other mesos-executes. What has just come up may end at once.
seen_sort() {
  if [[ $well == well ]] && ((since <= now && now - since < STABLE_SEC)); then well=new; fi
  if ((gone == 0)); then
    others+=("${id##*-} $owner $well $its_hash $id")
  else
    orphans+=("$owner")
    if ((now - gone >= ORPHAN_SEC)); then ripe+=("$owner"); fi
  fi
}
