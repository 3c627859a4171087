//! `shiren crypto`: Juhe's key derivation, AES and signature, computed on this machine.

use crate::ask::ask;
use crate::config::{Connection, variable};
use crate::exit::{self, Exit};
use crate::fields::{Fields, text_from};
use crate::ops;
use crate::output::Output;
use clap::{Args, Subcommand};
use serde_json::Value;
use shiren::{CallOptions, Client, Config, Error, Result};

/// What to compute.
#[derive(Debug, Subcommand)]
pub(crate) enum Crypto {
    /// The AES key of an OpenId.
    Key {
        #[command(flatten)]
        openid: OpenId,
    },
    /// Encrypt text as the encrypted calls want it (AES-128/ECB/PKCS5, Base64).
    Encrypt {
        /// The text; left out or `-`: standard input. Also `@FILE`, `env:NAME`.
        #[arg(default_value = "-")]
        text: String,
        #[command(flatten)]
        openid: OpenId,
    },
    /// Decrypt a field, or the answer of an encrypted call.
    Decrypt {
        /// The Base64 text; left out or `-`: standard input. Also `@FILE`, `env:NAME`.
        #[arg(default_value = "-")]
        text: String,
        #[command(flatten)]
        openid: OpenId,
    },
    /// Sign a response as the vendor does: md5(response + key).
    Sign {
        /// The exact text, percent-decoded; left out or `-`: standard input. Also `@FILE`, `env:NAME`.
        #[arg(default_value = "-")]
        response: String,
        #[command(flatten)]
        key: Key,
    },
    /// Check a signature; exit code 14 when it is wrong.
    Verify {
        /// The exact text, percent-decoded; left out or `-`: standard input. Also `@FILE`, `env:NAME`.
        #[arg(default_value = "-")]
        response: String,
        /// The signature.
        #[arg(long, value_name = "HEX")]
        sign: String,
        #[command(flatten)]
        key: Key,
    },
}

/// Where the OpenId is.
#[derive(Debug, Args)]
pub(crate) struct OpenId {
    /// The environment variable with the OpenId. Default: --config or --sandbox, else SHIREN_JUHE_OPENID.
    #[arg(long, value_name = "NAME")]
    openid_env: Option<String>,
}

/// Where the key of the API is.
#[derive(Debug, Args)]
pub(crate) struct Key {
    /// The environment variable with the key. Default: --config or --sandbox, else SHIREN_JUHE_KEY.
    #[arg(long, value_name = "NAME")]
    key_env: Option<String>,
}

impl Crypto {
    /// Computes and prints.
    pub(crate) fn run(self, connection: &Connection, output: &Output) -> Result<Exit> {
        let place = match &self {
            Crypto::Key { openid } | Crypto::Encrypt { openid, .. } | Crypto::Decrypt { openid, .. } => Place {
                field: "openid",
                what: "OpenId",
                hint: "set SHIREN_JUHE_OPENID, or give --openid-env NAME, or --config FILE",
                named: openid.openid_env.as_deref(),
                usual: "SHIREN_JUHE_OPENID",
            },
            Crypto::Sign { key, .. } | Crypto::Verify { key, .. } => Place {
                field: "key",
                what: "key",
                hint: "set SHIREN_JUHE_KEY, or give --key-env NAME, or --config FILE",
                named: key.key_env.as_deref(),
                usual: "SHIREN_JUHE_KEY",
            },
        };
        let (client, secret) = place.find(connection)?;
        let compute = |id: &'static str, texts: &[(&str, String)]| {
            let mut fields = Fields::of(ops::find(id)?);
            for (name, text) in texts {
                fields.set(&[*name], text.as_str().into());
            }
            fields.set_some(&[secret.0], secret.1.clone());
            ask(&client, id, fields, CallOptions::default()).map_err(|error| place.advise(error))
        };
        match &self {
            Crypto::Key { .. } => show(output, compute("juhe.cipher.key", &[])?, "key"),
            Crypto::Encrypt { text, .. } => {
                show(output, compute("juhe.cipher.encrypt", &[("text", text_from("TEXT", text)?)])?, "text")
            }
            Crypto::Decrypt { text, .. } => {
                show(output, compute("juhe.cipher.decrypt", &[("text", text_from("TEXT", text)?)])?, "text")
            }
            Crypto::Sign { response, .. } => {
                show(output, compute("juhe.sign.make", &[("response", text_from("RESPONSE", response)?)])?, "sign")
            }
            Crypto::Verify { response, sign, .. } => {
                let response = text_from("RESPONSE", response)?;
                let reply = compute("juhe.sign.verify", &[("response", response), ("sign", sign.clone())])?;
                let valid = reply["valid"] == true;
                if output.json {
                    output.document(&reply)?;
                } else {
                    output.line(if valid {
                        "valid 签名正确"
                    } else {
                        "wrong 签名错误: do not trust this text"
                    })?;
                }
                Ok(if valid { exit::DONE } else { exit::SIGNATURE })
            }
        }
    }
}

/// The one text of a reply; with `--json` the reply.
fn show(output: &Output, reply: Value, name: &str) -> Result<Exit> {
    match reply[name].as_str() {
        Some(text) if !output.json => output.line(text)?,
        _ => output.document(&reply)?,
    }
    Ok(exit::DONE)
}

/// Where a secret may be.
struct Place<'a> {
    field: &'static str,
    what: &'static str,
    hint: &'static str,
    named: Option<&'a str>,
    usual: &'static str,
}

impl Place<'_> {
    /// Where to put the secret, if there was none: an account that lacks it is not the whole story here.
    fn advise(&self, mut error: Error) -> Error {
        if !error.field.as_deref().is_some_and(|field| field.starts_with("/accounts/juhe")) {
            return error;
        }
        error.field = Some(self.field.to_owned());
        error.message = format!("no {} is known", self.what);
        error.with_hint(self.hint)
    }

    /// A client to compute with, and the secret where it does not come from that client's account.
    fn find(&self, connection: &Connection) -> Result<(Client, (&'static str, Option<String>))> {
        let secret = match self.named {
            Some(name) => {
                let value =
                    variable(name).ok_or_else(|| Error::configuration(format!("the environment has no {name}")))?;
                Some(value)
            }
            None if connection.is_named() => None,
            None => variable(self.usual),
        };
        let client = if secret.is_some() { Client::new(Config::default())? } else { connection.client(0)? };
        Ok((client, (self.field, secret)))
    }
}
