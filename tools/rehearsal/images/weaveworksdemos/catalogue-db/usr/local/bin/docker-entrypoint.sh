#!/bin/bash
# The database image's entrypoint as far as its variables go: without a decision about root's password it refuses.
set -euo pipefail

main() {
  if [[ -z ${MYSQL_ROOT_PASSWORD-} && -z ${MYSQL_ALLOW_EMPTY_PASSWORD-} ]]; then
    echo "the database is not initialised: neither MYSQL_ROOT_PASSWORD nor MYSQL_ALLOW_EMPTY_PASSWORD is set" >&2
    exit 1
  fi
  exec "$@"
}

main "$@"
