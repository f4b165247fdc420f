#!/usr/bin/env bash
# Enters a container: its files below /etc, its root directory with the machine's programs in it, its sandbox at the
# place Mesos gives it.
#
# Runs in a mount namespace of its own; arguments: root (/ without an image), sandbox, directory of the files for /etc,
# working directory, program, arguments.
set -euo pipefail

readonly root=$1 sandbox=$2 files=$3 workdir=$4
shift 4

# The first process of a container gets no signal it does not ask for, so the task's command is not the first.
# shellcheck disable=SC2016 # expanded by the shell inside
readonly INIT='cd -- "$0" || exit 1
"$@" &
task=$!
trap "kill -TERM $task" TERM
while kill -0 "$task" 2>/dev/null; do
  wait "$task"
  code=$?
done
exit "$code"'

bind() {
  local target
  target=$(realpath --canonicalize-missing "$root$2")
  mkdir -p "$(dirname "$target")"
  [[ -e $target ]] || touch "$target"
  mount --bind "$1" "$target"
}

bind_directory() {
  mkdir -p "$root$2"
  mount --rbind "$1" "$root$2"
}

main() {
  local directory file
  if [[ $root != / ]]; then
    for directory in bin sbin lib lib64 libexec share; do
      if [[ -d /usr/$directory ]]; then bind_directory "/usr/$directory" "/usr/$directory"; fi
    done
    bind_directory /dev /dev
    mkdir -p "$root/proc" "$root/sys"
    mount --rbind /sys "$root/sys"
  fi
  mount -t proc proc "$root/proc"
  bind_directory "$sandbox" /mnt/mesos/sandbox
  for file in hosts hostname resolv.conf; do
    if [[ -e $files/$file ]]; then bind "$files/$file" "/etc/$file"; fi
  done
  export PATH=${TASK_PATH:-$PATH}
  unset TASK_PATH
  exec /usr/sbin/chroot "$root" /bin/sh -c "$INIT" "$workdir" "$@"
}

main "$@"
