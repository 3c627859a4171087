# Sourced: what the suites of the other languages load. One build with the features that the Rust tests have, or each suite
# would build the dependencies anew.

# build : the programs, the C library and the native parts, in $target/debug
build() { cargo build --quiet --workspace --lib --bins --tests --examples; }
