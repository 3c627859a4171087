//! Compares a photo with the register, blocking: `cargo run -p shiren --example compare -- NAME ID_NUMBER PHOTO`.
//!
//! `SHIREN_SANDBOX=http://127.0.0.1:PORT` uses a sandbox (`shiren sandbox`), otherwise `shiren.json` is read.

use shiren::juhe::verifyface::verify2::Verify2;
use shiren::{Blob, Client, Config};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(id_number), Some(photo)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: compare NAME ID_NUMBER PHOTO".into());
    };
    let config = match std::env::var("SHIREN_SANDBOX") {
        Ok(url) => Config::sandbox(&url),
        Err(_) => Config::from_json(&std::fs::read("shiren.json")?)?,
    };
    let client = Client::new(config)?;
    let reply = client.call_blocking(Verify2 {
        realname: name.into(),
        idcard: id_number.into(),
        image: Blob::from(std::fs::read(photo)?),
        ..Verify2::default()
    })?;
    println!("{}, billed: {}", reply.verdict.decision, reply.verdict.billed);
    for reason in &reply.verdict.reasons {
        println!("{} {} {}", reason.code, reason.message, reason.next_step.as_deref().unwrap_or_default());
    }
    Ok(())
}
