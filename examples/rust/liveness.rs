//! A hosted session, asynchronously: `cargo run -p shiren --example liveness -- NAME ID_NUMBER`.
//!
//! `SHIREN_SANDBOX=http://127.0.0.1:PORT` uses a sandbox (`shiren sandbox`), otherwise `shiren.json` is read.

use shiren::liveness::finish::Finish;
use shiren::liveness::start::Start;
use shiren::subject::Subject;
use shiren::{Client, Config, Vendor};
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(id_number)) = (arguments.next(), arguments.next()) else {
        return Err("usage: liveness NAME ID_NUMBER".into());
    };
    let config = match std::env::var("SHIREN_SANDBOX") {
        Ok(url) => Config::sandbox(&url),
        Err(_) => Config::from_json(&std::fs::read("shiren.json")?)?,
    };
    let client = Client::new(config)?;
    let subject = Subject::new(name, id_number);
    let session = client.call(Start::new(Vendor::Juhe, Some(subject.clone()), "https://example.com/back")).await?;
    // A web service would store the session with its user, and redirect the browser here:
    println!("{}", session.page_url.expose());
    println!("open it, finish there, then paste the address you landed on (or just press Enter):");
    let mut landed = String::new();
    std::io::stdin().read_line(&mut landed)?;
    let landed = landed.trim();

    let mut finish = Finish::new(session);
    finish.landed_url = (!landed.is_empty()).then(|| landed.into());
    finish.subject = Some(subject);
    let verdict = client.call(finish).await?.verdict;
    println!("{}: {:?}, billed: {}", verdict.decision, verdict.checks, verdict.billed);
    Ok(())
}
