"""The testing module itself: finding the program, the ledger's assertions, the plugin, the second wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import shiren
from shiren import testing
from shiren.testing import Sandbox


def test_assertions_can_fail(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    shiren_sandbox.assert_billed(0)
    with pytest.raises(AssertionError, match="1 charges were expected, 0 booked"):
        shiren_sandbox.assert_billed(1)
    shiren_client.juhe.verifyface.verify2(**passing)
    shiren_sandbox.assert_never_twice()
    other = shiren_sandbox.persona("face_differs")
    shiren_client.juhe.verifyface.verify2(realname=other.name, idcard=other.id_number, image=passing["image"])
    shiren_sandbox.assert_never_twice()
    with pytest.raises(AssertionError, match="0 charges were expected, 2 booked"):
        shiren_sandbox.assert_billed(0)
    shiren_client.juhe.verifyface.verify2(**passing)
    with pytest.raises(AssertionError, match="charged twice"):
        shiren_sandbox.assert_never_twice()
    shiren_sandbox.reset()
    shiren_sandbox.assert_billed(0)


def test_a_lost_answer_is_not_asked_for_again(
    shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any
) -> None:
    shiren_sandbox.fault("drop_after_billing")
    with pytest.raises(shiren.Network) as lost:
        shiren_client.juhe.verifyface.verify2(**passing)
    assert lost.value.billed == "unknown" and not lost.value.retryable
    shiren_sandbox.assert_billed(1)
    shiren_sandbox.assert_never_twice()


def test_time_and_settings(shiren_sandbox: Sandbox, shiren_client: shiren.Client) -> None:
    session = shiren_client.liveness.start(vendor="jumdata", return_url="https://example.com/back")
    shiren_sandbox.advance(3600)
    verdict = shiren_client.liveness.finish(session=session).verdict
    assert verdict.decision != "passed"
    assert shiren_sandbox.settings()
    with pytest.raises(ValueError, match="nonsense"):
        shiren_sandbox.fault("nonsense")
    with pytest.raises(KeyError, match="nobody"):
        shiren_sandbox.persona("nobody")


def test_the_program_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = os.environ["SHIREN_BINARY"]
    monkeypatch.setenv("SHIREN_BINARY", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="SHIREN_BINARY"):
        testing.binary()
    monkeypatch.delenv("SHIREN_BINARY")
    monkeypatch.setattr(sysconfig, "get_path", lambda *_: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    with pytest.raises(FileNotFoundError, match="pip install shiren-sandbox"):
        testing.binary()
    (tmp_path / "path").mkdir()
    shutil.copy(there, tmp_path / "path/shiren")
    assert testing.binary() == str(tmp_path / "path/shiren")
    shutil.copy(there, tmp_path / "shiren")
    assert testing.binary() == str(tmp_path / "shiren"), "what was installed comes before the path"


def test_a_program_that_is_no_sandbox_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIREN_BINARY", "/bin/true")
    with pytest.raises(RuntimeError, match="did not become ready"):
        Sandbox.start(timeout=2)


def test_the_plugin_in_a_project_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        """
def test_one(shiren_client, shiren_sandbox):
    person = shiren_sandbox.persona("passes")
    reply = shiren_client.juhe.verifyface.verify2(realname=person.name, idcard=person.id_number, image=b"\\xff\\xd8\\xff\\xe0")
    shiren_sandbox.assert_billed(1)
def test_two(shiren_sandbox):
    shiren_sandbox.assert_billed(0)
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert "2 passed" in done.stdout, done.stdout
