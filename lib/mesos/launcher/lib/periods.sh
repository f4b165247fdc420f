# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts and libraries beside this one
# How long things may take, in seconds, all in one place. A line of etc/periods wins. Sourced after launcher.sh.

if [[ -e $LAUNCHER_ROOT/etc/periods ]]; then
  # shellcheck source=/dev/null
  source "$LAUNCHER_ROOT/etc/periods"
fi

# How old what the leading master said may be: 100 units of a host ask it once in that time.
: "${VIEW_SEC:=3}"
# How often a unit looks whether what it does is still right.
: "${TICK_SEC:=3}"
# How long a leader that was just elected may lack agents that are there, and what runs on them.
: "${SETTLE_SEC:=90}"
# How long a framework may be without its mesos-execute, which may subscribe again, before it is ended.
: "${ORPHAN_SEC:=15}"
# How long the leader may not know a task that mesos-execute takes for running.
: "${UNLISTED_SEC:=30}"
# How long mesos-execute may look for the leading master. It can go on for ever without one (MESOS-9426).
: "${MASTER_SEC:=45}"
# An offer that is too small is declined and offers are suppressed for good: only a new process gets another one.
: "${OFFER_SEC:=10}"
# A task that was well for so long has started.
: "${STABLE_SEC:=5}"
# A task that ran for so long did not fail quickly.
: "${STEADY_SEC:=60}"
# How long tasks of an agent that is taken away have to end by themselves, and how long all of them may take.
: "${GRACE_SEC:=30}" "${DRAIN_SEC:=90}"
# What is waited after the first quick failure, doubled after each further one, and the most. The unit waits the first.
: "${BACKOFF_SEC:=10}" "${BACKOFF_MOST_SEC:=300}"
