#!/usr/bin/env bash
# Runs one machine from the moment it is switched on until it is off; a reboot comes in between.
#
# Runs in the lab's namespaces. Takes MACHINE_DIRECTORY, MACHINE_NAME, MACHINE_MAC, MACHINE_GATEWAY (address/bits), TREE,
# CONTROL_GROUPS (directories), MACHINE_HIERARCHY (v1, v2 or hybrid), MACHINE_PERSONALITY and MACHINE_VAR_MIB (both may be
# empty) from its environment.
set -euo pipefail

# By this systemd-nspawn says that the machine wants to be started again.
readonly REBOOT=133

VAR=()

# A group of its own, or two machines would share the ones systemd-nspawn makes beside the group it is started in.
join_control_groups() {
  local group
  for group in $CONTROL_GROUPS; do
    mkdir -p "$group"
    share_controllers "$(dirname "$group")"
    echo 0 >"$group/cgroup.procs"
  done
}

# What the host's groups of version 2 can limit, a machine's can too.
share_controllers() {
  [[ -e $1/cgroup.controllers ]] || return 0
  sed 's/[^ ]\+/+&/g' "$1/cgroup.controllers" >"$1/cgroup.subtree_control"
}

# The tree below, what the machine changes above it. Where the host's file system cannot hold that, memory does.
mount_disk() {
  local disk=$MACHINE_DIRECTORY/disk root=$MACHINE_DIRECTORY/root
  if mountpoint --quiet "$root"; then return; fi
  mkdir -p "$disk" "$root"
  mount_overlay "$disk" "$root" 2>/dev/null || {
    mount -t tmpfs -o mode=0755 tmpfs "$disk"
    mount_overlay "$disk" "$root"
  }
  if [[ -d $MACHINE_DIRECTORY/image ]]; then cp --recursive "$MACHINE_DIRECTORY/image/." "$root"; fi
}

# A file system of its own for /var, which may be full.
mount_var() {
  local new=$MACHINE_DIRECTORY/disk/var
  [[ -n $MACHINE_VAR_MIB ]] || return 0
  VAR=(--bind="$new:/var")
  if mountpoint --quiet "$new"; then return; fi
  mkdir -p "$new"
  mount -t tmpfs -o "mode=0755,size=${MACHINE_VAR_MIB}m" tmpfs "$new"
  cp --archive "$MACHINE_DIRECTORY/root/var/." "$new"
}

mount_overlay() {
  mkdir -p "$1/upper" "$1/work" "$1/docker"
  mount -t overlay -o "lowerdir=$TREE,upperdir=$1/upper,workdir=$1/work" overlay "$2"
}

# The network is new at each boot, as the addresses and rules of the last one end with it.
connect_network() {
  local link=v${MACHINE_NAME: -12}
  ip address replace "$MACHINE_GATEWAY" dev lab
  ip link delete "$link" 2>/dev/null || true
  ip netns delete "$MACHINE_NAME" 2>/dev/null || true
  ip netns add "$MACHINE_NAME"
  ip link add "$link" mtu 9001 type veth peer name eth0 mtu 9001 address "$MACHINE_MAC" netns "$MACHINE_NAME"
  ip link set "$link" master lab up
  # a VPC delivers no multicast
  bridge link set dev "$link" mcast_flood off
}

# Docker's storage cannot lie on the overlay; its containers have keyrings. Of the kernel a machine sets its network only.
boot() {
  case $MACHINE_HIERARCHY in
    v1) export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0 ;;
    v2) export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 ;;
    hybrid) ;; # as the host has it
  esac
  SYSTEMD_NSPAWN_API_VFS_WRITABLE=network systemd-nspawn --quiet \
    --register=no --keep-unit --machine="$MACHINE_NAME" --directory="$MACHINE_DIRECTORY/root" \
    ${MACHINE_PERSONALITY:+--personality="$MACHINE_PERSONALITY"} "${VAR[@]}" \
    --network-namespace-path="/run/netns/$MACHINE_NAME" \
    --capability=CAP_NET_ADMIN --system-call-filter="@keyring bpf" \
    --bind-ro="$MACHINE_DIRECTORY/seed:/var/lib/cloud/seed/nocloud" \
    --bind="$MACHINE_DIRECTORY/disk/docker:/var/lib/docker" \
    --resolv-conf=off --timezone=off --link-journal=no --console=read-only \
    --setenv=TERM=dumb --setenv=SYSTEMD_COLORS=0 --boot -- --show-status=1
}

main() {
  local status=$REBOOT
  join_control_groups
  mount_disk
  mount_var
  while ((status == REBOOT)); do
    connect_network
    status=0
    boot || status=$?
  done
  return "$status"
}

main
