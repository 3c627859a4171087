"""Small programs that tests run in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import Any


def start(text: str, url: str, **options: Any) -> subprocess.Popen[str]:
    """Runs the text with `URL`, `VERIFY` and `PASSING` in scope."""
    head = """
        import os, sys, time, threading, signal, asyncio
        import shiren
        from shiren.testing import Sandbox
        URL = os.environ["SANDBOX_OF_A_TEST"]
        VERIFY = "juhe.verifyface.verify2"
        with open(os.environ["PHOTO_OF_A_TEST"], "rb") as file:
            PHOTO = file.read()
        PASSING = {"realname": "张伟", "idcard": "110101180001020010", "image": PHOTO}
        def decision(client): return client.call(VERIFY, **PASSING)["verdict"]["decision"]
    """
    from conftest import ROOT

    environment = {
        **os.environ,
        "SANDBOX_OF_A_TEST": url,
        "PHOTO_OF_A_TEST": str(ROOT / "tests/photos/portrait.jpg"),
        "PYTHONUNBUFFERED": "1",
        **options.pop("env", {}),
    }
    program = textwrap.dedent(head) + textwrap.dedent(text)
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "ignore", "-c", program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **options,
    )  # fmt: skip


def run(text: str, url: str, timeout: float = 40, **options: Any) -> str:
    """What it printed; it must end well and in time."""
    process = start(text, url, **options)
    try:
        out, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, errors = process.communicate()
        raise AssertionError(f"it hangs:\n{out}\n{errors}") from None
    assert process.returncode == 0, f"ended with {process.returncode}:\n{out}\n{errors}"
    assert "Fatal" not in errors and "panicked" not in errors, errors
    return out
