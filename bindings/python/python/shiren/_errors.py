"""The exceptions: one class for each kind of error, all with the same fields."""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Authentication",
    "Cancelled",
    "Closed",
    "Configuration",
    "Decode",
    "Internal",
    "InvalidArgument",
    "Network",
    "Quota",
    "RateLimited",
    "ShirenError",
    "Signature",
    "Timeout",
    "Tls",
    "UnknownOperation",
    "VendorError",
]

#: The fields of an error beside its kind, with what they are when nothing is known.
_FIELDS: dict[str, Any] = {
    "message": "",
    "field": None,
    "vendor": None,
    "vendor_code": None,
    "vendor_text": None,
    "http_status": None,
    "references": None,
    "billed": "no",
    "retryable": False,
    "retry_after_ms": None,
    "hint": None,
}


class ShirenError(Exception):
    """What every call of this library may raise. It never holds a name, an ID number, a photo, a key or a token."""

    #: The name of the kind, as it is in every language.
    kind: str = "internal"
    #: One sentence for a person.
    message: str
    #: The field at fault, as a JSON pointer into the request (``/idcard``) or into the configuration.
    field: str | None
    #: ``juhe``, ``jumdata`` or ``baidu``: whose answer it was.
    vendor: str | None
    #: The vendor's own code, as text.
    vendor_code: str | None
    #: The vendor's own text.
    vendor_text: str | None
    #: The HTTP status, where there was an answer.
    http_status: int | None
    #: The vendor's numbers for this request (``order``, ``task``, ``log``): quote them to its support.
    references: dict[str, str | None]
    #: ``no``, ``yes`` or ``unknown``: whether this call was paid for.
    billed: str
    #: Whether the same call may be repeated. Only when it was certainly not billed.
    retryable: bool
    #: How long to wait before repeating, in milliseconds, where the vendor said so.
    retry_after_ms: int | None
    #: What to do about it.
    hint: str | None

    def __init__(self, text: str = "", /, **fields: Any) -> None:
        super().__init__(text or fields.get("message", ""))
        for name, default in _FIELDS.items():
            value = fields.get(name, default)
            setattr(self, name, value)
        if self.references is None:
            self.references = {}
        if not self.message:
            self.message = text

    def to_dict(self) -> dict[str, Any]:
        """All fields, as they are in every language."""
        return {"kind": self.kind, **{name: getattr(self, name) for name in _FIELDS}}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), str(self), {name: getattr(self, name) for name in _FIELDS}))


class InvalidArgument(ShirenError, ValueError):
    """A value is missing, malformed or not allowed; ``field`` names it. Nothing was sent, or the vendor refused it."""

    kind = "invalid_argument"


class Configuration(ShirenError):
    """The client or the account is set up wrongly."""

    kind = "configuration"


class UnknownOperation(ShirenError, LookupError):
    """No operation has this id."""

    kind = "unknown_operation"


class Authentication(ShirenError):
    """The vendor refused the key, the token, the signature or the caller's address."""

    kind = "authentication"


class Quota(ShirenError):
    """The account's number of calls is used up."""

    kind = "quota"


class RateLimited(ShirenError):
    """Too many calls in a short time; waiting helps."""

    kind = "rate_limited"


class VendorError(ShirenError):
    """The vendor answered with an error of its own."""

    kind = "vendor"


class Network(ShirenError, ConnectionError):
    """No connection, or it broke."""

    kind = "network"


class Tls(Network):
    """The TLS handshake failed: the server could not prove who it is."""

    kind = "tls"


class Timeout(ShirenError, TimeoutError):
    """No answer within the time allowed."""

    kind = "timeout"


class Cancelled(ShirenError):
    """The caller gave the call up. (A cancelled asyncio task raises ``asyncio.CancelledError`` instead.)"""

    kind = "cancelled"


class Closed(ShirenError):
    """The client was closed."""

    kind = "closed"


class Decode(ShirenError):
    """The answer could not be read, or contradicts itself."""

    kind = "decode"


class Signature(ShirenError):
    """A signature, an order or a token does not match: do not trust this message."""

    kind = "signature"


class Internal(ShirenError):
    """A fault of this library; please report it."""

    kind = "internal"


_CLASSES: dict[str, type[ShirenError]] = {
    cls.kind: cls
    for cls in (
        InvalidArgument, Configuration, UnknownOperation, Authentication, Quota, RateLimited, VendorError, Network, Tls,
        Timeout, Cancelled, Closed, Decode, Signature, Internal,
    )
}  # fmt: skip


def from_detail(detail: dict[str, Any]) -> ShirenError:
    """The exception of an error that came out of the native part."""
    kind = detail.pop("kind", "internal")
    text = detail.pop("text", "")
    cls = _CLASSES.get(kind, Internal)
    if detail.get("hint") is None and "expected Base64" in text:
        detail["hint"] = hint = "give the bytes, or the path of a file as pathlib.Path"
        text = f"{text}; {hint}"
    return cls(text, **detail)


def _again(cls: type[ShirenError], text: str, fields: dict[str, Any]) -> ShirenError:
    return cls(text, **fields)
