#!/usr/bin/env bash
# A full disk: whatever cannot be written is named, the exit status is not 0, and nothing incomplete is left.
source "$(dirname "$0")/script.sh"
export HEDDLE_CONFIG=nano
examples=$build/bin/examples

cmake --build "$build" --target heddle_rtl_nano_trace >trace.log 2>&1 || {
  tail -n 20 trace.log
  exit 1
}
mkdir small
mount -t tmpfs -o size=1m tmpfs small 2>/dev/null || {
  echo "no right to mount a small disk: full disks are not tested"
  exit 77
}
umount small
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT

# full SIZE STATUS TEXT command...: the command on a disk of that size.
full() {
  local size=$1 status=$2 text=$3
  shift 3
  mount -t tmpfs -o size="$size" tmpfs small || exit 1
  expect "$status" "$text" "$@"
  expect "$status" "No space left on device" "$@"
  [[ -z $(ls small) ]] || expect 0 "nothing left, but there is $(ls small)" false
  umount small
}

# Waveforms, on disks that are full when the file is opened, during the run, and when it is closed.
wave="env HEDDLE_WAVE=$work/small/wave.fst"
for device in rtl lockstep; do
  full 16k 1 "cannot write the waveform $work/small/wave.fst" $wave HEDDLE_DEVICE=$device "$examples/saxpy"
  full 1m 1 "cannot write the waveform $work/small/wave.fst" $wave HEDDLE_DEVICE=$device "$examples/sort" --n 500
  full 1m 74 "cannot write the waveform $work/small/wave.fst" $wave HEDDLE_DEVICE=$device "$examples/saxpy" --n 500
done

for device in timed lockstep; do
  full 4k 1 "cannot write $work/small/report.json" env HEDDLE_REPORT="$work/small" HEDDLE_DEVICE=$device \
    "$examples/saxpy"
  full 16k 1 "cannot write $work/small/trace.json" env HEDDLE_TRACE="$work/small/trace.json" HEDDLE_DEVICE=$device \
    "$examples/saxpy" --n 1000
done
expect 1 "HEDDLE_STATISTICS: cannot write /dev/full" env HEDDLE_STATISTICS=/dev/full "$examples/saxpy"

# A program without CUDA.
clang=$(command -v clang++-19 clang++-20 clang++-21 clang++-22 clang++ | head -n 1)
printf '.globl _start\n_start: j _start\n' >endless.s
"$clang" --target=riscv32-unknown-elf -march=rv32im -nostdlib -fuse-ld=lld -Wl,-Ttext=0x80000000 endless.s -o endless.elf
full 1m 74 "cannot write the waveform $work/small/wave.fst" heddle exec endless.elf --device rtl --cycle-limit 100000 \
  --wave "$work/small/wave.fst"
finish
