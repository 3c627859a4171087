#!/usr/bin/env bash
# Java: builds the native library and the jar, runs the tests on the oldest JDK that there is (17 or later; under -Xcheck:jni) and
# on the newest, then the jar from a clean folder, and what javadoc says. JDKs: JAVA_HOME, SHIREN_JDKS (with colons), those of
# /usr/lib/jvm, the one on the path. Arguments go to Maven, as -Dtest=ClientTest.
set -uo pipefail
cd "$(dirname "$0")/.."
. tests/need.sh
. tests/build.sh
. tests/step.sh
need javac openjdk-17-jdk-headless
need mvn maven
need cc gcc
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target CARGO_TERM_COLOR=never SHIREN_BINARY=$target/debug/shiren
work=$target/java
log=$target/java-step.log
mkdir -p "$work"

# jdks : `version home` of each that there is, the oldest first
jdks() {
  local homes=("${JAVA_HOME:-}" /usr/lib/jvm/* "$(dirname "$(dirname "$(realpath "$(command -v javac)")")")") home version
  IFS=: read -ra more <<<"${SHIREN_JDKS:-}"
  for home in "${homes[@]}" "${more[@]}"; do
    [ -x "$home/bin/javac" ] && [ -e "$home/include/jni.h" ] || continue
    version=$("$home/bin/javac" -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p')
    [ "${version:-0}" -ge 17 ] && echo "$version $(realpath "$home")"
  done | sort --numeric-sort --unique
}
mapfile -t found < <(jdks)
[ "${#found[@]}" -gt 0 ] || stop "no JDK of version 17 or later with jni.h was found"
oldest=${found[0]#* } newest=${found[-1]#* }
echo "JDK: ${found[*]}"
export JAVA_HOME=$oldest

# maven ARGS… : quiet, with a repository that belongs to this folder
maven() {
  mvn --quiet --batch-mode --no-transfer-progress -Dstyle.color=never -Dmaven.repo.local="$target/m2" \
    -Dshiren.target="$work" --file bindings/java/pom.xml "$@"
}

# tests NAME ARGS… : counts what surefire says; nobody may have said anything else
tests() {
  local name=$1 ok=0 bad=0 skipped=0 report
  shift
  rm -rf "$work/surefire-reports"
  # Maven says how it would colour nothing.
  maven "$@" 2>&1 | sed 's/\x1b\[[0-9;]*m//g' >"$log"
  local status=${PIPESTATUS[0]}
  for report in "$work"/surefire-reports/TEST-*.xml; do
    [ -e "$report" ] || continue
    value() { sed -nE '/<testsuite /,/>/ s/.*[^a-z]'"$1"'="([0-9]+)".*/\1/p' "$report" | head -n 1; }
    bad=$((bad + $(value errors) + $(value failures))) skipped=$((skipped + $(value skipped)))
    ok=$((ok + $(value tests) - $(value errors) - $(value failures) - $(value skipped)))
  done
  echo "$name: $ok passed, $bad failed, $skipped skipped, $SECONDS s"
  if [ "$status" -ne 0 ] || [ -s "$log" ]; then
    cat "$log"
    [ "$bad" -gt 0 ] || bad=1
  fi
  [ "$ok" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + ok)) failed=$((failed + bad))
}

build || stop "no build"
CARGO=true bindings/java/native.sh dev "$work" >"$log" || stop "no native library"
library=$(<"$log")

# What another program can see of the library.
exported() { nm --dynamic --defined-only --format=posix "$library" | cut -d ' ' -f 1 | grep -v '^Java_com_shiren_internal_Native_'; }
step "only Java's functions are exported" diff <(exported) /dev/null
declared() { grep -oE 'static native [^(]*' bindings/java/src/main/java/com/shiren/internal/Native.java | awk '{ print $NF }' | sort; }
defined() { nm --dynamic --defined-only --format=posix "$library" | sed -nE 's/^Java_com_shiren_internal_Native_([A-Za-z]+) .*/\1/p' | sort; }
step "each native method is there" diff <(declared) <(defined)

# -Xcheck:jni must be silent. That it speaks when there is something to say:
caught() {
  local folder=$work/caught
  mkdir -p "$folder" && "$oldest/bin/javac" -d "$folder" tests/java/Caught.java &&
    gcc -shared -fPIC -I"$oldest/include" -I"$oldest/include/linux" tests/java/caught.c -o "$folder/libcaught.so" &&
    "$oldest/bin/java" -Xcheck:jni -cp "$folder" Caught "$folder/libcaught.so" | grep 'WARNING in native method'
}
step "-Xcheck:jni catches a fault" caught

rm -rf "$work/classes" "$work/test-classes" "$work"/shiren-*.jar
tests "on ${found[0]%% *}, with -Xcheck:jni" package -Dshiren.jvm.arguments=-Xcheck:jni "$@"
[ -e "$(echo "$work"/shiren-*.jar)" ] || maven package -DskipTests || stop "no jar"
jar=$(echo "$work"/shiren-*.jar)
if [ "$newest" != "$oldest" ]; then
  tests "on ${found[-1]%% *}" surefire:test -Djvm="$newest/bin/java" \
    -Dshiren.jvm.arguments=--enable-native-access=ALL-UNNAMED "$@"
fi

# What is in the jar, and nothing else from it.
step "the jar has the licence" grep -q META-INF/LICENSE <("$oldest/bin/jar" tf "$jar")
step "the jar has the library" grep -q 'META-INF/native/linux-.*/libshiren_jni.so' <("$oldest/bin/jar" tf "$jar")
version() { "$oldest/bin/javap" -cp "$jar" -verbose com.shiren.Client | grep -q 'major version: 52'; }
step "the jar is for Java 8" version
clean=$work/clean
rm -rf "$clean" && mkdir -p "$clean" && cp "$jar" tests/java/Clean.java tests/photos/portrait.jpg "$clean"
for home in "$oldest" "$newest"; do
  step "the jar in a clean folder" env --chdir="$clean" --ignore-environment SHIREN_BINARY="$SHIREN_BINARY" \
    "$home/bin/java" -cp "$jar" Clean.java portrait.jpg
done
# JDK 24 and later warn of native code, unless the flag says that it is wanted.
warned() { "$newest/bin/java" "$@" -cp "$jar" "$clean/Clean.java" "$clean/portrait.jpg" 2>&1 | grep -q 'enable-native-access'; }
if [ "${found[-1]%% *}" -ge 24 ]; then
  step "JDK ${found[-1]%% *} warns" warned
  not_warned() { ! warned --enable-native-access=ALL-UNNAMED; }
  step "JDK ${found[-1]%% *} does not warn with the flag" not_warned
fi

mapfile -t sources < <(find bindings/java/src/main/java bindings/java/src/generated/java -name '*.java' -not -name ShirenExtension.java)
for home in "$oldest" "$newest"; do
  step "javadoc" "$home/bin/javadoc" -quiet -Xdoclint:all,-missing -Werror -d "$work/javadoc" "${sources[@]}"
done
# What the generator makes of its own small registry, with every type there is.
small() {
  find codegen/tests/expected/java -name '*.java' -not -name Operations.java >"$work/small"
  "$newest/bin/javac" --release 8 -Xlint:all,-options -Werror -cp "$work/classes" -d "$work/small-classes" "@$work/small"
}
step "the small registry compiles" small
finish
