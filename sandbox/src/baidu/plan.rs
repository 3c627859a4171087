//! Plans, which a customer makes in Baidu's console, and the choices made where the document is silent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::tenants::Tenant;

/// A plan (方案).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// What the face is compared with.
    pub compare: Compare,
    /// Where name and ID number come from; counts only for a comparison with the authority's source.
    pub identity: IdentityEntry,
    /// From this score on, 0 to 100, two faces are of one person.
    pub threshold: f64,
    /// 认证未通过时URL失效: one attempt. Otherwise any number of them, until one passes or the 2 hours end.
    pub url_ends_on_failure: bool,
    /// 启用安全风控: `risk_level` and `risk_tag` are given.
    pub risk_control: bool,
    /// 实时检测: `is_demote` is given, and the recording is a `processVideo`.
    pub realtime: bool,
    /// Whether recordings are kept; off unless Baidu switched it on.
    pub media: bool,
}

/// What a plan compares the face with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// 权威数据源 (人脸实名认证V4).
    Authority,
    /// 自建人脸库 (人脸对比V4): the picture of `uploadMatchImage`.
    OwnPhoto,
    /// Nothing: liveness only.
    Nothing,
}

/// Where name and ID number come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityEntry {
    /// 指定用户身份核验: `idcard/submit`.
    Submitted,
    /// The user types them on the page.
    Typed,
    /// The portrait side of the user's card is read.
    Ocr,
    /// Both sides of the user's card are read.
    OcrBothSides,
}

impl Default for Plan {
    /// 指定用户身份核验 with the threshold 80, a URL that ends on failure, no OCR and no risk control.
    fn default() -> Self {
        Self {
            compare: Compare::Authority,
            identity: IdentityEntry::Submitted,
            threshold: 80.0,
            url_ends_on_failure: true,
            risk_control: false,
            realtime: false,
            media: false,
        }
    }
}

impl Plan {
    pub(super) fn takes_subject(&self) -> bool {
        self.compare == Compare::Authority && self.identity == IdentityEntry::Submitted
    }

    /// How often the card is read in one attempt.
    pub(super) fn ocr_count(&self) -> u32 {
        match self.identity {
            IdentityEntry::Ocr if self.compare == Compare::Authority => 1,
            IdentityEntry::OcrBothSides if self.compare == Compare::Authority => 2,
            _ => 0,
        }
    }
}

/// Numbers that no document gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InventedCodes {
    /// “Token无效或者已过期”.
    pub token: i64,
    /// An attempt whose score is below the plan's threshold.
    pub low_score: i64,
    /// An attempt whose user refused the camera.
    pub camera: i64,
}

impl Default for InventedCodes {
    fn default() -> Self {
        Self { token: 283901, low_score: 283902, camera: 283903 }
    }
}

/// Baidu's part of the settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaiduSettings {
    /// Plans by their id, there for every tenant beside its own plan; the entry of a tenant's own id describes that.
    pub plans: BTreeMap<String, Plan>,
    /// Replies as the document's samples have them where they differ from its tables: `idcard_ocr_result` and
    /// `idcard_images` inside `idcard_confirm`, `is_demote` inside `verify_result`, numbers in `stat`, no success text.
    pub sample_shapes: bool,
    /// The invented numbers.
    pub codes: InventedCodes,
}

impl BaiduSettings {
    /// The plan of this id, if this tenant has it.
    pub(super) fn plan(&self, tenant: &Tenant, id: &str) -> Option<Plan> {
        let own = || (tenant.baidu_plan == id).then(Plan::default);
        self.plans.get(id).cloned().or_else(own)
    }
}
