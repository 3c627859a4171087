//! Photos to rotate: on one repeated photo the branch predictor learns the answer by heart.

use shiren::Blob;

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
