#!/bin/bash
# The entrypoint of a store that stays up and opens no port, since all machines of a rehearsal share one network.
set -euo pipefail

main() {
  if [[ ${1-} != "$STAND_IN_SERVER" ]]; then
    echo "docker-entrypoint.sh: exec: ${1-}: not found" >&2
    exit 127
  fi
  echo "$*: ready for connections"
  exec sleep infinity
}

main "$@"
