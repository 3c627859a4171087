"""The asyncio client: many at once, cancelling, loops that come and go, uvloop, anyio."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from typing import Any

import anyio
import pytest
import shiren
import uvloop
from conftest import VERIFY
from shiren.testing import Sandbox

LOOPS = pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])


def run(work: Any, new_loop: Any = asyncio.new_event_loop) -> Any:
    loop = new_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


@LOOPS
def test_two_hundred_at_once(shiren_sandbox: Sandbox, passing: Any, new_loop: Any) -> None:
    async def work() -> list[Any]:
        async with shiren_sandbox.async_client() as client:
            before = threading.active_count()
            calls = [asyncio.ensure_future(client.call(VERIFY, **passing)) for _ in range(200)]
            await asyncio.sleep(0)
            assert threading.active_count() <= before + 1, "no thread for each call"
            return await asyncio.gather(*calls)

    replies = run(work(), new_loop)
    assert {reply["verdict"]["decision"] for reply in replies} == {"passed"}
    shiren_sandbox.assert_billed(200)


@LOOPS
def test_cancelling_the_task_cancels_the_call(shiren_sandbox: Sandbox, passing: Any, new_loop: Any) -> None:
    shiren_sandbox.fault("hang_after_billing")

    async def work() -> shiren.Outcome:
        async with shiren_sandbox.async_client() as client:
            told: list[shiren.Outcome] = []
            client.on_outcome(told.append)
            task = asyncio.ensure_future(client.call(VERIFY, **passing))
            while not shiren_sandbox.ledger():
                await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            client.flush()
            for _ in range(100):
                if told:
                    break
                await asyncio.sleep(0.01)
            return told[0]

    outcome = run(work(), new_loop)
    assert (outcome.cancelled, outcome.error, outcome.billed) == (True, "cancelled", "unknown")


def test_wait_for_and_errors(shiren_sandbox: Sandbox, passing: Any) -> None:
    async def work() -> None:
        async with shiren_sandbox.async_client() as client:
            shiren_sandbox.fault("hang")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.call(VERIFY, **passing), 0.2)
            shiren_sandbox.fault("hang")
            with pytest.raises(shiren.Timeout):
                await client.call(VERIFY, timeout=0.2, **passing)
            with pytest.raises(shiren.InvalidArgument) as refused:
                await client.call(VERIFY, **{**passing, "idcard": "1"})
            assert refused.value.field == "/idcard"
            assert (await client.call(VERIFY, **passing))["verdict"]["decision"] == "passed"

    run(work())


def test_one_client_many_loops_one_after_another(shiren_sandbox: Sandbox, passing: Any) -> None:
    client = shiren_sandbox.async_client()
    for _ in range(5):
        assert run(client.call(VERIFY, **passing))["verdict"]["decision"] == "passed"
    threads = [threading.Thread(target=lambda: run(client.call(VERIFY, **passing))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    shiren_sandbox.assert_billed(9)


@LOOPS
def test_a_loop_closed_early_is_survived(shiren_sandbox: Sandbox, passing: Any, new_loop: Any) -> None:
    client = shiren_sandbox.async_client()
    shiren_sandbox.fault("delay", milliseconds=300)
    loop = new_loop()
    task = loop.create_task(client.call(VERIFY, **passing))
    loop.run_until_complete(asyncio.sleep(0.05))
    loop.close()
    gone = weakref.ref(loop)
    del loop
    assert run(client.call(VERIFY, **passing))["verdict"]["decision"] == "passed"
    for _ in range(100):
        if client.counters()["total"]["calls"] == 2:
            break
        time.sleep(0.02)
    assert client.counters()["total"]["calls"] == 2, "the outcome of a call whose loop is gone is told too"
    task._log_destroy_pending = False if hasattr(task, "_log_destroy_pending") else None  # type: ignore[attr-defined]
    del task
    for _ in range(3):
        gc.collect()
    assert gone() is None, "a closed loop is not kept"
    client.close()


def test_anyio(shiren_sandbox: Sandbox, passing: Any) -> None:
    async def work() -> None:
        async with shiren_sandbox.async_client() as client:
            decisions: list[str] = []

            async def one() -> None:
                decisions.append((await client.call(VERIFY, **passing))["verdict"]["decision"])

            async with anyio.create_task_group() as group:
                for _ in range(10):
                    group.start_soon(one)
            assert decisions == ["passed"] * 10
            shiren_sandbox.fault("hang")
            with anyio.move_on_after(0.2) as scope:
                await client.call(VERIFY, **passing)
            assert scope.cancelled_caught

    anyio.run(work)
    anyio.run(work, backend_options={"use_uvloop": True})


def test_without_a_loop_it_says_so(shiren_sandbox: Sandbox, passing: Any) -> None:
    coroutine = shiren_sandbox.async_client().call(VERIFY, **passing)
    with pytest.raises(RuntimeError, match="no running event loop"):
        coroutine.send(None)


def test_close_with_calls_in_flight(shiren_sandbox: Sandbox, passing: Any) -> None:
    async def work() -> None:
        client = shiren_sandbox.async_client()
        shiren_sandbox.fault("hang")
        task = asyncio.ensure_future(client.call(VERIFY, **passing))
        await asyncio.sleep(0.2)
        await client.aclose()
        with pytest.raises(shiren.Cancelled):
            await task
        with pytest.raises(shiren.Closed):
            await client.call(VERIFY, **passing)

    run(work())
