"""The asyncio client."""

from __future__ import annotations

import asyncio
import os
import weakref

from shiren import _events, _native
from shiren._async_operations import Operations
from shiren._base import Base

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any


class _Reader:
    """One event loop's queue: its descriptor is watched by the loop, and each end finds its future."""

    __slots__ = ("queue", "futures", "loop", "__weakref__")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.queue = _native.Queue()
        self.futures: dict[int, asyncio.Future[Any]] = {}
        self.loop = weakref.ref(loop)
        loop.add_reader(self.queue.fd(), self.drain)

    def drain(self) -> None:
        for number, reply, error in self.queue.drain():
            future = self.futures.pop(number, None)
            if future is None or future.done():
                continue
            if error is None:
                future.set_result(reply)
            else:
                future.set_exception(error)


#: By the number of its loop. Weak on both sides: the loop itself holds its reader, until it is closed.
_readers: dict[int, weakref.ref[_Reader]] = {}

if hasattr(os, "register_at_fork"):
    # Queues stay with the process that made them.
    os.register_at_fork(after_in_child=_readers.clear)


def _reader(loop: asyncio.AbstractEventLoop) -> _Reader:
    number = id(loop)
    known = _readers.get(number)
    reader = known() if known is not None else None
    if reader is None or reader.loop() is not loop:
        reader = _Reader(loop)
        _readers[number] = weakref.ref(reader, lambda gone: _forget(number, gone))
    return reader


def _forget(number: int, gone: weakref.ref[_Reader]) -> None:
    # Another loop may have the number by now.
    if _readers.get(number) is gone:
        del _readers[number]


class AsyncClient(Base, Operations):
    """Calls operations on asyncio, under uvloop and anyio's asyncio backend too. One client serves any number of loops.

    ``config`` and ``sandbox`` are those of `Client`. Cancelling the task cancels the call; no call has a thread of its own.
    """

    async def call(
        self, operation: str, /, *, timeout: float | None = None, raw: bool = False, **fields: Any
    ) -> dict[str, Any]:
        """Calls an operation by its id, and gives its reply as a dict; arguments as those of `Client.call`."""
        return await self._run(operation, fields, timeout, raw)

    async def _run(self, operation: str, fields: dict[str, Any], timeout: float | None, raw: bool) -> dict[str, Any]:
        _events.watch_level()
        core = self._open()
        loop = asyncio.get_running_loop()
        reader = _reader(loop)
        number = reader.queue.start(core, operation, fields, timeout, raw)
        future = reader.futures[number] = loop.create_future()
        try:
            return await future  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            if reader.futures.pop(number, None) is not None:
                core.cancel(number)
            raise

    async def aclose(self, timeout: float = 5.0) -> None:
        """Cancels what still runs, and refuses what comes. May be called twice."""
        await asyncio.get_running_loop().run_in_executor(None, self._shut, timeout)

    def close(self, timeout: float = 5.0) -> None:
        """The same where no loop runs. Inside a loop use `aclose`, which does not stop it."""
        self._shut(timeout)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
