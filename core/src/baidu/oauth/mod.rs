//! The access_token. Document: 鉴权认证机制 (ai.baidu.com/ai-doc/REFERENCE/Ck3dwjhhu).

pub mod token;
