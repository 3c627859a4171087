//! `result/stat`: how often each service behind the page gave each code.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Outcome, RESULTS, last};
use crate::baidu::attempt::Attempt;
use crate::baidu::codes;
use crate::baidu::envelope::success;
use crate::baidu::plan::Plan;
use crate::exchange::{Answer, Call};
use crate::state::State;

pub(in crate::baidu) fn stat(state: &State, call: &Call) -> Answer {
    read(state, call).unwrap_or_else(|refused| *refused)
}

fn read(state: &State, call: &Call) -> Outcome {
    let (about, _) = last(state, call, RESULTS)?;
    let sample = state.settings().baidu.sample_shapes;
    let attempts = &about.session.state.attempts;
    let mut result = Map::new();
    for service in SERVICES {
        result.insert(service.name.into(), service.counts(&about.session.state.plan, attempts, sample));
    }
    Ok(about.noted(success(result.into())))
}

/// A service of the table; which of them a plan uses is a choice, for the table only names them.
struct Service {
    name: &'static str,
    /// The table has `count` as text for the last three.
    text_count: bool,
    /// The code of an attempt, and how often; none where it did not use the service.
    used: fn(&Plan, &Attempt) -> Option<(i64, u32)>,
}

const SERVICES: [Service; 7] = [
    Service { name: "Verify_FIN", text_count: false, used: |_, attempt| Some((attempt.code, 1)) },
    Service { name: "Sessioncode", text_count: false, used: |_, attempt| attempt.face.then_some((0, 1)) },
    Service {
        name: "OCR",
        text_count: false,
        used: |_, attempt| (attempt.ocr_count > 0).then_some((0, attempt.ocr_count)),
    },
    Service { name: "verify", text_count: false, used: |_, attempt| attempt.charge.map(|_| (source(attempt), 1)) },
    Service {
        name: "VideoLiveness",
        text_count: true,
        used: |plan, attempt| (attempt.face && !plan.realtime).then(|| (liveness(attempt), 1)),
    },
    Service {
        name: "Livenesscolorful",
        text_count: true,
        used: |plan, attempt| (attempt.face && plan.realtime).then(|| (liveness(attempt), 1)),
    },
    Service {
        name: "VerifySec",
        text_count: true,
        used: |plan, attempt| attempt.charge.filter(|_| plan.risk_control).map(|_| (source(attempt), 1)),
    },
];

/// The source compares; that a score is too low is the page's own finding.
fn source(attempt: &Attempt) -> i64 {
    if codes::is_of_source(attempt.code) { attempt.code } else { 0 }
}

fn liveness(attempt: &Attempt) -> i64 {
    if attempt.liveness_score > 0.0 { 0 } else { attempt.code }
}

impl Service {
    /// `[{error_code, count}]`: texts as in the table, or numbers as in the sample.
    fn counts(&self, plan: &Plan, attempts: &[Attempt], sample: bool) -> Value {
        let mut counts = BTreeMap::new();
        for (code, times) in attempts.iter().filter_map(|attempt| (self.used)(plan, attempt)) {
            *counts.entry(code).or_insert(0) += times;
        }
        let entry = |(code, count): (i64, u32)| match (sample, self.text_count) {
            (true, _) => json!({"error_code": code, "count": count}),
            (false, true) => json!({"error_code": code.to_string(), "count": count.to_string()}),
            (false, false) => json!({"error_code": code.to_string(), "count": count}),
        };
        counts.into_iter().map(entry).collect()
    }
}
