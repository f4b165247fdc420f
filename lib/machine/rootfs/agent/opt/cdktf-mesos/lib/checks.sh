# shellcheck shell=bash
# Checks of an agent. Sourced after node.sh and status.sh.

# shellcheck source=/dev/null # of all nodes
source "$ROOT/lib/services.sh"

# An agent has an id as soon as a master has registered it.
agent_detail() {
  mesos_refuses_strangers "$NODE_ADDRESS:5051" || return
  mesos_get "$NODE_ADDRESS:5051/state" | jq --raw-output \
    'if (.id // "") == "" then "not registered yet" | halt_error(1) else "registered with \(.master_hostname // "a master")" end'
}

# Through the resolver of this machine, which tasks on its network use too.
dns_detail() {
  local answer
  answer=$(timeout 5 getent ahostsv4 leader.weave.local) || {
    echo "leader.weave.local has no address"
    return 1
  }
  echo "leader.weave.local is ${answer%% *}"
}

role_checks_before_secrets() {
  : # an agent has none
}

# One master that takes the password, or refuses it, is enough.
check_password() {
  local master words
  for master in ${MASTERS:-}; do
    if words=$(mesos_refuses_us "$master"); then
      status_add password failed "$words"
      return
    fi
    if mesos_answers "$master:5050"; then return; fi
  done
}

role_checks() {
  check_password
  status_unit weave weave_detail
  status_unit mesos-dns dns_detail
  status_unit mesos-agent agent_detail
}
