# For scripts of this folder: source it.

# The newest supported name of an LLVM program: Debian's carry their version.
llvm_tool() {
  local name
  for name in "$1-19" "$1-20" "$1-21" "$1-22" "$1"; do
    if command -v "$name"; then return; fi
  done
  echo "$1 is not installed; run ci/setup" >&2
  return 1
}

# The system's Python has the packages of ci/setup; another one earlier in PATH may not.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
