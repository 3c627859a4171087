use crate::shell::{command, run, shiren};

const ROTATED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/photos/phone-rotated.jpg");

#[test]
fn a_phone_photo_is_refused_then_made_to_fit() {
    let looked = shiren(&["photo", "inspect", ROTATED, "--service", "juhe-verify2", "--json"]);
    assert_eq!(looked.code, 1, "a document forbids it");
    let reply = looked.json();
    assert_eq!((reply["acceptable"].as_bool(), reply["facts"]["orientation"].as_u64()), (Some(false), Some(6)));

    let folder = tempfile::tempdir().expect("a folder");
    let small = folder.path().join("small.jpg");
    let small = small.to_str().expect("a path");
    let fitted = shiren(&["photo", "fit", ROTATED, "-o", small]);
    assert_eq!(fitted.code, 0, "{fitted:?}");
    assert!(fitted.out.contains("EXIF orientation 6") && fitted.out.contains("small.jpg"), "{}", fitted.out);
    let bytes = std::fs::read(small).expect("a file");
    assert!((16_000..=20_000).contains(&bytes.len()) && bytes.starts_with(b"\xff\xd8"), "{}", bytes.len());
    assert_eq!(shiren(&["photo", "inspect", small, "--service", "juhe-verify2"]).code, 0);
}

#[test]
fn what_is_no_photo_is_an_error_that_names_the_field() {
    let refused = shiren(&["photo", "fit", file!(), "-o", "/dev/null"]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

#[test]
fn a_page_is_drawn_for_a_phone() {
    let page = b"https://brain.baidu.com/face/print/?token=canary-token\n";
    let drawn = run(&mut command(&["photo", "qr", "-"]), page);
    assert_eq!(drawn.code, 0, "{drawn:?}");
    assert!(drawn.out.lines().count() > 15 && drawn.out.contains('▄'), "{}", drawn.out);
    assert!(!drawn.out.contains("canary") && !drawn.err.contains("canary"));
    let folder = tempfile::tempdir().expect("a folder");
    let png = folder.path().join("page.png");
    let written = run(&mut command(&["photo", "qr", "-", "--png", png.to_str().expect("a path")]), page);
    assert_eq!(written.code, 0, "{written:?}");
    assert!(std::fs::read(png).expect("a file").starts_with(b"\x89PNG"));
}
