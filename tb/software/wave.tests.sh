#!/usr/bin/env bash
# Waveforms: the GTKWave save file names signals that are there, its filter answers, a full disk is told, and Ctrl-C leaves
# a file that can be read.
source "$(dirname "$0")/script.sh"
set -m # else the shell makes background programs ignore SIGINT
export HEDDLE_CONFIG=nano HEDDLE_DEVICE=rtl HEDDLE_WAVE=$work/wave.fst

cmake --build "$build" --target heddle_rtl_nano_trace >trace.log 2>&1 || {
  tail -n 20 trace.log
  exit 1
}
readable=$(command -v fst2vcd) || echo "fst2vcd is not installed (apt-get install gtkwave): files are not looked into"

# signals FILE.gtkw: the names in a save file, without aliases, one a line
signals() {
  sed -nE 's/^(\+\{[^}]*\} )?(gpu\.[^ ]+)$/\2/p' "$1" | sort
}

# recorded FILE.fst: the same of a waveform's outermost module
recorded() {
  fst2vcd -f "$1" | awk '$1 == "$scope" {depth++} $1 == "$upscope" {depth--}
    $1 == "$var" && depth == 1 {print "gpu." $5 ($6 == "$end" ? "" : $6)}' | sort -u
}

HEDDLE_WAVE_WINDOW=100:400 expect 0 "ok" "$build/bin/examples/saxpy" --block 64
[[ -s wave.fst && -s wave.gtkw ]] || expect 0 "a waveform and its save file" false
if [[ -n $readable ]]; then
  missing=$(comm -23 <(signals wave.gtkw) <(recorded wave.fst))
  [[ -z $missing ]] || expect 0 "no signals missing: $missing" false
  [[ $(signals wave.gtkw | wc -l) -gt 200 ]] || expect 0 "a save file with the whole probe" false
fi
expect 0 "addi a0, zero, 10" heddle-wave-filter <<<00a00513
expect 0 "xxxx" heddle-wave-filter <<<xxxx

HEDDLE_WAVE=/nonexistent/wave.fst expect 1 "cannot write the waveform /nonexistent/wave.fst" "$build/bin/examples/saxpy"
mkdir small
if mount -t tmpfs -o size=10m tmpfs small 2>/dev/null; then
  trap 'umount "$work/small"; rm -rf "$work"' EXIT
  HEDDLE_WAVE=$work/small/wave.fst expect 1 "bytes left; choose a shorter window" "$build/bin/examples/sort" --n 4000
fi

# interrupt command...: runs it, sends SIGINT after a while.
interrupt() {
  "$@" &
  local process=$!
  sleep 2
  kill -INT "$process"
  wait "$process"
}
for HEDDLE_DEVICE in rtl lockstep; do
  rm -f wave.fst
  expect 130 "kernel endless was interrupted after" interrupt env -u HEDDLE_CYCLE_LIMIT HEDDLE_DEVICE=$HEDDLE_DEVICE \
    HEDDLE_WAVE_WINDOW=0:500 "$build/bin/tests/cuda/errors" endless
  [[ -z $readable ]] || expect 0 "clk_i" fst2vcd -f wave.fst
done
finish
