# shellcheck shell=bash
# Checks, each with an outcome: ok; waiting, for what may come by itself; failed. Sourced after node.sh.

STATUS_CHECKS=()

status_add() {
  STATUS_CHECKS+=("$1" "$2" "${3//$'\n'/; }")
}

# What a command prints is the detail; where it fails, what was asked for is not there yet.
status_ask() {
  local name=$1 outcome=ok detail
  shift
  detail=$("$@" 2>&1) || outcome=waiting
  status_add "$name" "$outcome" "${detail:-no answer}"
}

# A unit that must be up, and a command that looks whether it does its work.
status_unit() {
  local unit=$1 state words
  state=$(systemctl show --property=ActiveState --value "$unit.service")
  if [[ $state == active ]]; then
    status_ask "$@"
  else
    # what its programs have said, not what systemd says of them
    words=$(journalctl --quiet --lines 1 --output cat --no-pager "_SYSTEMD_UNIT=$unit.service") || true
    status_add "$unit" waiting "$state${words:+, last words: $words}"
  fi
}

# Whether any check has this outcome.
status_has() {
  local i
  for ((i = 1; i < ${#STATUS_CHECKS[@]}; i += 3)); do
    if [[ ${STATUS_CHECKS[i]} == "$1" ]]; then return; fi
  done
  return 1
}

status_is_ok() {
  ! status_has waiting && ! status_has failed
}

# Nothing is left to wait for: all is well, or something has failed for good.
status_is_settled() {
  STATUS_CHECKS=()
  "$@"
  status_is_ok || status_has failed
}

# [--json] [--wait SECONDS] WORD…, then checks with those words: status_main "$@" calls checks WORD….
status_main() {
  local json='' seconds=0
  while [[ ${1:-} == --* ]]; do
    case $1 in
      --json) json=1 ;;
      --wait)
        [[ ${2:-} =~ ^[0-9]+$ ]] || usage
        seconds=$2
        shift
        ;;
      *) usage ;;
    esac
    shift
  done
  wait_until "$seconds" status_is_settled checks "$@" || true
  if [[ -n $json ]]; then report_json; else report_text; fi
  if status_is_ok; then return; fi
  if ((seconds > 0)); then report_tails >&2; fi
  return 1
}
