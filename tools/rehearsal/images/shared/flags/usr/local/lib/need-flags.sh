#!/bin/bash
# What the services' programs do with their flags: each they need must be given a value, any other is refused.
# Sourced.

# Usage: need_flags "-port -DSN" "$@"
need_flags() {
  local needed=$1 argument flag given=" "
  shift
  for argument in "$@"; do
    flag=${argument%%=*}
    if [[ $argument != *=* || " $needed " != *" $flag "* ]]; then
      echo "flag provided but not defined: $argument" >&2
      exit 2
    fi
    if [[ -n ${argument#*=} ]]; then given+="$flag "; fi
  done
  for flag in $needed; do
    if [[ $given != *" $flag "* ]]; then
      echo "the flag $flag is missing" >&2
      exit 1
    fi
  done
}

# Usage: flag_value --port "$@"
flag_value() {
  local flag=$1 argument
  shift
  for argument in "$@"; do
    if [[ $argument == "$flag"=* ]]; then echo "${argument#*=}"; fi
  done
}
