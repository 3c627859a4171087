"""The one thread that hands outcomes and log records of the native part to Python."""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from _thread import allocate_lock, get_ident  # what `threading` calls Lock, without importing the rest

from shiren import _native

TYPE_CHECKING = False

if TYPE_CHECKING:
    import logging
    import threading
    from collections.abc import Callable

    from shiren._base import Base
    from shiren._outcome import Outcome

if not _native.claim(id(sys)):
    raise ImportError("another interpreter of this process uses shiren already; only one in a process can")

#: Native clients of this process that are observed, by the numbers that their outcomes carry.
_observed: dict[int, tuple[weakref.ref[Base], list[Callable[[Outcome], object]]]] = {}
#: All clients, for the end of the interpreter.
_clients: weakref.WeakSet[Base] = weakref.WeakSet()
_thread: threading.Thread | None = None
_DEBUG, _WARNING = 10, 30  # as in `logging`
_level = 60
_lock = allocate_lock()
_log: logging.Logger | None = None


def _logger() -> logging.Logger | None:
    """The logger ``shiren``. While nobody has imported `logging` nobody listens, and importing it costs more than this package."""
    global _log
    if _log is None and "logging" in sys.modules:
        import logging

        _log = logging.getLogger("shiren")
        _log.addHandler(logging.NullHandler())
    return _log


def watch_level() -> None:
    """Tells the native part which records are wanted. Called before each call: levels change at run time."""
    global _level
    log = _log or _logger()
    level = 60 if log is None or log.disabled else log.getEffectiveLevel()
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
                import threading

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
    thread = _thread
    return thread is None or thread.ident == get_ident() or _native.flush(timeout)


def _deliver() -> None:
    from shiren._outcome import Outcome

    while True:
        events = _native.events(3600.0)
        for level, name, text in events.records:
            _emit(level, name, text)
        if events.dropped:
            _emit(_WARNING, "shiren", f"{events.dropped} log records found no room")
        for number, fields in events.outcomes:
            outcome = Outcome._make(fields)
            log = _logger()
            if log is not None and log.isEnabledFor(_DEBUG):
                _emit(_DEBUG, "shiren.call", _sentence(outcome))
            known = _observed.get(number)
            for observer in list(known[1]) if known else ():
                try:
                    observer(outcome)
                except Exception:
                    import logging

                    (_logger() or logging.getLogger("shiren")).exception("an observer of outcomes failed")
        if events.closed:
            return


def _sentence(outcome: Outcome) -> str:
    end = outcome.error or "ok"
    return f"{outcome.operation}: {end}, billed {outcome.billed}, {outcome.duration * 1000:.1f} ms"


def _emit(level: int, name: str, text: str) -> None:
    import logging

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
    _thread, _lock = None, allocate_lock()
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
