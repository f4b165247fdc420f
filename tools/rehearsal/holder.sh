#!/usr/bin/env bash
# Builds a machine's view of the file system inside fresh namespaces and holds them until its input ends.
#
# Runs as the first process of its own PID namespace: when it ends, the kernel ends everything in the machine.
# Its input is a pipe from the rehearsal, so it also ends when the rehearsal is killed.
set -euo pipefail

bind_read_only() {
  mount --rbind "$1" "$root$1"
  mount -o remount,bind,ro "$root$1"
}

mount_usr() {
  bind_read_only /usr
  mount --bind "$root/local" "$root/usr/local"
  # where the distribution has not merged them into /usr they are directories, else links made with the tree
  local directory
  for directory in /bin /sbin /lib /lib64; do
    if [[ -d $root$directory && ! -L $root$directory ]]; then bind_read_only "$directory"; fi
  done
  if [[ -d $root/etc/alternatives ]]; then bind_read_only /etc/alternatives; fi
}

mount_devices() {
  local device
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
}

mount_proc() {
  mount -t proc proc "$root/proc"
  # a kernel setting belongs to the host, which a rehearsal must not change
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
}

# Every address leads back to the machine itself, where the rehearsal answers for whoever it belongs to.
connect_network() {
  ip link set lo up
  ip address add "$1/32" dev lo
  ip route add local default dev lo src "$1"
}

main() {
  root=$1
  # /proc is still the host's here, so this is the process id by which the host can enter
  local pid rest
  read -r pid rest </proc/self/stat

  hostname "$2"
  connect_network "$3"
  mount_usr
  mount_devices
  mount_proc
  # shellcheck disable=SC2016 # expanded by the shell inside
  exec chroot "$root" /bin/bash -c 'cd / && echo "ready $0" && while read -r _; do :; done' "$pid"
}

main "$@"
