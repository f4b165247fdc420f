# shellcheck shell=bash
# Artifacts by their routes. Why a route did not work stands in artifact_reason. Sourced after node.sh and apt.sh.

artifact_reason=

# Installs an artifact by the first of its routes that works, and notes which one that was.
artifact_install() {
  local name=$1 failures='' note=$NODE_STATE/artifacts/$1
  if [[ -s $note ]] && artifact_is_there "$name"; then return; fi
  wait_until 90 artifact_try_routes "$name" || node_die "'artifacts.$name' must name a way that works, got$failures"
}

# Of images, all are needed; of other routes, one.
artifact_try_routes() {
  local name=$1 route words used=
  failures=
  while IFS= read -r route; do
    words=$(jq --raw-output '[.kind, .url, .package, .image] | map(values) | join(" ")' <<<"$route")
    if artifact_try "$name" "$route"; then
      used+="${used:+, }$words"
      [[ $name == weaveImages ]] || break
    else
      failures+="${failures:+;} $words ($artifact_reason)"
      [[ $name != weaveImages ]] || return 1
    fi
  done < <(jq --compact-output --arg name "$name" '.[$name][]' "$NODE_ETC/artifacts.json")
  [[ -n $used ]] || return 1
  node_write "$NODE_STATE/artifacts/$name" 0644 echo "$used"
}

artifact_field() {
  jq --raw-output ".$1 // empty" <<<"$route"
}

artifact_try() {
  local name=$1 route=$2 status=0 kind
  kind=$(artifact_field kind)
  artifact_reason=
  case $kind in
    distribution) apt_install "$(artifact_field package)" || status=$? ;;
    apt) artifact_from_repository "$name" || status=$? ;;
    download) artifact_download "$name" || status=$? ;;
    image) artifact_pull "$(artifact_field image)" || status=$? ;;
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

artifact_pull() {
  local words
  words=$(docker pull --quiet "$1" 2>&1 </dev/null) && return
  artifact_reason=${words##*$'\n'}
  return 1
}
