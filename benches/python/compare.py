"""The encrypted comparison (verify2_encry) from Python against the sandbox: Shiren beside what one would write by hand.

Each line is `@ case<TAB>contender<TAB>CPU µs<TAB>wall µs`, the least of the rounds, for one call. CPU is that of this process.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import requests
import shiren
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad, unpad
from shiren.testing import Sandbox

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CALLS = int(os.environ.get("BENCH_CALLS", "200"))
PHOTO = Path(__file__).parents[2].joinpath("tests/photos/portrait.jpg").read_bytes()
NAME, NUMBER = "张伟", "110101180001020010"


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


def report(case: str, contender: str, cpu: float, wall: float) -> None:
    print(f"@ {case}\t{contender}\t{cpu * 1e6:.1f}\t{wall * 1e6:.1f}", flush=True)


def measure(case: str, contender: str, call: Callable[[], Any], calls: int = CALLS) -> None:
    call()
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(calls):
            call()
        best = min(best, ((time.process_time() - cpu) / calls, (time.perf_counter() - wall) / calls))
    report(case, contender, *best)


async def measure_async(case: str, contender: str, call: Callable[[], Awaitable[Any]], at_once: int) -> None:
    await call()
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(CALLS // at_once):
            await asyncio.gather(*(call() for _ in range(at_once)))
        calls = CALLS // at_once * at_once
        best = min(best, ((time.process_time() - cpu) / calls, (time.perf_counter() - wall) / calls))
    report(case, contender, *best)


def blocking(sandbox: Sandbox, hand: ByHand) -> None:
    case = "Python: encrypted compare, one after another"
    with sandbox.client() as client:
        def ours() -> None:
            reply = client.juhe.verifyface.verify2_encry(realname=NAME, idcard=NUMBER, image=PHOTO)
            assert reply.verdict.decision == "passed"

        measure(case, "Shiren", ours)
    with requests.Session() as session:
        session.trust_env = False
        measure(case, "requests + pycryptodome", lambda: hand.read(session.post(hand.url, data=hand.form()).content))
    with httpx.Client(trust_env=False) as web:
        measure(case, "httpx + pycryptodome", lambda: hand.read(web.post(hand.url, data=hand.form()).content))


async def asynchronous(sandbox: Sandbox, hand: ByHand) -> None:
    case = "Python: encrypted compare, asyncio, 20 at once"
    async with sandbox.async_client() as client:
        async def ours() -> None:
            reply = await client.juhe.verifyface.verify2_encry(realname=NAME, idcard=NUMBER, image=PHOTO)
            assert reply.verdict.decision == "passed"

        await measure_async(case, "Shiren", ours, 20)
    async with aiohttp.ClientSession() as session:
        async def theirs() -> None:
            async with session.post(hand.url, data=hand.form()) as answer:
                hand.read(await answer.read())

        await measure_async(case, "aiohttp + pycryptodome", theirs, 20)
    async with httpx.AsyncClient(trust_env=False) as web:
        async def httpx_call() -> None:
            hand.read((await web.post(hand.url, data=hand.form())).content)

        await measure_async(case, "httpx + pycryptodome", httpx_call, 20)


async def awaiting(sandbox: Sandbox) -> None:
    """What one await costs above a future of asyncio's own: a local operation, so that no network is in it."""
    case = "Python: await of a local operation"
    loop = asyncio.get_running_loop()
    async with sandbox.async_client() as client:
        async def ours() -> None:
            await client.call("juhe.cipher.key", openid="JH0")

        await measure_async(case, "Shiren", ours, 50)

        async def future() -> None:
            done = loop.create_future()
            loop.call_soon(done.set_result, None)
            await done

        await measure_async(case, "asyncio's own future", future, 50)
        fields = {"openid": "JH0"}
        from shiren._native import local

        async def computed() -> None:
            local("juhe.cipher.key", fields)

        await measure_async(case, "the same operation, not awaited", computed, 50)


def imports() -> None:
    """CPU time of a fresh interpreter that imports, above one that imports nothing."""
    case = "Python: import"
    text = "import resource, sys; {}; u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime)"

    def least(line: str) -> float:
        runs = []
        for _ in range(max(ROUNDS, 5)):
            command = [sys.executable, "-c", text.format(line)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
            if done.returncode:
                return float("nan")
            runs.append(float(done.stdout))
        return min(runs)

    nothing = least("pass")
    for contender, line in [
        ("Shiren", "import shiren"),
        ("Shiren with asyncio", "import shiren; shiren.AsyncClient"),
        ("requests", "import requests"),
        ("httpx", "import httpx"),
        ("aiohttp", "import aiohttp"),
        ("baidu-aip", "from aip import AipFace"),
        ("Tencent SDK (faceid)", "from tencentcloud.faceid.v20180301 import faceid_client"),
    ]:
        cost = least(line) - nothing
        if cost == cost:
            report(case, contender, cost, cost)


if __name__ == "__main__":
    with Sandbox.start() as running:
        by_hand = ByHand(running)
        blocking(running, by_hand)
        asyncio.run(asynchronous(running, by_hand))
        asyncio.run(awaiting(running))
    imports()
