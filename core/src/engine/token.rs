//! Access tokens: kept, fetched once for all who wait, renewed before they end and once when the vendor refuses one.

use super::call::{Call, deadline};
use super::client::Shared;
use super::lock;
use super::outcome::Record;
use crate::baidu;
use crate::digest::hex;
use crate::error::{Error, Kind, Result};
use crate::operation::{Context as _, Exchange, Io, Operation as _, Options, Place};
use crate::secret::Secret;
use crate::time::Time;
use crate::verdict::Vendor;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// A fetch that failed is not tried again for this long: whoever comes meanwhile gets the same error.
const FAILED: Duration = Duration::from_secs(1);
/// A caller's store may take this long.
const STORE: Duration = Duration::from_secs(2);
const DAY: u64 = 86_400_000;

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The token.
    pub token: Secret,
    /// When it was fetched.
    pub fetched_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

impl StoredToken {
    /// When to fetch the next one: a tenth of its life before it ends, or a day if that is more; but never before
    /// three quarters of its life are over.
    pub fn renew_at(&self) -> Time {
        let life = self.expires_at.unix_ms().saturating_sub(self.fetched_at.unix_ms());
        let early = (life / 10).max(DAY.min(life / 4));
        Time::from_unix_ms(self.expires_at.unix_ms().saturating_sub(early))
    }

    fn is_fresh(&self, now: Time) -> bool {
        now < self.renew_at()
    }

    fn is_alive(&self, now: Time) -> bool {
        now < self.expires_at
    }
}

/// What a store's methods return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where tokens are kept between calls. The default keeps them in memory; one that many processes share saves each of
/// them a fetch. Its futures are run by the client's own thread and must not block it; a store that fails gives
/// `None`, one that takes longer than two seconds counts as empty.
pub trait TokenStore: Send + Sync {
    /// The token of an account. `account` is a hash, and tells nothing about the keys.
    fn get<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<StoredToken>>;
    /// Keeps the token of an account.
    fn put<'a>(&'a self, account: &'a str, token: StoredToken) -> StoreFuture<'a, ()>;
}

/// Keeps tokens in memory. Clients that share one (in an `Arc`) share their tokens.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<String, StoredToken>>);

impl TokenStore for MemoryStore {
    fn get<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<StoredToken>> {
        Box::pin(std::future::ready(lock(&self.0).get(account).cloned()))
    }

    fn put<'a>(&'a self, account: &'a str, token: StoredToken) -> StoreFuture<'a, ()> {
        lock(&self.0).insert(account.to_owned(), token);
        Box::pin(std::future::ready(()))
    }
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn get<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<StoredToken>> {
        (**self).get(account)
    }

    fn put<'a>(&'a self, account: &'a str, token: StoredToken) -> StoreFuture<'a, ()> {
        (**self).put(account, token)
    }
}

type Landed = Option<Result<StoredToken>>;

#[derive(Default)]
struct State {
    held: Option<StoredToken>,
    flight: Option<(watch::Receiver<Landed>, AbortHandle)>,
    failed: Option<(Instant, Error)>,
}

/// The tokens of one client.
pub(super) struct Tokens {
    store: Box<dyn TokenStore>,
    state: Mutex<State>,
}

enum Next {
    Take(Result<Secret>),
    Wait { landing: watch::Receiver<Landed>, held: Option<Secret> },
}

impl Tokens {
    pub(super) fn new(store: Box<dyn TokenStore>) -> Tokens {
        Tokens { store, state: Mutex::default() }
    }

    /// A token that is not `stale`.
    pub(super) async fn get(&self, shared: &Arc<Shared>, stale: Option<Secret>) -> Result<Secret> {
        // A fetch that was already under way may bring the very token that was refused: then one more.
        for _ in 0..2 {
            let (mut landing, held) = match self.next(shared, stale.as_ref())? {
                Next::Take(token) => return token,
                Next::Wait { landing, held } => (landing, held),
            };
            let landed = match landing.wait_for(Option::is_some).await {
                Ok(landed) => landed.clone(),
                Err(_) => None,
            };
            match landed.unwrap_or_else(|| Err(Error::internal("the fetch of an access token died"))) {
                Ok(fetched) if Some(&fetched.token) == stale.as_ref() => {}
                Ok(fetched) => return Ok(fetched.token),
                Err(error) => return held.ok_or(error),
            }
        }
        Err(Error::new(Kind::Authentication, "the vendor gives the same access token again that it refused")
            .with_vendor(Vendor::Baidu))
    }

