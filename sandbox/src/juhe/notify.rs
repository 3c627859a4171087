//! The notice to `notifyUrl`. Its format is a choice; it goes to loopback addresses only, for a sandbox calls nobody.

use std::net::IpAddr;
use std::time::Duration;

use http::Uri;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::settings::Notify;

const PATIENCE: Duration = Duration::from_secs(3);

/// Sends it, with the retries that the settings allow; the answer is a line for the journal.
pub(super) async fn send(url: &str, how: &Notify, jh_order_id: &str, order_id: &str) -> String {
    let Some((host, port, path)) = loopback(url) else {
        return "notify skipped: only http to a loopback address is called".into();
    };
    let form: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("jh_order_id", jh_order_id)
        .append_pair("orderId", order_id)
        .finish();
    let request = if how.method.eq_ignore_ascii_case("GET") {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("GET {path}{joint}{form} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n")
    } else {
        let (kind, body) = match how.format.as_str() {
            "json" => ("application/json", json!({"jh_order_id": jh_order_id, "orderId": order_id}).to_string()),
            _ => ("application/x-www-form-urlencoded", form),
        };
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
    };
    let mut said = String::new();
    for attempt in 0..=how.retries {
        said = match tokio::time::timeout(PATIENCE, post(&host, port, &request)).await {
            Ok(Ok(status)) if (200..300).contains(&status) => return format!("notify answered with {status}"),
            Ok(Ok(status)) => format!("notify answered with {status}"),
            Ok(Err(error)) => format!("notify failed: {}", error.kind()),
            Err(_) => "notify failed: no answer".into(),
        };
        if attempt > 0 {
            said.push_str(&format!(" (attempt {})", attempt + 1));
        }
    }
    said
}

fn loopback(url: &str) -> Option<(String, u16, String)> {
    let uri: Uri = url.parse().ok().filter(|uri: &Uri| uri.scheme_str() == Some("http"))?;
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    let near = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    near.then(|| (host, uri.port_u16().unwrap_or(80), path))
}

async fn post(host: &str, port: u16, request: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect((host, port)).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    let mut part = [0; 512];
    // The status stands in the first twelve bytes: "HTTP/1.1 200".
    while head.len() < 12 {
        match stream.read(&mut part).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => head.extend_from_slice(&part[..read]),
        }
    }
    std::str::from_utf8(&head[9..12])
        .ok()
        .and_then(|status| status.parse().ok())
        .ok_or(std::io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_addresses() {
        assert_eq!(loopback("http://127.0.0.1:81/a?b=c").unwrap(), ("127.0.0.1".into(), 81, "/a?b=c".into()));
        assert!(loopback("http://[::1]:81/").is_some());
        for far in ["http://example.com/", "https://127.0.0.1/", "http://10.0.0.1/", "ftp://localhost/", "localhost"] {
            assert!(loopback(far).is_none(), "{far}");
        }
    }
}
