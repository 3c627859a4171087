//! `liveness.start`: begins a hosted session.

use super::session::{Expect, Session, subject_digest};
use crate::baidu::faceprint::idcard_submit::IdcardSubmit;
use crate::baidu::faceprint::upload_match_image::{Control, UploadMatchImage};
use crate::baidu::faceprint::verify_token_generate::VerifyTokenGenerate;
use crate::baidu::handover as baidu_handover;
use crate::check::{Finding, request, return_url};
use crate::error::{Error, Result};
use crate::juhe::faceid::query::Query;
use crate::jumdata::handover as jumdata_handover;
use crate::jumdata::lifecheck::init::Init;
use crate::operation::{Io, Meta, Operation, Place};
use crate::subject::Subject;
use crate::time::Time;
use crate::verdict::Vendor;
use crate::wire::Blob;
use serde::Deserialize;

/// Begins a hosted session: the person is sent to `page_url`, acts there, and comes back to `return_url`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Whose page.
    pub vendor: Vendor,
    /// Who it should be. Required by Juhe; refused for Jumdata, which checks no identity; for Baidu it is sent to a plan
    /// 指定用户身份核验.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// Baidu only, plans 自建人脸库比对: the photo to compare with.
    #[serde(default)]
    pub photo: Option<Blob>,
    /// Where the page goes when the person has finished.
    pub return_url: String,
    /// Juhe only.
    #[serde(default)]
    pub juhe: Option<JuheOptions>,
    /// Jumdata only.
    #[serde(default)]
    pub jumdata: Option<JumdataOptions>,
    /// Baidu only.
    #[serde(default)]
    pub baidu: Option<BaiduOptions>,
}

/// What only Juhe takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct JuheOptions {
    /// The caller's own number: 8 to 32 letters or digits. Made when left out.
    pub order_id: Option<String>,
    /// 活体检测的类型, 1 to 5.
    pub model: Option<u8>,
    /// Where Juhe sends its unsigned notice.
    pub notify_url: Option<String>,
    /// WEB or H5 (default H5).
    pub device_type: Option<String>,
}

/// What only Jumdata takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct JumdataOptions {
    /// 闪光颜色.
    pub colors: Vec<String>,
    /// 动作, in order.
    pub actions: Vec<String>,
}

/// What only Baidu takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct BaiduOptions {
    /// 方案ID; default the account's.
    pub plan_id: Option<String>,
    /// Where the page goes when the person failed; default `return_url`.
    pub failed_url: Option<String>,
    /// 证件类型: 0 (default) or 4.
    pub certificate_type: Option<u8>,
    /// 质量控制 of the photo given.
    pub quality_control: Option<Control>,
    /// 活体控制 of the photo given.
    pub liveness_control: Option<Control>,
}

impl Start {
    /// A session with this vendor; what only one vendor takes is left at its defaults.
    pub fn new(vendor: Vendor, subject: Option<Subject>, return_url: impl Into<String>) -> Start {
        Start { vendor, subject, photo: None, return_url: return_url.into(), juhe: None, jumdata: None, baidu: None }
    }
}

impl Operation for Start {
    const META: Meta = Meta {
        id: "liveness.start",
        doc: "Begins a hosted liveness session and gives the page to send the person to.",
        place: Place::Remote,
    };
    type Response = Session;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        let subject = self.subject.clone().unwrap_or_default();
        let mut findings = self.subject.as_ref().map(|subject| subject.look(now)).unwrap_or_default();
        findings.extend(return_url::look("/return_url", &self.return_url, self.vendor));
        if let Some(juhe) = &self.juhe {
            let order = juhe.order_id.as_deref().map(|order| request::order_id("/juhe/order_id", order));
            findings.extend(order.unwrap_or_default());
            findings.extend(request::model("/juhe/model", juhe.model));
            findings.extend(request::notify_url("/juhe/notify_url", juhe.notify_url.as_deref()));
            findings.extend(request::device_type("/juhe/device_type", juhe.device_type.as_deref()));
        }
        if let Some(jumdata) = &self.jumdata {
            let (colors, actions) = (("/jumdata/colors", &*jumdata.colors), ("/jumdata/actions", &*jumdata.actions));
            findings.extend(request::colors_and_actions(colors, actions));
        }
        if let Some(baidu) = &self.baidu {
            findings.extend(request::plan_id("/baidu/plan_id", baidu.plan_id.as_deref()));
            let failed = baidu.failed_url.as_deref();
            let failed = failed.map(|url| return_url::look("/baidu/failed_url", url, Vendor::Baidu));
            findings.extend(failed.unwrap_or_default());
            let kind = baidu.certificate_type.unwrap_or(0);
            findings.extend(request::certificate_type("/baidu/certificate_type", kind, &subject.id_number));
        }
        findings
    }

    async fn run(self, io: Io) -> Result<Session> {
        self.check()?;
        io.admit(&self)?;
        let vendor = self.vendor;
        let digest = self.subject.as_ref().map(|subject| subject_digest(&io, vendor, subject)).transpose()?;
        let session = match vendor {
            Vendor::Juhe => self.juhe(&io).await?,
            Vendor::Jumdata => self.jumdata(&io).await?,
            Vendor::Baidu => self.baidu(&io).await?,
        };
        Session { subject_digest: digest, ..session }.sealed(&io)
    }
}

