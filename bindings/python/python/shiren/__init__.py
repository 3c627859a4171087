"""Real-name, face and liveness verification of Juhe, Jumdata and Baidu.

>>> client = shiren.Client()                                  # accounts from the environment
>>> reply = client.call("juhe.verifyface.verify2", realname="王小二", idcard="110101180001010015", image=photo)
>>> reply["verdict"]["decision"]
'passed'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shiren._client import Client
from shiren._config import Config, Secret
from shiren._errors import (
    Authentication,
    Cancelled,
    Closed,
    Configuration,
    Decode,
    Internal,
    InvalidArgument,
    Network,
    Quota,
    RateLimited,
    ShirenError,
    Signature,
    Timeout,
    Tls,
    UnknownOperation,
    VendorError,
)
from shiren._events import Outcome
from shiren._native import __version__, operations

if TYPE_CHECKING:
    from shiren._async_client import AsyncClient

__all__ = [
    "AsyncClient",
    "Authentication",
    "Cancelled",
    "Client",
    "Closed",
    "Config",
    "Configuration",
    "Decode",
    "Internal",
    "InvalidArgument",
    "Network",
    "Outcome",
    "Quota",
    "RateLimited",
    "Secret",
    "ShirenError",
    "Signature",
    "Timeout",
    "Tls",
    "UnknownOperation",
    "VendorError",
    "__version__",
    "call",
    "operations",
]


def call(operation: str, /, **fields: Any) -> dict[str, Any]:
    """Runs a local operation by its id, without a client. One that calls a vendor is refused."""
    from shiren._native import local

    return local(operation, fields)


def __getattr__(name: str) -> Any:
    # Who only blocks does without asyncio, which takes longer to import than everything else here.
    if name == "AsyncClient":
        from shiren._async_client import AsyncClient

        globals()[name] = AsyncClient
        return AsyncClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
