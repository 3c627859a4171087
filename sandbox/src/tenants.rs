//! Tenants: isolated customers, each with an account at every vendor.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

/// The tenant that is there from the start.
pub const DEFAULT_TENANT: &str = "default";

/// One customer and its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// Its name in the ledger, the journal and the faults.
    pub id: String,
    /// Juhe: the request key.
    pub juhe_key: String,
    /// Juhe: the OpenId, from which the AES key is made.
    pub juhe_openid: String,
    /// Jumdata: the AppCode of the marketplace.
    pub jumdata_appcode: String,
    /// Jumdata: the keys of the other marketplaces.
    pub jumdata_keys: JumdataKeys,
    /// Jumdata: the code of a check that was completed without a persona and without an outcome.
    pub jumdata_outcome: i64,
    /// Baidu: the API key.
    pub baidu_api_key: String,
    /// Baidu: the secret key.
    pub baidu_secret_key: String,
    /// Baidu: a key of the new style, for `Authorization: Bearer`. The API key is taken there too.
    pub baidu_bearer_key: String,
    /// Baidu: the plan.
    pub baidu_plan: String,
    /// For each vendor, a code that answers every call: an expired key, an account in arrears.
    pub standing_codes: BTreeMap<String, i64>,
}

/// Keys for Jumdata's calls, one set for each marketplace that signs otherwise than by Aliyun's AppCode. All are
/// derived from the tenant's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JumdataKeys {
    /// Aliyun, `X-Ca-Key`.
    pub aliyun_app_key: String,
    /// Aliyun, what `X-Ca-Signature` is made with.
    pub aliyun_app_secret: String,
    /// Tencent's SecretId.
    pub tencent_secret_id: String,
    /// Tencent's SecretKey.
    pub tencent_secret_key: String,
    /// Huawei, `X-Apig-AppCode`.
    pub huawei_appcode: String,
    /// Huawei, the AppKey of SDK-HMAC-SHA256.
    pub huawei_app_key: String,
    /// Huawei, its AppSecret.
    pub huawei_app_secret: String,
    /// Jumdata's own gateway, appId.
    pub own_app_id: String,
    /// Jumdata's own gateway, appSecret.
    pub own_app_secret: String,
}

impl JumdataKeys {
    fn of(id: &str) -> Self {
        let key = |ending: &str| format!("{id}-{ending}");
        Self {
            aliyun_app_key: key("aliyun-key"),
            aliyun_app_secret: key("aliyun-secret"),
            tencent_secret_id: key("tencent-id"),
            tencent_secret_key: key("tencent-secret"),
            huawei_appcode: key("huawei-appcode"),
            huawei_app_key: key("huawei-key"),
            huawei_app_secret: key("huawei-secret"),
            own_app_id: key("own-id"),
            own_app_secret: key("own-secret"),
        }
    }
}

fn bearer_key(id: &str) -> String {
    format!("bce-v3/ALTAK-{id}/bearer")
}

/// A tenant to be made; what is left out is derived from the id.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// Letters, digits and hyphens.
    pub id: String,
    /// Without it `<id>-juhe-key`.
    pub juhe_key: Option<String>,
    /// Without it `<id>-juhe-openid`.
    pub juhe_openid: Option<String>,
    /// Without it `<id>-jumdata-appcode`.
    pub jumdata_appcode: Option<String>,
    /// Without it 200: Jumdata checks no identity, so whoever sits before the camera is a live person.
    pub jumdata_outcome: Option<i64>,
    /// Without it `<id>-baidu-ak`.
    pub baidu_api_key: Option<String>,
    /// Without it `<id>-baidu-sk`.
    pub baidu_secret_key: Option<String>,
    /// Without it `1`.
    pub baidu_plan: Option<String>,
    /// For each vendor, a code that answers every call.
    #[serde(default)]
    pub standing_codes: BTreeMap<String, i64>,
}

