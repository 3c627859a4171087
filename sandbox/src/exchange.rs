//! One vendor call from its request to its reply: tenant, faults, answer, booking, journal, in that order.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use crate::connection::{AsReceived, Connection, Endless, HalfSent};
use crate::faults::{Kind, Stage};
use crate::journal::{Entry, masked_name};
use crate::juhe::cipher;
use crate::ledger::Booking;
use crate::personas;
use crate::state::{Shared, State};
use crate::tenants::Tenant;

/// Larger request bodies are refused: no vendor takes more.
const LARGEST_BODY: usize = 32 << 20;

/// A request as a vendor sees it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// As received, `/juhe` and the like included.
    pub(crate) path: String,
    /// Raw; empty without one.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) time: Timestamp,
    /// Whose key it carries.
    pub(crate) tenant: Option<Tenant>,
}

impl Call {
    /// Without its parameters; empty where the header is missing.
    pub(crate) fn content_type(&self) -> &str {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim()
    }

    pub(crate) fn is_form(&self) -> bool {
        self.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }
}

/// What a vendor has to say to a call, and what it costs.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// For the journal.
    pub(crate) outcome: String,
    pub(crate) order: Option<String>,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) notes: Vec<String>,
    pub(crate) person: Option<Person>,
}

impl Answer {
    pub(crate) fn new(reply: Reply, outcome: impl Into<String>) -> Self {
        let outcome = outcome.into();
        Self { reply, outcome, order: None, bookings: Vec::new(), notes: Vec::new(), person: None }
    }

    /// Other methods than these were used.
    pub(crate) fn not_allowed(methods: &str) -> Self {
        let headers = vec![("allow", methods.into())];
        let mut answer = Self::new(Reply { headers, ..Reply::text(StatusCode::METHOD_NOT_ALLOWED, "") }, "405");
        answer.notes.push(format!("the document says {methods}"));
        answer
    }
}

/// Who was asked for, in clear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) id_number: String,
    pub(crate) mobile: Option<String>,
}

/// A reply before it becomes bytes, so that faults can still reach into it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) payload: Payload,
}

#[derive(Debug)]
pub(crate) enum Payload {
    Json(Value),
    /// JSON, AES-encrypted with this key, as Base64 text.
    Sealed(Value, cipher::Key),
    Bytes(Bytes, &'static str),
}

impl Reply {
    pub(crate) fn json(value: Value) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), payload: Payload::Json(value) }
    }

    pub(crate) fn sealed(value: Value, key: cipher::Key) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), payload: Payload::Sealed(value, key) }
    }

    pub(crate) fn text(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), payload: Payload::Bytes(text.into(), "text/plain; charset=utf-8") }
    }

    fn into_response(self) -> Response {
        let (bytes, kind): (Bytes, _) = match self.payload {
            Payload::Json(value) => (value.to_string().into(), "application/json;charset=utf-8"),
            // Text, for a JSON type would promise what the body does not hold.
            Payload::Sealed(value, key) => {
                (key.encrypt(value.to_string().as_bytes()).into(), "text/html;charset=utf-8")
            }
            Payload::Bytes(bytes, kind) => (bytes, kind),
        };
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// What the exchange needs to know of a vendor.
pub(crate) trait Vendor: 'static {
    const NAME: &'static str;
    /// The code of a used-up quota.
    const QUOTA: i64;
    /// Whose key the call carries, wherever this vendor puts it.
    fn tenant(state: &State, call: &Call) -> Option<Tenant>;
    /// The error envelope of this call with any code; without a reason, the document's own text.
    fn refuse(state: &State, call: &Call, code: i64, reason: Option<&str>) -> Reply;
}

/// The route of one operation: every method comes here, because refusing one is the vendor's business.
pub(crate) fn route<V: Vendor>(
    operation: &'static str,
    answer: fn(&State, &Call) -> Answer,
) -> MethodRouter<Shared, Infallible> {
    any(move |axum::extract::State(state): axum::extract::State<Shared>, request: Request| {
        run::<V>(state, operation, answer, request)
    })
}

