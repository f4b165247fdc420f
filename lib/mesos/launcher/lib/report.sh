# shellcheck shell=bash
# What a person needs to see when a task does not come up. Sourced after launcher.sh and mesos.sh; holds functions only.

# A copy, and the task and hash that are wanted of it. Without an offer it has no attempts, on another master no output here.
report_copy() {
  local copy=$1 task=${2% *} attempts last
  attempts=$(mesos_tasks | report_attempts "${2#* }" 2>/dev/null) || true
  last=${attempts##*$'\n'}
  {
    report_part "last attempts to run $copy:" report_told "$attempts"
    if [[ -e $LAUNCHER_RUN/$task/output ]]; then
      report_part "last states of $task:" tail -n 12 "$LAUNCHER_RUN/$task/history"
      report_part "last output of mesos-execute for $task:" report_ends_of "$LAUNCHER_RUN/$task/output"
    fi
    if [[ -n $last ]]; then
      report_part "end of what $copy wrote to its standard error:" report_stderr "$last"
    else
      report_part "what is free on the agents:" report_free
    fi
    echo "to see more, on the master at ${leader:-the address that leads}: sudo journalctl -u $(launcher_unit "$task")"
  } >&2
}

# The last three runs of a definition, the newest last: task, framework, agent, state, reason and message, with tabs between.
report_attempts() {
  jq --raw-output --arg hash "$1" '[.get_tasks | (.tasks, .completed_tasks, .unreachable_tasks)[]?
      | select(any(.labels.labels[]?; .key == "cdktf-mesos:definition" and .value == $hash))]
    | sort_by(.statuses[-1].timestamp // 0) | .[-3:][]
    | ([.statuses[]? | select(.reason != "REASON_FRAMEWORK_REMOVED")] | last // {}) as $status
    | [.task_id.value, .framework_id.value, .agent_id.value, $status.state // .state, $status.reason // "", $status.message // ""]
    | @tsv'
}

report_told() {
  local task state reason message
  while IFS=$'\t' read -r task _ _ state reason message; do
    if [[ -n $task ]]; then echo "$task: $state${reason:+, $reason}${message:+, $message}"; fi
  done <<<"$1"
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

# The end of an attempt's standard error, from its sandbox on its agent.
report_stderr() {
  local task framework agent address url size
  IFS=$'\t' read -r task framework agent _ <<<"$1"
  address=$(mesos_ask /slaves | jq --raw-output --arg id "$agent" '.slaves[] | select(.id == $id) | .pid | split("@")[1]')
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