    /// What is there, or a fetch to wait for. The fetch runs on the client's own runtime: no caller's runtime can
    /// die or stall with it, and no caller who gives up takes it along.
    fn next(&self, shared: &Arc<Shared>, stale: Option<&Secret>) -> Result<Next> {
        let mut state = lock(&self.state);
        let now = shared.now();
        if state.held.as_ref().is_some_and(|held| Some(&held.token) == stale || !held.is_alive(now)) {
            state.held = None;
        }
        if let Some(held) = &state.held
            && held.is_fresh(now)
        {
            return Ok(Next::Take(Ok(held.token.clone())));
        }
        let held = state.held.as_ref().map(|held| held.token.clone());
        if let Some((landing, _)) = &state.flight {
            return Ok(Next::Wait { landing: landing.clone(), held });
        }
        if let Some((at, error)) = &state.failed
            && at.elapsed() < FAILED
        {
            return Ok(Next::Take(held.ok_or_else(|| error.clone())));
        }
        let (tell, landing) = watch::channel(None);
        let (own, shared, stale) = (shared.own()?, shared.clone(), stale.cloned());
        // The flight is made last: dropping one takes the lock that is held here.
        let abort = own.spawn(|| Flight { shared, tell: Some(tell) }.fly(stale))?;
        state.flight = Some((landing.clone(), abort));
        Ok(Next::Wait { landing, held })
    }

    /// Ends a fetch that is under way.
    pub(super) fn close(&self) {
        let flight = lock(&self.state).flight.take();
        if let Some((_, abort)) = flight {
            abort.abort();
        }
    }
}

/// A fetch under way. However it ends, those who wait are told.
struct Flight {
    shared: Arc<Shared>,
    tell: Option<watch::Sender<Landed>>,
}

impl Flight {
    /// Boxed, because a call may wait for a fetch, and a fetch is driven like a call.
    fn fly(mut self, stale: Option<Secret>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let result = bring(&self.shared, stale).await;
            self.land(result);
        })
    }

    fn land(&mut self, result: Result<StoredToken>) {
        let Some(tell) = self.tell.take() else { return };
        {
            let mut state = lock(&self.shared.tokens.state);
            state.flight = None;
            match &result {
                Ok(token) => (state.held, state.failed) = (Some(token.clone()), None),
                Err(error) => state.failed = Some((Instant::now(), error.clone())),
            }
        }
        tell.send_replace(Some(result));
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.land(Err(Error::new(Kind::Cancelled, "the fetch of an access token was given up")));
    }
}

/// From the store, or else from the vendor.
async fn bring(shared: &Arc<Shared>, stale: Option<Secret>) -> Result<StoredToken> {
    let account = name(shared.config.accounts.baidu()?);
    let store = &shared.tokens.store;
    if let Ok(Some(token)) = timeout(STORE, store.get(&account)).await
        && token.is_fresh(shared.now())
        && Some(&token.token) != stale.as_ref()
    {
        return Ok(token);
    }
    let fetched_at = shared.now();
    let (token, seconds) = Call {
        exchange: Exchange::new(Io::new(shared.clone(), Options::default()), fetch),
        permit: None,
        queued: false,
        record: Record::new("baidu.oauth.token", None),
        place: Place::Remote,
        deadline: deadline(Duration::from_millis(shared.config.timeout_ms.into())),
        attempts: 2,
        retry_after: None,
        shared: shared.clone(),
    }
    .drive()
    .await?;
    let token = StoredToken { token, fetched_at, expires_at: fetched_at.plus(Duration::from_secs(seconds)) };
    let _ = timeout(STORE, store.put(&account, token.clone())).await;
    Ok(token)
}

/// The account's name in a store: a hash, so that no key is written there.
fn name(account: &baidu::Account) -> String {
    let mut hash = Sha256::new();
    hash.update(account.base_url.trim_end_matches('/'));
    hash.update([0]);
    hash.update(account.api_key.expose());
    format!("baidu:{}", hex(&hash.finalize()))
}

/// Fetches a token, with its life in seconds.
async fn fetch(io: Io) -> Result<(Secret, u64)> {
    baidu::oauth::token::Token {}.run(io).await.map(|reply| (reply.access_token, reply.expires_in))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(life_seconds: u64) -> StoredToken {
        let fetched_at = Time::from_unix_ms(1_000_000_000);
        StoredToken { token: "t".into(), fetched_at, expires_at: fetched_at.plus(Duration::from_secs(life_seconds)) }
    }

    #[test]
    fn renewal_comes_before_the_end() {
        for (life, early) in [(2_592_000, 259_200), (432_000, 86_400), (100_000, 25_000), (3600, 900), (4, 1), (0, 0)] {
            let token = token(life);
            let early = Duration::from_secs(early);
            assert_eq!(token.renew_at().plus(early), token.expires_at, "{life} s");
            assert!(!token.is_fresh(token.renew_at()));
            assert!(!token.is_alive(token.expires_at));
        }
    }

    #[test]
    fn an_accounts_name_hides_its_keys() {
        let mut account = baidu::Account::new("ak-123456", "sk-123456");
        let one = name(&account);
        assert!(!one.contains("ak-123456") && !one.contains("sk-123456"));
        assert_eq!(one.len(), 6 + 64);
        account.base_url = "http://127.0.0.1:1/baidu".into();
        assert_ne!(name(&account), one, "a sandbox's token is no token of the vendor");
    }
}
