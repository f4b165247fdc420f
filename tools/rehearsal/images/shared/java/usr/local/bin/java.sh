#!/bin/bash
# A service in Java as far as its command line goes: a file to run, and the options that image.json names.
set -euo pipefail
# shellcheck source=../../../../flags/usr/local/lib/need-flags.sh
source /usr/local/lib/need-flags.sh
# shellcheck source=../../../../../shared/server/usr/local/lib/serve.sh
source /usr/local/lib/serve.sh

main() {
  if [[ ${1-} != -jar || ! -f ${2-} ]]; then
    echo "Error: Unable to access jarfile ${2-}" >&2
    exit 1
  fi
  need_flags "--port $STAND_IN_OPTIONS" "${@:3}"
  echo "Started with ${JAVA_OPTS-no JAVA_OPTS}"
  serve "$(flag_value --port "${@:3}")"
}

main "$@"
