//! Juhe's order numbers, in the patterns of the documents' samples.

use jiff::Timestamp;

use crate::clock::chinese;

/// Random letters and digits.
pub(super) fn alphanumeric(length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..length).map(|_| char::from(ALPHABET[(random() % 62) as usize])).collect()
}

fn random() -> u64 {
    getrandom::u64().expect("the system has randomness")
}

/// As `JH79320240517095231mUzn9`.
pub(super) fn faceid(time: Timestamp) -> String {
    format!("JH793{}{}", chinese(time, "%Y%m%d%H%M%S"), alphanumeric(5))
}

/// As `JH264117091113513280159458`.
pub(super) fn verifyface(time: Timestamp) -> String {
    format!("JH2641{}{:08}", chinese(time, "%y%m%d%H%M%S"), random() % 100_000_000)
}

/// As `JH801240913170041JZU80`.
pub(super) fn mobile(time: Timestamp) -> String {
    format!("JH801{}{}", chinese(time, "%y%m%d%H%M%S"), alphanumeric(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Correction 40: both samples of the document decode to a time.
    #[test]
    fn patterns() {
        let time: Timestamp = "2024-05-17T01:52:31Z".parse().unwrap();
        let (faceid, verifyface, mobile) = (faceid(time), verifyface(time), mobile(time));
        assert!(faceid.starts_with("JH79320240517095231") && faceid.len() == 24);
        assert!(verifyface.starts_with("JH2641240517095231") && verifyface.len() == 26);
        assert!(mobile.starts_with("JH801240517095231") && mobile.len() == 22);
    }
}
