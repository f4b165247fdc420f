# shellcheck shell=bash
# shellcheck disable=SC2034,SC2016 # sourced, so used elsewhere; jq expands $ENV
# What a master is made of: its artifacts, units, files and secrets. Sourced after node.sh.

ROLE_SETTINGS=(MASTER_ID)
ROLE_PACKAGES=(curl jq ca-certificates libapr1 libcurl4 libsasl2-modules libsvn1 libunwind8)
ROLE_ARTIFACTS=(weave zooKeeper mesos)
ROLE_PROGRAMS=(mesos-master mesos-execute)
ROLE_UNITS=(weave zookeeper mesos-master)
ROLE_OTHER_UNIT=mesos-agent.service
ROLE_SECRETS=(WEAVE_PASSWORD ZOOKEEPER_SECRET MESOS_AGENT_SECRET MESOS_LAUNCHER_SECRET MESOS_OPERATOR_SECRET MESOS_DNS_SECRET)
ROLE_OPTIONS=()

role_configure() {
  node_write "$NODE_ETC/zoo.cfg" 0644 zoo_cfg
  node_write /var/lib/zookeeper/myid 0644 echo "$MASTER_ID"
  sysctl --quiet --load=/etc/sysctl.d/60-cdktf-mesos.conf
}

# One master alone has no list of servers.
zoo_cfg() {
  cat "$ROOT/lib/zoo.cfg"
  if [[ $MASTERS == *' '* ]]; then ensemble_servers | sed 's/^\([0-9]*\)=\(.*\)/server.\1=\2:2888:3888/'; fi
}

# A line ID=ADDRESS for each master.
ensemble_servers() {
  local master id=0
  for master in $MASTERS; do
    id=$((id + 1))
    echo "$id=$master"
  done
}

role_join() {
  secret weave weave printf 'WEAVE_PASSWORD="%s"\n' "$WEAVE_PASSWORD"
  secret zk-url mesos-master printf 'zk://mesos:%s@%s/mesos' "$ZOOKEEPER_SECRET" "$(node_zookeepers)"
  secret credentials.json mesos-master jq --null-input '{credentials: [
    {principal: "agent", secret: $ENV.MESOS_AGENT_SECRET}, {principal: "launcher", secret: $ENV.MESOS_LAUNCHER_SECRET},
    {principal: "operator", secret: $ENV.MESOS_OPERATOR_SECRET}, {principal: "mesos-dns", secret: $ENV.MESOS_DNS_SECRET}]}'
  secret launcher-secret '' printf '%s' "$MESOS_LAUNCHER_SECRET"
  secret curl '' printf 'user = "operator:%s"\n' "$MESOS_OPERATOR_SECRET"
}
