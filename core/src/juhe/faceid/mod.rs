//! faceid: a person proves on a page of the vendor to be alive and to be who is claimed. Document: 发起认证请求, 查询认证结果.

pub mod codes;
pub mod detail;
pub mod query;
pub mod search;

pub use detail::Detail;
pub use query::QueryReply;
pub use search::SearchReply;

use std::time::Duration;

/// How long `verify_url` and `jh_order_id` live.
pub const SESSION: Duration = Duration::from_secs(30 * 60);

/// How long the address of a face image lives.
pub const IMAGE: Duration = Duration::from_secs(10 * 60);

/// Somebody may submit in the last second: only an answer asked for this much later says that a session expired.
pub const GRACE: Duration = Duration::from_secs(60);
