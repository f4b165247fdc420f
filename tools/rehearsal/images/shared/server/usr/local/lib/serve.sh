#!/bin/bash
# What the stand-ins of services end in. Sourced.

# Stays up, and answers at a port whatever is asked. A rehearsal's machine has one network for all its tasks, without an
# eth0, where services would take each other's ports: there it opens none.
serve() {
  if grep --quiet '^ *eth0:' /proc/net/dev; then exec node /usr/local/lib/serve.js "$1"; fi
  exec sleep infinity
}
