# Part of run.sh: installs into a prefix of its own, builds the examples from there in every way, and runs them.
prefix=$work/prefix
# Of what is built already: a build of this package alone would have other features, and build the dependencies anew.
make_install() { make --no-print-directory install PROFILE=dev CARGO=true "$@"; }
step "make install" make_install PREFIX="$prefix"
step "make install with DESTDIR" make_install PREFIX=/opt/shiren LIBDIR=lib64 DESTDIR="$work/stage"
step "the stage says where it will be" grep -qx 'prefix=/opt/shiren' "$work/stage/opt/shiren/lib64/pkgconfig/shiren.pc"
cat >"$work/files" <<END
include/shiren.h
include/shiren.hpp
include/shiren_ops.h
include/shiren_ops.hpp
lib/cmake/shiren/shiren-config-version.cmake
lib/cmake/shiren/shiren-config.cmake
lib/libshiren.a
lib/libshiren.so
lib/libshiren.so.1
lib/libshiren.so.$version
lib/pkgconfig/shiren-static.pc
lib/pkgconfig/shiren.pc
END
step "files" diff <(LC_ALL=C sort "$work/files") <(cd "$prefix" && find . -type f -o -type l | sed 's#^\./##' | LC_ALL=C sort)
rm -rf "$work/stage"
# Six programs are linked from it: without line numbers that is quick.
step "the static library can be stripped" strip --strip-debug "$prefix/lib/libshiren.a"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
step "version by pkg-config" test "$(pkg-config --modversion shiren)" = "$version"
step "no placeholder is left" test -z "$(grep -rE '@[A-Z_]+@' "$prefix/lib/pkgconfig" "$prefix/lib/cmake")"

name=张伟 number=110101180001020010
# One impossible person is verified by each program, as SHIREN_SANDBOX says.
export SHIREN_SANDBOX=$url
# run_examples DIRECTORY HOW
run_examples() {
  step "compare, $2" grep -qx 'passed, billed: yes' <("$1/compare" $name $number $photo)
  step "queue, $2" test "$("$1/queue" $name $number $photo $photo tests/photos/no-face.jpg | grep -c ': passed$')" -eq 3
  step "liveness, $2" python3 $here/visit.py "$url" "$1/liveness" $name $number
  step "compare of another's name ends with 1 or 2, $2" sh -c '! "$0" 王小二 "$1" "$2"' "$1/compare" $number $photo
}
needs() { readelf --dynamic "$1" | grep -q 'NEEDED.*libshiren\.so\.1'; }
needs_not() { ! needs "$1"; }

for kind in shiren shiren-static; do
  out=$work/$kind
  mkdir -p "$out"
  step "examples by pkg-config $kind" make --no-print-directory -C examples/c PKG=$kind OUT="$out" \
    LDFLAGS="-Wl,-rpath,$prefix/lib"
  run_examples "$out" "pkg-config $kind"
done
step "the shared example needs libshiren.so.1" needs "$work/shiren/compare"
step "the static example needs no libshiren" needs_not "$work/shiren-static/compare"

# cmake_examples LANGUAGE DIRECTORY STATIC
cmake_examples() {
  cmake -S "examples/$1" -B "$2" -DCMAKE_PREFIX_PATH="$prefix" -DSHIREN_STATIC="$3" && cmake --build "$2"
}
for static in OFF ON; do
  out=$work/cmake-$static
  step "examples by find_package, static $static" cmake_examples c "$out" $static
  run_examples "$out" "find_package, static $static"
done
step "the shared example by CMake needs libshiren.so.1" needs "$work/cmake-OFF/compare"
step "the static example by CMake needs no libshiren" needs_not "$work/cmake-ON/compare"

# The same headers in C++.
cat >"$work/plus.cpp" <<'END'
#include <shiren.h>
#include <shiren_ops.h>
#include <shiren.hpp>

int main()
{
    return shiren_abi_version() == SHIREN_ABI_VERSION ? 0 : 1;
}
END
# plus PACKAGE
plus() {
  # shellcheck disable=SC2046
  g++ -std=c++17 -Wall -Wextra $(pkg-config --cflags "$1") "$work/plus.cpp" -o "$work/plus-$1" $(pkg-config --libs "$1") \
    -pthread -Wl,-rpath,"$prefix/lib" && "$work/plus-$1"
}
step "C++ by pkg-config, shared" plus shiren
step "C++ by pkg-config, static" plus shiren-static
for static in OFF ON; do
  step "C++ examples by find_package, static $static" cmake_examples cpp "$work/cmake-cpp-$static" $static
  run_examples "$work/cmake-cpp-$static" "C++, find_package, static $static"
done

# A version that is not there is refused.
mkdir -p "$work/later"
printf 'cmake_minimum_required(VERSION 3.16)\nproject(later C)\nfind_package(shiren 99 REQUIRED)\n' >"$work/later/CMakeLists.txt"
step "find_package of a later version is refused" sh -c '! cmake -S "$0" -B "$0/build" -DCMAKE_PREFIX_PATH="$1"' \
  "$work/later" "$prefix"
