//! Baidu's side of the sandbox, over real HTTP: every documented code, each clock, each redirect, each charge.

mod access;
mod attempts;
mod clocks;
mod handover;
mod page;
mod results;
mod signatures;
mod wire;

use serde_json::{Value, json};
use shiren_sandbox::{Persona, Sandbox, personas};
use wire::{admin, complete, post_form, post_json};

/// What every end of a verify_token says.
const TOKEN_TEXT: &str = "Token无效或者已过期";
/// The invented number beside it, as the settings have it by default.
const TOKEN_CODE: i64 = 283901;
const LOW_SCORE: i64 = 283902;
const CAMERA: i64 = 283903;

fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

fn lenient() -> Sandbox {
    Sandbox::builder().strict(false).start_blocking().unwrap()
}

/// A sandbox with one more plan, of the id `p`.
fn with_plan(plan: Value) -> Sandbox {
    let sandbox = sandbox();
    let changed = admin(&sandbox, "settings", json!({"baidu": {"plans": {"p": plan}}}));
    assert_eq!(changed.status, 200, "{}", changed.text());
    sandbox
}

fn path(call: &str) -> String {
    format!("/baidu/rpc/2.0/brain/solution/faceprint/{call}")
}

fn access_token_of(sandbox: &Sandbox, key: &str, secret: &str) -> String {
    let fields = [("grant_type", "client_credentials"), ("client_id", key), ("client_secret", secret)];
    let reply = post_form(sandbox, "/baidu/oauth/2.0/token", &[], &fields).json();
    reply["access_token"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned()
}

fn access_token(sandbox: &Sandbox) -> String {
    access_token_of(sandbox, "sandbox-baidu-ak", "sandbox-baidu-sk")
}

/// A client with an access_token.
struct App<'a> {
    sandbox: &'a Sandbox,
    access_token: String,
}

impl<'a> App<'a> {
    fn new(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, access_token: access_token(sandbox) }
    }

    fn call(&self, call: &str, body: Value) -> Value {
        let target = format!("{}?access_token={}", path(call), self.access_token);
        let reply = post_json(self.sandbox, &target, &[], &body);
        assert_eq!(reply.status, 200);
        reply.json()
    }

    fn generate(&self, plan: &str) -> String {
        let reply = self.call("verifyToken/generate", json!({"plan_id": plan}));
        assert_eq!(reply["success"], true, "{reply}");
        reply["result"]["verify_token"].as_str().unwrap().to_owned()
    }

    fn submit(&self, token: &str, name: &str, number: &str) -> Value {
        let body = json!({"verify_token": token, "id_name": name, "id_no": number, "certificate_type": 0});
        self.call("idcard/submit", body)
    }

    /// A token of plan 1 with this persona submitted.
    fn session(&self, id: &str) -> String {
        let token = self.generate("1");
        let persona = persona(id);
        assert_eq!(self.submit(&token, &persona.name, &persona.id_number)["success"], true);
        token
    }

    fn read(&self, call: &str, token: &str) -> Value {
        self.call(&format!("result/{call}"), json!({"verify_token": token}))
    }

    /// The attempts of getall.
    fn attempts(&self, token: &str) -> Vec<Value> {
        let reply = self.read("getall", token);
        assert_eq!(reply["success"], true, "{reply}");
        let list = reply["result"]["verify_result"].as_array().unwrap().clone();
        assert_eq!(reply["result"]["verify_count"], list.len());
        list
    }

    fn complete(&self, token: &str, body: Value) -> Value {
        complete(self.sandbox, token, body)
    }
}

fn persona(id: &str) -> &'static Persona {
    personas().iter().find(|persona| persona.id == id).unwrap_or_else(|| panic!("{id}"))
}

/// A failure of the face service has its number and its text under both pairs of names.
fn assert_failure(reply: &Value, code: i64) {
    assert_eq!(reply["success"], false, "{reply}");
    assert_eq!(reply["result"], Value::Null);
    assert_eq!((&reply["code"], &reply["error_code"]), (&json!(code), &json!(code)), "{reply}");
    assert_eq!(reply["message"], reply["error_msg"]);
    assert!(reply["log_id"].is_string());
}

fn assert_ended(reply: &Value) {
    assert_failure(reply, TOKEN_CODE);
    assert_eq!(reply["message"], TOKEN_TEXT);
}
