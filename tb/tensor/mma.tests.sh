#!/usr/bin/env bash
# heddle mma: results, mismatches, broken lines, names that do not exist.
source "$(dirname "$0")/../software/script.sh"

# 1 * 1 + 2 and 2^23 - 2^23 - 0.875.
cat >good.vec <<'LINES'
# operands | operands | accumulator = result
@ volta f16.f32
3c00 0000 0000 0000 | 3c00 0000 0000 0000 | 40000000 = 40400000
f000 b800 b400 b000 | 6400 3c00 3c00 3c00 | 4b000000 = 00000000   # all of it is truncated

@ hopper f16.f32
f000 b800 b400 b000 0000 0000 0000 0000|6400 3c00 3c00 3c00 0000 0000 0000 0000|4B000000=BF400000
@ blackwell mx.e4m3
38 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | 38 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | 3f800000 | 82 | 7f = 41100000
@ volta f16.f16
3c00 0000 0000 0000 | 3c00 0000 0000 0000 | 4000 = 4200
LINES
printf '40400000\n00000000\nbf400000\n41100000\n4200\n' >wanted
heddle mma good.vec >got
expect 0 "" cmp wanted got
heddle mma <good.vec >got
expect 0 "" cmp wanted got
expect 0 "good.vec: 5 dot products, 0 mismatches" heddle mma --check good.vec
gzip -k good.vec
expect 0 "good.vec.gz: 5 dot products, 0 mismatches" heddle mma --check good.vec.gz
expect 0 "standard input: 5 dot products, 0 mismatches" heddle mma --check --device functional - <good.vec.gz
expect 0 "10 dot products, 0 mismatches in 2 files" heddle mma --check good.vec good.vec.gz
heddle mma --lines good.vec >lines.vec
expect 0 "lines.vec: 5 dot products, 0 mismatches" heddle mma --check lines.vec

# Without results and @ lines; the mode is blackwell if none is given; the last line has no newline.
printf '%s' 'f000 b800 b400 b000 | 6400 3c00 3c00 3c00 | 4b000000' >bare.vec
expect 0 "00000000" heddle mma --mode volta --format f16.f32 bare.vec
expect 0 "bf600000" heddle mma --mode ieee --format f16.f32 bare.vec
expect 66 "bare.vec, line 1: 4 elements: f16.f32 in mode blackwell takes multiples of 16" heddle mma --format f16.f32 bare.vec
expect 66 "bare.vec, line 1: the format is not known" heddle mma --mode volta bare.vec
expect 66 "bare.vec, line 1: no result to compare with" heddle mma --check --mode volta --format f16.f32 bare.vec
# An @ line holds until the file's end; the next file starts with the options again.
expect 66 "bare.vec, line 1: the format is not known" heddle mma good.vec bare.vec
expect 0 "" heddle mma --mode volta --format f16.f32 good.vec bare.vec

# Mismatches: each with its line and both results, as many as the limit allows; all are counted.
sed 's/40400000/40400001/; s/= 4200/= 4201/' good.vec >wrong.vec
expect 70 "wrong.vec, line 3: wanted 40400001, got 40400000: volta f16.f32: 3c00 0000 0000 0000 | 3c00 0000 0000 0000 | 40000000" \
  heddle mma --check wrong.vec
expect 70 "wrong.vec, line 11: wanted 4201, got 4200: volta f16.f16" heddle mma --check wrong.vec
expect 70 "wrong.vec: 5 dot products, 2 mismatches" heddle mma --check wrong.vec
expect 70 "wrong.vec: 5 dot products, 2 mismatches" heddle mma --check --report-limit 1 wrong.vec
heddle mma --check --report-limit 1 wrong.vec >got
expect 0 "1" grep -c wanted got
expect 70 "10 dot products, 2 mismatches in 2 files" heddle mma --check wrong.vec good.vec
expect 0 "40400000" heddle mma wrong.vec

