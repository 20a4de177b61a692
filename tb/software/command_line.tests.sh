#!/usr/bin/env bash
# heddle exec, info and disasm: exit statuses and messages.
source "$(dirname "$0")/script.sh"

clang=${HEDDLE_CLANGXX:-}
for version in 19 20 21 22 23 24; do
  [[ -n $clang ]] || clang=$(command -v clang++-$version)
done
[[ -n $clang ]] || clang=clang++

# assemble NAME [option...]: the program NAME.elf from standard input.
assemble() {
  local name=$1
  shift
  cat >"$name.s"
  "$clang" --target=riscv32-unknown-elf -march=rv32im_zicsr -nostdlib -fuse-ld=lld -Wl,-Ttext=0x80000000 "$@" \
    "$name.s" -o "$name.elf" || exit 1
}

assemble status <<'SOURCE'
.globl _start
_start:
  csrr a1, 0xcd6
  lw a0, 0(a1)
  li a7, 93
  ecall
SOURCE
expect 0 "" heddle exec status.elf --arg-words 0
expect 7 "" heddle exec status.elf --arg-words 7,8,9
expect 3 "" heddle exec status.elf --arg-words 0x103 --grid 2,2 --block 4,4,4 --config nano
expect 0 "instructions" heddle exec status.elf --statistics
expect 0 "issue: waits for a load" heddle exec status.elf --arg-words 0 --statistics --device timed --config nano
HEDDLE_STATISTICS=figures expect 0 "" heddle exec status.elf --arg-words 0 --grid 2 --block 32
expect 0 '"thread_instructions":256' cat figures

# 32 threads load the same word: 128 bytes from one line of 64.
HEDDLE_REPORT=report expect 0 "" heddle exec status.elf --arg-words 0 --device timed --config nano
expect 0 "128 bytes asked for, 200.0 % of the bytes moved" "$here/../../ci/summary.py" report
expect 0 "as it said" "$here/../../ci/summary.py" report "as it said"
expect 0 "<svg" cat report/report.html

# Loads of one word, each after the other: past the L1 they take longer.
assemble chain <<'SOURCE'
.globl _start
_start:
  csrr a1, 0xcd6
  li a2, 100
1:
  lw a0, 0(a1)
  add a1, a1, a0
  addi a2, a2, -1
  bnez a2, 1b
  li a7, 93
  ecall
SOURCE
for l1 in on off; do
  HEDDLE_L1=$l1 HEDDLE_STATISTICS=$l1.figures expect 0 "" heddle exec chain.elf --arg-words 0 --device timed --config nano
done
cycles() { sed -E 's/.*"cycles":([0-9]+).*/\1/' "$1"; }
expect 0 "" test "$(cycles off.figures)" -gt "$(cycles on.figures)"

# All threads store to one word.
assemble race <<'SOURCE'
.globl _start
_start:
  csrr a1, 0xcc0
  lui a2, 0xf0000
  sw a1, 0(a2)
  li a7, 93
  li a0, 5
  ecall
SOURCE
expect 5 "" heddle exec race.elf --block 64 --shared 256
expect 123 "write after write: write at pc 0x80000008 by thread (32, 0, 0)" \
  heddle exec race.elf --block 64 --shared 256 --racecheck
expect 69 "cannot check for data races" heddle exec race.elf --block 64 --shared 256 --racecheck --device timed

# The odd threads do two more instructions: 4 x 32 + 2 x 16 in 6.
assemble parts <<'SOURCE'
.globl _start
_start:
  csrr a1, 0xcc0
  andi a1, a1, 1
  beqz a1, end
  addi a2, a1, 1
  addi a2, a1, 2
end: .word 0x0000000b  # exit
SOURCE
figures="26.67 of 32 threads active (83.3 %); with reconvergence at immediate post-dominators 26.67 (83.3 %); ratio 1.000"
expect 0 "parts.elf: $figures" heddle exec parts.elf --simd-efficiency
HEDDLE_SIMD_EFFICIENCY=1 expect 0 "pc 0x80000008: parts threads 1 time, which leaves 16.7 % idle" heddle exec parts.elf
HEDDLE_SIMD_EFFICIENCY=1 HEDDLE_STATISTICS=efficiency expect 0 "" heddle exec parts.elf
expect 0 '"ipdom_instructions":6' cat efficiency
expect 1 "" bash -c "heddle exec parts.elf 2>&1 | grep ratio"
expect 69 "cannot measure SIMD efficiency: use functional" heddle exec parts.elf --simd-efficiency --device timed
HEDDLE_SIMD_EFFICIENCY=2 expect 69 "HEDDLE_SIMD_EFFICIENCY must be 0 or 1" heddle exec parts.elf

assemble fault <<'SOURCE'
.globl _start
_start:
  li a0, 0x1234
  sw a0, 0(a0)
SOURCE
expect 121 "store access fault" heddle exec fault.elf
expect 121 "_start + 0x8" heddle exec fault.elf

