"""Real-name, face and liveness verification of Juhe, Jumdata and Baidu.

>>> client = shiren.Client()                                  # accounts from the environment
>>> reply = client.juhe.verifyface.verify2(realname="王小二", idcard="110101180001010015", image=photo)
>>> reply.verdict.decision
<Decision 'passed'>
"""

from __future__ import annotations

from shiren import models
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
from shiren._native import __version__, operations

# Not from `typing`, here and elsewhere in the package: importing it takes longer than importing this package.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from shiren._async_client import AsyncClient
    from shiren._local import baidu, check, juhe, jumdata, page, photo
    from shiren._outcome import Outcome

#: Namespaces of functions that need no client.
_LOCAL = ("baidu", "check", "juhe", "jumdata", "page", "photo")

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
    "baidu",
    "call",
    "check",
    "juhe",
    "jumdata",
    "models",
    "operations",
    "page",
    "photo",
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
    if name == "Outcome":
        from shiren._outcome import Outcome

        globals()[name] = Outcome
        return Outcome
    if name in _LOCAL:
        from shiren import _local

        return globals().setdefault(name, getattr(_local, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