# broken TEXT REASON [header]: a line that is no dot product.
broken() {
  printf '@ %s\n\n%s\n' "${3:-volta f16.f32}" "$1" >broken.vec
  expect 66 "broken.vec, line 3: $2" heddle mma --check broken.vec
}
zeros='0000 0000 0000 0000'
broken "$zeros | 0000 0000 0000 | 00000000 = 00000000" "a has 4 elements, b has 3"
broken "0000 | 0000 | 00000000 = 00000000" "1 elements: f16.f32 in mode volta takes multiples of 4"
broken "$zeros | $zeros | 00000000 00000000 = 00000000" "c has 2 numbers instead of one"
broken "$zeros | $zeros | = 00000000" "c has 0 numbers instead of one"
broken "$zeros | $zeros | 0000 = 00000000" 'c: "0000" is no number of 32 bits in 8 hexadecimal digits'
broken "$zeros | $zeros | 00000000 =" "result has 0 numbers instead of one"
broken "$zeros | $zeros | 00000000 = 0000000" 'result: "0000000" is no number'
broken "$zeros | $zeros | 00000000" "no result to compare with"
broken "$zeros | $zeros" "c is missing"
broken "$zeros" "b is missing"
broken "0000 0x00 0000 0000 | $zeros | 00000000 = 00000000" 'a: "0x00" is no number of 16 bits in 4 hexadecimal digits'
broken "0000 00g0 0000 0000 | $zeros | 00000000 = 00000000" 'a: "00g0" is no number'
broken "$zeros | 0000 0000 000 0000 | 00000000 = 00000000" 'b: "000" is no number'
broken "$zeros | $zeros | 00000000 | 7f | 7f = 00000000" "more fields than f16.f32 has"
broken "$zeros | $zeros | 00000000 = 00000000 = 00000000" "more fields"
broken "$zeros | $zeros | 00000000 = 00000000" 'a: "0000" is no number of 8 bits in 2 hexadecimal digits' "ada e4m3.f32"
broken "40 | 00 | 00000000 = 00000000" 'a: "40" is no number of 6 bits' "blackwell e3m2.f32"
narrow=$(printf '00 %.0s' {1..32})
broken "$narrow | $narrow | 00000000 = 00000000" "the scales of a is missing" "blackwell mx.e4m3"
broken "$narrow | $narrow | 00000000 | 7f | 7f 7f = 00000000" "1 scales of a and 2 of b instead of 1" "blackwell mx.e4m3"
broken "@ volta" '"@ volta" is not "@ MODE FORMAT"'
broken "@ volta f16.f32 f16.f16" '"@ volta f16.f32 f16.f16" is not "@ MODE FORMAT"'
broken "@ maxwell f16.f32" 'there is no mode "maxwell", but volta, turing, ampere'
broken "@ volta f16.f64" 'there is no format "f16.f64"'
broken "@ volta nvfp4" "mode volta has no format nvfp4"

# What was computed before a broken line is there.
printf '@ volta f16.f32\n%s | %s | 3f800000\nbad\n' "$zeros" "$zeros" >half.vec
expect 66 "3f800000" heddle mma half.vec

# Files, options, devices.
expect 66 "cannot open missing.vec: No such file" heddle mma missing.vec
expect 66 "heddle: error: .: cannot be read" heddle mma .
head -c 100 good.vec.gz >short.vec.gz
expect 66 "short.vec.gz: cannot be read" heddle mma short.vec.gz
expect 66 "no dot products to check" heddle mma --check /dev/null
expect 0 "" heddle mma /dev/null
expect 64 'there is no mode "maxwell"' heddle mma --mode maxwell --format f16.f32 good.vec
expect 64 'there is no format "f12.f32"' heddle mma --mode volta --format f12.f32 good.vec
expect 64 "mode volta has no format nvfp4" heddle mma --mode volta --format nvfp4 good.vec
expect 64 'there is no device "fast"' heddle mma --device fast good.vec
expect 64 "" heddle mma --no-such-option good.vec
expect 69 "the timed model has no dot-product unit yet" heddle mma --device timed good.vec
expect 0 "good.vec: 5 dot products, 0 mismatches" heddle mma --check --device rtl good.vec
expect 64 "the dot-product unit does not have mode ieee" heddle mma --mode ieee --format f16.f32 --device rtl bare.vec
HEDDLE_LIB_DIR=$PWD expect 69 "needs libheddle_rtl_tensor.so, which is in none of:" heddle mma --device rtl good.vec
if [[ -w /dev/full ]]; then
  expect 74 "standard output: No space left" bash -c 'heddle mma good.vec >/dev/full'
  expect 74 "standard output: No space left" bash -c 'heddle mma --check wrong.vec >/dev/full'
fi
finish
