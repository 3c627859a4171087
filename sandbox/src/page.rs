//! The hosted page, the same plain one for every vendor.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::Environment;
use serde::Serialize;

use crate::sessions::{Choice, Refused};

// The name ends in .html, which is what turns escaping on.
static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.add_template("page.html", include_str!("page.html")).expect("the page is a template");
    pages
});

/// What a hosted page shows.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    /// The vendor's name, in both languages.
    pub(crate) vendor: &'static str,
    /// The person, masked.
    pub(crate) subject: Option<String>,
    /// The persona's id.
    pub(crate) persona: Option<String>,
    /// What the persona's outcome is.
    pub(crate) outcome: Option<String>,
    pub(crate) choices: Vec<Choice>,
    /// Whether the liveness check has begun.
    pub(crate) begun: bool,
    /// Something to say in place of the form.
    pub(crate) message: Option<&'static str>,
}

impl Page {
    /// The page; its form posts `action` (`begin`, `submit`, `cancel`) and `outcome` to its own address.
    pub(crate) fn show(&self) -> Response {
        let html = PAGES.get_template("page.html").and_then(|page| page.render(self)).expect("the page renders");
        let mut response = Html(html).into_response();
        let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        // The landing URL holds personal data, and so may this one.
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// A page that only says something.
    pub(crate) fn says(vendor: &'static str, message: &'static str) -> Response {
        let page = Self {
            vendor,
            subject: None,
            persona: None,
            outcome: None,
            choices: Vec::new(),
            begun: false,
            message: Some(message),
        };
        page.show()
    }

    /// The page of a refused submission.
    pub(crate) fn refuses(vendor: &'static str, refused: Refused) -> Response {
        let status = match refused {
            Refused::Unknown => StatusCode::NOT_FOUND,
            Refused::Submitted => StatusCode::CONFLICT,
            Refused::Expired => StatusCode::GONE,
            Refused::Outcome | Refused::Persona => StatusCode::BAD_REQUEST,
        };
        (status, Self::says(vendor, refused.text())).into_response()
    }
}

/// Sends the browser on, with a GET, to an address exactly as given.
pub(crate) fn send_to(location: &str) -> Response {
    match HeaderValue::try_from(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hostile_name_is_text() {
        let page = Page {
            vendor: "Juhe",
            subject: Some("<script>alert(1)</script>".into()),
            persona: None,
            outcome: None,
            choices: Vec::new(),
            begun: false,
            message: None,
        };
        let body = axum::body::to_bytes(page.show().into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(html.contains("&lt;script&gt;"));
        assert!(!html.contains("<script>"));
    }
}
