//! What is read from a card. Nobody made these cards: all but name and number is drawn from the number.

use std::sync::LazyLock;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};

use crate::baidu::images::CARD;
use crate::baidu::session::Subject;

/// A card's picture.
pub(super) static BASE64: LazyLock<String> = LazyLock::new(|| BASE64_STANDARD.encode(CARD));

/// The fields of both sides without the number, whose name differs between detail and getall.
pub(super) fn read(subject: &Subject) -> Map<String, Value> {
    let number = &subject.person.id_number;
    let male = number.as_bytes().get(16).is_none_or(|digit| digit % 2 == 1);
    let card = json!({
        "address": "北京市东城区沙箱胡同1号",
        "birthday": number.get(6..14).unwrap_or_default(),
        "name": subject.person.name,
        "gender": if male { "男" } else { "女" },
        "nation": "汉",
        "expire_time": "20400101",
        "issue_authority": "北京市公安局东城分局",
        "issue_time": "20200101",
    });
    match card {
        Value::Object(card) => card,
        _ => Map::new(),
    }
}

/// The portrait side, and the emblem side when that was read too.
pub(super) fn sides(ocr_count: u32) -> &'static [&'static str] {
    if ocr_count > 1 { &["front", "back"] } else { &["front"] }
}
