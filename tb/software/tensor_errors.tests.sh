#!/usr/bin/env bash
# What is done wrong with the matrix engine is a fault on every device, which says what, who and where: the same on all of them.
source "$(dirname "$0")/script.sh"
export HEDDLE_CONFIG=ecp5

# says CASE CAUSE DETAIL INSTRUCTION
says() {
  for device in functional timed rtl lockstep; do
    HEDDLE_DEVICE=$device expect 0 "" "$build/bin/tests/cuda/tensor_errors" "$1"
    # The lockstep also says how much it has compared.
    HEDDLE_DEVICE=$device "$build/bin/tests/cuda/tensor_errors" "$1" 2>&1 | grep -v " compared in " >$device.report
    for text in "stopped: $2" "  $3" "  thread block (0, 0, 0), warp slot 1, threads 0x00000020" "): $4 "; do
      grep -qF -- "$text" $device.report || { echo "FAILED: $1 on $device: no \"$text\" in" && cat $device.report && failures=$((failures + 1)); }
    done
    cmp -s functional.report $device.report ||
      { echo "FAILED: $1: not the same on functional and $device" && cat functional.report $device.report && failures=$((failures + 1)); }
  done
}

for device in functional timed rtl lockstep; do
  HEDDLE_DEVICE=$device expect 0 "" "$build/bin/tests/cuda/tensor_errors" right
done

says tile-outside "store access fault" "address 0xf0000400, outside the thread block's shared memory" tensor.mma
says format "invalid tensor.mma" "its operand is 0x00000022" tensor.mma
says no-format "invalid tensor.mma" "its operand is 0x00000033" tensor.mma
says scales "invalid tensor.mma" "its operand is 0x10000000" tensor.mma
says transposed "invalid tensor.mma" "its operand is 0x40000000" tensor.mma
for case in a-misaligned b-misaligned lane-misaligned column-misaligned lane-outside another-column multiply-never-allocated; do
  says $case "invalid tensor.mma" "its operand is 0x00000000" tensor.mma
done

says load-never-allocated "misuse of tensor memory" "its operand is 0x00000000" tensor.ld
says store-never-allocated "misuse of tensor memory" "its operand is 0x00000000" tensor.st
says free-never-allocated "misuse of tensor memory" "its operand is 0x00000000" tensor.dealloc
says free-twice "misuse of tensor memory" "its operand is 0x00000000" tensor.dealloc
says free-elsewhere "misuse of tensor memory" "its operand is 0x00000008" tensor.dealloc
says allocate-odd "misuse of tensor memory" "its operand is 0x00000021" tensor.alloc
says commit-misaligned "store address misaligned" "address 0xf0000004 is not a multiple of the access size" tensor.commit
# A configuration that has scales and a sparse A.
export HEDDLE_CONFIG=$here/../tensor/scaled.toml
for device in functional timed rtl lockstep; do
  for case in scaled sparse; do
    HEDDLE_DEVICE=$device expect 0 "" "$build/bin/tests/cuda/tensor_errors" $case
  done
done
says metadata-misaligned "invalid tensor.mma" "its operand is 0x00000000" tensor.mma
for case in a-scales-misaligned b-scales-misaligned; do
  says $case "invalid tensor.mma" "its operand is 0x10000044" tensor.mma
done
finish
