# shellcheck shell=bash
# Logging in to a master as the environment says. Sourced after private-key.sh; holds functions and an exit code only.

: "${LAUNCHER_USER:?}" "${LAUNCHER_PORT:?}" "${LAUNCHER_KEY_FILE:?}"

SSH_COULD_NOT_CONNECT=255

ssh_to() {
  local host=$1 command=$2 # what ssh itself says goes to $said
  local options=(
    -F none -E "$said" -i "$(private_key_path "$LAUNCHER_KEY_FILE")" -p "$LAUNCHER_PORT"
    -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR
    -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=4
    # A master that was replaced keeps its address and has another host key.
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
  )
  if [[ -n ${LAUNCHER_BASTION:-} ]]; then
    options+=(-o "ProxyCommand=$(ssh_proxy_command)")
  fi
  # shellcheck disable=SC2029 # the command is quoted for the master, and expands nothing here
  ssh "${options[@]}" "$LAUNCHER_USER@$host" "$command"
}

# sshd turns connections away at random, or answers late, when many come at once (MaxStartups), and all services are stopped
# side by side.
# Who is not there at all is not asked again.
ssh_patiently() {
  local tries=5 status said
  said=$(mktemp)
  while :; do
    status=0
    : >"$said"
    ssh_to "$@" </dev/null || status=$?
    tries=$((tries - 1))
    if ((status != SSH_COULD_NOT_CONNECT || tries == 0)) || ! ssh_was_turned_away "$said"; then break; fi
    sleep "$((RANDOM % 3 + 1))"
  done
  cat "$said" >&2
  rm -f "$said"
  return "$status"
}

ssh_was_turned_away() {
  grep -Eq 'kex_exchange_identification|banner exchange|Connection (closed|reset)|Not allowed at this time' "$1"
}

# ProxyJump would not pass our key and options to the bastion.
ssh_proxy_command() {
  printf 'ssh -F none -i %q -p %q -o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=15 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -W %%h:%%p %q' \
    "$(private_key_path "$LAUNCHER_KEY_FILE")" "$LAUNCHER_PORT" "$LAUNCHER_USER@$LAUNCHER_BASTION"
}
