#!/bin/sh
# keeper.sh FOLDER GRACE_SECONDS: cleans up behind a process, however that ended.
# Standard input tells of process groups, a line each: "started GROUP", "ended GROUP". When it closes
# (the process asked for it, or died and the kernel closed it), all groups that have not ended are sent
# TERM, after the grace KILL, and FOLDER is removed.
folder=$1
grace=$2
groups=''

without() {
  for group in $groups; do
    [ "$group" = "$1" ] || echo "$group"
  done
}

# Whether a process of this group runs. A dead one whose parent died before it stays a zombie until PID 1
# asks for it, which in some containers is late or never: where /proc tells, it doesn't count.
runs() {
  kill -0 "-$1" 2>/dev/null || return 1
  [ -r /proc/self/stat ] || return 0
  for file in /proc/[0-9]*/stat; do
    read -r line 2>/dev/null <"$file" || continue
    # After the name in parentheses: state, parent, group.
    set -- "$1" ${line##*) }
    [ "$4" = "$1" ] && [ "$2" != Z ] && return 0
  done
  return 1
}

any_runs() {
  for group in $groups; do
    runs "$group" && return 0
  done
  return 1
}

signal() {
  for group in $groups; do
    kill "-$1" "-$group" 2>/dev/null
  done
}

# Waits until all groups are gone, for at most this many seconds.
wait_for_end() {
  left=$(($1 * 20))
  while any_runs && [ "$left" -gt 0 ]; do
    sleep 0.05
    left=$((left - 1))
  done
}

while read -r event group; do
  case $event in
    started) groups="$groups $group" ;;
    ended) groups=$(without "$group") ;;
  esac
done

if [ "$grace" -gt 0 ]; then
  signal TERM
  wait_for_end "$grace"
fi
signal KILL
wait_for_end 60
rm -rf -- "$folder"
if any_runs; then
  echo "still running after KILL: process groups $groups" >&2
  exit 1
fi
