//! 发起认证请求: `POST https://apis.juhe.cn/faceid/query`.

use super::SESSION;
use crate::check::{Finding, request, return_url};
use crate::error::{Error, Result};
use crate::juhe::body::Form;
use crate::juhe::codes;
use crate::juhe::envelope::{self, Envelope};
use crate::operation::{Io, Meta, Money, Operation, Place, Repeat};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Opens a session for one person (发起认证请求): send that person to `verify_url`, once, within 30 minutes.
///
/// Costs money when the session is finished. Store `jh_order_id` before anything else: a session whose reply is lost
/// can never be asked for, as nothing looks up by `order_id`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// 用户的真实姓名.
    pub cert_name: Personal,
    /// 用户的身份证号码.
    pub cert_no: Personal,
    /// Your own number of this session: 8 to 32 ASCII letters or digits. The vendor does not refuse a second use.
    pub order_id: String,
    /// 活体检测的类型: 1 blink (default), 2 blink and shake, 3 blink and following a track with the nose (形迹判断),
    /// 4 blink and coloured light, 5 near and far and blink.
    #[serde(default)]
    pub model: Option<u8>,
    /// Your page to which the person comes back. Its trailing slash, and a slash after `#`, get lost on the way.
    pub return_url: String,
    /// Your address that is called when a verification was finished, passed or not; never for an abandoned one.
    #[serde(default)]
    pub notify_url: Option<String>,
    /// `WEB` or `H5` (default).
    #[serde(default)]
    pub device_type: Option<String>,
}

/// An open session.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QueryReply {
    /// 聚合订单号. Keep it: it binds the way back, and `juhe.faceid.search` takes nothing else.
    pub jh_order_id: String,
    /// The page for the person, once. Whoever has it can act in the person's name. It may be `http://`.
    #[serde(serialize_with = "wire::clear")]
    pub verify_url: Secret,
    /// When the session ends: 30 minutes after the moment before the request was sent.
    pub expires_at: Time,
    /// `unknown`: the session is open, and costs when it is finished.
    pub billed: Billed,
    /// Every other field of `result`.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

const FIELDS: [&str; 2] = ["jh_order_id", "verify_url"];

impl Query {
    fn form<'a>(&'a self, key: &'a str, model: &'a Option<String>) -> Vec<(&'static str, &'a str)> {
        let mut fields = vec![
            ("key", key),
            ("certName", self.cert_name.expose()),
            ("certNo", self.cert_no.expose()),
            ("orderId", &self.order_id),
            ("returnUrl", &self.return_url),
        ];
        let optional = [("model", model), ("notifyUrl", &self.notify_url), ("deviceType", &self.device_type)];
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
        fields
    }
}

impl Operation for Query {
    const META: Meta = Meta {
        id: "juhe.faceid.query",
        doc: "Opens a session on the vendor's page for one person (发起认证请求).",
        place: Place::Remote,
    };
    type Response = QueryReply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        let person = request::juhe_person(("/cert_no", &self.cert_no), ("/cert_name", &self.cert_name), now);
        [
            person,
            request::order_id("/order_id", &self.order_id),
            request::model("/model", self.model),
            return_url::look("/return_url", &self.return_url, Vendor::Juhe),
            request::notify_url("/notify_url", self.notify_url.as_deref()),
            request::device_type("/device_type", self.device_type.as_deref()),
        ]
        .concat()
    }

    async fn run(self, io: Io) -> Result<QueryReply> {
        io.admit(&self)?;
        let key = &io.accounts().juhe()?.key;
        let model = self.model.map(|model| model.to_string());
        io.call(
            Vendor::Juhe,
            Money::Billable,
            |context| {
                let account = context.accounts().juhe()?;
                let fields = self.form(account.key.expose(), &model);
                envelope::post(account, "/faceid/query", Form::of(&fields).finish())
            },
            |answer| {
                let text = envelope::text(answer);
                let words = [self.cert_name.expose(), self.cert_no.expose(), key.expose()];
                let envelope = Envelope::read(answer, &text, &words, Billed::Unknown)?;
                if envelope.code != 0 {
                    return Err(refusal(&envelope));
                }
                let unusable = |flaw| Error::from(flaw).with_billed(Billed::Unknown);
                let required = |name| {
                    let value = envelope.result.text(name).map_err(unusable)?.filter(|value| !value.is_empty());
                    Object::required(value, name).map_err(unusable)
                };
                let reply = QueryReply {
                    jh_order_id: required("jh_order_id")?,
                    verify_url: required("verify_url")?.into(),
                    expires_at: io.sent_at().plus(SESSION),
                    billed: Billed::Unknown,
                    extra: envelope.result.extra(&FIELDS),
                    raw: io.raw(&text),
                };
                Ok((reply, Billed::Unknown))
            },
        )
        .await
    }
}

