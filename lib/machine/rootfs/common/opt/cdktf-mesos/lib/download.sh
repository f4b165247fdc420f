# shellcheck shell=bash
# Artifacts that are files, or come from a repository of their own. Sourced after artifacts.sh.

download() {
  local words
  words=$(curl --fail --silent --show-error --location --connect-timeout 10 --max-time 600 --retry 2 --output "$2" "$1" 2>&1) && return
  artifact_reason=${words##*$'\n'}
  return 1
}

# What differs from its checksum is no failure among others: somebody has changed it, and the boot stops here.
artifact_download() {
  local name=$1 url sum actual file directory status=0
  url=$(artifact_field url)
  sum=$(artifact_field sha256)
  if [[ -z $sum && $url == http:* && $(artifact_field allowUnverified) != true ]]; then
    artifact_reason="plain http without 'sha256' or 'allowUnverified'"
    return 1
  fi
  directory=$(mktemp --directory)
  file=$directory/${url##*/}
  if download "$url" "$file"; then
    actual=$(sha256sum <"$file")
    [[ -z $sum || ${actual%% *} == "$sum" ]] \
      || node_die "'artifacts.$name' must be what its sha256 says, got another file from $url; wanted $sum, got ${actual%% *}"
    artifact_place "$name" "$file" || status=$?
  else
    status=1
  fi
  rm -r "$directory"
  return "$status"
}

artifact_place() {
  local name=$1 file=$2 program
  case $file,$name in
    *.deb,*) apt_install "$file" && return ;;
    *,weave) program=weave ;;
    *,mesosDns) program=mesos-dns ;;
    *)
      artifact_reason="only a .deb can be installed"
      return 1
      ;;
  esac
  install -m 0755 "$file" "/usr/local/bin/$program"
}

artifact_from_repository() {
  local name=$1 version package status=0 key=/etc/apt/keyrings/cdktf-mesos.asc
  version=$(artifact_field version)
  package=$(artifact_field package)${version:+=$version}
  command -v gpg >/dev/null || apt_install gpg || return
  install -d "$(dirname "$key")"
  download "$(artifact_field keyUrl)" "$key" \
    && artifact_trusts "$key" \
    && apt_install_from "$(artifact_field url)" "$key" "$package" || status=$?
  rm -f "$key"
  return "$status"
}

# The file must hold the key we know, and no other: apt would trust them all.
artifact_trusts() {
  local keys wanted
  keys=$(apt_keys "$1")
  wanted=$(artifact_field keyFingerprint)
  if [[ $keys != "$wanted":* || $keys == *$'\n'* ]]; then
    artifact_reason="its key must have the fingerprint $wanted, got ${keys:-none}"
  elif [[ $keys == *:e:* ]]; then
    artifact_reason="its key has expired on $(date --utc --date "@${keys##*:}" +%F)"
  fi
  [[ -z $artifact_reason ]]
}
