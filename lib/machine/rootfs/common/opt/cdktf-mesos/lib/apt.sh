# shellcheck shell=bash
# Packages by apt. Why one was not installed stands in apt_reason. Sourced after node.sh.

apt_reason=
apt_updated=
apt_told=

# Another program of the image may be at work with dpkg: it is waited for.
apt_run() {
  local log status=0
  log=$(node_temporary)
  DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --option DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1 || status=$?
  if ((status > 0)); then
    # the last that names something
    apt_reason=$(grep -E '^(E|W|Err)' "$log" | grep -vE '^E: (Some index files|Unable to fetch some)' | tail -n 1) || true
    # what is tried again and again is told once
    if [[ $apt_reason != "$apt_told" ]]; then cat "$log" >&2; fi
    apt_told=$apt_reason
  fi
  rm "$log"
  return "$status"
}

# An index that cannot be had is no failure yet: what is wanted may be known already.
apt_install() {
  local update_reason=
  if [[ -z $apt_updated ]]; then
    if apt_run --error-on=any update; then apt_updated=1; else update_reason=$apt_reason; fi
  fi
  if apt_run install --yes --no-install-recommends "$@"; then return; fi
  apt_reason=${update_reason:-$apt_reason}
  return 1
}

# Installs from a repository whose key has the fingerprint we know. Neither is left behind: a key that expires, or a host
# that goes away, must not spoil the machine's own updates.
apt_install_from() {
  local url=$1 key=$2 package=$3 status=0 codename list=/etc/apt/sources.list.d/cdktf-mesos.list
  # shellcheck source=/dev/null
  codename=$(source /etc/os-release && echo "$VERSION_CODENAME")
  [[ $url == */ ]] || url+=/$codename
  echo "deb [arch=amd64 signed-by=$key] $url $codename main" >"$list"
  apt_run --error-on=any --option "Dir::Etc::sourcelist=$list" --option Dir::Etc::sourceparts=- \
    --option APT::Get::List-Cleanup=0 update && apt_run install --yes --no-install-recommends "$package" || status=$?
  rm "$list"
  return "$status"
}

# Fingerprint, validity and end of each primary key of a file.
apt_keys() {
  local home
  home=$(mktemp --directory)
  gpg --homedir "$home" --batch --show-keys --with-colons "$1" 2>/dev/null \
    | awk -F : '$1 == "pub" { key = $2 ":" $7 } $1 == "fpr" && key { print $10 ":" key; key = "" }'
  rm -r "$home"
}
