#!/usr/bin/env bash
# What the lab knows of Debian, to be sourced: where this machine gets its packages from.

readonly DEBIAN_RELEASE=bookworm

# Prints the line of a sources.list by which the lab's release comes from the mirror this machine uses.
debian_source() {
  local mirror
  mirror=$(debian_mirrors | head -n 1)
  if [[ -z $mirror ]]; then
    apt-get update --quiet --quiet >&2
    mirror=$(debian_mirrors | head -n 1)
  fi
  if [[ -z $mirror ]]; then
    echo "lab: apt's sources must name a mirror of Debian, got none; add one to /etc/apt/sources.list.d" >&2
    return 1
  fi
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $DEBIAN_RELEASE main"
}

debian_mirrors() {
  # shellcheck disable=SC2016 # apt-get's own syntax
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian'
}

# Prints the names in a list of packages, without its comments.
debian_packages() {
  grep --invert-match '^#' "$1"
}
