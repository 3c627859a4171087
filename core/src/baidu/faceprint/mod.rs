//! faceprint: H5人脸实名认证方案. Document: 人脸实名认证, H5 接口文档.
//!
//! The order: [`verify_token_generate`]; for plans with 指定用户身份核验 [`idcard_submit`], for those with
//! 自建人脸库比对 [`upload_match_image`]; the person acts on the hosted page; then [`result_getall`]. Results may be
//! asked only after the person has acted. All calls are free; what is charged is what happens on the page.

pub mod idcard_submit;
pub mod result_detail;
pub mod result_getall;
pub mod result_media_query;
pub mod result_simple;
pub mod result_stat;
pub mod upload_match_image;
pub mod verify_token_generate;

use super::fields::Fields;
use crate::error::{Error, Result};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret};
use crate::wire;
use serde::Serialize;

/// The body of every call that asks about a session.
#[derive(Serialize)]
struct Asked<'a> {
    verify_token: &'a str,
}

impl<'a> Asked<'a> {
    fn about(verify_token: &'a Secret) -> Result<Asked<'a>> {
        Ok(Asked { verify_token: filled("/verify_token", verify_token.expose())? })
    }
}

fn filled<'a>(field: &str, text: &'a str) -> Result<&'a str> {
    if text.trim().is_empty() {
        return Err(Error::invalid_argument(field, "this must not be empty"));
    }
    Ok(text)
}

/// 用户手动输入或二次确认的身份证信息.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdcardConfirm {
    /// 姓名.
    #[serde(serialize_with = "wire::clear")]
    pub name: Option<Personal>,
    /// 证件号.
    #[serde(serialize_with = "wire::clear")]
    pub idcard_number: Option<Personal>,
    /// 证件类型: 0 is 大陆居民二代身份证. Only in result/getall.
    pub idcard_type: Option<String>,
    /// Every other field.
    pub extra: Extra,
}

impl IdcardConfirm {
    fn read(fields: &mut Fields<'_, '_>) -> IdcardConfirm {
        IdcardConfirm {
            name: fields.personal("name"),
            idcard_number: fields.personal("idcard_number"),
            idcard_type: fields.text("idcard_type"),
            extra: fields.extra(),
        }
    }
}

/// OCR采集的身份证信息. Texts as Baidu writes them; dates in more than one form.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OcrResult {
    /// 地址.
    #[serde(serialize_with = "wire::clear")]
    pub address: Option<Personal>,
    /// 生日.
    #[serde(serialize_with = "wire::clear")]
    pub birthday: Option<Personal>,
    /// 姓名.
    #[serde(serialize_with = "wire::clear")]
    pub name: Option<Personal>,
    /// 身份证号: `id_card_number` in result/detail, `idcard_number` in result/getall.
    #[serde(serialize_with = "wire::clear")]
    pub idcard_number: Option<Personal>,
    /// 证件类型: 0 is 大陆居民二代身份证. Only in result/getall.
    pub idcard_type: Option<String>,
    /// 性别.
    #[serde(serialize_with = "wire::clear")]
    pub gender: Option<Personal>,
    /// 民族.
    #[serde(serialize_with = "wire::clear")]
    pub nation: Option<Personal>,
    /// 身份证生效日期.
    #[serde(serialize_with = "wire::clear")]
    pub issue_time: Option<Personal>,
    /// 身份证失效日期.
    #[serde(serialize_with = "wire::clear")]
    pub expire_time: Option<Personal>,
    /// 身份证签发机关.
    #[serde(serialize_with = "wire::clear")]
    pub issue_authority: Option<Personal>,
    /// Every other field.
    pub extra: Extra,
}

impl OcrResult {
    fn read(object: &Object<'_>) -> OcrResult {
        let mut fields = Fields::of(object);
        OcrResult {
            address: fields.personal("address"),
            birthday: fields.personal("birthday"),
            name: fields.personal("name"),
            idcard_number: match fields.personal("idcard_number") {
                Some(number) => Some(number),
                None => fields.personal("id_card_number"),
            },
            idcard_type: fields.text("idcard_type"),
            gender: fields.personal("gender"),
            nation: fields.personal("nation"),
            issue_time: fields.personal("issue_time"),
            expire_time: fields.personal("expire_time"),
            issue_authority: fields.personal("issue_authority"),
            extra: fields.extra(),
        }
    }
}

#[cfg(test)]
mod tests;
