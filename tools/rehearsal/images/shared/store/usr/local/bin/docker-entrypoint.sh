#!/bin/bash
# The entrypoint of a store that stays up.
set -euo pipefail
# shellcheck source=../../../../../shared/server/usr/local/lib/serve.sh
source /usr/local/lib/serve.sh

main() {
  if [[ ${1-} != "$STAND_IN_SERVER" ]]; then
    echo "docker-entrypoint.sh: exec: ${1-}: not found" >&2
    exit 127
  fi
  echo "$*: ready for connections"
  serve "$STAND_IN_PORT"
}

main "$@"
