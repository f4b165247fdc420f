# shellcheck shell=bash
# What is kept of a task below $LAUNCHER_RUN: states of its process, states of all time, output of its process. Sourced
# after launcher.sh; holds functions only.

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
  grep -qs ' TASK_ERROR$' "$LAUNCHER_RUN/$1/history"
}

# What a person needs to see when a task does not come up: its last states with reason and message, and its output.
# A task that got no offer has no states, and one whose unit never ran has no output either.
record_report() {
  local name=$1 run=$LAUNCHER_RUN/$1
  {
    echo "last states of $name:"
    tail -n 6 "$run/history" 2>/dev/null | sed 's/^/  /' || true
    echo "last output of mesos-execute for $name:"
    record_ends_of "$run/output" 2>/dev/null | sed 's/^/  /' || true
  } >&2
}

# A refused command line is told first, before a page of usage; all else that matters stands at the end.
record_ends_of() {
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