assemble own_data <<'SOURCE'
.globl _start
_start:
  la a1, value
  lw a0, 0(a1)
  addi a0, a0, 1
  sw a0, 0(a1)
  la a1, _start
  sw a0, 0(a1)
.data
value: .word 4
SOURCE
expect 121 "sw a0, 0(a1)" heddle exec own_data.elf
expect 121 "address 0x80000000" heddle exec own_data.elf

# In the manner of riscv-tests: code that modifies itself, a tohost that only is written, one thread.
assemble architectural <<'SOURCE'
.globl _start
_start:
  li a0, 1
  la a1, instruction
  lw a2, 0(a1)
  la a3, patch
  sw a2, 0(a3)
  la a4, tohost
  sw a0, 0(a4)
  .word 0x0000100f  # fence.i
patch: j out
out:
  li a7, 93
  ecall
.data
instruction: addi a0, x0, 0
tohost: .word 0
SOURCE
expect 121 "sw a2, 0(a3)" heddle exec architectural.elf --block 1
for device in functional lockstep; do
  expect 0 "" heddle exec architectural.elf --block 1 --writable-code --device $device --config nano
done

assemble endless <<'SOURCE'
.globl _start
_start:
  j _start
SOURCE
expect 122 "stopped after" heddle exec endless.elf --cycle-limit 5000
for device in functional timed rtl lockstep; do
  expect 122 "pc 0x80000000 (_start + 0x0)" heddle exec endless.elf --cycle-limit 5000 --device $device --config nano
done
# Found in PATH, it finds the verilated designs too.
expect 122 "pc 0x80000000 (_start + 0x0)" env -u HEDDLE_LIB_DIR heddle exec endless.elf --cycle-limit 5000 --device rtl \
  --config nano

cat >program.c <<'SOURCE'
static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1) * (n > 0); }
int main(const int* words) {
  double sum = 0;
  for (int i = 0; i < words[0]; ++i) sum += 0.5;
  return (int)sum + depth(words[1]);
}
SOURCE
"$clang" --target=riscv32-unknown-elf -march=rv32im_zba_zbb_zicond_zicsr_zifencei_zfinx_zhinxmin -mabi=ilp32 -O1 -ffreestanding -nostdlib \
  -fuse-ld=lld -Wl,-Ttext=0x80000000 "-I$build/lib/heddle/include" -x assembler-with-cpp "$build/lib/heddle/device/crt0.S" \
  -x c program.c -x none "$build/lib/heddle/device/libheddle_device.o" -o program.elf
expect 25 "" heddle exec program.elf --arg-words 10,20 --block 100

assemble high -Wl,-Ttext=0xDF000000 <status.s
expect 5 "" heddle exec high.elf --arg-words 5
assemble window -Wl,-Ttext=0xE0000000 <status.s
expect 66 "overlaps the local or shared window" heddle exec window.elf
head -c 60 status.elf >short.elf
expect 66 "truncated" heddle exec short.elf
expect 66 "not an ELF file" heddle exec status.s
expect 66 "64-bit" heddle exec "$(command -v bash)"
cp status.elf other_machine.elf
printf '\x3e' | dd of=other_machine.elf bs=1 seek=18 conv=notrunc status=none
expect 66 "machine 62" heddle exec other_machine.elf
expect 66 "No such file" heddle exec missing.elf

expect 64 "at most 128" heddle exec status.elf --block 256 --config nano
expect 64 "at least 1" heddle exec status.elf --grid 0
expect 64 "shared memory" heddle exec status.elf --shared 1000000
expect 64 "no 32-bit number" heddle exec status.elf --arg-words seven
expect 64 "X,Y,Z" heddle exec status.elf --grid 1,2,3,4
expect 64 "" heddle exec
expect 64 "" heddle
expect 69 "no configuration \"huge\"" heddle exec status.elf --config huge
expect 69 "cannot write the report folder: use timed, rtl or lockstep" env HEDDLE_REPORT=folder heddle exec status.elf
expect 69 "cannot write the waveform w.fst: use rtl or lockstep" heddle exec status.elf --device timed --wave w.fst
expect 69 "no device \"quick\"" heddle exec status.elf --device quick
expect 69 "is not a number" env HEDDLE_CYCLE_LIMIT=many heddle exec status.elf
expect 69 "HEDDLE_L1 is \"no\"; it must be on or off" env HEDDLE_L1=no heddle exec status.elf
expect 69 "must look like begin:end" heddle exec status.elf --wave-window 5

expect 0 "functional" heddle info
expect 0 "cta_slots" heddle info --config nano
expect 69 "no configuration" heddle info --config huge
expect 0 "argptr" heddle disasm status.elf
expect 0 "<_start>" heddle disasm status.elf
printf '\x0b\x00\x00\x00' >words.bin
expect 0 "exit" heddle disasm --raw --base 4096 words.bin
expect 66 "not an ELF file" heddle disasm words.bin
finish
