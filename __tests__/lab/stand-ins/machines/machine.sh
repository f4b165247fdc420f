#!/usr/bin/env bash
# Runs a machine on the bridge until its input ends: machine.sh NAME ADDRESS/BITS GATEWAY DIRECTORY PROGRAMS
#
# It has the host's files with PROGRAMS laid over them; what it changes lies in DIRECTORY.
set -euo pipefail

connect() {
  ip netns add "$1"
  ip link add "v$1" type veth peer name eth0 netns "$1"
  ip link set "v$1" master lab up
  ip -n "$1" link set lo up
  ip -n "$1" address add "$2" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "$3"
}

lay_over() {
  local directory=$1 lower=$2 place=$3/$1
  mkdir -p "$place/upper" "$place/work"
  mount -t overlay overlay -o "lowerdir=$lower,upperdir=$place/upper,workdir=$place/work" "/$directory"
}

# The first process of the machine.
inside() {
  local name=$1 directory=$2 programs=$3 pid rest part
  read -r pid rest </proc/self/stat
  mount -t proc proc /proc
  hostname "$name"
  for part in etc opt var; do lay_over "$part" "/$part" "$directory"; done
  lay_over usr "$programs/usr:/usr" "$directory"
  for part in /run /mnt; do mount -t tmpfs tmpfs "$part"; done
  mkdir -p /var/lib/zookeeper
  md5sum <<<"$name" | cut -c1-32 >/etc/machine-id
  printf '127.0.0.1 localhost\n' >/etc/hosts
  printf 'nameserver 127.0.0.1\n' >/etc/resolv.conf
  echo "ready $pid"
  while read -r _; do :; done
}

if [[ $1 == inside ]]; then
  inside "${@:2}"
else
  connect "$1" "$2" "$3"
  exec ip netns exec "$1" unshare --mount --uts --pid --fork --kill-child bash "$0" inside "$1" "$4" "$5"
fi
