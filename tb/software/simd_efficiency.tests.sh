#!/usr/bin/env bash
# HEDDLE_SIMD_EFFICIENCY: the examples whose threads part reach 95 % of what reconvergence at immediate post-dominators
# would, and the lines where they part are named.
source "$(dirname "$0")/script.sh"
export HEDDLE_SIMD_EFFICIENCY=1

# efficient PROGRAM MARK [ARGUMENT...]: that, with threads that part in a line of the program with that text.
efficient() {
  local program=$1 mark=$2 output ratio line
  shift 2
  output=$("$build/bin/examples/$program" "$@" 2>&1)
  ratio=$(sed -n 's/.*; ratio \([0-9.]*\)$/\1/p' <<<"$output")
  line=$(grep -nF "$mark" "$here/../../sw/examples/$program.cu" | head -n 1 | cut -d: -f1)
  if ! awk -v ratio="$ratio" 'BEGIN { exit !(ratio >= 0.95) }' ||
    ! grep -qE "$program.cu:$line: parts threads [0-9]+ times?, which leaves [0-9.]+ % idle" <<<"$output"; then
    echo "FAILED: $program $*: ratio \"$ratio\" (at least 0.95), threads part in line $line:"
    sed 's/^/    /' <<<"$output"
    failures=$((failures + 1))
  fi
}

efficient mandelbrot "fmaf(a, a, b * b) > 4.0F"
efficient mandelbrot "fmaf(a, a, b * b) > 4.0F" --width 200 --height 100 --iterations 300
efficient spmv "i < begins[row + 1]"
efficient spmv "i < begins[row + 1]" --rows 5000 --columns 4000 --longest 1000
efficient tree_search "while (begin < end)"
efficient tree_search "while (begin < end)" --points 20000 --queries 3000
finish
