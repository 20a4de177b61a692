#!/usr/bin/env bash
# Ctrl-C stops a running launch, tells where it was, and ends the program with status 130.
source "$(dirname "$0")/script.sh"
set -m # else the shell makes background programs ignore SIGINT

# interrupt command...: runs it, sends SIGINT after a while.
interrupt() {
  "$@" &
  local process=$!
  sleep 1
  kill -INT "$process"
  wait "$process"
}

expect 130 "kernel endless was interrupted after" interrupt env -u HEDDLE_CYCLE_LIMIT \
  "$build/bin/tests/cuda/errors" endless
for device in timed rtl lockstep; do
  expect 130 "kernel endless was interrupted after" interrupt env -u HEDDLE_CYCLE_LIMIT HEDDLE_DEVICE=$device \
    HEDDLE_CONFIG=nano "$build/bin/tests/cuda/errors" endless
done
expect 130 "errors.cu" interrupt env -u HEDDLE_CYCLE_LIMIT "$build/bin/tests/cuda/errors" endless
finish
