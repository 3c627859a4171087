# Sourced: what the suites of the other languages load. One build with one set of features, or each suite would build the
# core anew.

# build : the program, the C library and the native part for Node, in $target/debug
build() { cargo build --quiet --package shiren-cli --package shiren-ffi --package shiren-node; }
