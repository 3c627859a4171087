#!/usr/bin/env bash
# Builds the library and installs it with headers, pkg-config files and a CMake package: `make install`.
# From the environment: PREFIX (/usr/local), LIBDIR (lib, under the prefix), DESTDIR (put before the prefix while
# copying), PROFILE (release or dev).
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${PREFIX:-/usr/local} libdir=${LIBDIR:-lib} destdir=${DESTDIR:-} profile=${PROFILE:-release}
target=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
abi=$(sed -n 's/^#define SHIREN_ABI_VERSION //p' include/shiren.h)
case $prefix in /*) ;; *) echo "PREFIX must be an absolute path, not $prefix" >&2; exit 1 ;; esac
case $libdir in /* | *..*) echo "LIBDIR is a path under the prefix, as lib or lib64, not $libdir" >&2; exit 1 ;; esac
case $(uname -s) in Linux) ;; *) echo "this script installs on Linux only" >&2; exit 1 ;; esac

"${CARGO:-cargo}" build --quiet --package shiren-ffi --profile "$profile"
case $profile in dev) built=$target/debug ;; *) built=$target/$profile ;; esac

# What a static library of Rust needs of the system. The crates that this one is made of need nothing else. Into a
# directory of its own: rustc replaces the file that it writes, and as root even a device.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
native=$("${RUSTC:-rustc}" --crate-type staticlib --print native-static-libs -o "$scratch/empty.a" - 2>&1 </dev/null |
  sed -n 's/^note: native-static-libs: //p')
[ -n "$native" ] || { echo "rustc did not say which libraries a static one needs" >&2; exit 1; }

lib=$destdir$prefix/$libdir
install -d "$lib/pkgconfig" "$lib/cmake/shiren" "$destdir$prefix/include"
install -m 755 "$built/libshiren.so" "$lib/libshiren.so.$version"
ln -sf "libshiren.so.$version" "$lib/libshiren.so.$abi"
ln -sf "libshiren.so.$abi" "$lib/libshiren.so"
install -m 644 "$built/libshiren.a" "$lib/libshiren.a"
install -m 644 include/shiren.h include/shiren_ops.h include/shiren.hpp include/shiren_ops.hpp "$destdir$prefix/include"

up=$(sed -E 's#[^/]+#..#g' <<<"$libdir")/../..
# fill TEMPLATE FILE
fill() {
  sed -e "s#@PREFIX@#$prefix#g" -e "s#@LIBDIR@#$libdir#g" -e "s#@VERSION@#$version#g" -e "s#@ABI@#$abi#g" \
    -e "s#@NATIVE@#$native#g" -e "s#@NATIVE_LIST@#${native// /;}#g" -e "s#@UP@#$up#g" "ffi/$1" >"$2"
  chmod 644 "$2"
}
fill shiren.pc.in "$lib/pkgconfig/shiren.pc"
fill shiren-static.pc.in "$lib/pkgconfig/shiren-static.pc"
fill shiren-config.cmake.in "$lib/cmake/shiren/shiren-config.cmake"
fill shiren-config-version.cmake.in "$lib/cmake/shiren/shiren-config-version.cmake"
echo "shiren $version: installed to $destdir$prefix"
