# Sourced: sandboxes for the suites, ended with the script. $target has the program.

sandboxes=()
trap 'for sandbox in "${sandboxes[@]}"; do kill "$sandbox" 2>/dev/null; wait "$sandbox" 2>/dev/null; done' EXIT

# sandbox FILE : starts one whose ready line goes into this file; its address is in $url
sandbox() {
  "$target/debug/shiren" sandbox --port 0 >"$1" 2>/dev/null &
  sandboxes+=($!)
  for _ in $(seq 200); do [ -s "$1" ] && break; sleep 0.05; done
  url=$(python3 -c 'import json, sys; print(json.loads(open(sys.argv[1]).readline())["url"])' "$1") || exit 1
}
