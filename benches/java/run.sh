#!/usr/bin/env bash
# Java: calls beside java.net.http with javax.crypto, and what a future costs; the size of the jar. All of it is a release build.
# JAVA_HOME, or the java on the path, runs it.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target
work=$target/java-bench
if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
  echo "no JDK or no Maven: left out (Debian: apt-get install openjdk-17-jdk-headless maven)" >&2
  exit 0
fi
home=${JAVA_HOME:-$(dirname "$(dirname "$(realpath "$(command -v javac)")")")}
export JAVA_HOME=$home
"${CARGO:-cargo}" build --quiet --release --package shiren-cli
bindings/java/native.sh release "$work" >/dev/null
mvn --quiet --batch-mode --no-transfer-progress -Dmaven.repo.local="$target/m2" -Dshiren.target="$work" \
  --file bindings/java/pom.xml package -Dmaven.test.skip=true
export SHIREN_BINARY=$target/release/shiren
jar=$(echo "$work"/shiren-*.jar)
"$home/bin/java" -version 2>&1 | head -n 1
"$home/bin/java" --enable-native-access=ALL-UNNAMED -cp "$jar" benches/java/Bench.java \
  tests/photos/portrait.jpg
echo "download: shiren $(($(stat --format %s "$jar") / 1024)) KiB in 1 jar"
