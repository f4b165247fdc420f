# shellcheck shell=bash
# Checks of a master. Sourced after node.sh and status.sh.

# shellcheck source=/dev/null # of all nodes
source "$ROOT/lib/services.sh"
# shellcheck source=zookeeper.sh
source "$ROOT/lib/zookeeper.sh"

# A leader answers with its own address, the others with the leader's.
master_detail() {
  local leader
  mesos_refuses_strangers "$NODE_ADDRESS:5050" || return
  leader=$(curl --silent --output /dev/null --max-time 5 --write-out '%{redirect_url}' "http://$NODE_ADDRESS:5050/redirect") || true
  if [[ $leader =~ //([0-9.]+) ]]; then
    echo "the leader is ${BASH_REMATCH[1]}"
  else
    echo "no leader yet; $MESOS_QUORUM of $(wc -w <<<"$MASTERS") masters must be up"
    return 1
  fi
}

# Another list or quorum than the other masters' is nothing that waiting cures.
role_checks_before_secrets() {
  local words
  if words=$("$ROOT/bin/check-ensemble" 2>&1); then
    status_add ensemble ok "no master says otherwise"
  else
    status_add ensemble failed "$words"
  fi
}

# A server without a majority serves nobody: which of the others are missing is the cause.
zookeeper_detail() {
  local master silent=()
  if zookeeper_mode "$NODE_ADDRESS"; then return; fi
  for master in $MASTERS; do
    [[ -n $(zookeeper_ask "$master" srvr) ]] || silent+=("$master")
  done
  echo "serves nobody; $MESOS_QUORUM of $(wc -w <<<"$MASTERS") masters must be up, no answer from ${silent[*]:-none}"
  return 1
}

role_checks() {
  status_unit weave weave_detail
  status_unit zookeeper zookeeper_detail
  status_unit mesos-master master_detail
}
