# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of run-task
# The time between quick failures of a task. Sourced after record.sh and view.sh; holds functions only.

# After a quick failure the next try waits, longer each time.
rest_begin() {
  local failures=0 rest now
  if [[ -n $ran ]] && ((SECONDS - ran >= STEADY_SEC)); then
    rm -f "$run/rest"
    return
  fi
  { read -r _ failures <"$run/rest"; } 2>/dev/null || true
  rest=$((BACKOFF_SEC * 2 ** (failures < 16 ? failures : 16)))
  if ((rest > BACKOFF_MOST_SEC)); then rest=$BACKOFF_MOST_SEC; fi
  launcher_now
  echo "$((now + rest)) $((failures + 1))" >"$run/rest"
  record_add_line "quick failures in a row: $((failures + 1)); the next try is in ${rest}s" "$run"
}

rest_is_over() {
  local until=0 now
  { read -r until _ <"$run/rest"; } 2>/dev/null || true
  launcher_now
  ((now >= until))
}
