#!/usr/bin/env bash
# Holds a network of its own, a bridge on which machines hang, until its input ends: with it go all machines.
set -euo pipefail

main() {
  # /proc is still the host's here, so this is the process id by which the host can enter
  local pid rest
  read -r pid rest </proc/self/stat
  mount --make-rprivate /
  mkdir -p /run/netns
  mount -t tmpfs tmpfs /run/netns
  ip link set lo up
  ip link add lab type bridge
  ip address add "$1" dev lab
  ip link set lab up
  echo "ready $pid"
  while read -r _; do :; done
}

main "$@"
