# shellcheck shell=bash
# What services of nodes answer, as details of checks. Sourced after node.sh.

# Asks Mesos as the operator; a host that does not answer is not waited for.
mesos_get() {
  local url=$1
  shift
  curl --fail --silent --connect-timeout 2 --max-time 5 --config "$NODE_SECRETS/curl" "$@" "http://$url"
}

# Health needs no name and password.
mesos_answers() {
  curl --fail --silent --output /dev/null --connect-timeout 2 --max-time 5 "http://$1/health"
}

# Whether a master refuses the operator's password this node was handed; one that does not answer refuses nothing.
mesos_refuses_us() {
  local code
  code=$(curl --silent --output /dev/null --connect-timeout 2 --max-time 5 --config "$NODE_SECRETS/curl" \
    --write-out '%{http_code}' "http://$1:5050/flags") || true
  [[ $code == 401 ]] || return
  echo "$1 refuses this machine's password; all machines of a cluster need the same 'clusterSecret', or else the same" \
    "key file and cluster name"
}

mesos_refuses_strangers() {
  local code
  code=$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "http://$1/state") || true
  if [[ $code == 401 ]]; then return; fi
  echo "/state must refuse strangers, got $code"
  return 1
}

weave_report() {
  curl --fail --silent --max-time 5 --header 'Accept: application/json' http://127.0.0.1:6784/report
}

weave_detail() {
  weave_report | jq --exit-status --raw-output '.Router.Connections // [] | map(select(.State == "established")) | length
    | "connected to \(.) peers"'
}
