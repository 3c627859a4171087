//! The body of one compare, from the request to what is ready to send: ours, the plain composition of the same crates,
//! and the least that is possible, a copy of the output.

mod measure;
#[path = "measure/photos.rs"]
mod photos;
#[path = "measure/still.rs"]
mod still;

use aes::Aes128;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use md5::{Digest, Md5};
use measure::{Contender, CpuTime, criterion, race};
use photos::photos;
use shiren::juhe::verifyface::verify2::Verify2;
use shiren::juhe::verifyface::verify2_encry::Verify2Encry;
use shiren::operation::Context;
use shiren::{Blob, Config};
use std::hint::black_box;
use std::sync::Arc;
use still::{sends, still};

const NAME: &str = "王小二";
const NUMBER: &str = "110101180001010015";

fn encrypted(context: &Arc<dyn Context>, photo: &Blob) -> Bytes {
    let (idcard, realname, image) = (NUMBER.into(), NAME.into(), photo.clone());
    sends(context, Verify2Encry { idcard, realname, image, ..Verify2Encry::default() }).into_body()
}

fn plain(context: &Arc<dyn Context>, photo: &Blob) -> Bytes {
    let (idcard, realname, image) = (NUMBER.into(), NAME.into(), photo.clone());
    sends(context, Verify2 { idcard, realname, image, ..Verify2::default() }).into_body()
}

/// Each step on its own, as one would write it with these crates.
fn composed(key: &str, fields: [(&str, &str); 3]) -> Bytes {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("key", key).extend_pairs(fields);
    form.finish().into()
}

fn composed_encrypted(openid: &str, key: &str, photo: &[u8]) -> Bytes {
    let hex: String = Md5::digest(openid).iter().map(|byte| format!("{byte:02x}")).collect();
    let aes = Aes128::new_from_slice(&hex.as_bytes()[..16]).expect("16 bytes");
    let seal = |plain: &[u8]| {
        let padding = 16 - plain.len() % 16;
        let mut data = plain.to_vec();
        data.resize(plain.len() + padding, padding as u8);
        aes.encrypt_blocks(Block::<Aes128>::slice_as_chunks_mut(&mut data).0);
        BASE64_STANDARD.encode(data)
    };
    let image = seal(BASE64_STANDARD.encode(photo).as_bytes());
    let (idcard, realname) = (seal(NUMBER.as_bytes()), seal(NAME.as_bytes()));
    composed(key, [("idcard", &idcard), ("realname", &realname), ("image", &image)])
}

fn composed_plain(key: &str, photo: &[u8]) -> Bytes {
    composed(key, [("idcard", NUMBER), ("realname", NAME), ("image", &BASE64_STANDARD.encode(photo))])
}

fn main() {
    let accounts = Config::sandbox("http://127.0.0.1:1").accounts;
    let juhe = accounts.juhe.clone().expect("an account");
    let openid = juhe.openid.expect("an OpenId");
    let context = still(accounts);
    let (openid, key) = (openid.expose(), juhe.key.expose());
    let mut criterion = criterion(CpuTime);
    for (name, bytes, count) in [("20 KB", 20 << 10, 32), ("100 KB", 100 << 10, 16), ("7.5 MB", 7_500_000, 3)] {
        let photos = photos(count, bytes);
        let at = |index: usize| &photos[index % photos.len()];
        type Build<'a> = &'a dyn Fn(&Blob) -> Bytes;
        let kinds: [(&str, Build<'_>, Build<'_>); 2] = [
            ("encrypted", &|photo| encrypted(&context, photo), &|photo| composed_encrypted(openid, key, photo)),
            ("plain", &|photo| plain(&context, photo), &|photo| composed_plain(key, photo)),
        ];
        for (kind, ours, theirs) in kinds {
            assert_eq!(ours(&photos[0]), theirs(&photos[0]), "both must send the same");
            let ready: Vec<Bytes> = photos.iter().map(ours).collect();
            let copy = |index: usize| Bytes::from(ready[index % ready.len()].to_vec());
            let each = |build: &dyn Fn(usize) -> Bytes, first: usize, calls: usize| {
                (first..first + calls).for_each(|index| drop(black_box(build(index))));
            };
            let contenders: Vec<Contender<'_>> = vec![
                ("Shiren", Box::new(|first, calls| each(&|index| ours(at(index)), first, calls))),
                ("the same crates, composed", Box::new(|first, calls| each(&|index| theirs(at(index)), first, calls))),
                ("a copy of the output", Box::new(|first, calls| each(&copy, first, calls))),
            ];
            race(&mut criterion, &CpuTime, &format!("body, {kind}, {name}"), contenders);
        }
    }
    criterion.final_summary();
}
