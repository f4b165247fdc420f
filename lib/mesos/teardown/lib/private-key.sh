# shellcheck shell=bash
# The file with the private key. Sourced; holds functions only.

private_key_path() {
  printf '%s\n' "${1/#\~/$HOME}"
}

# ssh would not use such a key, and every master would seem out of reach.
private_key_require() {
  local path listing
  path=$(private_key_path "$1")
  if [[ ! -r $path ]]; then
    echo "the private key file $1 cannot be read; put it back, or deploy once with its new path" >&2
    return 1
  fi
  listing=$(ls -ldL -- "$path")
  if [[ ${listing:4:6} != ------ ]]; then
    echo "the private key file $1 can be read by others (${listing:0:10}), so ssh refuses it; run: chmod 600 '$path'" >&2
    return 1
  fi
}