/// The error of a code other than 0: no session when the vendor refused the call itself, else nobody knows.
fn refusal(envelope: &Envelope<'_>) -> Error {
    let mut error = codes::error(codes::interface::FACEID, envelope.code, &envelope.reason);
    // A session may have been opened: the library never asks for a second one.
    error.repeat = Repeat::Never;
    error.references.order = envelope.result.note("jh_order_id");
    let refused = codes::is_system(envelope.code) || envelope.code == 279301;
    let billed = if refused { error.billed } else { Billed::Unknown };
    error.with_billed(billed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::harness::{run, status};
    use crate::juhe::sample::{ID, NAME, answered, form, session};

    const SAMPLE: &str = r#"{"reason":"SUCCESS","result":{"jh_order_id":"JH79320240513145425BLEnR","verify_url":"http://m.alyms.cn/F4.bTPyEV"},"error_code":0}"#;

    #[test]
    fn the_documents_sample() {
        let run = answered(session(), SAMPLE);
        assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/faceid/query");
        let fields = form(&run.requests[0]);
        assert_eq!(fields.len(), 5);
        assert_eq!((&*fields["key"], &*fields["certName"], &*fields["certNo"]), ("sandbox-juhe-key", NAME, ID));
        assert_eq!((&*fields["orderId"], &*fields["returnUrl"]), ("order00001", "https://example.com/aaa/"));
        assert_eq!(run.spent, Billed::Unknown, "the session is open");
        let reply = run.result.unwrap();
        assert_eq!(reply.jh_order_id, "JH79320240513145425BLEnR");
        // correction_22: the page is http, and only handed over.
        assert_eq!(reply.verify_url.expose(), "http://m.alyms.cn/F4.bTPyEV");
        assert_eq!(reply.expires_at, Time::from_unix_ms(1_768_464_000_000 + 1_800_000));
        assert_eq!(reply.billed, Billed::Unknown);
        assert!(!format!("{reply:?}").contains("alyms"), "{reply:?}");
        assert!(serde_json::to_string(&reply).unwrap().contains("alyms"), "but it crosses");
    }

    #[test]
    fn every_option_is_sent_under_the_documents_name() {
        let request = Query {
            model: Some(4),
            notify_url: Some("https://example.com/n".into()),
            device_type: Some("WEB".into()),
            ..session()
        };
        let fields = form(&answered(request, SAMPLE).requests[0]);
        assert_eq!((&*fields["model"], &*fields["deviceType"]), ("4", "WEB"));
        assert_eq!((&*fields["notifyUrl"], fields.len()), ("https://example.com/n", 8));
    }

    #[test]
    fn trap_5_what_the_document_forbids_is_refused_before_it_costs() {
        let refused = |change: &dyn Fn(&mut Query)| {
            let mut request = session();
            change(&mut request);
            let run = run(request, []);
            let error = run.result.unwrap_err();
            assert_eq!((error.kind, error.billed, run.spent), (Kind::InvalidArgument, Billed::No, Billed::No));
            error.field.clone().unwrap()
        };
        for order in ["", "1234567", "order 0001", "order-0001", "订单12345678", &"a".repeat(33)] {
            assert_eq!(refused(&|request| request.order_id = order.into()), "/order_id", "{order}");
        }
        for model in [0, 6, 255] {
            assert_eq!(refused(&|request| request.model = Some(model)), "/model");
        }
        for device in ["", "web", "h5", "APP"] {
            assert_eq!(refused(&|request| request.device_type = Some(device.into())), "/device_type");
        }
        assert_eq!(refused(&|request| request.cert_name = "".into()), "/cert_name");
        assert_eq!(refused(&|request| request.cert_no = "".into()), "/cert_no");
        assert_eq!(refused(&|request| request.return_url = String::new()), "/return_url");
        for good in ["12345678", &"Z9".repeat(16)] {
            assert!(answered(Query { order_id: good.into(), ..session() }, SAMPLE).result.is_ok(), "{good}");
        }
        for model in 1..=5 {
            assert!(answered(Query { model: Some(model), ..session() }, SAMPLE).result.is_ok(), "{model}");
        }
    }

    #[test]
    fn correction_15_and_31_every_service_code() {
        for (code, kind, billed) in [
            (279301, Kind::InvalidArgument, Billed::No),
            (279302, Kind::Vendor, Billed::Unknown),
            (279303, Kind::Vendor, Billed::Unknown),
            (279304, Kind::Vendor, Billed::Unknown),
            (279305, Kind::Vendor, Billed::Unknown),
            (279306, Kind::Vendor, Billed::Unknown),
            (279307, Kind::Vendor, Billed::Unknown),
            (279399, Kind::Vendor, Billed::Unknown),
        ] {
            let run = answered(session(), format!(r#"{{"reason":"r {NAME}","result":null,"error_code":{code}}}"#));
            let error = run.result.unwrap_err();
            assert_eq!((error.kind, error.billed, run.spent), (kind, billed, billed), "{code}");
            assert!(!error.retryable, "{code}: correction_14: a lost session can never be settled");
            assert_eq!(error.vendor_text.as_deref(), Some("r ***"));
        }
    }

    #[test]
    fn a_session_that_cannot_be_read_may_have_been_opened() {
        for result in [
            "null",
            "[]",
            "{}",
            r#"{"jh_order_id":"JH1"}"#,
            r#"{"verify_url":"http://x"}"#,
            r#"{"jh_order_id":"","verify_url":"http://x"}"#,
            r#"{"jh_order_id":"JH1","verify_url":""}"#,
            r#"{"jh_order_id":1,"verify_url":"http://x"}"#,
            r#"{"jh_order_id":"JH1","jh_order_id":"JH2","verify_url":"http://x"}"#,
            r#"{"jh_order_id":"JH1","verify_url":"http://x","verify_url":"http://y"}"#,
        ] {
            let run = answered(session(), format!(r#"{{"reason":"","result":{result},"error_code":0}}"#));
            let error = run.result.unwrap_err();
            assert_eq!(
                (error.kind, error.billed, run.spent),
                (Kind::Decode, Billed::Unknown, Billed::Unknown),
                "{result}"
            );
        }
        let run = run(session(), [status(503, "busy")]);
        assert_eq!((run.result.unwrap_err().billed, run.requests.len()), (Billed::Unknown, 1), "never repeated");
    }
}
