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

program=$build/bin/tests/cuda/errors
printf '.globl _start\n_start: nop\n  j _start\n' >endless.s
clang=$(command -v clang++-19 clang++-20 clang++-21 clang++-22 clang++ | head -n 1)
"$clang" --target=riscv32-unknown-elf -march=rv32im -nostdlib -fuse-ld=lld -Wl,-Ttext=0x80000000 endless.s -o endless.elf
unset HEDDLE_CYCLE_LIMIT
export HEDDLE_CONFIG=nano
for device in functional timed rtl lockstep; do
  export HEDDLE_DEVICE=$device
  expect 130 "kernel endless was interrupted after" interrupt "$program" endless
  expect 130 "(kernel endless + 0x" interrupt "$program" endless
  expect 130 "errors.cu" interrupt "$program" endless
  expect 130 "(_start + 0x" interrupt heddle exec endless.elf
done
finish
