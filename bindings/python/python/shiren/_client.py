"""The blocking client."""

from __future__ import annotations

from shiren import _events
from shiren._base import Base
from shiren._operations import Operations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any


class Client(Base, Operations):
    """Calls operations and waits for them. Any number of threads may use one client.

    ``config``: a `Config`, a mapping, JSON text, the path of a JSON file, or nothing: then the environment decides
    (``SHIREN_SANDBOX``, ``SHIREN_CONFIG``, ``SHIREN_JUHE_KEY``, …). ``sandbox``: the address of a sandbox instead.

    While a call waits, other Python threads run, and Ctrl-C interrupts it. A client that lives through a fork makes new
    connections in the child by itself.
    """

    def call(
        self, operation: str, /, *, timeout: float | None = None, raw: bool = False, **fields: Any
    ) -> dict[str, Any]:
        """Calls an operation by its id, and gives its reply as a dict.

        ``timeout``: seconds for the whole call. ``raw``: keep the vendor's text in ``raw`` of the reply. Arguments that
        are ``None`` count as not given. Photos are bytes, or paths of files.
        """
        return self._run(operation, fields, timeout, raw)

    def _run(self, operation: str, fields: dict[str, Any], timeout: float | None, raw: bool) -> dict[str, Any]:
        _events.watch_level()
        return self._open().call(operation, fields, timeout, raw)

    def close(self, timeout: float = 5.0) -> None:
        """Cancels what still runs, and refuses what comes. May be called twice."""
        self._shut(timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
