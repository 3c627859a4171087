#!/usr/bin/env bash
# Every bench in one run: those of cargo, then every executable benches/*/run.sh. Each prints lines
# `@ case <TAB> contender <TAB> CPU µs <TAB> wall µs`; here they become one table, with each contender's CPU time as a
# multiple of that of the case's `Shiren`.
set -uo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
log="$target/bench.log"
: >"$log"
status=0

"${CARGO:-cargo}" bench --package shiren --bench '*' 2>&1 | tee -a "$log" | grep --line-buffered '^@' || status=1
for run in benches/*/run.sh; do
  if [ -x "$run" ]; then "$run" 2>&1 | tee -a "$log" || status=1; fi
done

echo
echo "$(grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'), $(nproc) cores, $(rustc --version)"
awk -F '\t' '
  /^@ / {
    name = substr($1, 3)
    if (!(name in seen)) { seen[name] = 1; order[++cases] = name }
    rows[name] = rows[name] SUBSEP $2 "\t" $3 "\t" $4
    if ($2 == "Shiren") ours[name] = $3
  }
  END {
    printf "| case | contender | CPU µs | wall µs | CPU, times Shiren |\n|---|---|---|---|---|\n"
    for (at = 1; at <= cases; at++) {
      name = order[at]
      count = split(rows[name], list, SUBSEP)
      for (row = 2; row <= count; row++) {
        split(list[row], field, "\t")
        ratio = ours[name] > 0 ? sprintf("%.2f", field[2] / ours[name]) : "–"
        printf "| %s | %s | %s | %s | %s |\n", name, field[1], field[2], field[3], ratio
      }
    }
  }
' "$log" | tee "$target/bench.md"
exit "$status"
