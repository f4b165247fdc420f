# shellcheck shell=bash
# What the cluster as a whole looks like from a master, as details of checks. Sourced after services.sh.

cluster_masters() {
  local wanted=$1 master known silent=()
  for master in $MASTERS; do
    mesos_answers "$master:5050" || silent+=("$master")
  done
  if ((${#silent[@]} > 0)); then
    echo "no answer from ${silent[*]}"
    return 1
  fi
  known=$(wc -w <<<"$MASTERS")
  echo "$known of $wanted answer: $MASTERS"
  ((known == wanted))
}

# Asks the leader: the other masters redirect to it.
cluster_ask_leader() {
  local path=$1 master
  for master in $MASTERS; do
    if mesos_get "$master:5050$path" --location-trusted; then return; fi
  done
  return 1
}

# Which machine has no agent is known from the mesh.
cluster_agents() {
  local wanted=$1 slaves report
  slaves=$(cluster_ask_leader /slaves) || {
    echo "no master leads"
    return 1
  }
  report=$(weave_report) || report={}
  jq --null-input --raw-output --argjson wanted "$wanted" --argjson slaves "$slaves" --argjson report "$report" \
    --arg masters "$MASTERS" '
    [$slaves.slaves[] | select(.active) | .hostname] | sort as $agents
    | [$report.Router.Connections[]? | .Address | split(":")[0]] - $agents - ($masters | split(" ")) | unique as $others
    | "\($agents | length) of \($wanted) are registered: \($agents | join(" "))"
      + if $others == [] then "" else "; without an agent that is registered: \($others | join(" "))" end
    | if ($agents | length) == $wanted then . else halt_error(1) end'
}

# Each machine must be connected to all others.
cluster_mesh() {
  local wanted=$1
  weave_report | jq --raw-output --argjson wanted "$wanted" '
    (.Router.Peers // []) as $peers
    | ($peers | map({(.Name): .NickName}) | add // {}) as $names
    | [$peers[] | {from: .NickName, to: (($names | keys) - [.Name] - [.Connections[]? | select(.Established) | .Name])}
      | select(.to != [])] as $gaps
    | "\($peers | length) of \($wanted) machines: \([$names[]] | sort | join(" "))"
      + ($gaps | map("; \(.from) is not connected to \(.to | map($names[.]) | join(" "))") | join(""))
    | if ($peers | length) == $wanted and $gaps == [] then . else halt_error(1) end'
}

# Addresses of machines that are gone for good, once whoever is declared is there.
cluster_take_ranges_back() {
  local peer
  for peer in $(weave_report | jq --raw-output '[.IPAM.Entries[]? | select(.IsKnownPeer | not) | .Peer] | unique[]'); do
    "$ROOT/bin/node-weave" rmpeer "$peer" >&2
  done
}
