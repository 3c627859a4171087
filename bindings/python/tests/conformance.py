"""Runs the scenarios of tests/conformance through a client; their README states the format."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import shiren
from conftest import ROOT
from shiren.testing import Sandbox

SCENARIOS = ROOT / "tests/conformance"
SECRETS = ("juhe/key", "juhe/openid", "jumdata/gateway/appcode", "baidu/api_key", "baidu/secret_key")
MISSING = object()


class Failed(AssertionError):
    """A scenario that is not as it should be."""


def merged(base: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(base) if isinstance(base, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def at(value: Any, pointer: str) -> Any:
    """RFC 6901; `MISSING` where there is nothing."""
    for name in pointer.split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name, MISSING)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def form(value: Any) -> str | None:
    """The name of a form: an object with one field that begins with `$`."""
    if isinstance(value, dict) and len(value) == 1:
        (name,) = value
        return name if name.startswith("$") else None
    return None


class Scenario:
    """One file, while it runs."""

    def __init__(
        self, data: dict[str, Any], sandbox: Sandbox, call: Callable[..., Any], make: Callable[..., Any]
    ) -> None:
        self.data, self.sandbox, self._call, self._make = data, sandbox, call, make
        people = {id: person._asdict() for id, person in sandbox.personas.items()}
        address = {"url": sandbox.url, "authority": sandbox.url.split("://")[1], "accounts": sandbox.accounts}
        self.names: dict[str, Any] = {"persona": people, "sandbox": address}
        self.referred: set[str] = set()

    def value(self, value: Any) -> Any:
        """A value with its references and forms replaced."""
        if isinstance(value, str) and value.startswith("$"):
            if value.startswith("$$"):
                return value[1:]
            name, slash, rest = value[1:].partition("/")
            if name not in self.names:
                raise Failed(f"nothing is called {name}")
            found = at(self.names[name], slash + rest)
            if found is MISSING:
                raise Failed(f"there is no {value}")
            if name == "persona":
                person = self.names["persona"][rest.split("/")[0]]
                self.referred |= {person[field] for field in ("name", "id_number", "mobile") if person[field]}
            return copy.deepcopy(found)
        match form(value):
            case None:
                pass
            case "$file":
                return (ROOT / "tests/photos" / self.value(value["$file"])).read_bytes()
            case "$bytes":
                return self.value(value["$bytes"]).encode()
            case "$join":
                return "".join(self.value(one) for one in value["$join"])
            case "$merge":
                result: Any = {}
                for one in value["$merge"]:
                    result = merged(result, self.value(one))
                return result
            case other:
                raise Failed(f"{other} has no place here")
        if isinstance(value, dict):
            return {name: self.value(one) for name, one in value.items()}
        return [self.value(one) for one in value] if isinstance(value, list) else value

    def fits(self, found: Any, wanted: Any) -> bool:
        there = found is not MISSING and found is not None
        match form(wanted):
            case "$is" if wanted["$is"] == "present":
                return there
            case "$is" if wanted["$is"] == "bytes":
                return isinstance(found, bytes) and len(found) > 0
            case "$contains":
                return isinstance(found, str) and self.value(wanted["$contains"]) in found
            case "$at_least":
                return isinstance(found, (int, float)) and found >= wanted["$at_least"]
            case "$at_most":
                return isinstance(found, (int, float)) and found <= wanted["$at_most"]
            case "$is":
                raise Failed(f"unknown expectation {wanted}")
        if wanted is None:
            return not there
        expected = self.value(wanted)
        if isinstance(expected, bool) != isinstance(found, bool):
            return False
        return bool(found == expected)

    def expect(self, found: Any, wanted: dict[str, Any]) -> None:
        if not wanted:
            raise Failed("an empty expectation")
        for pointer, value in wanted.items():
            there = at(found, pointer)
            if not self.fits(there, value):
                raise Failed(f"{pointer}: {there!r}, expected {value!r}")

    def look(self, error: shiren.ShirenError) -> None:
        """An error holds no person and no key."""
        shown = f"{error} {error!r} {json.dumps(error.to_dict(), ensure_ascii=False)}"
        keys = {at(self.config["accounts"], f"/{pointer}") for pointer in SECRETS}
        for hidden in self.referred | {key for key in keys if isinstance(key, str) and key}:
            if hidden in shown:
                raise Failed("an error tells what it must not")

    def run(self) -> None:
        data = self.data
        known(data, {"note", "config", "steps", "ledger", "journal"}, {"note", "steps", "ledger"})
        self.sandbox.reset()
        base = {"accounts": self.sandbox.accounts, "test_mode": True, "connect_timeout_ms": 5000, "timeout_ms": 10000}
        self.config = merged(base, self.value(data.get("config", {})))
        self.client = self._make(self.config)
        try:
            for number, step in enumerate(data["steps"]):
                try:
                    self.step(step)
                except Failed as failed:
                    raise Failed(f"step {number}: {failed}") from failed
            for name, found in (("ledger", self.sandbox.ledger), ("journal", self.sandbox.journal)):
                if name in data:
                    operations = [entry["operation"] for entry in found()]
                    if operations != data[name]:
                        raise Failed(f"{name}: {operations}, expected {data[name]}")
        finally:
            self.client.close()

    def step(self, step: dict[str, Any]) -> None:
        kinds = {"call", "open", "close", "wait_ms", "clock", "fault", "settings", "complete"}
        (kind,) = kinds & set(step)
        beside = {"call": {"request", "options", "cancel", "reply", "error"}, "open": {"error"}, "wait_ms": set()}.get(
            kind, {"reply"}
        )
        known(step, {kind, "save", *beside}, {kind})
        if kind == "call" and ("reply" in step) == ("error" in step):
            raise Failed("a call has a reply or an error")
        result, error = None, None
        try:
            result = self.act(kind, step)
        except shiren.ShirenError as raised:
            error = raised
            self.look(raised)
            result = raised.to_dict()
        if (error is not None) != ("error" in step):
            raise Failed(f"ended with {error.to_dict() if error else 'a reply'}")
        if wanted := step.get("error") or step.get("reply"):
            self.expect(result, wanted)
        elif "error" in step or "reply" in step:
            raise Failed("an empty expectation")
        for name, pointer in step.get("save", {}).items():
            self.names[name] = at(result, pointer)
            if self.names[name] is MISSING:
                raise Failed(f"nothing to save at {pointer}")

    def act(self, kind: str, step: dict[str, Any]) -> Any:
        if kind == "call":
            options = step.get("options", {})
            known(options, {"raw", "timeout_ms"}, set())
            timeout = options["timeout_ms"] / 1000 if "timeout_ms" in options else None
            request = self.value(step.get("request", {}))
            cancel = None
            if "cancel" in step:
                known(step["cancel"], {"charges", "after_ms"}, set())
                cancel = self.waiter(step["cancel"])
            return self._call(self.client, step["call"], request, timeout, options.get("raw", False), cancel)
        if kind == "open":
            self.config = merged(self.config, self.value(step["open"]))
            client = self._make(self.config)
            self.client.close()
            self.client = client
            return None
        if kind == "close":
            return self.client.close()
        if kind == "wait_ms":
            return time.sleep(step["wait_ms"] / 1000)
        body = self.value(step[kind])
        path = {"clock": "/clock", "fault": "/faults", "settings": "/settings"}.get(kind, "")
        if kind == "complete":
            path = f"/sessions/{body.pop('session')}/complete"
        try:
            return self.sandbox._ask("POST", path, body)
        except ValueError as refused:
            raise Failed(str(refused)) from refused

    def waiter(self, how: dict[str, Any]) -> Callable[[], None]:
        def wait() -> None:
            while len(self.sandbox.ledger()) < how.get("charges", 0):
                time.sleep(0.01)
            time.sleep(how.get("after_ms", 0) / 1000)

        return wait


def known(data: dict[str, Any], fields: set[str], needed: set[str]) -> None:
    if unknown := set(data) - fields:
        raise Failed(f"unknown fields {unknown}")
    if missing := needed - set(data):
        raise Failed(f"missing fields {missing}")


def files() -> list[str]:
    """Every scenario, by its path."""
    return sorted(str(path.relative_to(SCENARIOS)) for path in SCENARIOS.rglob("*.json"))


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCENARIOS / name).read_text(encoding="utf-8"))
    return found
