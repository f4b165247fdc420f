# shellcheck shell=bash
# What a person needs to see when a task does not come up. Sourced after launcher.sh; holds functions only.

# shellcheck source=mesos.sh
source "$LAUNCHER_ROOT/lib/mesos.sh"
# shellcheck source=record.sh
source "$LAUNCHER_ROOT/lib/record.sh"

# A task that got no offer has no states, and one whose unit never ran has no output either.
report_task() {
  local name=$1 run=$LAUNCHER_RUN/$1
  {
    report_part "last states of $name:" tail -n 12 "$run/history"
    report_part "last output of mesos-execute for $name:" report_ends_of "$run/output"
    if [[ -s $run/sandbox ]]; then
      report_part "end of what $name wrote to its standard error:" report_stderr "$name" "$run/sandbox"
    else
      report_part "what is free on the agents:" report_free
    fi
    echo "to see more, on this master: sudo journalctl -u $(launcher_unit "$name")"
  } >&2
}

# A heading and what a command prints, where it can and prints anything.
report_part() {
  local heading=$1 text
  shift
  text=$("$@" 2>/dev/null) || true
  [[ -n $text ]] || text="(nothing is known)"
  printf '%s\n  %s\n' "$heading" "${text//$'\n'/$'\n  '}"
}

# What of each agent is free.
report_free() {
  mesos_ask /slaves | jq --raw-output '.slaves[] | select(.active)
    | "\(.hostname): cpus \(((.resources.cpus - .used_resources.cpus) * 1000 | round) / 1000)"
    + ", mem \(.resources.mem - .used_resources.mem)"
    + ", ports \(.resources.ports // "none") without \(.used_resources.ports // "none")"'
}

# The end of what a task has written to its standard error, from its sandbox on its agent.
report_stderr() {
  local task=$1 framework agent address url size
  read -r framework agent <"$2"
  address=$(mesos_ask /slaves \
    | jq --raw-output --arg id "$agent" '.slaves[] | select(.id == $id) | .pid | split("@")[1]')
  [[ -n $address ]] || return 1
  url="http://$address/files/read?path=/frameworks/$framework/executors/$task/runs/latest/stderr"
  size=$(mesos_read "$url&offset=-1" .offset)
  mesos_read "$url&offset=$((size > 8000 ? size - 8000 : 0))&length=8000" .data | tail -n 15
}

# A refused command line is told first, before a page of usage; all else that matters stands at the end.
report_ends_of() {
  local lines
  lines=$(wc -l <"$1")
  if ((lines <= 18)); then
    cat "$1"
  else
    head -n 3 "$1"
    echo ...
    tail -n 14 "$1"
  fi
}
