//! CPU time of `photo.fit` on a 12-megapixel photo, from the kernel's scheduler, for the calling thread.
//!
//! `benches/photo/` has the same work for Pillow and sharp.

use shiren::photo::fit::Fit;
use shiren::{Blob, local};

const ROUNDS: usize = 31;

fn cpu_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux, with scheduler statistics");
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).expect("nanoseconds") / 1e6
}

fn main() {
    // `cargo bench` passes --bench; a file may be named.
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/photos/phone-rotated.jpg");
    let image = Blob::from(std::fs::read(named.as_deref().unwrap_or(usual)).expect("a photo"));
    let mut times = Vec::with_capacity(ROUNDS);
    let mut last = None;
    for _ in 0..ROUNDS {
        let before = cpu_ms();
        let reply = local(Fit { image: image.clone(), ..Fit::default() }).expect("a photo that fits");
        times.push(cpu_ms() - before);
        last = Some(reply);
    }
    times.sort_by(f64::total_cmp);
    let reply = last.expect("a round");
    let cpu = times[ROUNDS / 2] * 1e3;
    println!("@ fit a 12-megapixel photo\tShiren\t{cpu:.1}\t{cpu:.1}");
    eprintln!(
        "{}x{}, {} bytes, quality {}, {} rounds",
        reply.width, reply.height, reply.bytes, reply.quality, reply.rounds
    );
}
