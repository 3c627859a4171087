use super::*;
use crate::Kind;
use crate::config::{Accounts, Config};
use crate::time::Time;

struct Place {
    accounts: Accounts,
    further: Vec<String>,
    test_mode: bool,
}

impl Context for Place {
    fn now(&self) -> Time {
        Time::default()
    }

    fn nonce(&self) -> [u8; 16] {
        [0; 16]
    }

    fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    fn evidence_hosts(&self) -> &[String] {
        &self.further
    }

    fn test_mode(&self) -> bool {
        self.test_mode
    }
}

fn place() -> Place {
    let accounts = Config::sandbox("http://127.0.0.1:8181").accounts;
    Place { accounts, further: vec!["CDN.example.com".into()], test_mode: false }
}

const OSS: &str = "https://cn-shanghai-aliyun-cloudauth-1811331075658188.oss-cn-shanghai.aliyuncs.com";

#[test]
fn the_vendors_hosts_and_the_account_s_own_origin() {
    use Vendor::{Baidu, Juhe, Jumdata};
    for (vendor, url, asked) in [
        (Juhe, format!("{OSS}/verify/1.jpeg?Expires=1&Signature=a%2Bb"), None),
        (Jumdata, "https://img.jumdata.com/f.jpg".into(), None),
        (Baidu, "https://brain.baidu.com/solution/faceprint/image/query?verify_token=x".into(), None),
        (Baidu, "http://bj.bcebos.com/v1/aa.mp4?a=b".into(), Some("https://bj.bcebos.com/v1/aa.mp4?a=b")),
        (Baidu, "http://BJ.bcebos.com:80/v1".into(), Some("https://bj.bcebos.com/v1")),
        (Juhe, "https://cdn.example.com/a".into(), None),
        (Juhe, "http://127.0.0.1:8181/juhe/img/1.jpeg".into(), None),
        (Jumdata, "http://127.0.0.1:8181/jumdata/image/1.jpg".into(), None),
        (Baidu, "http://127.0.0.1:8181/baidu/media/1/video.mp4".into(), None),
    ] {
        let uri = checked(&url, vendor, &place()).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(uri.to_string(), asked.unwrap_or(&url));
    }
}

#[test]
fn every_other_host_is_refused_and_the_rest_of_the_address_stays_unsaid() {
    for url in [
        "https://evil.example/canary",
        "https://oss-cn-shanghai.aliyuncs.com/canary",
        "https://a.b.oss-cn-shanghai.aliyuncs.com/canary",
        "https://a.oss-cn-shanghai-internal.aliyuncs.com/canary",
        "https://a.ecs.aliyuncs.com/canary",
        "https://a.oss-cn-shanghai.aliyuncs.com.evil.example/canary",
        "https://a.oss-cn-shanghai.aliyuncs.com:8443/canary",
        "https://eviljuhe.cn/canary",
        "https://bj.bcebos.com/canary",
        "https://sub.cdn.example.com/canary",
        "https://canary:x@apis.juhe.cn/",
        "http://127.0.0.1:8182/canary",
        "https://127.0.0.1:8181/canary",
        "http://localhost:8181/canary",
        "http://169.254.169.254/canary",
        "http://[::1]:8181/canary",
        "ftp://apis.juhe.cn/canary",
        "file:///canary",
        "//apis.juhe.cn/canary",
        "xxx-canary.jpg",
        "canary with spaces",
        "",
    ] {
        let error = checked(url, Vendor::Juhe, &place()).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/url")), "{url}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn test_mode_asks_the_sandbox_only() {
    let place = Place { test_mode: true, ..place() };
    checked("http://127.0.0.1:8181/juhe/img/1.jpeg", Vendor::Juhe, &place).unwrap();
    assert!(checked(&format!("{OSS}/1.jpeg"), Vendor::Juhe, &place).is_err());
    assert!(checked("https://cdn.example.com/1.jpeg", Vendor::Juhe, &place).is_err());
}
