# shellcheck shell=bash
# shellcheck disable=SC2034,SC2016 # sourced, so used elsewhere; jq expands $ENV
# What an agent is made of: its artifacts, units, files and secrets. Sourced after node.sh.

ROLE_SETTINGS=(MESOS_RESOURCES)
ROLE_PACKAGES=(curl jq ca-certificates libapr1 libcurl4 libsasl2-modules libsvn1 libunwind8)
# Debian has it as a package of its own, and not on every image.
if [[ ! -e /lib/systemd/system/systemd-resolved.service ]]; then ROLE_PACKAGES+=(systemd-resolved); fi
ROLE_ARTIFACTS=(weave mesosDns mesos)
ROLE_PROGRAMS=(mesos-agent)
ROLE_UNITS=(weave mesos-dns mesos-agent)
ROLE_OTHER_UNIT=mesos-master.service
ROLE_SECRETS=(WEAVE_PASSWORD MESOS_AGENT_SECRET MESOS_OPERATOR_SECRET MESOS_DNS_SECRET)
ROLE_OPTIONS=(REGISTRY_AUTH_JSON)

readonly RESOLVED=/etc/systemd/resolved.conf.d/cdktf-mesos.conf

# The agent wants these directories when it starts, before Weave has filled them.
role_configure() {
  install -d /opt/cni/bin
  node_write "$NODE_ETC/cni/weave.conf" 0644 cni_network
  node_write "$RESOLVED" 0644 printf '[Resolve]\nDNS=%s\nDomains=~weave.local\nFallbackDNS=%s\n' "$NODE_ADDRESS" "$VPC_RESOLVER"
  if [[ " ${NODE_CHANGED[*]} " == *" $RESOLVED "* ]]; then systemctl try-restart systemd-resolved.service; fi
}

# Mesos reads the addresses of a result only up to version 0.2.0.
cni_network() {
  jq --null-input --arg address "$NODE_ADDRESS" '{cniVersion: "0.2.0", name: "weave", type: "weave-net", hairpinMode: true,
    dns: {nameservers: [$address], search: ["mesos-executeinstance.weave.local"]}}'
}

role_join() {
  secret weave weave printf 'WEAVE_PASSWORD="%s"\n' "$WEAVE_PASSWORD"
  secret agent-credential.json mesos-agent jq --null-input '{principal: "agent", secret: $ENV.MESOS_AGENT_SECRET}'
  secret http-credentials.json mesos-agent jq --null-input \
    '{credentials: [{principal: "operator", secret: $ENV.MESOS_OPERATOR_SECRET}]}'
  secret mesos-dns.json mesos-dns mesos_dns
  secret curl '' printf 'user = "operator:%s"\n' "$MESOS_OPERATOR_SECRET"
  secret docker.json mesos-agent registry_auth
}

# An agent without accounts gets an empty list of them.
registry_auth() {
  if [[ -n ${REGISTRY_AUTH_JSON:-} ]]; then base64 --decode <<<"$REGISTRY_AUTH_JSON"; else echo '{"auths":{}}'; fi
}

# Names are those of running tasks only: the address a task itself has, so that one without is noticed.
mesos_dns() {
  jq --null-input --arg listener "$NODE_ADDRESS" --arg resolver "$VPC_RESOLVER" --arg masters "$MASTERS" '{
    masters: ($masters | split(" ") | map("\(.):5050")), IPSources: ["netinfo"], refreshSeconds: 2, ttl: 5, timeout: 3,
    domain: "weave.local", $listener, port: 53, resolvers: [$resolver],
    httpon: false, SOAMname: "ns1.weave.local", SOARname: "root.ns1.weave.local",
    mesosAuthentication: "basic", mesosCredentials: {principal: "mesos-dns", secret: $ENV.MESOS_DNS_SECRET}}'
}
