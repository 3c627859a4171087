//! Personas: impossible people. Their ID numbers have a right check digit and a birth year of 18xx; each reaches
//! certain codes at each vendor. Anybody else is taken and never passes.

mod coded;
mod named;
mod numbers;

use std::sync::LazyLock;

use serde::Serialize;

pub(crate) use numbers::is_valid as is_valid_id_number;

/// An impossible person.
#[derive(Clone, Debug, Serialize)]
pub struct Persona {
    /// A slug, as `passes` or `juhe-v2-0F`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The ID number, of 18 characters.
    pub id_number: String,
    /// The mobile number.
    pub mobile: String,
    /// What it is for.
    pub note: String,
    /// What each way answers.
    pub outcomes: Outcomes,
}

/// What each way answers about a persona.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcomes {
    /// Juhe `verify` and `verifyEncry`.
    pub verify: Verify,
    /// Juhe `verify2` and `verify2Encry`.
    pub verify2: Verify2,
    /// Juhe `verifyface_mobile`.
    pub mobile: Mobile,
    /// Juhe's hosted page.
    pub faceid: Faceid,
    /// Jumdata's hosted page, which only checks liveness.
    pub jumdata: Jumdata,
    /// Baidu's hosted page.
    pub baidu: Baidu,
}

/// Juhe `verify` and `verifyEncry`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verify {
    /// Not 0: a service error, and nothing else counts.
    pub error_code: i64,
    /// 1, 2 or 3.
    pub res: i64,
    /// With `res` 2: 3003, 3004 or 3005.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// With `res` 1: 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// Juhe `verify2` and `verify2Encry`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verify2 {
    /// Not 0: a service error, and nothing else counts.
    pub error_code: i64,
    /// Four characters.
    pub auth_result: String,
    /// 0 to 1000; 0 when nothing was compared.
    pub rxfs: f64,
}

/// Juhe `verifyface_mobile`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mobile {
    /// Not 0: a service error, and nothing else counts.
    pub error_code: i64,
    /// 100 to 116.
    pub res: i64,
    /// 0 to 1000; 0 when no face was compared.
    pub score: f64,
}

/// Juhe's hosted page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Faceid {
    /// Not 0: a service error; 279301 from `query`, the others from `search`.
    pub error_code: i64,
    /// 200 to 205.
    pub live_code: i64,
    /// Quality of the live face, as sent.
    pub live_score: &'static str,
    /// 200 to 206; none when liveness failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certify_code: Option<i64>,
    /// With `certify_code` 200: 0 to 100, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certify_score: Option<&'static str>,
}

/// Jumdata's hosted page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jumdata {
    /// What `result` answers once the page was submitted: 200, 201 (the submission gets lost), 202, 203 or 301; or a
    /// common error code from `init` on.
    pub code: i64,
}

/// Baidu's hosted page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baidu {
    /// 0, or the code of the failed attempt.
    pub code: i64,
    /// 0 to 100; none when nothing was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// 0 to 1; 0 when liveness was not passed.
    pub liveness_score: f64,
    /// Whether the vendor calls it passed although the score is below the plan's threshold.
    pub passes_anyway: bool,
}

impl Outcomes {
    /// Every way says yes, with good scores.
    pub(crate) fn passing() -> Self {
        Self {
            verify: Verify { error_code: 0, res: 1, code: None, score: Some(96.0) },
            verify2: Verify2 { error_code: 0, auth_result: "00XX".into(), rxfs: 984.48 },
            mobile: Mobile { error_code: 0, res: 100, score: 982.7 },
            faceid: Faceid {
                error_code: 0,
                live_code: 200,
                live_score: "91.11730",
                certify_code: Some(200),
                certify_score: Some("87"),
            },
            jumdata: Jumdata { code: 200 },
            baidu: Baidu { code: 0, score: Some(93.66), liveness_score: 0.9985, passes_anyway: false },
        }
    }
}

static ALL: LazyLock<Vec<Persona>> = LazyLock::new(|| named::people().into_iter().chain(coded::people()).collect());

/// All personas, in a fixed order.
pub fn all() -> &'static [Persona] {
    &ALL
}

/// The persona of this name and ID number; a check letter x may be small.
pub(crate) fn find(name: &str, id_number: &str) -> Option<&'static Persona> {
    all().iter().find(|persona| persona.name == name && persona.id_number.eq_ignore_ascii_case(id_number))
}

/// The persona of this slug.
pub(crate) fn by_id(id: &str) -> Option<&'static Persona> {
    all().iter().find(|persona| persona.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_are_distinct_and_impossible() {
        let ids: BTreeSet<_> = all().iter().map(|p| &p.id).collect();
        let numbers: BTreeSet<_> = all().iter().map(|p| &p.id_number).collect();
        let mobiles: BTreeSet<_> = all().iter().map(|p| &p.mobile).collect();
        assert_eq!([ids.len(), numbers.len(), mobiles.len()], [all().len(); 3]);
        for persona in all() {
            assert!(numbers::is_valid(&persona.id_number), "{}", persona.id);
            assert_eq!(&persona.id_number[6..8], "18");
            assert_eq!(persona.mobile.len(), 11);
        }
    }

    #[test]
    fn numbers_do_not_move() {
        // Scripts and vectors hold these; a new persona must not change them.
        assert_eq!(by_id("passes").unwrap().id_number, numbers::id_number(1));
        assert_eq!(numbers::id_number(1), "110101180001020010");
        assert_eq!(by_id("juhe-v1-3004").unwrap().id_number, numbers::id_number(104));
    }
}
