"""The one thread that hands outcomes and log records of the native part to Python."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shiren import _native

if TYPE_CHECKING:
    from shiren._base import Base

log = logging.getLogger("shiren")
log.addHandler(logging.NullHandler())


class Outcome(NamedTuple):
    """How a call ended. It holds nothing about a person."""

    #: The operation's id.
    operation: str
    #: ``juhe``, ``jumdata`` or ``baidu``, if it came that far.
    vendor: str | None
    #: From the call to its end in seconds, waiting and repetitions included.
    duration: float
    #: The kind of its error; ``None`` when it succeeded.
    error: str | None
    #: ``no``, ``yes`` or ``unknown``.
    billed: str
    #: How many requests went out, or tried to.
    attempts: int
    #: Whether the caller gave it up.
    cancelled: bool


#: Native clients of this process that are observed, by the numbers that their outcomes carry.
_observed: dict[int, tuple[weakref.ref[Base], list[Callable[[Outcome], object]]]] = {}
#: All clients, for the end of the interpreter.
_clients: weakref.WeakSet[Base] = weakref.WeakSet()
_thread: threading.Thread | None = None
_level = 60
_lock = threading.Lock()


def watch_level() -> None:
    """Tells the native part which records are wanted. Called before each call: levels change at run time."""
    global _level
    level = log.getEffectiveLevel() if not log.disabled else 60
    if level != _level:
        _level = level
        _native.log_level(min(max(level, 1), 60))
        if level < 60:
            start()


def start() -> None:
    """Starts the thread, once in each process."""
    global _thread
    if _thread is None:
        with _lock:
            if _thread is None:
                thread = threading.Thread(target=_deliver, name="shiren-events", daemon=True)
                thread.start()
                _thread = thread


def observe(client: Base, number: int, observers: list[Callable[[Outcome], object]]) -> None:
    """From now on the outcomes with this number go to these observers."""
    _observed[number] = (weakref.ref(client, lambda _: _observed.pop(number, None)), observers)
    start()


def forget(number: int) -> None:
    """The client is closed and everything has been told."""
    _observed.pop(number, None)


def remember(client: Base) -> None:
    """A client that is to be closed when the interpreter ends."""
    _clients.add(client)


def flush(timeout: float) -> bool:
    """Waits until everything that has happened has been told; on the thread that tells it there is nothing to wait for."""
    return _thread is None or threading.current_thread() is _thread or _native.flush(timeout)


def _deliver() -> None:
    while True:
        events = _native.events(3600.0)
        for level, name, text in events.records:
            _emit(level, name, text)
        if events.dropped:
            _emit(logging.WARNING, "shiren", f"{events.dropped} log records found no room")
        for number, fields in events.outcomes:
            outcome = Outcome._make(fields)
            if log.isEnabledFor(logging.DEBUG):
                _emit(logging.DEBUG, "shiren.call", _sentence(outcome))
            known = _observed.get(number)
            for observer in list(known[1]) if known else ():
                try:
                    observer(outcome)
                except Exception:
                    log.exception("an observer of outcomes failed")
        if events.closed:
            return


def _sentence(outcome: Outcome) -> str:
    end = outcome.error or "ok"
    return f"{outcome.operation}: {end}, billed {outcome.billed}, {outcome.duration * 1000:.1f} ms"


def _emit(level: int, name: str, text: str) -> None:
    try:
        logging.getLogger(name).log(level, "%s", text)
    except Exception:  # a handler of the user's; logging itself reports what it can
        pass


def _at_exit() -> None:
    for client in list(_clients):
        client._abandon()
    _native.leave(1.0)
    if _thread is not None:
        # A thread that came back from the native part after the interpreter's end would be killed in there.
        _thread.join(1.0)


def _after_fork_in_child() -> None:
    global _thread, _lock
    _native.after_fork(True)
    _thread, _lock = None, threading.Lock()
    _observed.clear()
    if _level < 60:
        start()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_native.before_fork,
        after_in_parent=lambda: _native.after_fork(False),
        after_in_child=_after_fork_in_child,
    )
