#!/usr/bin/env bash
# Builds the native library for this system, where the jar takes it from: `bindings/java/native.sh [PROFILE [FOLDER]]`, dev or
# release (the default); FOLDER is what Maven knows as shiren.target, target/java. It is the shim with libshiren.a inside: one file that depends on no other version of libshiren in the process.
# JAVA_HOME, or javac on the path, tells where jni.h is.
set -euo pipefail
cd "$(dirname "$0")/../.."
profile=${1:-release}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
"${CARGO:-cargo}" build --quiet --package shiren-ffi --profile "$profile"
work=$(realpath -m "${2:-$target/java}")
folder=$profile
[ "$profile" = dev ] && folder=debug
home=${JAVA_HOME:-$(dirname "$(dirname "$(realpath "$(command -v javac)")")")}
machine=$(uname -m | sed 's/^arm64$/aarch64/;s/^amd64$/x86_64/')
common=(-std=c11 -pedantic -Wall -Wextra -Werror -O2 -fPIC -fvisibility=hidden -shared -Iinclude -I"$home/include"
  bindings/java/src/main/c/shiren_jni.c bindings/java/src/main/c/events.c "$target/$folder/libshiren.a")
case $(uname -s) in
  Linux)
    out=$work/native/META-INF/native/linux-$machine
    mkdir -p "$out"
    # Never unloaded: threads of the library, and what they do at their end, outlive a class loader.
    "${CC:-cc}" -I"$home/include/linux" "${common[@]}" -o "$out/libshiren_jni.so.new" \
      -Wl,--exclude-libs,ALL,--gc-sections,--strip-all -Wl,-z,defs,-z,relro,-z,now,-z,nodelete \
      -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
    mv "$out/libshiren_jni.so.new" "$out/libshiren_jni.so"
    echo "$out/libshiren_jni.so"
    ;;
  Darwin)
    out=$work/native/META-INF/native/macos-$machine
    mkdir -p "$out"
    "${CC:-cc}" -I"$home/include/darwin" "${common[@]}" -o "$out/libshiren_jni.dylib" \
      -Wl,-dead_strip -Wl,-exported_symbol,'_Java_*' -framework Security -framework CoreFoundation -liconv
    echo "$out/libshiren_jni.dylib"
    ;;
  *)
    echo "native.sh knows Linux and macOS only" >&2
    exit 1
    ;;
esac
