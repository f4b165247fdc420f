# shellcheck shell=bash
# Mesos' HTTP API: what the leading master and the agents know of a task. Sourced after launcher.sh; holds functions and
# a port only.

MESOS_MASTER_PORT=5050

# Where masters may answer: at the addresses of the URL, on which ZooKeeper runs too; and on this host.
mesos_masters() {
  local url hosts host
  url=$(<"$LAUNCHER_ROOT/etc/master")
  if [[ $url != zk://* ]]; then
    printf '%s\n' "${url#master@}"
    return
  fi
  hosts=${url#zk://}
  hosts=${hosts%%/*}
  for host in $(tr ',' ' ' <<<"${hosts##*@}") "$(launcher_own_address)"; do
    printf '%s:%s\n' "${host%:*}" "$MESOS_MASTER_PORT"
  done | sort --unique
}

# Asks the leading master, through whichever master answers first: the others redirect to it.
mesos_ask() {
  local path=$1 master
  shift
  for master in $(mesos_masters); do
    if curl --fail --silent --location --connect-timeout 2 --max-time 5 "$@" "http://$master$path"; then return; fi
  done
  return 1
}

# Ends what a former leader's launcher left of a task: frameworks whose process is gone keep running it for ever.
mesos_end_orphans() {
  local name=$1 state framework
  if ! state=$(mesos_ask /state); then
    launcher_log "no master answers, so nobody knows whether $name still runs unattended"
    return
  fi
  for framework in $(mesos_orphans "$name" <<<"$state"); do
    launcher_log "ending framework $framework, which runs $name and whose mesos-execute is gone"
    mesos_ask /teardown --output /dev/null --data "frameworkId=$framework" || launcher_log "could not end framework $framework"
  done
}

mesos_orphans() {
  jq --raw-output --arg task "$1" '.frameworks[] | select(.connected | not)
    | select(any(.tasks[]?, .unreachable_tasks[]?; .id == $task)) | .id'
}

# What of each agent is free.
mesos_free() {
  mesos_ask /slaves | jq --raw-output '.slaves[] | select(.active)
    | "\(.hostname): cpus \(((.resources.cpus - .used_resources.cpus) * 1000 | round) / 1000)"
    + ", mem \(.resources.mem - .used_resources.mem)"
    + ", ports \(.resources.ports // "none") without \(.used_resources.ports // "none")"'
}

# The end of what a task has written to its standard error, from its sandbox on its agent.
mesos_stderr_tail() {
  local task=$1 framework=$2 agent=$3 address url size
  address=$(mesos_ask /slaves \
    | jq --raw-output --arg id "$agent" '.slaves[] | select(.id == $id) | .pid | split("@")[1]')
  [[ -n $address ]] || return 1
  url="http://$address/files/read?path=/frameworks/$framework/executors/$task/runs/latest/stderr"
  size=$(mesos_read "$url&offset=-1" .offset)
  mesos_read "$url&offset=$((size > 8000 ? size - 8000 : 0))&length=8000" .data | tail -n 15
}

mesos_read() {
  curl --fail --silent --connect-timeout 2 --max-time 5 "$1" | jq --join-output "$2"
}
