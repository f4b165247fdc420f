#!/usr/bin/env bash
# Takes a file away from a node, or changes it, and waits until a check complains of just that; then puts it back and
# waits until all is well: miss-file.sh FILE CHANGE READ CHECK WORDS
#
# CHANGE, READ and CHECK are scripts, WORDS the regular expression a complaint must match. Says the complaint,
# or with exit code 1 that there was none.
set -euo pipefail

readonly KEPT=/run/kept-file RED_SEC=40 WELL_SEC=150
export PATH=/opt/cdktf-mesos/bin:$PATH FILE=$1

said=

ask() {
  said=$(bash -c "$1" 2>&1)
}

complains() {
  ! ask "$1" && grep --quiet --extended-regexp -- "$2" <<<"$said"
}

within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= deadline)); then return 1; fi
    sleep 0.2
  done
}

put_back() {
  rm -f "$FILE"
  cp --archive --no-dereference "$KEPT" "$FILE"
}

# Of what a check has said: what is not well.
complaints() {
  grep --invert-match '^ok ' <<<"$said" | tail -n 20 || true
}

main() {
  local change=$1 reading=$2 check=$3 words=$4 seen=
  rm -f "$KEPT"
  cp --archive --no-dereference "$FILE" "$KEPT"
  trap put_back EXIT
  bash -c "$change"
  bash -c "$reading" >/dev/null 2>&1 || true
  if within "$RED_SEC" complains "$check" "$words"; then
    seen=$(grep --extended-regexp --max-count 1 -- "$words" <<<"$said")
  else
    seen="nobody misses it: $(complaints)"
  fi
  put_back
  trap - EXIT
  bash -c "$reading" >/dev/null 2>&1 || true
  if ! within "$WELL_SEC" ask "$check"; then seen="not well again: $(complaints)"; fi
  echo "$seen"
  [[ $seen != "nobody misses it:"* && $seen != "not well again:"* ]]
}

main "${@:2}"
