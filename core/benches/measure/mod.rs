//! How the benches measure: CPU time of the calling thread from the kernel's scheduler, rounds that alternate between
//! the contenders, medians. Inputs rotate: on one repeated photo the branch predictor learns the answer by heart.
//!
//! Each result is one line for `benches/run.sh`: `@ case <TAB> contender <TAB> CPU µs <TAB> wall µs`.

use shiren::Blob;
use std::time::{Duration, Instant};

/// CPU time of this thread so far.
pub(crate) fn cpu() -> Duration {
    // The kernel brings its count up to date when a thread lets go; otherwise it may be a tick old.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    Duration::from_nanos(text.split(' ').next().expect("a number").parse().expect("nanoseconds"))
}

/// As many different photos of this size; they have a JPEG's first bytes and a JPEG's entropy.
pub(crate) fn photos(count: u32, bytes: usize) -> Vec<Blob> {
    let photo = |seed: u32| {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let noise = std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 8) as u8
        });
        let head = [0xff, 0xd8, 0xff, 0xe0];
        Blob::from(head.into_iter().chain(noise).take(bytes).collect::<Vec<u8>>())
    };
    (1..=count).map(photo).collect()
}

/// A name, and what does its work once for each of so many calls, from the number of the first one on.
pub(crate) type Contender<'a> = (&'a str, Box<dyn FnMut(usize) + 'a>);

/// Runs the contenders in turn; each does `calls` calls in each of `rounds` rounds, after one round to warm up.
pub(crate) fn race(case: &str, rounds: usize, calls: usize, mut contenders: Vec<Contender<'_>>) {
    let mut times = vec![Vec::new(); contenders.len()];
    for round in 0..=rounds {
        for ((_, run), times) in contenders.iter_mut().zip(&mut times) {
            let (wall, used) = (Instant::now(), cpu());
            run(round * calls);
            let (used, wall) = (cpu() - used, wall.elapsed());
            if round > 0 {
                times.push((used.as_secs_f64() * 1e6 / calls as f64, wall.as_secs_f64() * 1e6 / calls as f64));
            }
        }
    }
    for ((name, _), times) in contenders.iter().zip(times) {
        let (used, wall): (Vec<f64>, Vec<f64>) = times.into_iter().unzip();
        println!("@ {case}\t{name}\t{:.2}\t{:.2}", median(used), median(wall));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
