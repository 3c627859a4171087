"""Tests against the sandbox: the three vendors, offline, with a billing ledger.

>>> with Sandbox.start() as sandbox, sandbox.client() as client:
...     passes = sandbox.persona("passes")
...     client.call("juhe.verifyface.verify2", realname=passes.name, idcard=passes.id_number, image=photo)
...     sandbox.assert_billed(1)

With pytest the fixtures ``shiren_sandbox`` and ``shiren_client`` are there by themselves.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sysconfig
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from shiren._client import Client
from shiren._config import Config
from shiren._native import local

if TYPE_CHECKING:
    from shiren._async_client import AsyncClient

__all__ = ["Persona", "Sandbox", "binary", "signed_return"]


class Persona(NamedTuple):
    """An impossible person of the sandbox, and what it reaches with each vendor."""

    id: str
    name: str
    id_number: str
    mobile: str | None
    note: str
    outcomes: dict[str, Any]


def binary() -> str:
    """The program `shiren`: ``SHIREN_BINARY``, else the one that ``pip install shiren-sandbox`` brought, else on the path."""
    if path := os.environ.get("SHIREN_BINARY"):
        if not os.access(path, os.X_OK):
            raise FileNotFoundError(f"SHIREN_BINARY names {path}, which is no program")
        return path
    name = "shiren.exe" if os.name == "nt" else "shiren"
    for scripts in (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user")):
        path = os.path.join(scripts, name)
        if os.access(path, os.X_OK):
            return path
    if found := shutil.which(name):
        return found
    raise FileNotFoundError(
        "the program `shiren` was not found: `pip install shiren-sandbox`, or set SHIREN_BINARY to where it is"
    )


class Sandbox:
    """A running sandbox. `start` makes one; the constructor speaks to one that runs already, at its address."""

    def __init__(self, url: str, *, process: subprocess.Popen[str] | None = None) -> None:
        #: Its address: ``http://127.0.0.1:PORT``.
        self.url = url.rstrip("/")
        self._process = process
        self._personas: dict[str, Persona] | None = None

    @classmethod
    def start(cls, *, lenient: bool = False, timeout: float = 15.0) -> Sandbox:
        """Starts the program on a free port of this machine; it ends with `stop`, or with the ``with`` block."""
        command = [binary(), "sandbox", "--port", "0", *(["--lenient"] if lenient else [])]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        try:
            line = cast("Any", process.stdout).readline()
        finally:
            timer.cancel()
        try:
            url = json.loads(line)["url"]
        except (ValueError, KeyError, TypeError):
            process.kill()
            process.wait()
            raise RuntimeError(f"{command[0]} did not become ready within {timeout:g} s") from None
        return cls(url, process=process)

    def stop(self) -> None:
        """Ends the program, if this object started it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"Sandbox({self.url!r})"

    def config(self, **more: Any) -> Config:
        """The configuration of a client of it. ``more``: further fields, as ``timeout_ms=500``."""
        return Config.sandbox(self.url, **more)

    def client(self, **more: Any) -> Client:
        """A client of it."""
        return Client(self.config(**more))

    def async_client(self, **more: Any) -> AsyncClient:
        """An asyncio client of it."""
        from shiren._async_client import AsyncClient

        return AsyncClient(self.config(**more))

    @property
    def accounts(self) -> dict[str, Any]:
        """The default tenant's accounts, as the value of ``accounts`` in a configuration."""
        accounts: dict[str, Any] = self._ask("GET", "/tenants")[0]["accounts"]
        return accounts

    @property
    def personas(self) -> dict[str, Persona]:
        """The people, by id: ``passes``, ``face_differs``, …, and one for each documented code."""
        if self._personas is None:
            listed = self._ask("GET", "/personas")
            fields = Persona._fields
            people = [Persona(**{name: one.get(name) for name in fields}) for one in listed]
            self._personas = {person.id: person for person in people}
        return self._personas

    def persona(self, id: str) -> Persona:
        """One of the people."""
        try:
            return self.personas[id]
        except KeyError:
            raise KeyError(f"no persona {id!r}; `personas` lists them") from None

    def ledger(self) -> list[dict[str, Any]]:
        """Every charge: when, for what, by which rule."""
        return cast("list[dict[str, Any]]", self._ask("GET", "/ledger"))

    def journal(self) -> list[dict[str, Any]]:
        """Every request, with a diagnosis where something is odd; no personal data."""
        return cast("list[dict[str, Any]]", self._ask("GET", "/journal"))

    def advance(self, seconds: float) -> None:
        """Puts the sandbox's clock forward: everything that expires goes by it."""
        self._ask("POST", "/clock", {"advance_seconds": seconds})

    def fault(self, kind: str, **how: Any) -> int:
        """Makes something go wrong next, as ``fault("drop_after_billing", path="/juhe/verifyface", times=1)``."""
        return int(self._ask("POST", "/faults", {"kind": kind, **how})["id"])

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The sandbox's settings, after these changes."""
        return cast("dict[str, Any]", self._ask("POST" if changes else "GET", "/settings", changes or None))

    def sessions(self) -> list[dict[str, Any]]:
        """The hosted sessions, newest last."""
        return cast("list[dict[str, Any]]", self._ask("GET", "/sessions"))

    def complete(self, session: str, *, outcome: Any = None, persona: str | None = None) -> Any:
        """Finishes a hosted page without a browser, and gives what the page would have done."""
        body = {"outcome": outcome, "persona": persona}
        body = {name: value for name, value in body.items() if value is not None}
        return self._ask("POST", f"/sessions/{session}/complete", body)

    def reset(self) -> None:
        """Forgets everything: charges, sessions, faults."""
        self._ask("POST", "/reset", {})

    def billed(self) -> int:
        """How many charges there are."""
        return len(self.ledger())

    def assert_billed(self, charges: int) -> None:
        """Fails unless there were exactly so many charges."""
        __tracebackhide__ = True
        ledger = self.ledger()
        assert len(ledger) == charges, f"{charges} charges were expected, {len(ledger)} booked:\n{_listed(ledger)}"

    def assert_never_twice(self) -> None:
        """Fails when the same operation was charged more than once for the same person (or, where none is named, order).

        It reads the journal since the last `reset`: a test that verifies somebody twice on purpose resets in between.
        """
        __tracebackhide__ = True
        seen: dict[tuple[Any, ...], dict[str, Any]] = {}
        for entry in self.journal():
            if not entry["billed"]:
                continue
            key = (entry["tenant"], entry["operation"], entry["persona"] or entry["subject"] or entry["order"])
            assert key not in seen, f"charged twice:\n{_listed([seen[key], entry])}"
            seen[key] = entry

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        # Not urllib, which would go through a proxy of the environment.
        host = self.url.split("://", 1)[1]
        until = time.monotonic() + 10
        while True:
            connection = http.client.HTTPConnection(host, timeout=30)
            try:
                connection.request(method, f"/_sandbox{path}", None if body is None else json.dumps(body))
                answer = connection.getresponse()
                text = answer.read()
                break
            except ConnectionRefusedError:
                # The fault `refuse` closes the door for a while.
                if time.monotonic() > until or (self._process and self._process.poll() is not None):
                    raise
                time.sleep(0.02)
            finally:
                connection.close()
        if answer.status >= 400:
            raise ValueError(f"the sandbox refused {method} {path}: {text.decode(errors='replace')}")
        return json.loads(text)


def _listed(charges: list[dict[str, Any]]) -> str:
    return "\n".join(f"  {json.dumps(charge, ensure_ascii=False)}" for charge in charges) or "  none"


def signed_return(return_url: str, *, key: str = "sandbox-juhe-key", **fields: Any) -> str:
    """The address on which Juhe's page would let a person land, signed as the vendor signs: for tests of a return route.

    ``fields`` are those of the operation ``juhe.returns.make``: ``jh_order_id``, ``passed``, or the whole ``response``.
    """
    return str(local("juhe.returns.make", {"return_url": return_url, "key": key, **fields})["url"])
