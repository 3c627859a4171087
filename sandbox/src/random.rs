//! Random texts: tokens, numbers and keys that nobody can guess.

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn of(alphabet: &[u8], length: usize) -> String {
    let at = || getrandom::u64().expect("the system has randomness") % alphabet.len() as u64;
    (0..length).map(|_| char::from(alphabet[at() as usize])).collect()
}

/// Decimal digits.
pub(crate) fn digits(length: usize) -> String {
    of(DIGITS, length)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(length: usize) -> String {
    of(HEX, length)
}

/// Letters and digits.
pub(crate) fn alphanumeric(length: usize) -> String {
    of(ALPHANUMERIC, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_alphabets() {
        assert!(digits(24).len() == 24 && digits(24).bytes().all(|byte| byte.is_ascii_digit()));
        assert!(hex(32).len() == 32 && hex(32).bytes().all(|byte| HEX.contains(&byte)));
        assert!(alphanumeric(24).len() == 24 && alphanumeric(24) != alphanumeric(24));
    }
}
