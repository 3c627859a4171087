#!/usr/bin/env bash
# Every bench in one run, and one table: what criterion saved of those of cargo (a group is a case, a function a
# contender), and the lines `@ case <TAB> contender <TAB> CPU µs` of every executable benches/*/run.sh; each contender's CPU
# time also as a multiple of that of the case's `Shiren`. Arguments go to criterion: `benches/run.sh --quick`.
set -uo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR="$target" CRITERION_HOME="$target/criterion"
mkdir -p "$target"
log="$target/bench.log"
: >"$log"
status=0

# What an earlier run saved is not of this one.
rm -rf "$CRITERION_HOME"
"${CARGO:-cargo}" bench --package shiren --bench '*' -- "$@" 2>&1 | tee -a "$log" | grep --line-buffered 'time:\|^error' || status=1
for run in benches/*/run.sh; do
  if [ -x "$run" ]; then "$run" 2>&1 | tee -a "$log" || status=1; fi
done

# criterion_lines: `@ case <TAB> contender <TAB> median of a turn, µs`, in the order in which they ran
criterion_lines() {
  find "$CRITERION_HOME" -path '*/new/benchmark.json' -printf '%T@ %h\n' | sort -n | cut -d ' ' -f 2- | while read -r folder; do
    sed -E 's/.*"group_id":"([^"]*)","function_id":"([^"]*)".*/@ \1\t\2/' "$folder/benchmark.json" | tr -d '\n'
    sed -E 's/.*"median":\{"confidence_interval":\{[^}]*\},"point_estimate":([^,]*),.*/\1/' "$folder/estimates.json" |
      awk '{ printf "\t%.3f\n", $1 / 1000 }'
  done
}

echo
echo "$(grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'), $(nproc) cores, $(rustc --version)"
{ criterion_lines; grep '^@' "$log"; } | awk -F '\t' '
  {
    name = substr($1, 3)
    # The same calls once more by the clock on the wall: so many a second.
    kind = sub(/ \(wall\)$/, "", name) ? "wall" : "cpu"
    if (!(name in seen)) { seen[name] = 1; order[++cases] = name }
    if (!((name, $2) in known)) { known[name, $2] = 1; contender[name, ++count[name]] = $2 }
    turns[kind, name, $2] = turns[kind, name, $2] " " $3
  }
  # The median of the turns; in `spread`, half of the way between the smallest and the largest, in per cent.
  function middle(list,    value, n, i, j, swap) {
    n = split(list, value, " ")
    for (i = 2; i <= n; i++) for (j = i; j > 1 && value[j] + 0 < value[j - 1] + 0; j--) {
      swap = value[j]; value[j] = value[j - 1]; value[j - 1] = swap
    }
    i = int((n + 1) / 2)
    spread = n > 1 ? sprintf("%.0f", (value[n] - value[1]) / 2 / value[i] * 100) : "–"
    return value[i]
  }
  END {
    printf "| case | contender | CPU µs | ± %% | calls a second | CPU, times Shiren |\n|---|---|---|---|---|---|\n"
    for (at = 1; at <= cases; at++) {
      name = order[at]
      ours = middle(turns["cpu", name, "Shiren"])
      for (row = 1; row <= count[name]; row++) {
        who = contender[name, row]
        wall = middle(turns["wall", name, who])
        a_second = wall > 0 ? sprintf("%.0f", 1e6 / wall) : "–"
        cpu = middle(turns["cpu", name, who])
        times = ours > 0 ? sprintf("%.2f", cpu / ours) : "–"
        printf "| %s | %s | %.2f | %s | %s | %s |\n", name, who, cpu, spread, a_second, times
      }
    }
  }
' | tee "$target/bench.md"
exit "$status"
