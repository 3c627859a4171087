//! verifyface_mobile: name, ID number, mobile and photo against each other. Document: 人脸四要素核验.

pub mod query;

pub use query::MobileReply;
