"""What an observer is told."""

from __future__ import annotations

from typing import NamedTuple


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
