#!/usr/bin/env bash
# Holds the namespaces of the lab until its input ends: processes, mounts, and a network that leads nowhere else.
#
# Runs as the first process of its own PID namespace: when it ends, the kernel ends every machine, and with them go the
# mounts and the network. Its input is a pipe from the lab, so it also ends when the lab is killed.
set -euo pipefail

# The bridge all machines hang on; the lab itself is the gateway of every subnet, and the services of a VPC.
connect_network() {
  local address
  ip link set lo up
  for address in "$@"; do ip address add "$address/32" dev lo; done
  ip link add lab mtu 9001 type bridge
  ip link set lab up
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

main() {
  # /proc is still the host's here, so this is the process id by which the host can enter
  local pid rest
  read -r pid rest </proc/self/stat

  mount --make-rprivate /
  mount -t proc proc /proc
  # what systemd-nspawn and ip keep in /run is the lab's own
  mount -t tmpfs -o mode=0755 lab /run
  mkdir /run/netns
  connect_network "$@"
  echo "ready $pid"
  while read -r _; do :; done
}

main "$@"
