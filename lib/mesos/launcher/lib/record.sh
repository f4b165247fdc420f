# shellcheck shell=bash
# What is kept of a task below $LAUNCHER_RUN: states of its process, states of all time, output of its process, what its
# health check found last. Sourced after launcher.sh; holds functions and a limit only.

RECORD_HISTORY_LINES=200

# A new process: what was kept of the last one goes, and what is too old of the history.
record_begin() {
  local run=$1
  install -d -m 0700 "$run"
  : >"$run/updates"
  : >"$run/output"
  rm -f "$run/health"
  if [[ -e $run/history ]]; then
    tail -n "$RECORD_HISTORY_LINES" "$run/history" >"$run/history.new"
    mv "$run/history.new" "$run/history"
  fi
}

record_add_state() {
  printf '%s %s\n' "$(date +%s)" "$1" | tee -a "$2/updates" >>"$2/history"
}

record_add_line() {
  local line=$1 run=$2
  printf '%s\n' "$line"
  printf '%s\n' "$line" >>"$run/output"
  case $line in
    "Received status update "*)
      local state=${line#Received status update }
      record_add_state "${state%% *}" "$run"
      ;;
    "  healthy?: 1") echo healthy >"$run/health" ;;
    "  healthy?: 0") echo sick >"$run/health" ;;
    "  reason: "* | "  message: "*) printf '    %s\n' "${line#  }" >>"$run/history" ;;
  esac
}

# The last state mesos-execute reported for a task since its process was started; nothing before the first.
record_last_state() {
  local updates=$LAUNCHER_RUN/$1/updates
  [[ -s $updates ]] || return 0
  tail -n 1 "$updates" | cut -d ' ' -f 2
}

# Whether Mesos has refused the definition. mesos-execute ends at once then, so it is not the last state for long.
record_tells_refusal() {
  grep -qs ' TASK_ERROR$' "$LAUNCHER_RUN/$1/updates"
}

# Whether a task runs and, where its definition asks for its health, is well.
record_tells_well() {
  local name=$1 health=''
  [[ $(record_last_state "$name") == TASK_RUNNING ]] || return 1
  if [[ -z $2 ]]; then return; fi
  read -r health 2>/dev/null <"$LAUNCHER_RUN/$name/health" || true
  [[ $health == healthy ]]
}

# What a definition asks of its task's health: a word, or nothing.
record_health_check() {
  jq --raw-output '.health_check.type // empty' "$1"
}
