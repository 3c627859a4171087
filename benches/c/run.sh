#!/usr/bin/env bash
# One encrypted compare from C by the release library, and by libcurl with the body built by OpenSSL; and the size of
# that library. What is missing is installed where that is allowed; else this is left out, and said. `run.sh 0.1`: turns
# of 0.1 seconds.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR="$target"
work=$target/bench-c

# Whether a program can be built with libcurl and an OpenSSL that looks its algorithms up once.
can_build() {
  gcc -E -x c - -o /dev/null 2>/dev/null <<'END'
#include <curl/curl.h>
#include <openssl/evp.h>
#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error
#endif
END
}
packages=(gcc libc6-dev libcurl4-openssl-dev libssl-dev)
if ! can_build; then
  echo "installing ${packages[*]}" >&2
  { apt-get install -y -qq "${packages[@]}" ||
    { apt-get update -qq && apt-get install -y -qq "${packages[@]}"; }; } >/dev/null 2>&1 || true
fi
if ! can_build; then
  echo "no gcc with libcurl and OpenSSL 3: left out (Debian: apt-get install ${packages[*]})" >&2
  exit 0
fi

"${CARGO:-cargo}" build --quiet --release --package shiren-ffi
mkdir -p "$work/lib"
# Under the name that programs look for.
cp "$target/release/libshiren.so" "$work/lib/libshiren.so.1"
gcc -std=c11 -O2 -pedantic -Wall -Wextra -Werror -Iinclude benches/c/*.c -o "$work/bench" \
  "$work/lib/libshiren.so.1" -Wl,-rpath,"$work/lib" -lcurl -lcrypto
echo "size: libshiren.so $(stat -c %s "$target/release/libshiren.so") bytes"
"$work/bench" "$@"
