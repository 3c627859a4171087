//! The simple ways: an AppCode in a header. Aliyun's is `Authorization: APPCODE <appcode>`, with exactly one space.

use super::{Request, put};
use crate::error::Result;
use crate::secret::Secret;

pub(super) fn aliyun(mut request: Request, appcode: &Secret) -> Result<Request> {
    put(&mut request, "authorization", &format!("APPCODE {}", appcode.expose().trim()))?;
    Ok(request)
}

pub(super) fn huawei(mut request: Request, appcode: &Secret) -> Result<Request> {
    put(&mut request, "x-apig-appcode", appcode.expose().trim())?;
    Ok(request)
}
