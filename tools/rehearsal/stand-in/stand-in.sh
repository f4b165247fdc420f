#!/usr/bin/env bash
# Hands this command, under the name it was called by, to the rehearsal that booted the machine.
#
# The answer comes as lines: 1 for standard output, 2 for standard error, x for the exit code.
set -euo pipefail

# byte by byte, whatever the text is
LC_ALL=C

main() {
  local port token line
  read -r port token </run/rehearsal/control
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf '%s\0' "$token" "${0##*/}" "$$" "$PWD" "$#" "$@" >&3
  while IFS= read -r line <&3; do
    case ${line:0:1} in
      1) printf '%s\n' "${line:1}" ;;
      2) printf '%s\n' "${line:1}" >&2 ;;
      *) exit "${line:1}" ;;
    esac
  done
  echo "${0##*/}: the rehearsal went away" >&2
  exit 1
}

main "$@"
