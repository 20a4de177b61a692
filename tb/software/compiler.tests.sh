#!/usr/bin/env bash
# heddlecc: its options, what it refuses, and what it does when the compiler is missing or too old.
source "$(dirname "$0")/script.sh"

for source in "$here"/rejected/*.cu; do
  expect 1 "$(sed -n '1s,^// expect: ,,p' "$source")" heddlecc "$source" -o rejected
  [[ ! -e rejected ]] || { echo "FAILED: $source gave a program" && failures=$((failures + 1)); }
done

cat >good.cu <<'SOURCE'
#include <cstdio>
#include <vector>
__global__ void k(int* p, int n) {
  if (threadIdx.x < n) p[threadIdx.x] = VALUE;
}
int main() {
  int* p = nullptr;
  int value = 0;
  cudaMalloc(&p, 4);
  k<<<1, 32>>>(p, 1);
  cudaMemcpy(&value, p, 4, cudaMemcpyDeviceToHost);
  std::printf("value %d\n", value);
}
SOURCE
for level in 0 1 2 3 s; do
  expect 0 "" heddlecc "-O$level" -DVALUE=7 -Wall good.cu -o good
  expect 0 "value 7" ./good
done
expect 0 "" heddlecc -DVALUE=8 -std=c++20 -g -arch=sm_70 -c good.cu
expect 0 "" heddlecc good.o -o good
expect 0 "value 8" ./good
expect 0 "" heddlecc -DVALUE=9 good.cu --keep
expect 0 "value 9" ./a.out
expect 0 "good.final.ll" ls a.out.heddle
expect 0 "" heddlecc -DVALUE=9 good.cu --device-elf good.elf
expect 0 "section .text" heddle disasm good.elf
expect 0 "" heddlecc -DVALUE=1 "$here/warned.cu" -w -c
expect 0 "parameter 'n' points to size_t" heddlecc "$here/warned.cu" -c
expect 0 "parameter 'p' points to pointers" heddlecc "$here/warned.cu" -c
expect 0 "HEDDLE_CLANGXX" heddlecc --help
expect 0 "version" heddlecc --version

expect 1 "expected expression" heddlecc -DVALUE= good.cu -o bad
expect 1 "no input files" heddlecc -O2
expect 1 "there is no such file" heddlecc missing.cu
expect 1 "unknown option --frobnicate" heddlecc --frobnicate good.cu
expect 1 "-o needs a value" heddlecc good.cu -o

# A PATH with nothing but Python's and the shell's tools, then with an old compiler, then with a good one and no linker.
mkdir empty old half
for tool in env bash dirname; do ln -s "$(command -v $tool)" empty/; done
printf '#!/bin/sh\necho "Debian clang version 14.0.6"\n' >old/clang++
printf '#!/bin/sh\necho "Debian LLD 14.0.6 (compatible with GNU linkers)"\n' >half/ld.lld
printf '#!/bin/sh\necho "Debian clang version 21.0.0"\n' >half/clang++
chmod +x old/clang++ half/*
heddlecc=$build/bin/heddlecc
expect 1 'clang++ 19 or newer is needed, but there is none in PATH; `make setup`' \
  env PATH="$work/empty" "$heddlecc" good.cu
expect 1 'old/clang++ is version 14; `make setup` installs one' env PATH="$work/old" "$heddlecc" good.cu
expect 1 'ld.lld 19 or newer is needed, but' env PATH="$work/half" "$heddlecc" good.cu
expect 1 '$HEDDLE_CLANGXX is nowhere, which does not exist' env HEDDLE_CLANGXX=nowhere "$heddlecc" good.cu

# Warp intrinsics stay where the source has them, and the instruction of a _sync one is directly behind its warpsync, or
# behind the check that the group has one mask.
for level in 0 1 2 3; do
  expect 0 "" heddlecc "-O$level" "-I$here/programs" "$here/programs/warp.cu" -o warp --device-elf warp.elf
  expect 0 "seed" ./warp
  heddle disasm warp.elf | awk '
    / (shfl\.|vote\.|match\.|redux\.)/ { ++count; if (before !~ / (warpsync |shfl\.|ctz |beq |bne )/) { print "alone: " $0; bad = 1 } }
    { before = $0 }
    END { exit bad || count < 50 }' || { echo "FAILED: warp.cu at -O$level" && failures=$((failures + 1)); }
done

# Everything that optimization would have removed is there without it.
for program in barriers groups language; do
  expect 0 "" heddlecc -O0 "$here/programs/$program.cu" -o unoptimized
  expect 0 "" ./unoptimized
done

# No code that the hardware does not have.
for program in "$build"/bin/tests/cuda/arithmetic "$build"/bin/examples/sgemm; do
  name=$(basename "$program")
  source=$here/programs/$name.cu
  [[ -f $source ]] || source=$here/../../sw/examples/$name.cu
  expect 0 "" heddlecc -O2 "$source" --device-elf "$name.elf"
  if heddle disasm "$name.elf" | grep -E '\.word|unknown|illegal'; then
    echo "FAILED: $name has words that are no instructions" && failures=$((failures + 1))
  fi
done
finish
