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

# Ends frameworks: those of a former leader's launcher keep running their tasks for ever, as nobody else ends them.
mesos_end_frameworks() {
  local what=$1 framework
  for framework in $2; do
    launcher_log "ending framework $framework, which runs $what"
    mesos_ask /teardown --output /dev/null --data "frameworkId=$framework" || launcher_log "could not end framework $framework"
  done
}

# A call of the operator API.
mesos_call() {
  mesos_ask /api/v1 --header 'Content-Type: application/json' --header 'Accept: application/json' --data "$1"
}

# All Mesos knows of tasks, with reasons and messages.
mesos_tasks() {
  mesos_call '{"type":"GET_TASKS"}'
}

# Ids of the agents at an address, also of those a new leader still waits for; one a line.
mesos_agents_at() {
  mesos_ask /slaves | jq --raw-output --arg address "$1" '(.slaves + (.recovered_slaves // []))[] | select(.hostname == $address) | .id'
}

mesos_read() {
  mesos_curl "$1" | jq --join-output "$2"
}
