//! Runs one scenario: a reset sandbox, a client of its own, step by step.

use super::Outcome;
use super::admin::Admin;
use super::expectation;
use super::scenario::{Scenario, Step};
use super::value::{Names, merge};
use serde_json::{Value, json};
use shiren::wire::{Parts, Wire};
use shiren::{CallOptions, Client, Config, Error};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// No step lasts longer.
const PATIENCE: Duration = Duration::from_secs(20);

struct Run<'a> {
    admin: &'a Admin,
    names: Names,
    config: Value,
    client: Client,
}

/// Runs it, and says at which step what was not as expected.
pub(super) fn run(scenario: &Scenario, admin: &Admin) -> Outcome<()> {
    admin.post("/reset", &json!({}))?;
    let mut names = Names::default();
    let people = admin.get("/personas")?;
    let people = people.as_array().into_iter().flatten();
    names.set(
        "persona",
        people.map(|person| (person["id"].as_str().unwrap_or_default().to_owned(), person.clone())).collect(),
    );
    names.set("sandbox", json!({"url": admin.url, "authority": admin.authority(), "accounts": admin.accounts}));
    let mut config = json!({
        "accounts": admin.accounts, "test_mode": true, "connect_timeout_ms": 5000, "timeout_ms": 10_000,
    });
    merge(&mut config, &names.resolve(&scenario.config)?);
    let client = open(&config).map_err(|error| format!("no client: {error}"))?;
    let mut run = Run { admin, names, config, client };
    for (at, step) in scenario.steps.iter().enumerate() {
        run.step(step).map_err(|why| format!("step {at}: {why}"))?;
    }
    run.books("ledger", &scenario.ledger)?;
    scenario.journal.as_ref().map_or(Ok(()), |journal| run.books("journal", journal))
}

fn open(config: &Value) -> Result<Client, Error> {
    Client::new(Config::from_json(config.to_string().as_bytes())?)
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Outcome<()> {
        let done = if let Some(id) = &step.call {
            self.call(id, step)?
        } else if let Some(patch) = &step.open {
            let mut config = self.config.clone();
            merge(&mut config, &self.names.resolve(patch)?);
            open(&config).map(|client| {
                self.client = client;
                self.config = config;
                Value::Null
            })
        } else if step.close.is_some() {
            self.client.close(PATIENCE).map(|()| Value::Null)
        } else if let Some(ms) = step.wait_ms {
            std::thread::sleep(Duration::from_millis(ms));
            Ok(Value::Null)
        } else {
            Ok(self.sandbox(step)?)
        };
        let value = match (done, &step.error) {
            (Ok(value), None) => {
                if let Some(expected) = &step.reply {
                    self.expect("reply", expected, &value)?;
                }
                value
            }
            (Err(error), Some(expected)) => {
                self.discreet(&error)?;
                let value = serde_json::to_value(&error).map_err(|error| error.to_string())?;
                self.expect("error", expected, &value)?;
                value
            }
            (Ok(value), Some(_)) => return Err(format!("it answered, and an error was expected: {value}")),
            (Err(error), None) => return Err(format!("it failed, and an answer was expected: {error}")),
        };
        for (name, pointer) in &step.save {
            let found = value.pointer(pointer).ok_or_else(|| format!("there is no {pointer} to save"))?;
            self.names.set(name, found.clone());
        }
        Ok(())
    }

    fn expect(&mut self, what: &str, expected: &serde_json::Map<String, Value>, actual: &Value) -> Outcome<()> {
        let expected = expected.iter().map(|(pointer, value)| Ok((pointer.clone(), self.names.resolve(value)?)));
        let expected = expected.collect::<Outcome<_>>()?;
        expectation::check(&self.names, what, &expected, actual)
    }

    fn call(&mut self, id: &str, step: &Step) -> Outcome<Result<Value, Error>> {
        let mut request = self.names.resolve(step.request.as_ref().unwrap_or(&json!({})))?;
        let mut parts = Parts::new();
        self.names.detach(&mut request, &mut parts);
        let json = request.to_string().into_bytes();
        let mut options = CallOptions::default().raw(step.options.raw);
        if let Some(ms) = step.options.timeout_ms {
            options = options.timeout(Duration::from_millis(ms));
        }
        let done: Result<Wire, Error> = match &step.cancel {
            None => self.client.call_json_blocking(id, &json, parts, options),
            Some(cancel) => {
                let (sender, receiver) = mpsc::channel();
                let told = move |_, result| drop(sender.send(result));
                let number = self.client.start(id, &json, parts, options, told).map_err(|error| error.to_string())?;
                self.wait_for_charges(cancel.charges)?;
                std::thread::sleep(Duration::from_millis(cancel.after_ms));
                self.client.cancel(number);
                receiver.recv_timeout(PATIENCE).map_err(|_| "a cancelled call told nobody")?
            }
        };
        Ok(match done {
            Ok(wire) => {
                let mut reply = serde_json::from_slice(&wire.json).map_err(|error| format!("a reply: {error}"))?;
                self.names.attach(&mut reply, &wire.parts);
                Ok(reply)
            }
            Err(error) => Err(error),
        })
    }

    fn sandbox(&mut self, step: &Step) -> Outcome<Value> {
        let posts = [("/clock", &step.clock), ("/faults", &step.fault), ("/settings", &step.settings)];
        for (path, body) in posts {
            if let Some(body) = body {
                return self.admin.post(path, &self.names.resolve(body)?);
            }
        }
        let mut completion = self.names.resolve(step.complete.as_ref().unwrap_or(&Value::Null))?;
        let session = completion.as_object_mut().and_then(|fields| fields.remove("session"));
        let session = session.as_ref().and_then(Value::as_str).ok_or("complete needs a session")?;
        self.admin.post(&format!("/sessions/{session}/complete"), &completion)
    }

    fn wait_for_charges(&self, wanted: usize) -> Outcome<()> {
        let began = Instant::now();
        while self.admin.get("/ledger")?.as_array().map_or(0, Vec::len) < wanted {
            if began.elapsed() > PATIENCE {
                return Err(format!("the ledger never had {wanted} charges"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// No error repeats whom the scenario asked about, or the keys.
    fn discreet(&self, error: &Error) -> Outcome<()> {
        let shown = format!("{error} {error:?} {}", serde_json::to_string(error).map_err(|error| error.to_string())?);
        let keys = ["/juhe/key", "/juhe/openid", "/jumdata/gateway/appcode", "/baidu/api_key", "/baidu/secret_key"];
        let keys = keys.iter().filter_map(|pointer| self.config["accounts"].pointer(pointer)?.as_str());
        let mut kept = keys.chain(self.names.personal.iter().map(String::as_str));
        match kept.any(|text| shown.contains(text)) {
            true => Err("the error repeats personal data or a key".into()),
            false => Ok(()),
        }
    }

    /// The operations of the ledger or of the journal, in order.
    fn books(&self, book: &str, expected: &[String]) -> Outcome<()> {
        let entries = self.admin.get(&format!("/{book}"))?;
        let entries = entries.as_array().into_iter().flatten();
        let found: Vec<_> = entries.map(|entry| entry["operation"].as_str().unwrap_or_default()).collect();
        if found == expected { Ok(()) } else { Err(format!("the {book} has {found:?}, not {expected:?}")) }
    }
}
