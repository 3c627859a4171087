"""Fixtures for pytest, there as soon as the package is installed.

``shiren_sandbox``: a running sandbox, reset before each test; ``shiren_client`` and ``shiren_async_client``: clients of it.
The sandbox program starts when the first test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shiren import AsyncClient, Client
    from shiren.testing import Sandbox


@pytest.fixture(scope="session")
def shiren_sandbox_process() -> Iterator[Sandbox]:
    """One sandbox for the whole run."""
    from shiren.testing import Sandbox

    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def shiren_sandbox(shiren_sandbox_process: Sandbox) -> Sandbox:
    """The sandbox, with nothing in its ledger."""
    shiren_sandbox_process.reset()
    return shiren_sandbox_process


@pytest.fixture
def shiren_client(shiren_sandbox: Sandbox) -> Iterator[Client]:
    """A client of the sandbox."""
    with shiren_sandbox.client() as client:
        yield client


@pytest.fixture
def shiren_async_client(shiren_sandbox: Sandbox) -> Iterator[AsyncClient]:
    """An asyncio client of the sandbox."""
    client = shiren_sandbox.async_client()
    yield client
    client.close()