impl Tenant {
    /// Its accounts in a sandbox at this address, as `accounts` of a client's configuration.
    pub fn accounts(&self, url: &str) -> serde_json::Value {
        serde_json::json!({
            "juhe": {"key": self.juhe_key, "openid": self.juhe_openid, "base_url": format!("{url}/juhe")},
            "jumdata": {
                "init_url": format!("{url}/jumdata/lifecheck/init"),
                "result_url": format!("{url}/jumdata/lifecheck/result"),
                "page_url": format!("{url}/jumdata/lifecheck/v2/check/index"),
                "gateway": {"kind": "appcode", "appcode": self.jumdata_appcode},
            },
            "baidu": {
                "api_key": self.baidu_api_key,
                "secret_key": self.baidu_secret_key,
                "plan_id": self.baidu_plan,
                "base_url": format!("{url}/baidu"),
                "page_url": format!("{url}/baidu/face/print/"),
            },
        })
    }
}

/// The tenants of a sandbox.
#[derive(Debug)]
pub struct Tenants {
    list: Mutex<Vec<Tenant>>,
}

impl Default for Tenants {
    fn default() -> Self {
        Self { list: Mutex::new(vec![default_tenant()]) }
    }
}

fn default_tenant() -> Tenant {
    Tenant {
        id: DEFAULT_TENANT.into(),
        juhe_key: "sandbox-juhe-key".into(),
        juhe_openid: "JHsandbox0openid".into(),
        jumdata_appcode: "sandbox-jumdata-appcode".into(),
        jumdata_keys: JumdataKeys::of("sandbox"),
        jumdata_outcome: 200,
        baidu_api_key: "sandbox-baidu-ak".into(),
        baidu_secret_key: "sandbox-baidu-sk".into(),
        baidu_bearer_key: bearer_key("sandbox"),
        baidu_plan: "1".into(),
        standing_codes: BTreeMap::new(),
    }
}

impl Tenants {
    /// All of them, the default one first.
    pub fn all(&self) -> Vec<Tenant> {
        self.list.lock().unwrap().clone()
    }

    pub(crate) fn find(&self, fits: impl Fn(&Tenant) -> bool) -> Option<Tenant> {
        self.list.lock().unwrap().iter().find(|tenant| fits(tenant)).cloned()
    }

    pub(crate) fn add(&self, new: NewTenant) -> Result<Tenant, &'static str> {
        let id = new.id;
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err("a tenant's id is letters, digits and hyphens");
        }
        let or = |given: Option<String>, ending: &str| given.unwrap_or_else(|| format!("{id}-{ending}"));
        let tenant = Tenant {
            id: id.clone(),
            juhe_key: or(new.juhe_key, "juhe-key"),
            juhe_openid: or(new.juhe_openid, "juhe-openid"),
            jumdata_appcode: or(new.jumdata_appcode, "jumdata-appcode"),
            jumdata_keys: JumdataKeys::of(&id),
            jumdata_outcome: new.jumdata_outcome.unwrap_or(200),
            baidu_api_key: or(new.baidu_api_key, "baidu-ak"),
            baidu_secret_key: or(new.baidu_secret_key, "baidu-sk"),
            baidu_bearer_key: bearer_key(&id),
            baidu_plan: new.baidu_plan.unwrap_or_else(|| "1".into()),
            standing_codes: new.standing_codes,
        };
        let mut list = self.list.lock().unwrap();
        let taken = |other: &Tenant| {
            other.id == tenant.id
                || other.juhe_key == tenant.juhe_key
                || other.jumdata_appcode == tenant.jumdata_appcode
                || other.jumdata_keys == tenant.jumdata_keys
                || other.baidu_api_key == tenant.baidu_api_key
        };
        if list.iter().any(taken) {
            return Err("this id or one of these keys is taken");
        }
        list.push(tenant.clone());
        Ok(tenant)
    }

    pub(crate) fn reset(&self) {
        *self.list.lock().unwrap() = vec![default_tenant()];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique() {
        let tenants = Tenants::default();
        let made = tenants.add(NewTenant { id: "t1".into(), ..NewTenant::default() }).unwrap();
        assert_eq!(made.juhe_key, "t1-juhe-key");
        assert!(tenants.add(NewTenant { id: "t1".into(), ..NewTenant::default() }).is_err());
        let thief = NewTenant { id: "t2".into(), juhe_key: Some("sandbox-juhe-key".into()), ..NewTenant::default() };
        assert!(tenants.add(thief).is_err());
    }
}
