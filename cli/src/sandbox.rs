//! `shiren sandbox`: the vendors, offline, until it is told to end.

use crate::exit::{self, Exit};
use crate::output::Output;
use crate::signals::Signals;
use clap::Args;
use serde_json::json;
use shiren::{Error, Result};
use shiren_sandbox::Sandbox;
use std::net::IpAddr;

const READY: &str = "\
When it is ready it prints one line of JSON, {\"ready\":true,\"url\":…,\"accounts\":{…}}.
Then it writes only to standard error. `{\"accounts\": …}` is a configuration for
--config; `--sandbox URL` or SHIREN_SANDBOX=URL says the same shorter.

  URL/_sandbox/personas  the people who reach each code; nobody else ever passes
  URL/_sandbox/ledger    what was charged
  URL/_sandbox/journal   what was asked

It is for tests: a --host other than 127.0.0.1 lets others in.";

/// Runs a sandbox.
#[derive(Debug, Args)]
#[command(after_help = READY)]
pub(crate) struct Serve {
    /// The port; 0 lets the system choose.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Refuse a wrong method or content type (default).
    #[arg(long, conflicts_with = "lenient")]
    strict: bool,
    /// Accept a wrong method or content type.
    #[arg(long)]
    lenient: bool,
}

impl Serve {
    /// Serves until Ctrl-C or SIGTERM.
    pub(crate) fn run(self, output: &Output) -> Result<Exit> {
        let fault = |error: std::io::Error| Error::internal(format!("no runtime: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fault)?;
        runtime.block_on(async {
            // Before the line is out, so that whoever reads it may end us at once.
            let signals = Signals::new().map_err(fault)?;
            let builder = Sandbox::builder().port(self.port).host(self.host).strict(!self.lenient);
            let sandbox = builder.start().await.map_err(|error| {
                let at = format!("{}:{} cannot be listened on: {error}", self.host, self.port);
                Error::invalid_argument("--port", at).with_hint("leave --port out, and the system chooses a free one")
            })?;
            let ready = json!({"ready": true, "url": sandbox.url(), "accounts": sandbox.accounts()});
            output.line(ready.to_string())?;
            output.remark(&format!(
                "ready; SHIREN_SANDBOX={} points the other commands here; Ctrl-C ends it",
                sandbox.url()
            ));
            signals.ended().await;
            sandbox.stop();
            Ok(exit::DONE)
        })
    }
}
