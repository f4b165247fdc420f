#!/usr/bin/env bash
# Enters a container: its root directory, the host's programs below it, its sandbox at the place Mesos gives it.
#
# Runs in a mount namespace of its own, as bash -c; arguments: root, sandbox, working directory, program, arguments.
set -euo pipefail

task_path=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 sandbox=$2
shift 2
for directory in bin sbin lib lib32 lib64 libexec share; do
  if [[ -d /usr/$directory ]]; then
    mkdir -p "$root/usr/$directory"
    mount --rbind "/usr/$directory" "$root/usr/$directory"
  fi
done
# the same for directories the distribution has not merged into /usr
for directory in bin sbin lib lib64; do
  if [[ -d /$directory && ! -L /$directory ]]; then mount --rbind "/$directory" "$root/$directory"; fi
done
for directory in dev proc; do mount --rbind "/$directory" "$root/$directory"; done
mkdir -p "$root/mnt/mesos/sandbox"
mount --bind "$sandbox" "$root/mnt/mesos/sandbox"
# shellcheck disable=SC2016 # expanded by the shell inside
PATH=$task_path exec /usr/sbin/chroot "$root" /bin/sh -c 'cd -- "$0" && exec "$@"' "$@"
