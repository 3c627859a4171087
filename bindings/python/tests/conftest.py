"""What all tests need: the photo, and calls that pass."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
VERIFY = "juhe.verifyface.verify2"

# A job in a shell's background is born deaf to Ctrl-C, and so are its children.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def photo() -> bytes:
    return (ROOT / "tests/photos/portrait.jpg").read_bytes()


@pytest.fixture
def passing(shiren_sandbox: Any, photo: bytes) -> dict[str, Any]:
    """The fields of a call that passes."""
    person = shiren_sandbox.persona("passes")
    return {"realname": person.name, "idcard": person.id_number, "image": photo}
