//! `photo.fit` on a 12-megapixel photo. `benches/photo/` has the same work for Pillow and sharp.

mod measure;

use measure::{Contender, CpuTime, criterion, race};
use shiren::photo::fit::{Fit, FitReply};
use shiren::{Blob, local};

fn main() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/photos/phone-rotated.jpg");
    let image = Blob::from(std::fs::read(file).expect("a photo"));
    let fit = || -> FitReply { local(Fit { image: image.clone(), ..Fit::default() }).expect("a photo that fits") };
    let reply = fit();
    let FitReply { width, height, bytes, quality, rounds, .. } = reply;
    println!("{width}x{height}, {bytes} bytes, quality {quality}, {rounds} rounds");
    let ours: Contender<'_> = ("Shiren", Box::new(|_, calls| (0..calls).for_each(|_| drop(fit()))));
    let mut criterion = criterion(CpuTime);
    race(&mut criterion, &CpuTime, "fit a 12-megapixel photo", vec![ours]);
    criterion.final_summary();
}
