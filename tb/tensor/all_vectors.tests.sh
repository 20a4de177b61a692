#!/usr/bin/env bash
# Every vector file in the folder HEDDLE_VECTORS, or in ../shared/vectors beside the checkout. Without one: skipped.
folder=${HEDDLE_VECTORS:-$(dirname "$0")/../../../shared/vectors}
[[ -d $folder ]] || { echo "skipped: there is no $folder"; exit 77; }
folder=$(cd "$folder" && pwd)
source "$(dirname "$0")/../software/script.sh"

mapfile -t files < <(find "$folder" -name '*.vec' -o -name '*.vec.gz' | sort)
expect 0 "" test "${#files[@]}" -gt 0
for device in functional rtl; do
  for file in "${files[@]}"; do
    expect 0 " 0 mismatches" heddle mma --check --device $device "$file"
    heddle mma --check --device $device "$file"
  done
done
finish
