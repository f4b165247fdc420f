# shellcheck shell=bash
# Mesos' HTTP API: what the leading master and the agents know of a task. Sourced after launcher.sh; holds functions, a
# port and a file's name only.

MESOS_MASTER_PORT=5050

# Name and password for the API, as curl reads them; where there is no such file, Mesos asks for none.
MESOS_CURL_CONFIG=$LAUNCHER_SECRETS/curl

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
    if mesos_curl "$@" "http://$master$path"; then return; fi
  done
  return 1
}

# A redirect leads to another master of the same cluster, which is to be given name and password too.
mesos_curl() {
  local options=(--fail --silent --location-trusted --connect-timeout 2 --max-time 5)
  if [[ -e $MESOS_CURL_CONFIG ]]; then options+=(--config "$MESOS_CURL_CONFIG"); fi
  curl "${options[@]}" "$@"
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

mesos_read() {
  mesos_curl "$1" | jq --join-output "$2"
}
