# shellcheck shell=bash
# What the scripts on a node share: paths, words, a wait, files replaced only where they differ. Sourced.

NODE_ETC=/etc/cdktf-mesos
# shellcheck disable=SC2034 # used by the scripts that source this file
NODE_SECRETS=$NODE_ETC/secrets
# shellcheck disable=SC2034
NODE_STATE=/var/lib/cdktf-mesos

# Paths that node_write has changed.
NODE_CHANGED=()

node_log() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

node_die() {
  node_log "$@"
  exit 1
}

node_settings() {
  # shellcheck source=/dev/null
  source "$NODE_ETC/node.env"
  # shellcheck source=/dev/null
  if [[ -e $NODE_ETC/facts.env ]]; then source "$NODE_ETC/facts.env"; fi
}

# One change of a node at a time.
node_lock() {
  exec 9>/run/cdktf-mesos-node.lock
  flock --wait 900 9 || node_die "another change of this node has been running for 15 minutes"
}

# Tries a command until it succeeds, for so many seconds; less and less often, every five seconds at last.
wait_until() {
  local deadline=$((SECONDS + $1)) pause=0
  shift
  until "$@"; do
    if ((SECONDS >= deadline)); then return 1; fi
    pause=$((pause < 5 ? pause + 1 : 5))
    sleep "$pause"
  done
}

# A file for a moment, where there is room when the disk is full.
node_temporary() {
  mktemp /run/cdktf-mesos.XXXXXXXX
}

# Puts what a command prints into a file, if that changes the file. A command that fails ends the script. Where there is no
# room, the file stays as it is.
node_write() {
  local path=$1 mode=$2 new
  shift 2
  new=$(node_temporary)
  "$@" >"$new"
  if ! cmp --silent "$new" "$path"; then
    mkdir -p "$(dirname "$path")"
    install -m "$mode" "$new" "$path.new" || {
      rm -f "$new" "$path.new"
      return 1
    }
    mv "$path.new" "$path"
    NODE_CHANGED+=("$path")
  fi
  rm "$new"
}

# Where ZooKeeper serves: HOST:2181 of each master, with commas.
node_zookeepers() {
  local hosts=${MASTERS// /:2181,}
  printf '%s:2181' "$hosts"
}
