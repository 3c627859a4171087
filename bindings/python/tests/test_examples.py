"""Every example, run."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import ROOT
from shiren.testing import Sandbox

EXAMPLES = ROOT / "examples/python"


@pytest.fixture
def example(shiren_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports an example whose clients are of the sandbox."""
    monkeypatch.setenv("SHIREN_SANDBOX", shiren_sandbox.url)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load(name: str) -> Any:
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


def test_fastapi(example: Any, shiren_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient

    module = example("fastapi_app")
    person = shiren_sandbox.persona("passes")
    with TestClient(module.app) as web:
        refused = web.post("/verify", json={"name": person.name, "id_number": "1"})
        assert refused.status_code == 422 and refused.json()["field"].endswith("id_number")
        started = web.post("/verify", json={"name": person.name, "id_number": person.id_number})
        assert urlsplit(started.json()["page"]).scheme == "http"
        session = shiren_sandbox.sessions()[-1]["id"]
        landed = shiren_sandbox.complete(session, persona="passes")["redirect"]
        parts = urlsplit(landed)
        forged = web.get(f"{parts.path}?{parts.query[:-4]}0000")
        assert forged.status_code == 400
        back = web.get(f"{parts.path}?{parts.query}")
        assert back.json()["passed"] is True
        assert web.get(f"{parts.path}?{parts.query}").status_code == 404, "each way back is used once"
        notice = web.post("/notify", data={"jh_order_id": session, "order_id": "1"})
        assert notice.status_code == 200, notice.text


def test_flask(example: Any, shiren_sandbox: Sandbox) -> None:
    web = example("flask_app").app.test_client()
    person = shiren_sandbox.persona("passes")
    photo = (ROOT / "tests/photos/phone-rotated.jpg").read_bytes()

    def post(id_number: str) -> Any:
        fields = {"name": person.name, "id_number": id_number, "photo": (io.BytesIO(photo), "photo.jpg")}
        return web.post("/compare", data=fields)

    assert post(person.id_number).json["decision"] == "passed"
    refused = post("110101180001010016")
    assert refused.status_code == 422 and refused.json["field"] == "/idcard" and refused.json["billed"] == "no"
    shiren_sandbox.assert_billed(1)


def test_django(example: Any, shiren_sandbox: Sandbox, photo: bytes) -> None:
    example("django_view")
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    person = shiren_sandbox.persona("face_differs")
    form = {"name": person.name, "id_number": person.id_number, "photo": SimpleUploadedFile("p.jpg", photo)}
    answer = Client().post("/verify", form)
    assert answer.json() == {"decision": "rejected", "billed": "yes"}


def test_folder(shiren_sandbox: Sandbox, photo: bytes, tmp_path: Any) -> None:
    people = [shiren_sandbox.persona(id) for id in ("passes", "face_differs", "no_record")]
    with open(tmp_path / "people.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "id_number", "photo"])
        for person in people:
            (tmp_path / f"{person.id}.jpg").write_bytes(photo)
            rows.writerow([person.name, person.id_number, f"{person.id}.jpg"])
    command = [sys.executable, str(EXAMPLES / "folder.py"), str(tmp_path), "--at-once", "2"]
    environment = {**os.environ, "SHIREN_SANDBOX": shiren_sandbox.url}
    for calls in (3, 0):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert f"{calls} calls" in done.stdout
    with open(tmp_path / "verdicts.csv", encoding="utf-8", newline="") as file:
        verdicts = {row[0]: row[1] for row in csv.reader(file)}
    assert verdicts["passes.jpg"] == "passed" and verdicts["face_differs.jpg"] == "rejected" and len(verdicts) == 3
    shiren_sandbox.assert_never_twice()
