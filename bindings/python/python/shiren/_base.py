"""What `Client` and `AsyncClient` have in common: one native client for each process."""

from __future__ import annotations

import os
from _thread import allocate_lock  # what `threading` calls Lock, without importing the rest

from shiren import _events, _native
from shiren._config import Config
from shiren._errors import Closed, ShirenError

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from shiren._config import ConfigLike
    from shiren._outcome import Outcome


class Base:
    """A configuration, and the native client that this process made of it."""

    def __init__(self, config: ConfigLike = None, *, sandbox: str | None = None) -> None:
        if sandbox is not None:
            if config is not None:
                raise TypeError("give a configuration or a sandbox, not both")
            self._config = Config.sandbox(sandbox)
        else:
            self._config = Config.of(config)
        self._lock = allocate_lock()
        self._observers: list[Callable[[Outcome], object]] = []
        self._closed = False
        self._pid = 0
        self._core: _native.Client | None = None
        # A configuration that cannot work is told here and not at the first call.
        self._open()
        _events.remember(self)

    def _open(self) -> _native.Client:
        """The native client of this process: a forked child makes its own."""
        core = self._core
        if core is not None and self._pid == os.getpid():
            return core
        if self._pid != os.getpid():
            # The parent's lock may have been held by a thread that does not exist here.
            self._lock = allocate_lock()
        with self._lock:
            if self._closed:
                raise Closed("closed: the client was closed")
            if self._core is None or self._pid != os.getpid():
                core = _native.Client(self._config._json())
                self._core, self._pid = core, os.getpid()
                if self._observers:
                    self._observe(core)
            return self._core

    def _observe(self, core: _native.Client) -> None:
        _events.observe(self, core.number, self._observers)
        core.observe()

    def on_outcome(self, observer: Callable[[Outcome], object]) -> Callable[[Outcome], object]:
        """Tells `observer` about the end of each call, cancelled and abandoned ones included.

        It is called on one thread of this library, shortly after the call; its exceptions are logged. In a forked child it
        goes on, for the child's own calls. Usable as a decorator.
        """
        if not callable(observer):
            raise TypeError(f"an observer is called with each outcome; {type(observer).__name__} cannot be called")
        core = self._open()
        self._observers.append(observer)
        self._observe(core)
        return observer

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until observers and loggers have been told of everything so far. `False`: they have not, in this time."""
        return _events.flush(timeout)

    def counters(self) -> dict[str, Any]:
        """What was counted since this process made the client: ``total`` and ``by_operation``, each with ``calls``,
        ``errors``, ``cancelled``, ``billed``, ``unknown``."""
        return self._open().counters()

    def limits(self) -> dict[str, Any]:
        """What goes on at the limits of each account."""
        return self._open().limits()

    @property
    def closed(self) -> bool:
        """Whether the client was closed."""
        return self._closed

    def _shut(self, timeout: float) -> None:
        self._closed = True
        core = self._core
        if core is None or self._pid != os.getpid():
            return
        try:
            core.close(timeout)
        finally:
            if self._observers:
                _events.flush(timeout)
                _events.forget(core.number)

    def _abandon(self) -> None:
        """The interpreter ends."""
        try:
            self._shut(0.5)
        except ShirenError:
            pass

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._config,))

    def __copy__(self) -> Base:
        self._config.__reduce__()
        return type(self)(self._config)

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"{type(self).__name__}({self._config!r}{state})"
