"""The encrypted comparison (verify2_encry) from Python against the sandbox: Shiren beside what one would write by hand.

Contenders take turns. Each line is `@ case<TAB>contender<TAB>µs a call`: CPU time of this process, and on the line whose case ends
in ` (wall)` the time on the clock. `BENCH_ROUNDS` (7) and `BENCH_CALLS` (256) say how many turns, and how many calls in each.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import requests
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad, unpad
from shiren._native import local
from shiren.testing import Sandbox

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
CALLS = int(os.environ.get("BENCH_CALLS", "256"))
PHOTO = Path(__file__).parents[2].joinpath("tests/photos/portrait.jpg").read_bytes()
NAME, NUMBER = "张伟", "110101180001020010"
PASSING: dict[str, Any] = {"realname": NAME, "idcard": NUMBER, "image": PHOTO}


class ByHand:
    """The call as the document has it: three fields encrypted, the answer decrypted, the verdict read."""

    def __init__(self, sandbox: Sandbox) -> None:
        account = sandbox.accounts["juhe"]
        self.url = account["base_url"] + "/verifyface/verify2Encry"
        self.key = account["key"]
        self.secret = hashlib.md5(account["openid"].encode()).hexdigest()[:16].encode()

    def field(self, text: bytes) -> str:
        return base64.b64encode(AES.new(self.secret, AES.MODE_ECB).encrypt(pad(text, 16))).decode()

    def form(self) -> dict[str, str]:
        image = base64.b64encode(PHOTO)
        return {
            "key": self.key,
            "idcard": self.field(NUMBER.encode()),
            "realname": self.field(NAME.encode()),
            "image": self.field(image),
        }

    def read(self, text: bytes) -> None:
        plain = unpad(AES.new(self.secret, AES.MODE_ECB).decrypt(base64.b64decode(text)), 16)
        assert json.loads(plain)["result"]["authResult"] == "00XX"


def report(case: str, contender: str, cpu: float, wall: float | None = None) -> None:
    print(f"@ {case}\t{contender}\t{cpu * 1e6:.2f}", flush=True)
    if wall is not None:
        print(f"@ {case} (wall)\t{contender}\t{wall * 1e6:.2f}", flush=True)


def blocking(case: str, contenders: dict[str, Callable[[], Any]]) -> None:
    """One call after another."""
    for call in contenders.values():
        call()
    for _ in range(ROUNDS):
        for contender, call in contenders.items():
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(CALLS):
                call()
            report(case, contender, (time.process_time() - cpu) / CALLS, (time.perf_counter() - wall) / CALLS)


async def asynchronous(
    case: str, contenders: dict[str, Callable[[], Awaitable[Any]]], at_once: int, calls: int = CALLS
) -> dict[str, float]:
    """So many calls in flight, each followed by the next; the median CPU time of each contender."""

    async def one_after_another(call: Callable[[], Awaitable[Any]], count: int) -> None:
        for _ in range(count):
            await call()

    calls = calls // at_once * at_once
    turns: dict[str, list[float]] = {contender: [] for contender in contenders}
    for call in contenders.values():
        await call()
    for _ in range(ROUNDS):
        for contender, call in contenders.items():
            cpu, wall = time.process_time(), time.perf_counter()
            await asyncio.gather(*(one_after_another(call, calls // at_once) for _ in range(at_once)))
            turns[contender].append((time.process_time() - cpu) / calls)
            report(case, contender, turns[contender][-1], (time.perf_counter() - wall) / calls)
    return {contender: statistics.median(several) for contender, several in turns.items()}


def blocking_calls(sandbox: Sandbox, hand: ByHand) -> None:
    with sandbox.client() as client, requests.Session() as session, httpx.Client(trust_env=False) as web:
        # The environment's proxies would cost the others more.
        session.trust_env = False

        def ours() -> None:
            assert client.juhe.verifyface.verify2_encry(**PASSING).verdict.decision == "passed"

        contenders = {
            "Shiren": ours,
            "requests + pycryptodome": lambda: hand.read(session.post(hand.url, data=hand.form()).content),
            "httpx + pycryptodome": lambda: hand.read(web.post(hand.url, data=hand.form()).content),
        }
        blocking("Python: encrypted compare, blocking", contenders)


async def asynchronous_calls(sandbox: Sandbox, hand: ByHand) -> None:
    async with (
        sandbox.async_client() as client,
        aiohttp.ClientSession() as session,
        httpx.AsyncClient(trust_env=False) as web,
    ):

        async def ours() -> None:
            reply = await client.juhe.verifyface.verify2_encry(**PASSING)
            assert reply.verdict.decision == "passed"

        async def by_aiohttp() -> None:
            async with session.post(hand.url, data=hand.form()) as answer:
                hand.read(await answer.read())

        async def by_httpx() -> None:
            hand.read((await web.post(hand.url, data=hand.form())).content)

        contenders = {"Shiren": ours, "aiohttp + pycryptodome": by_aiohttp, "httpx + pycryptodome": by_httpx}
        for at_once in (1, 64):
            await asynchronous(f"Python: encrypted compare, asyncio, {at_once} in flight", contenders, at_once)


async def awaiting(sandbox: Sandbox) -> None:
    """What one await costs above a future of asyncio's own: a local operation, so that no network is in it."""
    loop = asyncio.get_running_loop()
    fields = {"openid": "JH0"}
    async with sandbox.async_client() as client:

        async def ours() -> None:
            await client.call("juhe.cipher.key", **fields)

        async def own_future() -> None:
            done = loop.create_future()
            loop.call_soon(done.set_result, None)
            await done

        async def computed() -> None:
            local("juhe.cipher.key", fields)

        names = "Shiren", "asyncio's own future", "the same, computed at once"
        contenders = dict(zip(names, (ours, own_future, computed), strict=True))
        for at_once in (1, 64):
            case = f"Python: await of a local operation, {at_once} in flight"
            cost = await asynchronous(case, contenders, at_once, CALLS * 16)
            above = cost[names[0]] - cost[names[1]]
            computing = cost[names[2]]
            print(f"{case}: {above * 1e6:.1f} µs above asyncio's own future, {computing * 1e6:.1f} of them computing")


