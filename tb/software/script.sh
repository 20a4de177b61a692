# For the test scripts: source it with the build folder as the first argument. The working folder is a fresh one.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
PATH=$build/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect STATUS TEXT command...: the command exits with STATUS and its output contains TEXT.
expect() {
  local status=$1 text=$2 output actual
  shift 2
  output=$("$@" 2>&1)
  actual=$?
  if [[ $actual -ne $status || $output != *"$text"* ]]; then
    echo "FAILED: $*"
    echo "  expected status $status and \"$text\"; got status $actual and:"
    sed 's/^/    /' <<<"$output"
    failures=$((failures + 1))
  fi
}

finish() {
  ((failures == 0)) && echo "all as expected"
  exit $((failures > 0))
}
