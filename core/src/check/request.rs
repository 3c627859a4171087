//! Fields of single calls: what the documents say of each beyond people and addresses.

use super::id_number::{self, IdKind};
use super::{Finding, name, table};
use crate::baidu::handover::is_address;
use crate::jumdata::lifecheck::init::{ACTIONS, BRIGHT, DARK};
use crate::secret::Personal;
use crate::time::Time;

table! {
    NOT_RESIDENT = Advice "id_number.not_resident"
        "this number is not that of a resident's ID card: the document speaks of 身份证 only",
        "Juhe idcard, certNo (身份证号)", "expect that the vendor does not know it";
    ORDER_ID = Document "order_id.shape" "8 to 32 ASCII letters or digits are needed",
        "Juhe faceid orderId (8-32位字母数字组合)", "leave out dashes, as of a UUID";
    MODEL = Document "model.range" "the models are 1 to 5", "Juhe faceid model";
    DEVICE_TYPE = Document "device_type.value" "WEB or H5 is expected", "Juhe faceid deviceType";
    NOTIFY_URL = Standard "notify_url.scheme" "an address starts with http:// or https:// and names a host",
        "Juhe faceid notifyUrl (回调通知地址URL)", "leave it out where no notice is wanted";
    NOTIFY_FRAGMENT = Advice "notify_url.fragment" "what stands behind # is never sent to a server", "RFC 9110",
        "put it into the path or the query";
    COLOR = Document "colors.unknown" "not one of the 14 documented colours", "Jumdata colors";
    COLOR_MIX = Document "colors.mix" "several colours must mix bright and dark ones", "Jumdata colors",
        "#FFFFFF and #000000 are recommended";
    ACTION = Document "actions.unknown" "not one of the 9 documented actions", "Jumdata actions";
    LOOK_FRONT = Document "actions.look_front" "colours and actions together need LookFront among the actions",
        "Jumdata actions (注意)", "add LookFront";
    CERTIFICATE_TYPE = Document "certificate_type.value" "0 大陆居民二代身份证, 4 港澳台居民居住证",
        "Baidu certificate_type";
    PERMIT = Advice "certificate_type.permit" "certificate type and number do not fit each other",
        "Baidu certificate_type; residence permits begin with 81, 82 or 83",
        "4 for numbers that begin with 81, 82 or 83, 0 for all others";
    PLAN_EMPTY = Needed "plan_id.empty" "this must not be empty", "Baidu plan_id";
    PLAN_BLANKS = Advice "plan_id.blanks" "there are blanks in this plan id", "Baidu plan_id", "copy it from the console";
}

fn find<const N: usize>(field: &str, found: [(bool, &super::Rule); N]) -> Vec<Finding> {
    found.into_iter().filter(|(found, _)| *found).map(|(_, rule)| rule.at(field)).collect()
}

/// A person as Juhe is told.
pub(crate) fn juhe_person(id: (&str, &Personal), named: (&str, &Personal), now: Time) -> Vec<Finding> {
    let mut findings = person(id, named, now);
    let kind = id_number::kind(id.1.expose());
    let other = kind.is_some_and(|kind| !matches!(kind, IdKind::Resident | IdKind::Resident15));
    findings.extend(find(id.0, [(other, &NOT_RESIDENT)]));
    findings
}

/// A person: first what is wrong with the name, then with the number.
pub(crate) fn person(id: (&str, &Personal), named: (&str, &Personal), now: Time) -> Vec<Finding> {
    let mut findings = name::look(named.0, named.1.expose());
    findings.extend(id_number::look(id.0, id.1.expose(), now));
    findings
}

/// Juhe's number of the caller.
pub(crate) fn order_id(field: &str, order: &str) -> Vec<Finding> {
    let good = (8..=32).contains(&order.len()) && order.bytes().all(|byte| byte.is_ascii_alphanumeric());
    find(field, [(!good, &ORDER_ID)])
}

/// Juhe's kind of liveness check.
pub(crate) fn model(field: &str, model: Option<u8>) -> Vec<Finding> {
    find(field, [(model.is_some_and(|model| !(1..=5).contains(&model)), &MODEL)])
}

/// Juhe's kind of page.
pub(crate) fn device_type(field: &str, device: Option<&str>) -> Vec<Finding> {
    find(field, [(device.is_some_and(|device| device != "WEB" && device != "H5"), &DEVICE_TYPE)])
}

/// Where Juhe sends its notice.
pub(crate) fn notify_url(field: &str, url: Option<&str>) -> Vec<Finding> {
    let Some(url) = url else { return Vec::new() };
    find(field, [(!is_address(url), &NOTIFY_URL), (url.contains('#'), &NOTIFY_FRAGMENT)])
}

/// Jumdata's colours and actions.
pub(crate) fn colors_and_actions(colors: (&str, &[String]), actions: (&str, &[String])) -> Vec<Finding> {
    let known = |table: &[&str], text: &str| table.iter().any(|entry| entry.eq_ignore_ascii_case(text));
    let mut findings = Vec::new();
    for (index, color) in colors.1.iter().enumerate() {
        findings
            .extend(find(&format!("{}/{index}", colors.0), [(!known(&BRIGHT, color) && !known(&DARK, color), &COLOR)]));
    }
    let mixed = colors.1.iter().any(|color| known(&BRIGHT, color)) && colors.1.iter().any(|color| known(&DARK, color));
    findings.extend(find(colors.0, [(colors.1.len() > 1 && !mixed, &COLOR_MIX)]));
    for (index, action) in actions.1.iter().enumerate() {
        findings.extend(find(&format!("{}/{index}", actions.0), [(!ACTIONS.contains(&action.as_str()), &ACTION)]));
    }
    let both = !colors.1.is_empty() && !actions.1.is_empty();
    findings.extend(find(actions.0, [(both && !actions.1.iter().any(|action| action == "LookFront"), &LOOK_FRONT)]));
    findings
}

/// Baidu's kind of certificate, beside the number.
pub(crate) fn certificate_type(field: &str, value: u8, number: &Personal) -> Vec<Finding> {
    let fits = match id_number::kind(number.expose()) {
        Some(IdKind::ResidencePermit) => value == 4,
        Some(_) => value == 0,
        None => true,
    };
    let documented = matches!(value, 0 | 4);
    find(field, [(!documented, &CERTIFICATE_TYPE), (documented && !fits, &PERMIT)])
}

/// Baidu's plan.
pub(crate) fn plan_id(field: &str, plan: Option<&str>) -> Vec<Finding> {
    let Some(plan) = plan else { return Vec::new() };
    let empty = plan.trim().is_empty();
    find(field, [(empty, &PLAN_EMPTY), (!empty && plan.contains(char::is_whitespace), &PLAN_BLANKS)])
}

#[cfg(test)]
mod tests;