async def free_calls(sandbox: Sandbox) -> None:
    """The smallest call that goes out, awaited and blocking: what the way through the event loop costs a real call."""
    fields: dict[str, Any] = {
        "cert_name": NAME,
        "cert_no": NUMBER,
        "order_id": "0" * 31 + "1",
        "return_url": "https://shop.example/r",
    }
    with sandbox.client() as waiting:
        async with sandbox.async_client() as client:

            async def awaited() -> None:
                await client.call("juhe.faceid.query", **fields)

            async def blocked() -> None:
                waiting.call("juhe.faceid.query", **fields)

            for at_once in (1, 64):
                contenders = {"Shiren, asyncio": awaited, "Shiren, blocking, one at a time": blocked}
                await asynchronous(
                    f"Python: a call that sends little, {at_once} in flight", contenders, at_once, CALLS * 4
                )


def imports() -> None:
    """CPU time of an import in a fresh interpreter that imports nothing by itself: the least of the runs."""
    case = "Python: import"
    spent = "u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime"
    program = f"import resource; {spent}); {{}}; {spent})"
    for contender, line in {
        "Shiren": "import shiren",
        "Shiren, with asyncio": "from shiren import AsyncClient",
        "asyncio alone": "import asyncio",
        "requests": "import requests",
        "httpx": "import httpx",
        "aiohttp": "import aiohttp",
        "baidu-aip": "from aip import AipFace",
        "Tencent SDK (faceid)": "from tencentcloud.faceid.v20180301 import faceid_client",
    }.items():
        costs = []
        for _ in range(max(ROUNDS, 10)):
            command = [sys.executable, "-I", "-c", program.format(line)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
            before, after = map(float, done.stdout.split())
            costs.append(after - before)
        report(case, contender, min(costs))


if __name__ == "__main__":
    with Sandbox.start() as running:
        by_hand = ByHand(running)
        blocking_calls(running, by_hand)
        asyncio.run(asynchronous_calls(running, by_hand))
        asyncio.run(awaiting(running))
        asyncio.run(free_calls(running))
    imports()
