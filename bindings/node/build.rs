//! What the linker has to know of an addon; on Linux also that it is never unloaded, because threads may be in it still.

fn main() {
    napi_build::setup();
}
