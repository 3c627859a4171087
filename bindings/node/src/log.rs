//! The core's log records on their way to every environment that wants them. Whoever logs leaves the record and goes on.

use crate::mailbox::Slot;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Level, Metadata, Subscriber};

static SLOTS: Mutex<Vec<Weak<Slot>>> = Mutex::new(Vec::new());
/// The least important level that any environment wants.
static LEVEL: AtomicU8 = AtomicU8::new(0);

fn slots() -> MutexGuard<'static, Vec<Weak<Slot>>> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A mailbox that may want records.
pub(crate) fn remember(slot: &Arc<Slot>) {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        // Fails where another addon of the process has brought the same crate and listens: then there are no records.
        let _ = tracing::subscriber::set_global_default(Listener { spans: AtomicU64::new(1) });
    });
    slots().push(Arc::downgrade(slot));
}

/// The environment of this mailbox is gone.
pub(crate) fn forget(slot: &Slot) {
    slots().retain(|known| known.upgrade().is_some_and(|known| !std::ptr::eq(&*known, slot)));
    levels_changed();
}

/// Some environment wants more or less than before.
pub(crate) fn levels_changed() {
    let level = slots().iter().filter_map(Weak::upgrade).map(|slot| slot.level()).max().unwrap_or(0);
    if LEVEL.swap(level, Ordering::Relaxed) != level {
        tracing::callsite::rebuild_interest_cache();
    }
}

struct Listener {
    spans: AtomicU64,
}

fn number(level: &Level) -> u8 {
    match *level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Only ours: the libraries below may log what they send.
        let target = metadata.target();
        metadata.is_event()
            && (target == "shiren" || target.starts_with("shiren::"))
            && number(metadata.level()) <= LEVEL.load(Ordering::Relaxed)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed).max(1))
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        let (level, target) = (number(event.metadata().level()), event.metadata().target());
        // The list is copied: nothing is locked while a mailbox is.
        let slots: Vec<_> = slots().iter().filter_map(Weak::upgrade).collect();
        for slot in slots.iter().filter(|slot| slot.level() >= level) {
            slot.record(level, target, text.0.clone());
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write;
        let room = if self.0.is_empty() { "" } else { " " };
        let _ = match field.name() {
            "message" => write!(self.0, "{room}{value:?}"),
            name => write!(self.0, "{room}{name}={value:?}"),
        };
    }
}