impl Start {
    fn check(&self) -> Result<()> {
        let refuse = |field: &str, message: &str| Err(Error::invalid_argument(field, message));
        for (vendor, field, given) in [
            (Vendor::Juhe, "/juhe", self.juhe.is_some()),
            (Vendor::Jumdata, "/jumdata", self.jumdata.is_some()),
            (Vendor::Baidu, "/baidu", self.baidu.is_some()),
            (Vendor::Baidu, "/photo", self.photo.is_some()),
        ] {
            if given && vendor != self.vendor {
                return refuse(field, "this belongs to another vendor");
            }
        }
        match (&self.subject, self.vendor) {
            (Some(_), Vendor::Jumdata) => Err(Error::invalid_argument(
                "/subject",
                "Jumdata checks no identity: a pass would not be about this person",
            )
            .with_hint("leave the subject out, or use Juhe or Baidu")),
            (None, Vendor::Juhe) => refuse("/subject", "Juhe needs a name and an ID number"),
            (Some(_), _) if self.photo.is_some() => {
                refuse("/photo", "a session compares with the register or with your photo, not with both")
            }
            (Some(subject), _) => subject.check_hosted(),
            (None, _) => Ok(()),
        }
    }

    async fn juhe(self, io: &Io) -> Result<Session> {
        let JuheOptions { order_id, model, notify_url, device_type } = self.juhe.unwrap_or_default();
        let subject = self.subject.unwrap_or_default();
        let order_id = order_id.unwrap_or_else(|| format!("{:032x}", u128::from_be_bytes(io.nonce())));
        let query = Query {
            cert_name: subject.name,
            cert_no: subject.id_number,
            order_id: order_id.clone(),
            model,
            return_url: self.return_url,
            notify_url,
            device_type,
        };
        let reply = query.run(io.clone()).await.map_err(|error| our_field(error, "/juhe"))?;
        Ok(Session {
            vendor: Vendor::Juhe,
            page_url: reply.verify_url,
            reference: reply.jh_order_id.into(),
            order_id: Some(order_id),
            started_at: io.sent_at(),
            expires_at: reply.expires_at,
            expect: Expect::Identity,
            subject_digest: None,
            seal: String::new(),
        })
    }

    async fn jumdata(self, io: &Io) -> Result<Session> {
        let JumdataOptions { colors, actions } = self.jumdata.unwrap_or_default();
        let init = Init { return_url: self.return_url, colors, actions };
        let reply = init.run(io.clone()).await.map_err(|error| our_field(error, "/jumdata"))?;
        let started_at = io.sent_at();
        let page = jumdata_handover::PageUrl { token: reply.token.clone() }.run(io.clone()).await?;
        Ok(Session {
            vendor: Vendor::Jumdata,
            page_url: page.url,
            reference: reply.token,
            order_id: None,
            started_at,
            expires_at: reply.expires_at,
            expect: Expect::Liveness,
            subject_digest: None,
            seal: String::new(),
        })
    }

    async fn baidu(self, io: &Io) -> Result<Session> {
        let BaiduOptions { plan_id, failed_url, certificate_type, quality_control, liveness_control } =
            self.baidu.unwrap_or_default();
        let failed_url = failed_url.unwrap_or_else(|| self.return_url.clone());
        let generate = VerifyTokenGenerate { plan_id };
        let reply = generate.run(io.clone()).await.map_err(|error| our_field(error, "/baidu"))?;
        let verify_token = reply.verify_token;
        let page = baidu_handover::PageUrl {
            verify_token: verify_token.clone(),
            success_url: self.return_url.into(),
            failed_url: failed_url.into(),
        };
        let page_url = page.run(io.clone()).await.map_err(|error| our_field(error, "/baidu"))?.url;
        // Never both: submit belongs to plans with a given identity, upload to plans with a photo of one's own.
        let expect = if let Some(subject) = self.subject {
            IdcardSubmit {
                verify_token: verify_token.clone(),
                id_name: subject.name,
                id_no: subject.id_number,
                certificate_type: certificate_type.unwrap_or(0),
            }
            .run(io.clone())
            .await
            .map_err(|error| our_field(error, "/baidu"))?;
            Expect::Identity
        } else if let Some(image) = self.photo {
            UploadMatchImage { verify_token: verify_token.clone(), image, quality_control, liveness_control }
                .run(io.clone())
                .await
                .map_err(|error| our_field(error, "/baidu"))?;
            Expect::OwnPhoto
        } else {
            Expect::Liveness
        };
        Ok(Session {
            vendor: Vendor::Baidu,
            page_url,
            reference: verify_token,
            order_id: None,
            started_at: reply.generated_at,
            expires_at: reply.expires_at,
            expect,
            subject_digest: None,
            seal: String::new(),
        })
    }
}

/// The vendor's names of the fields are not those of this flow.
fn our_field(mut error: Error, options: &str) -> Error {
    if let Some(field) = &error.field {
        error.field = Some(match field.trim_start_matches('/') {
            "cert_name" | "id_name" => "/subject/name".into(),
            "cert_no" | "id_no" => "/subject/id_number".into(),
            "return_url" | "success_url" => "/return_url".into(),
            "image" => "/photo".into(),
            rest if field.starts_with('/') => format!("{options}/{rest}"),
            _ => return error,
        });
    }
    error
}
