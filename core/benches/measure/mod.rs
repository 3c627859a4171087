//! How the benches measure: by criterion, in CPU time of the calling thread from the kernel's scheduler.
//!
//! Criterion measures one function after another, and a machine that slows down between two would be taken for a
//! difference: so the contenders take turns, each five times, and a turn is a parameter to criterion. `benches/run.sh` reads
//! what it saved: a group is a case, a function is a contender; the median of the turns counts.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, SamplingMode};
use std::time::Duration;

/// CPU time of the calling thread: what other threads and other programs do is not in it.
pub(crate) struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        // The kernel brings its count up to date when a thread lets go; otherwise it may be a tick old.
        std::thread::yield_now();
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
        Duration::from_nanos(text.split(' ').next().expect("a number").parse().expect("nanoseconds"))
    }

    fn end(&self, start: Duration) -> Duration {
        self.start() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

const TURNS: usize = 5;

/// Criterion with short runs, because each is repeated.
pub(crate) fn criterion<M: Measurement + 'static>(measurement: M) -> Criterion<M> {
    Criterion::default()
        .with_measurement(measurement)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(10)
        .configure_from_args()
}

/// A name, and what does its work once for each of so many calls: from the number of the first one on, so many.
pub(crate) type Contender<'a> = (&'a str, Box<dyn FnMut(usize, usize) + 'a>);

/// Measures each contender of a case.
pub(crate) fn race<M: Measurement>(
    criterion: &mut Criterion<M>,
    measurement: &M,
    case: &str,
    mut contenders: Vec<Contender<'_>>,
) {
    let mut group = criterion.benchmark_group(case);
    // Samples of equal length: the median is then that of like things.
    group.sampling_mode(SamplingMode::Flat);
    let mut first = vec![0; contenders.len()];
    for turn in 1..=TURNS {
        for ((name, run), first) in contenders.iter_mut().zip(&mut first) {
            group.bench_function(BenchmarkId::new(*name, turn), |bencher| {
                bencher.iter_custom(|calls| {
                    let calls = usize::try_from(calls).expect("a number of calls");
                    let start = measurement.start();
                    run(*first, calls);
                    *first += calls;
                    measurement.end(start)
                });
            });
        }
    }
    group.finish();
}
