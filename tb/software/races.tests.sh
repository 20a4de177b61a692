#!/usr/bin/env bash
# HEDDLE_RACECHECK: what is reported, where, and the exit status.
source "$(dirname "$0")/script.sh"

source=$here/programs/races.cu
# line MARK: the place of the line with that comment.
line() {
  echo "races.cu:$(grep -n "// $1\$" "$source" | cut -d: -f1)"
}

# races CASE KIND LATER EARLIER: the case has the race of that kind between the lines with these comments.
races() {
  local output status
  output=$(HEDDLE_RACECHECK=1 "$build/bin/tests/cuda/races" "racy-$1" 2>&1)
  status=$?
  if ((status != 123)) || ! grep -qE "^  $2: [a-z]+ at [^ ]*$(line "$3") by .*, [a-z]+ at [^ ]*$(line "$4") by .*; address 0xf" \
    <<<"$output"; then
    echo "FAILED: racy-$1: no $2 at $(line "$3") and $(line "$4"); status $status and:"
    sed 's/^/    /' <<<"$output"
    failures=$((failures + 1))
  fi
}

races reduce "write after read" "REDUCE WRITE" "REDUCE READ"
races reduce "read after write" "REDUCE READ" "REDUCE UPDATE"
races neighbours "read after write" "NEIGHBOUR READ" "NEIGHBOUR WRITE"
races half-warps "read after write" "HALF READ" "HALF WRITE"
races producer "read after write" "CONSUMER" "PRODUCER"
races ring "read after write" "RING READ" "RING WRITE"
races count "read after write" "COUNT READ" "COUNT"
races lock "write after write" "LOCKED" "LOCKED"

racy=$build/bin/tests/cuda/races
expect 0 "" "$racy" racy-reduce
HEDDLE_RACECHECK=0 expect 0 "" "$racy" racy-reduce
HEDDLE_RACECHECK=1 HEDDLE_DEVICE=timed expect 1 "cannot check for data races: use functional" "$racy" reduce
HEDDLE_RACECHECK=2 expect 1 "HEDDLE_RACECHECK must be 0 or 1" "$racy" reduce
# Thirty-two threads, one line.
HEDDLE_RACECHECK=1 expect 0 "1" bash -c "'$racy' racy-neighbours 2>&1 | grep -c ' after '"
finish
