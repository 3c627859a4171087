//! The program `shiren`.
fn main() {}
