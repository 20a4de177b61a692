#!/usr/bin/env bash
# The vectors of this folder: a sample of what GPUs gave, and of dot products that were computed.
source "$(dirname "$0")/../software/script.sh"
vectors=$here/../tensor/vectors

for device in functional rtl; do
  expect 0 "recorded.vec: 600 dot products, 0 mismatches" heddle mma --check --device $device "$vectors/recorded.vec"
  expect 0 "derived.vec: 400 dot products, 0 mismatches" heddle mma --check --device $device "$vectors/derived.vec"
done

# Printed as they are read, and their results as they are there.
for name in recorded derived; do
  grep -v '^#' "$vectors/$name.vec" | grep . >wanted
  heddle mma --lines "$vectors/$name.vec" >got
  expect 0 "" cmp wanted got
  grep = wanted | sed 's/.* = //' >wanted_results
  heddle mma <"$vectors/$name.vec" >got_results
  expect 0 "" cmp wanted_results got_results
done
finish
