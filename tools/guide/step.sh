#!/usr/bin/env bash
# What a step of a guide starts with: what the steps before it handed on arrives at descriptor 4, and what it hands on
# itself leaves by descriptor 3, which only the runner reads. So nothing of it is ever in a file. Sourced.
set -Eeuo pipefail

# Variables, functions and the folder, as commands that make them again.
__guide_hand_over() {
  local __guide_status=$?
  set +eu
  { true >&3; } 2>/dev/null || return "$__guide_status"
  trap - ERR
  {
    __guide_variables
    declare -f
    declare -Fx
    printf 'cd -- %q\n' "$PWD"
  } >&3
  exec 3>&-
  return "$__guide_status"
}

__guide_variables() {
  local __guide_name
  for __guide_name in $(compgen -v); do
    case $__guide_name in
      # bash makes these itself
      BASH* | COMP_* | DIRSTACK | EPOCH* | EUID | FUNCNAME | GROUPS | HISTCMD | LINENO | OLDPWD | OPTIND) ;;
      PIPESTATUS | PPID | PWD | RANDOM | SECONDS | SHELLOPTS | SHLVL | SRANDOM | UID | _ | __guide_*) ;;
      *) declare -p "$__guide_name" ;;
    esac
  done
}

__guide_tell_failure() {
  printf '%s: line %s: exit code %s: %s\n' "$0" "$2" "$1" "$3" >&2
}

eval "$(cat <&4)"
exec 4<&-
trap __guide_hand_over EXIT
trap '__guide_tell_failure "$?" "$LINENO" "$BASH_COMMAND"' ERR
# a command that runs is waited for, and gets the signal too
trap 'exit 130' INT
trap 'exit 143' TERM
