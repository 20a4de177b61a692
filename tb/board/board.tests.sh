#!/usr/bin/env bash
# CUDA programs on the simulated board, over its serial port: results, damaged and lost bytes, messages.
source "$(dirname "$0")/../software/script.sh"

examples=$build/bin/examples
unset HEDDLE_DEVICE HEDDLE_CONFIG HEDDLE_CYCLE_LIMIT
# The simulation may have to wait for a processor.
export HEDDLE_SERIAL_TIMEOUT=100

expect 0 "saxpy of 100 elements: ok" board-sim "$examples/saxpy" --n 100 --block 64
expect 0 "reduce of 200 elements: ok" board-sim --seed 2 "$examples/reduce" --n 200 --block 96
for seed in 1 2 3; do
  expect 0 "saxpy of 300 elements: ok" board-sim --seed "$seed" --damage 200 "$examples/saxpy" --n 300 --block 64
done

# What the device says of itself.
HEDDLE_STATISTICS=1 expect 0 "cycles on serial/nano" board-sim "$examples/saxpy" --n 64 --block 64
expect 0 "store access fault" board-sim "$build/bin/tests/cuda/board_errors" out-of-bounds
HEDDLE_CONFIG=base expect 1 "warps: the board has 4, \"base\" 32" board-sim "$examples/saxpy"
HEDDLE_CYCLE_LIMIT=20000 expect 0 "HEDDLE_CYCLE_LIMIT" board-sim "$build/bin/tests/cuda/board_errors" endless

# A link that breaks, before and within a session.
export HEDDLE_SERIAL_TIMEOUT=2
expect 1 "the board has not answered for" board-sim --cut-after 1 "$examples/saxpy" --n 100 --block 64
expect 1 "the board has not answered for" board-sim --cut-after 1000 "$examples/saxpy" --n 100 --block 64

# Ports that are none.
export HEDDLE_CONFIG=nano
HEDDLE_DEVICE=serial:$work/nothing expect 1 "No such file or directory" "$examples/saxpy"
HEDDLE_DEVICE=serial:/dev/null expect 1 "/dev/null is no serial port" "$examples/saxpy"
HEDDLE_DEVICE=serial: expect 1 "the port is missing" "$examples/saxpy"
HEDDLE_DEVICE=serial:/dev/null,fast expect 1 "the baud rate must be a number" "$examples/saxpy"
HEDDLE_DEVICE=serial:/dev/null,17 expect 1 "17 is no baud rate of this system" "$examples/saxpy"
HEDDLE_DEVICE=serial:/dev/null HEDDLE_WAVE=w.fst expect 1 "cannot write the waveform" "$examples/saxpy"

# One board for two programs, one after the other; a third one comes too early. An endless grid that is
# interrupted says where it was; one whose process is killed does not hold up the next program.
board-sim >terminal &
board=$!
trap 'kill "$board"; rm -rf "$work"' EXIT
until [[ -s terminal ]]; do sleep 0.1; done
HEDDLE_DEVICE=serial:$(cat terminal)
export HEDDLE_DEVICE HEDDLE_SERIAL_TIMEOUT=100
expect 0 "ok" "$examples/saxpy" --n 64 --block 64

set -m # else the shell makes background programs ignore SIGINT
# stopped SIGNAL: an endless kernel that gets the signal after a while.
stopped() {
  rm -f launched
  "$build/bin/tests/cuda/board_errors" endless >launched &
  local process=$!
  until [[ -s launched ]]; do sleep 0.1; done
  sleep 1
  kill "-$1" "$process"
  wait "$process"
}
expect 130 "kernel endless was interrupted after" stopped INT
expect 137 "" stopped KILL
expect 0 "ok" "$examples/saxpy" --n 64 --block 64
rm -f launched
"$build/bin/tests/cuda/board_errors" endless >launched 2>&1 &
endless=$!
until [[ -s launched ]]; do sleep 0.1; done
expect 1 "another process uses the serial port" "$examples/saxpy"
kill -KILL "$endless"
wait "$endless" 2>/dev/null
finish
