# shellcheck shell=bash
# What the leading master knows, as lines, so that many units of a host ask it once. Sourced after launcher.sh, mesos.sh
# and periods.sh; holds functions and a path only.
#
#   view TIME ADDRESS ELECTED LACKING
#     when it was asked, the leader's address, when it was elected, how many agents have not come back to it since;
#     without an ADDRESS, no master that leads answered
#   task ID FRAMEWORK GONE STATE WELL HASH SINCE
#     GONE: when its framework was first seen without a mesos-execute, 0 of one that has its own
#     WELL: well, or - while it does not run or is not healthy
#     HASH: that of its definition
#     SINCE: when it came into its state

VIEW=$LAUNCHER_RUN/view

launcher_now() {
  printf -v now '%(%s)T' -1
}

# Sees to it that $VIEW is recent, and asked for after a time where one is given.
view_refresh() {
  local after=${1:-0}
  if view_is_recent; then return; fi
  install -d -m 0755 "$LAUNCHER_RUN"
  exec 7>"$VIEW.lock"
  flock 7
  if ! view_is_recent; then view_ask; fi
  exec 7>&-
}

view_is_recent() {
  local asked now
  launcher_now
  [[ -e $VIEW ]] && read -r _ asked _ <"$VIEW" && ((asked > after && now - asked < VIEW_SEC))
}

view_ask() {
  local state now
  launcher_now
  touch "$VIEW"
  if ! { state=$(mesos_ask /state) && view_lines "$now" <<<"$state" >"$VIEW.new"; }; then
    echo "view $now" >"$VIEW.new"
  fi
  mv "$VIEW.new" "$VIEW"
}

view_lines() {
  jq --raw-output --rawfile before "$VIEW" --argjson now "$1" --from-file "$LAUNCHER_ROOT/lib/view.jq"
}
