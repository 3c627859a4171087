"""Every conformance scenario through the blocking client and through the asyncio client; known answers of local operations."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
import shiren
from conformance import Failed, Scenario, files, load
from conftest import ROOT
from shiren.testing import Sandbox


def awaited(client: Any, id: str, request: Any, timeout: Any, raw: bool, cancel: Callable[[], None] | None) -> Any:
    """A call through asyncio; cancelled by cancelling its task."""

    async def work() -> Any:
        told: list[shiren.Outcome] = []
        if cancel is not None:
            client.on_outcome(told.append)
        task = asyncio.ensure_future(client.call(id, timeout=timeout, raw=raw, **request))
        if cancel is not None:
            await asyncio.get_running_loop().run_in_executor(None, cancel)
            if task.cancel():
                await asyncio.wait([task])
        try:
            return await task
        except asyncio.CancelledError:
            # The outcome comes when the engine has seen it.
            for _ in range(500):
                client.flush()
                if told:
                    break
                await asyncio.sleep(0.01)
            outcome = told[-1]
            assert outcome.cancelled
            raise shiren.Cancelled("cancelled", vendor=outcome.vendor, billed=outcome.billed) from None

    return asyncio.run(work())


def blocking(client: Any, id: str, request: Any, timeout: Any, raw: bool, cancel: Callable[[], None] | None) -> Any:
    """A call on this thread; cancelled by Ctrl-C."""
    if cancel is None:
        return client.call(id, timeout=timeout, raw=raw, **request)
    told: list[shiren.Outcome] = []
    client.on_outcome(told.append)

    def interrupt() -> None:
        cancel()
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        return client.call(id, timeout=timeout, raw=raw, **request)
    except KeyboardInterrupt:
        client.flush()
        assert told[-1].cancelled
        raise shiren.Cancelled("cancelled", vendor=told[-1].vendor, billed=told[-1].billed) from None
    finally:
        thread.join()


WAYS = pytest.mark.parametrize(
    ("call", "make"), [(blocking, shiren.Client), (awaited, shiren.AsyncClient)], ids=["blocking", "asyncio"]
)


@WAYS
@pytest.mark.parametrize("name", files())
def test_scenario(shiren_sandbox: Sandbox, name: str, call: Any, make: Any) -> None:
    Scenario(load(name), shiren_sandbox, call, make).run()


def spoiled(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The scenario with one expectation after another made wrong."""
    found = []

    def copy_of() -> dict[str, Any]:
        found.append(copy.deepcopy(data))
        return found[-1]

    for number, step in enumerate(data["steps"]):
        for kind in ("reply", "error"):
            for pointer in step.get(kind, {}):
                copy_of()["steps"][number][kind][pointer] = {"$contains": "another"}
        if "call" in step:
            changed = copy_of()["steps"][number]
            old, new = ("reply", "error") if "reply" in changed else ("error", "reply")
            changed[new] = changed.pop(old)
    copy_of()["ledger"].append("one.more")
    return found


@WAYS
@pytest.mark.parametrize(
    "name",
    ["compare/passes.json", "liveness/juhe_passed.json", "local/page_qr.json", "paid/dropped_after_billing.json"],
)
def test_the_runner_can_fail(shiren_sandbox: Sandbox, name: str, call: Any, make: Any) -> None:
    wrong = spoiled(load(name))
    assert len(wrong) > 2
    for data in wrong:
        with pytest.raises(Failed):
            Scenario(data, shiren_sandbox, call, make).run()


def local_vectors() -> list[str]:
    """Known answers of operations that compute, where no clock is set."""
    found = []
    for id, _, place in shiren.operations():
        for path in sorted((ROOT / "tests/vectors" / id.replace(".", "/")).glob("*.json")):
            if place != "remote" and "now" not in json.loads(path.read_text(encoding="utf-8")):
                found.append(f"{id}:{path.stem}")
    return found


def contains(found: Any, wanted: Any) -> bool:
    """What is named must be there; lists are compared whole; bytes are Base64 there."""
    if isinstance(found, bytes):
        found = base64.b64encode(found).decode()
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(contains(found.get(name), one) for name, one in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(contains, found, wanted))
    return bool(found == wanted)


@pytest.mark.parametrize("name", local_vectors())
def test_known_answer(name: str) -> None:
    id, _, stem = name.partition(":")
    vector = json.loads((ROOT / "tests/vectors" / id.replace(".", "/") / f"{stem}.json").read_text(encoding="utf-8"))
    with shiren.Client(sandbox="http://127.0.0.1:1") as client:
        try:
            reply: Any = client.call(id, **vector["request"])
        except shiren.ShirenError as error:
            assert contains(error.to_dict(), vector.get("error", "a reply")), error.to_dict()
        else:
            assert contains(reply, vector.get("response", "an error")), reply
