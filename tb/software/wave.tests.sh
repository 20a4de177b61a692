#!/usr/bin/env bash
# Waveforms: the GTKWave save file names signals that are there, its filter answers, and Ctrl-C leaves a file that can be
# read.
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
  sed -nE 's/^(\+\{[^}]*\} )?(gpu\.[^ ]+)$/\2/p' "$1" | sort -u
}

# recorded FILE.fst: the names in a waveform
recorded() {
  fst2vcd -f "$1" | awk '$1 == "$scope" {scope[depth++] = $3 "."} $1 == "$upscope" {depth--}
    $1 == "$var" {name = ""; for (i = 0; i < depth; i++) name = name scope[i]; print name $5 ($6 == "$end" ? "" : $6)}
    $1 == "$enddefinitions" {exit}' | sort -u
}

HEDDLE_WAVE_WINDOW=100:400 expect 0 "ok" "$build/bin/examples/saxpy" --block 64
[[ -s wave.fst && -s wave.gtkw ]] || expect 0 "a waveform and its save file" false
[[ $(signals wave.gtkw | wc -l) -gt 300 ]] || expect 0 "a save file with the whole probe" false
for file in $(sed -nE 's/^\^>?[0-9]+ //p' wave.gtkw | sort -u); do
  [[ -s $file ]] || expect 0 "the filter or table $file of the save file" false
done
expect 0 "overview front end issue execute memory writeback device" echo $(sed -nE 's/^-([a-z ]+)$/\1/p' wave.gtkw |
  awk '!seen[$0]++')
if [[ -n $readable ]]; then
  missing=$(comm -23 <(signals wave.gtkw) <(recorded wave.fst))
  [[ -z $missing ]] || expect 0 "no signals missing: $missing" false
  expect 0 "#100000" echo $(fst2vcd -f wave.fst | grep -m1 '^#')
  expect 0 "#400500" echo $(fst2vcd -f wave.fst | grep '^#' | tail -n 1)
fi
HEDDLE_WAVE_WINDOW=1000000: expect 0 "is empty: cycle 1000000 was not reached" "$build/bin/examples/saxpy"

expect 0 "addi a0, zero, 10" heddle-wave-filter <<<00a00513
expect 0 "jal zero, 0x10020" heddle-wave-filter <<<000100000200006f
expect 0 "xxxx" heddle-wave-filter <<<xxxx
# An answer must not wait for the next word.
coproc heddle-wave-filter
echo 00a00513 >&"${COPROC[1]}"
answer=
read -r -t 10 answer <&"${COPROC[0]}"
expect 0 "addi" echo "$answer"
exec {COPROC[1]}>&-

HEDDLE_WAVE=/nonexistent/wave.fst expect 1 "cannot write the waveform /nonexistent/wave.fst: No such file" \
  "$build/bin/examples/saxpy"
for HEDDLE_DEVICE in functional timed; do
  expect 1 "device \"$HEDDLE_DEVICE\" cannot write the waveform $HEDDLE_WAVE: use rtl or lockstep" \
    env HEDDLE_DEVICE=$HEDDLE_DEVICE "$build/bin/examples/saxpy"
done

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
  [[ -z $readable ]] || expect 0 "#500500" fst2vcd -f wave.fst
done
finish
