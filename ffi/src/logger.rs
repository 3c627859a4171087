//! What the library has to say, for the program's own log.

use crate::boundary::{Text, fallible};
use crate::error::shiren_error;
use shiren::{Error, Result};
use std::ffi::{c_char, c_void};
use std::fmt;
use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Nothing.
pub const SHIREN_LOG_OFF: i32 = 0;
/// What should not happen.
pub const SHIREN_LOG_ERROR: i32 = 1;
/// What deserves a look.
pub const SHIREN_LOG_WARN: i32 = 2;
/// What is going on.
pub const SHIREN_LOG_INFO: i32 = 3;
/// What each call does.
pub const SHIREN_LOG_DEBUG: i32 = 4;
/// Everything.
pub const SHIREN_LOG_TRACE: i32 = 5;

/// Gets a line for the log: UTF-8 without a line break at its end, living as long as the callback runs, without
/// personal data and secrets. It may come from several threads at once, and must not call this library.
pub type shiren_log_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, level: i32, target: *const c_char, message: *const c_char)>;

struct Receiver {
    callback: unsafe extern "C" fn(*mut c_void, i32, *const c_char, *const c_char),
    user_data: *mut c_void,
}

// SAFETY: the pointer is only handed back to the caller, who was told that its callback runs on other threads.
unsafe impl Send for Receiver {}
// SAFETY: as above.
unsafe impl Sync for Receiver {}

/// The receiver of one process. After a fork its lock may be held by a thread that exists only in the parent, so a
/// child never touches it.
struct Place {
    pid: u32,
    receiver: RwLock<Option<Receiver>>,
}

static PLACE: AtomicPtr<Place> = AtomicPtr::new(std::ptr::null_mut());

/// This process's place, if it has set a logger.
fn place() -> Option<&'static Place> {
    // SAFETY: it is NULL or was leaked by `own_place`.
    let place = unsafe { PLACE.load(Ordering::Acquire).as_ref() };
    place.filter(|place| place.pid == std::process::id())
}

/// This process's place, made if there is none. One for each process that ever sets a logger: never freed.
fn own_place() -> &'static Place {
    loop {
        if let Some(place) = place() {
            return place;
        }
        let before = PLACE.load(Ordering::Acquire);
        let made = Box::into_raw(Box::new(Place { pid: std::process::id(), receiver: RwLock::new(None) }));
        if PLACE.compare_exchange(before, made, Ordering::AcqRel, Ordering::Acquire).is_err() {
            // SAFETY: it was made just now, and nobody else has seen it.
            drop(unsafe { Box::from_raw(made) });
        }
    }
}

static LEVEL: AtomicI32 = AtomicI32::new(SHIREN_LOG_OFF);

fn number(level: &Level) -> i32 {
    match *level {
        Level::ERROR => SHIREN_LOG_ERROR,
        Level::WARN => SHIREN_LOG_WARN,
        Level::INFO => SHIREN_LOG_INFO,
        Level::DEBUG => SHIREN_LOG_DEBUG,
        Level::TRACE => SHIREN_LOG_TRACE,
    }
}

/// Hands events on. Of other crates only their warnings: what they say in detail may quote addresses.
struct Lines;

/// What is known about a call, for every event in it.
struct Around(Line);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let level = number(metadata.level());
        let ours = metadata.target().starts_with("shiren");
        level <= LEVEL.load(Ordering::Relaxed) && (ours || level <= SHIREN_LOG_WARN)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut line = Line::default();
        attributes.record(&mut line);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Around(line));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(Around(line)) = span.extensions_mut().get_mut() {
            values.record(line);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(place) = place() else { return };
        let mut line = Line::default();
        event.record(&mut line);
        let mut text = line.to_string();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(Around(line)) = span.extensions().get() {
                text.push_str(&line.to_string());
            }
        }
        let receiver = place.receiver.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(Receiver { callback, user_data }) = &*receiver {
            let (target, message) = (Text::new(event.metadata().target()), Text::new(text));
            // SAFETY: the caller gave a function of this type; the texts live until it returns.
            unsafe { callback(*user_data, number(event.metadata().level()), target.as_ptr(), message.as_ptr()) };
        }
    }
}

/// A message and fields, each by its last value.
#[derive(Default)]
struct Line {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        match self.fields.iter_mut().find(|(name, _)| *name == field.name()) {
            _ if field.name() == "message" => self.message = text,
            Some((_, known)) => *known = text,
            None => self.fields.push((field.name(), text)),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

fn install() -> Result<()> {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed =
        *INSTALLED.get_or_init(|| tracing::subscriber::set_global_default(Registry::default().with(Lines)).is_ok());
    if installed {
        return Ok(());
    }
    Err(Error::configuration("this program has a tracing subscriber already")
        .with_hint("a Rust program that links this library sees its events there"))
}

/// Sets where the library's log goes, for the whole process; in place of what was set before. When this returns, the
/// callback before has returned for the last time. Without it there is no log; a child process begins without it.
///
/// @param level     SHIREN_LOG_ERROR … SHIREN_LOG_TRACE: this and what is graver; SHIREN_LOG_OFF
/// @param callback  NULL: no more log
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_set_logger(
    level: i32,
    callback: shiren_log_callback,
    user_data: *mut c_void,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or a place for the error.
    unsafe {
        fallible(error, || {
            if !(SHIREN_LOG_OFF..=SHIREN_LOG_TRACE).contains(&level) {
                return Err(Error::invalid_argument("level", "this must be SHIREN_LOG_OFF to SHIREN_LOG_TRACE"));
            }
            let receiver = callback.map(|callback| Receiver { callback, user_data });
            if receiver.is_some() {
                install()?;
            }
            LEVEL.store(if receiver.is_some() { level } else { SHIREN_LOG_OFF }, Ordering::Relaxed);
            *own_place().receiver.write().unwrap_or_else(PoisonError::into_inner) = receiver;
            tracing::callsite::rebuild_interest_cache();
            Ok(())
        })
    }
}
