# shellcheck shell=bash
# Artifacts that are files, or come from a repository of their own. Sourced after artifacts.sh.

# A host that takes the connection and then says nothing is given up like one that is gone; HTTPS never becomes HTTP.
download() {
  local words redirects=http,https
  if [[ $1 == https:* ]]; then redirects=https; fi
  words=$(curl --fail --silent --show-error --location --proto-redir "=$redirects" --connect-timeout 10 --speed-limit 1024 \
    --speed-time 20 --max-time 600 --retry 2 --output "$2" "$1" 2>&1) && return
  artifact_reason=${words##*$'\n'}
  return 1
}

artifact_download() {
  local name=$1 directory status=0
  if [[ -z $ROUTE_SHA256 && $ROUTE_URL == http:* && $ROUTE_UNVERIFIED != true ]]; then
    artifact_reason="plain http without 'sha256' or 'allowUnverified'"
    return 1
  fi
  directory=$(mktemp --directory)
  artifact_fetch "$name" "$directory/${ROUTE_URL##*/}" || status=$?
  rm -r "$directory"
  return "$status"
}

# What differs from its checksum is no failure among others: somebody has changed it, and the boot stops here.
artifact_fetch() {
  local name=$1 file=$2 sum
  download "$ROUTE_URL" "$file" || return
  sum=$(sha256sum <"$file")
  [[ -z $ROUTE_SHA256 || ${sum%% *} == "$ROUTE_SHA256" ]] \
    || node_die "'artifacts.$name' must be what its sha256 says, got another file from $ROUTE_URL;" \
      "wanted $ROUTE_SHA256, got ${sum%% *}"
  case $file,$name in
    *.deb,*) apt_install "$file" ;;
    *,weave) install -m 0755 "$file" /usr/local/bin/weave ;;
    *,mesosDns) install -m 0755 "$file" /usr/local/bin/mesos-dns ;;
    *) artifact_reason="only a .deb can be installed" && return 1 ;;
  esac
}

artifact_from_repository() {
  local status=0 key=/etc/apt/keyrings/cdktf-mesos.asc
  command -v gpg >/dev/null || apt_install gpg || return
  mkdir -p "$(dirname "$key")"
  download "$ROUTE_KEY_URL" "$key" \
    && artifact_trusts "$key" \
    && apt_install_from "$ROUTE_URL" "$key" "$ROUTE_PACKAGE${ROUTE_VERSION:+=$ROUTE_VERSION}" || status=$?
  rm -f "$key"
  return "$status"
}

# The file must hold the key we know, and no other: apt would trust them all.
artifact_trusts() {
  local keys
  keys=$(apt_keys "$1")
  if [[ $keys != "$ROUTE_KEY":* || $keys == *$'\n'* ]]; then
    artifact_reason="its key must have the fingerprint $ROUTE_KEY, got ${keys//$'\n'/ }"
  elif [[ $keys == *:e:* ]]; then
    artifact_reason="its key has expired on $(date --utc --date "@${keys##*:}" +%F)"
  fi
  [[ -z $artifact_reason ]]
}
