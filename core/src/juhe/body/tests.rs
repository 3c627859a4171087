use super::*;
use crate::Secret;

const KEY: &str = "961d7934f501820f";

/// xorshift64*: the same photos in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 32) as u8).collect()
    }
}

fn aes() -> Aes128 {
    cipher::aes(&Secret::from(KEY)).unwrap()
}

/// The same by the composition of the crates, each step on its own.
fn composed(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn check(photo: &[u8]) {
    let (name, text, length) = ("王 小+二/·", BASE64_STANDARD.encode(photo), photo.len());
    let form = Form::with_photo(length).text("key", "k&=").text("realname", name).photo("image", photo);
    let expected = composed(&[("key", "k&="), ("realname", name), ("image", &text)]);
    assert!(form.finish() == expected.as_bytes(), "plain, {length} bytes");

    let key = Secret::from(KEY);
    let sealed = |plain: &str| cipher::encrypt(&key, plain.as_bytes()).unwrap();
    let form = Form::with_sealed_photo(length)
        .sealed_text("realname", name, &aes())
        .sealed_photo("image", photo, &aes())
        .text("thousand", "1");
    let expected = composed(&[("realname", &sealed(name)), ("image", &sealed(&text)), ("thousand", "1")]);
    assert!(form.finish() == expected.as_bytes(), "encrypted, {length} bytes");
}

#[test]
fn the_same_bytes_as_the_composition_of_the_crates() {
    let mut random = Random(1);
    for length in 0..=100 {
        check(&random.bytes(length));
    }
    for around in [PIECE, 2 * PIECE, 3 * PIECE] {
        for length in around - 37..=around + 37 {
            check(&random.bytes(length));
        }
    }
    for _ in 0..200 {
        let length = random.next() as usize % 5001;
        check(&random.bytes(length));
    }
    for length in [100 << 10, 7_500_001] {
        check(&random.bytes(length));
    }
}

#[test]
fn every_pair_of_digits_and_what_must_be_escaped_everywhere() {
    let all: Vec<u8> = (0..4096_u32)
        .flat_map(|bits| {
            let [_, a, b, c] = ((bits << 12) | (4095 - bits)).to_be_bytes();
            [a, b, c]
        })
        .collect();
    check(&all);
    // `/////…`, `+++++…`, and digits that stay: three times the room, and none of the surplus.
    for byte in [0xff, 0xfb, 0xef, 0xbe, 0x00] {
        for length in [1, 2, 3, 1151, 1152, 1153, 5000, 100 << 10] {
            check(&vec![byte; length]);
        }
    }
}

#[test]
fn one_allocation() {
    let mut random = Random(7);
    for length in [0, 1, 20 << 10, 100 << 10, 1 << 20] {
        let photo = random.bytes(length);
        let person = |form: Form| form.text("key", &"k".repeat(32)).text("realname", &"王".repeat(50));
        for form in [
            person(Form::with_photo(length)).photo("image", &photo),
            person(Form::with_sealed_photo(length)).sealed_photo("image", &photo, &aes()),
        ] {
            let exact = form.0.capacity() - form.0.len();
            assert!(exact < 1100 + length / 20, "{length}: {exact} bytes too many");
        }
        // It did not move: its room is that of the beginning.
        let form = person(Form::with_sealed_photo(length));
        let before = (form.0.as_ptr(), form.0.capacity());
        let form = form.sealed_photo("image", &photo, &aes());
        assert_eq!((form.0.as_ptr(), form.0.capacity()), before, "{length}");
        let body = form.finish();
        assert_eq!(body.as_ptr(), before.0, "{length}");
    }
}

#[test]
fn a_form_of_texts() {
    let fields = [("key", "k"), ("certName", "王小二"), ("returnUrl", "https://example.com/a?b=c d&e=~*-._")];
    assert_eq!(Form::of(&fields).finish(), composed(&fields));
    assert_eq!(Form::of(&[]).finish(), "");
}
