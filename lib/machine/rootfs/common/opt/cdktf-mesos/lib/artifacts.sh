# shellcheck shell=bash
# Artifacts by their routes: ROUTE_… hold the one being tried, artifact_reason why it did not work. Sourced after apt.sh.

artifact_reason=

# Installs an artifact by the first of its routes that works, and notes which one that was.
artifact_install() {
  local name=$1 failures='' note=$NODE_STATE/artifacts/$1
  if [[ -s $note ]] && artifact_is_there "$name"; then return; fi
  wait_until 90 artifact_try_routes "$name" || node_die "'artifacts.$name' must name a way that works, got${failures:- none}"
}

# Of images, all are needed; of other routes, one.
artifact_try_routes() {
  local name=$1 words used=
  failures=
  # shellcheck disable=SC2034 # used by download.sh
  while IFS='|' read -r words ROUTE_KIND ROUTE_URL ROUTE_PACKAGE ROUTE_IMAGE ROUTE_VERSION ROUTE_SHA256 ROUTE_UNVERIFIED \
    ROUTE_KEY_URL ROUTE_KEY; do
    if artifact_try "$name"; then
      used+="${used:+, }$words"
      [[ $name == weaveImages ]] || break
    else
      failures+="${failures:+;} $words ($artifact_reason)"
      [[ $name != weaveImages ]] || return 1
    fi
  done < <(artifact_routes "$name")
  [[ -n $used ]] || return 1
  node_write "$NODE_STATE/artifacts/$name" 0644 echo "$used"
}

artifact_routes() {
  jq --raw-output --arg name "$1" '.[$name][]
    | [([.kind, .url, .package, .image] | map(values) | join(" ")), .kind, .url, .package, .image, .version, .sha256,
      .allowUnverified, .keyUrl, .keyFingerprint] | map(. // "" | tostring) | join("|")' "$NODE_ETC/artifacts.json"
}

artifact_try() {
  local name=$1 status=0
  artifact_reason=
  case $ROUTE_KIND in
    distribution) apt_install "$ROUTE_PACKAGE" || status=$? ;;
    apt) artifact_from_repository || status=$? ;;
    download) artifact_download "$name" || status=$? ;;
    image) artifact_pull || status=$? ;;
    onImage) artifact_is_there "$name" || status=$? ;;
  esac
  artifact_reason=${artifact_reason:-${apt_reason:-it is not there}}
  return "$status"
}

artifact_is_there() {
  case $1 in
    docker | weave) command -v "$1" ;;
    mesosDns) command -v mesos-dns ;;
    zooKeeper) [[ -x /usr/share/zookeeper/bin/zkServer.sh ]] ;;
    mesos) command -v "${ROLE_PROGRAMS[@]}" ;;
    weaveImages) artifact_images | xargs --no-run-if-empty docker image inspect ;;
  esac >/dev/null 2>&1
}

artifact_images() {
  jq --raw-output '.weaveImages[].image // empty' "$NODE_ETC/artifacts.json"
}

# Docker waits without end for a registry that says nothing.
artifact_pull() {
  local words
  words=$(timeout 600 docker pull --quiet "$ROUTE_IMAGE" 2>&1 </dev/null) && return
  artifact_reason=${words##*$'\n'}
  artifact_reason=${artifact_reason:-its registry did not end within 10 minutes}
  return 1
}
