#!/usr/bin/env bash
# The examples in lockstep: sizes that are no powers of two, both configurations, memories of several latencies with and
# without jitter. Every cycle must be equal and every result right. (nano has no room for the 256 threads of sgemm.)
source "$(dirname "$0")/script.sh"
export HEDDLE_DEVICE=lockstep
runs=0

# same PROGRAM ARGUMENT...: on the configuration and memory that the environment names.
same() {
  local program=$1
  shift
  expect 0 "compared in" "$build/bin/examples/$program" "$@"
  runs=$((runs + 1))
}

for HEDDLE_CONFIG in nano base; do
  for memory in 1:0 23:0 40:5 170:0 170:9; do
    export HEDDLE_CONFIG HEDDLE_MEMORY_LATENCY=${memory%:*} HEDDLE_MEMORY_SEED=${memory#*:}
    for n in 63 66 67; do
      same saxpy --n $n --block 64
      same reduce --n $n --block 96
      same sort --n $n --block 64
    done
    same mandelbrot --width 37 --height 11
    same spmv --rows 67 --columns 61 --longest 40 --block 64
    same tree_search --points 67 --queries 35 --block 64
    if [[ $HEDDLE_CONFIG == base ]]; then
      same sgemm --m 65 --n 33 --k 17
      same sgemm --m 65 --n 33 --k 17 --block 1024
    fi
  done
done
echo "$runs runs"
finish