async fn run<V: Vendor>(
    state: Shared,
    operation: &'static str,
    answer: fn(&State, &Call) -> Answer,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let connection = head.extensions.get::<Connection>().cloned().unwrap_or_default();
    // A nested router strips its prefix; signatures and faults are about the path as it came.
    let uri = head.extensions.get::<AsReceived>().map_or(&head.uri, |received| &received.0).clone();
    let mut entry = Entry::new(state.clock.now(), V::NAME, operation);
    if state.faults.take(Stage::Head, uri.path(), None).is_some() {
        entry.fault = Some("drop_mid_request");
        state.journal.write(entry);
        return connection.cut().await;
    }
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        entry.notes.push("the request's body was cut short, or larger than any vendor takes".into());
        state.journal.write(entry);
        return Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "").into_response();
    };
    let mut call = Call {
        operation,
        method: head.method,
        path: uri.path().into(),
        query: uri.query().unwrap_or_default().into(),
        headers: head.headers,
        body,
        time: entry.time,
        tenant: None,
    };
    call.tenant = V::tenant(&state, &call);
    let tenant = call.tenant.as_ref().map(|tenant| tenant.id.as_str());
    entry.tenant = tenant.map(Into::into);
    let fault = state.faults.take(Stage::Call, &call.path, tenant);
    entry.fault = fault.as_ref().map(Kind::name);

    let refused = |entry: &mut Entry, code: i64, reason: Option<&str>| {
        entry.outcome = code.to_string();
        V::refuse(&state, &call, code, reason)
    };
    // Before billing.
    let unbooked = match &fault {
        Some(Kind::Hang) => {
            state.journal.write(entry);
            return std::future::pending().await;
        }
        Some(Kind::DropBeforeBilling) => {
            state.journal.write(entry);
            return connection.cut().await;
        }
        Some(Kind::Status { status, body, booked: false }) => Some(bare(*status, body.as_deref())),
        Some(Kind::Code { code, reason, booked: false }) => Some(refused(&mut entry, *code, reason.as_deref())),
        Some(Kind::Quota) => Some(refused(&mut entry, V::QUOTA, None)),
        Some(Kind::Redirect { location }) => {
            Some(Reply { headers: vec![("location", location.clone())], ..Reply::text(StatusCode::FOUND, "") })
        }
        _ => call.tenant.as_ref().and_then(|tenant| tenant.standing_codes.get(V::NAME)).map(|code| {
            entry.notes.push("this tenant's standing code".into());
            refused(&mut entry, *code, None)
        }),
    };
    if let Some(reply) = unbooked {
        state.journal.write(entry);
        return reply.into_response();
    }

    // Billing.
    let Answer { mut reply, outcome, order, bookings, notes, person } = answer(&state, &call);
    entry.outcome = outcome;
    entry.order = order;
    entry.notes.extend(notes);
    entry.billed = bookings.len();
    entry.subject = person.as_ref().map(|person| masked_name(&person.name));
    entry.persona =
        person.as_ref().and_then(|person| personas::find(&person.name, &person.id_number)).map(|p| p.id.clone());
    for booking in bookings {
        state.ledger.book(entry.time, V::NAME, tenant.unwrap_or_default(), booking);
    }
    if let Some(Kind::Code { code, reason, .. }) = &fault {
        reply = refused(&mut entry, *code, reason.as_deref());
    }
    state.journal.write(entry);

    // After billing.
    match fault {
        Some(Kind::HangAfterBilling) => return std::future::pending().await,
        Some(Kind::DropAfterBilling) => return connection.cut().await,
        Some(Kind::Delay { milliseconds }) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
        Some(Kind::Status { status, body, .. }) => reply = bare(status, body.as_deref()),
        Some(Kind::Garbage) => reply = Reply::text(StatusCode::OK, &b"\x00\x7f<not json>\xff\xfe"[..]),
        Some(Kind::GarbageAes) => reply = Reply::text(StatusCode::OK, cipher::garbage()),
        Some(Kind::WrongKeyAes) => {
            let key = cipher::Key::from_openid("an OpenId that nobody has");
            if let Payload::Json(value) | Payload::Sealed(value, _) = reply.payload {
                reply = Reply::sealed(value, key);
            }
        }
        Some(Kind::Body { text }) => reply = Reply::text(StatusCode::OK, text),
        Some(Kind::EchoPersonal) => {
            if let (Payload::Json(value) | Payload::Sealed(value, _), Some(person)) = (&mut reply.payload, person) {
                echo(value, &person);
            }
        }
        Some(Kind::Huge { bytes }) => {
            let mut response = Response::new(Body::new(Endless::new(bytes)));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return response;
        }
        Some(Kind::CutReply) => {
            let (mut head, body) = reply.into_response().into_parts();
            let whole = axum::body::to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
            return Response::from_parts(head, Body::new(HalfSent::new(whole.slice(..whole.len() / 2), connection)));
        }
        Some(Kind::IdleClose) => connection.cut_soon(),
        _ => {}
    }
    reply.into_response()
}

fn bare(status: u16, body: Option<&str>) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    Reply::text(status, body.unwrap_or_default().to_owned())
}

/// Puts the person into the vendor's text, as careless vendors do.
fn echo(value: &mut Value, person: &Person) {
    let said = format!("({} {} {})", person.name, person.id_number, person.mobile.as_deref().unwrap_or_default());
    for field in ["reason", "msg", "message", "error_msg"] {
        if let Some(Value::String(text)) = value.get_mut(field) {
            text.push_str(&said);
        }
    }
}
