//! The eight ways to verify a person, each with people who fare differently.

use super::Row;
use crate::ask::value;
use serde_json::{Value, json};
use shiren::{CallOptions, Client, Error, Result};
use shiren_sandbox::{Completion, Persona, Sandbox};

/// The photo of nobody in particular that every person of the demo holds up.
const PORTRAIT: &[u8] = include_bytes!("../../../tests/photos/portrait.jpg");

/// A way to verify a person.
pub(super) struct Way {
    /// What it is called on the progress bar.
    pub(super) name: &'static str,
    kind: Kind,
    /// The people who go this way.
    pub(super) personas: &'static [&'static str],
}

enum Kind {
    /// A photo against the register, by this operation.
    Photo(&'static str),
    /// A hosted page of this vendor.
    Hosted(&'static str),
}

impl Way {
    /// The operations that make it up.
    pub(super) fn operations(&self) -> &'static str {
        match self.kind {
            Kind::Photo(operation) => operation,
            Kind::Hosted(_) => "liveness.start, the page, liveness.finish",
        }
    }
}

/// All of them. None of these people ends in doubt about the bill, so that the ledger must agree to the unit.
pub(super) static WAYS: &[Way] = &[
    Way {
        name: "Juhe faceid",
        kind: Kind::Hosted("juhe"),
        personas: &["passes", "low_score_pass", "identity_mismatch", "liveness_fails"],
    },
    Way {
        name: "Juhe verify",
        kind: Kind::Photo("juhe.verifyface.verify"),
        personas: &["passes", "low_score_pass", "face_differs", "no_record"],
    },
    Way {
        name: "Juhe verifyEncry",
        kind: Kind::Photo("juhe.verifyface.verify_encry"),
        personas: &["passes", "photo_unusable", "identity_mismatch"],
    },
    Way {
        name: "Juhe verify2",
        kind: Kind::Photo("juhe.verifyface.verify2"),
        personas: &["passes", "face_differs", "photo_unusable", "identity_mismatch"],
    },
    Way {
        name: "Juhe verify2Encry",
        kind: Kind::Photo("juhe.verifyface.verify2_encry"),
        personas: &["rare_character", "borderline", "no_record"],
    },
    Way {
        name: "Juhe verifyface_mobile",
        kind: Kind::Photo("juhe.verifyface_mobile.query"),
        personas: &["passes", "identity_mismatch", "no_record"],
    },
    Way { name: "Jumdata", kind: Kind::Hosted("jumdata"), personas: &["passes", "liveness_fails"] },
    Way {
        name: "Baidu",
        kind: Kind::Hosted("baidu"),
        personas: &["passes", "face_differs", "identity_mismatch", "liveness_fails"],
    },
];

/// Verifies one person.
pub(super) fn verify(way: &Way, persona: &str, client: &Client, sandbox: &Sandbox) -> Result<Row> {
    let persona: &'static Persona = sandbox
        .personas()
        .iter()
        .find(|known| known.id == persona)
        .ok_or_else(|| Error::internal(format!("the sandbox knows no persona {persona}")))?;
    let verdict = match way.kind {
        Kind::Photo(operation) => photo(operation, persona, client)?,
        Kind::Hosted(vendor) => hosted(vendor, persona, client, sandbox)?,
    };
    Ok(Row { persona: &persona.id, name: &persona.name, verdict })
}

fn photo(operation: &str, persona: &Persona, client: &Client) -> Result<Value> {
    let mut request = json!({
        "realname": persona.name, "idcard": persona.id_number, "image": {"part": "photo"},
    });
    if operation.contains("mobile") {
        request["mobile"] = persona.mobile.as_str().into();
    }
    call(client, operation, &request).map(|mut reply| reply["verdict"].take())
}

/// As a server would: begin, send the person to the page, and when the browser is back ask the vendor.
fn hosted(vendor: &str, persona: &Persona, client: &Client, sandbox: &Sandbox) -> Result<Value> {
    let mut request = json!({"vendor": vendor, "return_url": "https://shop.example/back"});
    if vendor != "jumdata" {
        request["subject"] = json!({"name": persona.name, "id_number": persona.id_number});
    }
    let session = call(client, "liveness.start", &request)?;
    let reference = session["reference"].as_str().unwrap_or_default();
    // Jumdata is told nobody's name: who sits before the camera has to be said here.
    let completion = Completion { outcome: None, persona: (vendor == "jumdata").then(|| persona.id.clone()) };
    let done = sandbox
        .complete_blocking(reference, completion)
        .map_err(|refused| Error::internal(format!("the sandbox's page refused: {refused}")))?;
    let finish = json!({"session": session, "landed_url": done.redirect});
    call(client, "liveness.finish", &finish).map(|mut reply| reply["verdict"].take())
}

fn call(client: &Client, operation: &str, request: &Value) -> Result<Value> {
    let parts = vec![("photo".to_owned(), PORTRAIT.into())];
    value(client.call_json_blocking(operation, request.to_string().as_bytes(), parts, CallOptions::default())?)
}
