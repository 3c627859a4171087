//! One type of finding, and the policy that weighs it.

use super::*;
use crate::config::Config;
use crate::error::Kind;
use crate::harness::{Still, ok, run, run_in};
use crate::juhe::sample;
use crate::operation::{Context, Operation as _};
use crate::{Accounts, Time};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The harness with a policy of the caller's.
struct Under(Still, Preflight);

impl Context for Under {
    fn now(&self) -> Time {
        self.0.now()
    }

    fn nonce(&self) -> [u8; 16] {
        self.0.nonce()
    }

    fn accounts(&self) -> &Accounts {
        self.0.accounts()
    }

    fn preflight(&self) -> &Preflight {
        &self.1
    }
}

const REFUSED: &str = r#"{"reason":"参数错误(身份证号码格式不正确)","result":null,"error_code":226403}"#;

/// Whether verify2 of this number is refused before it is sent; else the vendor refuses it.
fn refused(level: Level, allow: &[&str], number: &str) -> Option<Error> {
    let preflight = Preflight { level, allow: allow.iter().map(|rule| (*rule).to_owned()).collect() };
    let mut request = sample::verify2();
    request.idcard = number.into();
    let refuses = request.preflight(Time::default()).iter().any(|finding| preflight.refuses(finding));
    let answers = (!refuses).then(|| ok(REFUSED));
    let run = run_in(Arc::new(Under(Still::new(), preflight)), request, answers);
    assert_eq!(run.requests.is_empty(), refuses, "{level:?} {number}");
    refuses.then(|| run.result.unwrap_err())
}

#[test]
fn slugs_are_unique_and_documented() {
    let slugs: Vec<_> = rules().map(|rule| rule.slug).collect();
    let unique: BTreeSet<_> = slugs.iter().collect();
    assert_eq!(unique.len(), slugs.len());
    let page = include_str!("../../../docs/checks.md");
    for rule in rules() {
        assert!(page.contains(&format!("| `{}` | {} |", rule.slug, rule.ground.name())), "{}", rule.slug);
        assert!(!rule.message.is_empty() && !rule.source.is_empty(), "{}", rule.slug);
    }
    let listed = page.lines().filter(|line| line.starts_with("| `") && line.contains('.')).count();
    assert_eq!(listed, slugs.len(), "the page lists a rule that is gone");
}

#[test]
fn each_level_refuses_more_than_the_one_before() {
    let (shape, check, fifteen, fine) = ("1101", "110101180001010014", "110105491231002", sample::ID);
    for (level, expected) in [
        (Level::Off, [false, false, false, false]),
        (Level::Documented, [true, false, false, false]),
        (Level::Standard, [true, true, false, false]),
        (Level::Strict, [true, true, true, false]),
    ] {
        let refused = [shape, check, fifteen, fine].map(|number| refused(level, &[], number).is_some());
        assert_eq!(refused, expected, "{level:?}");
        let empty = self::refused(level, &[], " ").expect("empty fields are refused always");
        assert_eq!((empty.kind, empty.field.as_deref()), (Kind::InvalidArgument, Some("/idcard")));
    }
}

#[test]
fn one_rule_can_be_let_through() {
    let wrong = "110101180001010014";
    let error = refused(Level::Standard, &[], wrong).unwrap();
    assert_eq!((error.kind, error.billed), (Kind::InvalidArgument, crate::Billed::No));
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("id_number.check_digit") && shown.contains("GB 11643-1999"), "{shown}");
    assert!(!shown.contains(wrong), "{shown}");
    assert!(refused(Level::Standard, &["id_number.check_digit"], wrong).is_none());
    assert!(refused(Level::Standard, &["id_number.birth_date"], wrong).is_some());
}

#[test]
fn the_configuration_reads_it_and_knows_the_rules() {
    let read = |json: &str| Config::from_json(json.as_bytes());
    let config = read(r#"{"preflight":{"level":"strict","allow":["name.dot","id_number.fifteen"]}}"#).unwrap();
    assert_eq!((config.preflight.level, config.preflight.allow.len()), (Level::Strict, 2));
    assert_eq!(read("{}").unwrap().preflight, Preflight::DEFAULT);
    for (json, field) in [
        (r#"{"preflight":{"level":"never"}}"#, "/preflight/level"),
        (r#"{"preflight":{"allow":["name.dot","id.checkdigit"]}}"#, "/preflight/allow/1"),
        (r#"{"preflight":{"allow":["name.empty"]}}"#, "/preflight/allow/0"),
    ] {
        let error = read(json).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some(field)), "{json}: {error}");
    }
}

#[test]
fn findings_cross_as_plain_json() {
    let finding = sample::verify2();
    let finding = crate::juhe::verifyface::verify2::Verify2 { idcard: "110101180001010014".into(), ..finding };
    let found = serde_json::to_value(finding.preflight(Time::default())).unwrap();
    assert_eq!(found[0]["field"], "/idcard");
    assert_eq!((&found[0]["rule"], &found[0]["severity"]), (&"id_number.check_digit".into(), &"reject".into()));
    assert_eq!(found[0].as_object().unwrap().len(), 6);
}

#[test]
fn the_registry_says_what_is_wrong_without_sending() {
    let entry = crate::registry::find("juhe.faceid.query").unwrap();
    let json = r#"{"cert_name":"王小二","cert_no":"1","order_id":"x","return_url":"https://e.cn/#/a"}"#;
    let found = (entry.preflight)(json.as_bytes(), Vec::new(), Time::default()).unwrap();
    let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["id_number.shape", "order_id.shape", "return_url.hash_route"]);
}

#[test]
fn a_local_operation_only_tells() {
    let reply = run(mobile::Mobile { mobile: "1".into() }, []).result.unwrap();
    assert!(!reply.accepted && reply.findings.len() == 1);
}
