# shellcheck shell=bash
# ZooKeeper's four-letter words. Sourced; holds functions only.

zookeeper_ask() {
  # shellcheck disable=SC2016 # the inner shell expands
  timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/2181" && printf %s "$1" >&3 && cat <&3' "$1" "$2" 2>/dev/null
}

# leader, follower or standalone; nothing while it serves nobody.
zookeeper_mode() {
  zookeeper_ask "$1" srvr | sed -n 's/^Mode: //p' | grep .
}
