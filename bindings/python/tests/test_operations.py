"""The typed methods, models and words."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import pickle
import pydoc
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import pytest
import shiren
from conftest import ROOT
from shiren import models
from shiren.testing import Sandbox, signed_return


def test_a_typed_call(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    reply = shiren_client.juhe.verifyface.verify2(**passing)
    assert type(reply) is models.JuheVerifyfaceVerify2Reply
    verdict = reply.verdict
    assert verdict.decision == "passed" and verdict.decision is models.Decision.PASSED
    assert verdict.checks.identity is models.Check.PASSED
    assert verdict.checks.mobile == "not_checked"
    assert verdict.billed is models.Billed.YES and verdict.vendor is models.Vendor.JUHE
    assert verdict.score is not None and verdict.score.value > 70 >= (verdict.threshold or 0)
    assert isinstance(verdict.reasons, tuple)
    assert reply.auth_result == "00XX" and reply.charge is True
    assert reply.raw is None
    assert shiren_client.juhe.verifyface.verify2(**passing, raw=True).raw


def test_the_same_asynchronously(shiren_sandbox: Sandbox, passing: Any) -> None:
    async def work() -> None:
        async with shiren_sandbox.async_client() as client:
            reply = await client.juhe.verifyface.verify2(**passing)
            assert reply.verdict.decision is models.Decision.PASSED
            fit = await client.photo.fit(image=ROOT / "tests/photos/phone-rotated.jpg")
            assert fit.image[:2] == b"\xff\xd8" and fit.bytes_ == len(fit.image)

    asyncio.run(work())


def test_every_operation_is_a_method() -> None:
    client, other = shiren.Client(sandbox="http://127.0.0.1:9"), shiren.AsyncClient(sandbox="http://127.0.0.1:9")
    for id, _, place in shiren.operations():
        for root in [client, other, *([shiren] if place != "remote" else [])]:
            found: Any = root
            for name in id.split("."):
                found = getattr(found, name)
            assert callable(found) and found.__doc__, id
    client.close()
    other.close()


def test_help_and_completion_show_the_groups(shiren_client: shiren.Client) -> None:
    groups = {id.split(".")[0] for id, _, _ in shiren.operations()}
    assert groups <= set(dir(shiren_client))
    assert {"verify2", "verify2_encry"} <= set(dir(shiren_client.juhe.verifyface))
    assert {"AsyncClient", "Outcome", "check", "juhe", "photo"} <= set(dir(shiren)) and "os" not in dir(shiren)
    text = pydoc.plain(pydoc.render_doc(shiren.Client))
    assert "Any number of threads may use one client" in text and "Operations of ``juhe``" in text
    assert "upright, without EXIF" in pydoc.plain(pydoc.render_doc(shiren.photo.fit))


def test_repr_shows_no_person_and_no_secret(
    shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any
) -> None:
    person = shiren_sandbox.persona("passes")
    shown = [repr(models.Subject(name=person.name, id_number=person.id_number, mobile="15410000001"))]
    shown.append(repr(shiren.check.id_number(id_number=person.id_number)))
    token = shiren_client.baidu.oauth.token()
    shown.append(repr(token))
    subject = models.Subject(name=person.name, id_number=person.id_number)
    session = shiren_client.liveness.start(vendor="juhe", subject=subject, return_url="https://example.com/back")
    shown.append(repr(session))
    reply = shiren_client.juhe.verifyface.verify2(**passing, raw=True)
    shown.append(repr(reply))
    for text in shown:
        assert "***" in text
        for hidden in (person.name, person.id_number, "15410000001", "18000102", token.access_token, session.reference):
            assert hidden not in text


@pytest.mark.parametrize("vendor", ["juhe", "jumdata", "baidu"])
def test_a_hosted_session(shiren_sandbox: Sandbox, shiren_client: shiren.Client, vendor: Any) -> None:
    person = shiren_sandbox.persona("passes")
    subject = None if vendor == "jumdata" else models.Subject(name=person.name, id_number=person.id_number)
    session = shiren_client.liveness.start(vendor=vendor, subject=subject, return_url="https://example.com/back")
    assert isinstance(session.expires_at, datetime) and session.expires_at.tzinfo is not None
    # Stored with the user, and read again in another process.
    stored = json.dumps(session.to_dict())
    landed = shiren_sandbox.complete(shiren_sandbox.sessions()[-1]["id"], persona="passes")["redirect"]
    again = models.Session.from_dict(json.loads(stored))
    assert again == session and pickle.loads(pickle.dumps(again)) == session
    verdict = shiren_client.liveness.finish(session=again, landed_url=landed, subject=subject).verdict
    assert verdict.decision is models.Decision.PASSED
    assert verdict.checks.identity == ("not_checked" if vendor == "jumdata" else "passed")
    forged = dataclasses.replace(again, reference="another")
    with pytest.raises(shiren.ShirenError):
        shiren_client.liveness.finish(session=forged, landed_url=landed, subject=subject)


def test_words_are_open_and_fail_closed() -> None:
    assert models.Decision("frobnicated") is models.Decision.INCONCLUSIVE
    assert models.Billed("perhaps") is models.Billed.UNKNOWN
    later = models.Vendor("tencent")
    assert later == "tencent" and not later.known and models.Vendor.JUHE.known
    assert repr(models.Decision.PASSED) == "<Decision 'passed'>" and f"{models.Decision.PASSED}" == "passed"
    assert pickle.loads(pickle.dumps(models.Decision.PASSED)) is models.Decision.PASSED
    assert {models.Decision.PASSED: 1}["passed"] == 1
    assert json.dumps([models.Decision.PASSED]) == '["passed"]'
    verdict = models.Verdict.from_dict({"decision": "later", "checks": {}})
    assert verdict.decision is models.Decision.INCONCLUSIVE
    assert models.Verdict.from_dict({}).decision is None, "nothing is never passed"


def test_models_are_dataclasses() -> None:
    subject = models.Subject(name="x", id_number="1")
    assert [field.name for field in dataclasses.fields(subject)] == ["name", "id_number", "mobile"]
    assert dataclasses.asdict(subject) == {"name": "x", "id_number": "1", "mobile": None}
    assert dataclasses.replace(subject, mobile="2").mobile == "2"
    assert subject == models.Subject(name="x", id_number="1") != models.Subject(name="y", id_number="1")
    assert subject.to_dict() == {"name": "x", "id_number": "1"}
    with pytest.raises(AttributeError):
        subject.name = "z"  # type: ignore[misc]
    with pytest.raises(TypeError, match="needs id_number"):
        models.Subject(name="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no field 'nmae'"):
        models.Subject(name="x", id_number="1", nmae="y")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        hash(subject)


def test_functions_without_a_client() -> None:
    url = signed_return("https://example.com/back", jh_order_id="JH1")
    read = shiren.juhe.returns.verify(url=url, key="sandbox-juhe-key", expected_order="JH1")
    assert read.hint is models.Hint.PASSED
    found = shiren.check.id_number(id_number="110101180001020011")
    assert not found.accepted and found.findings[0].severity is models.Severity.REJECT
    qr = shiren.page.qr(url="https://example.com/a", format="png")
    assert qr.image is not None and qr.image[:4] == b"\x89PNG"
    signed = shiren.baidu.bce.sign(
        ak="a", sk="b", method="GET", path="/", headers=[models.BceHeader(name="host", value="x.cn")],
        timestamp=datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8))),
    )  # fmt: skip
    assert signed.authorization.startswith("bce-auth-v1/a/2025-01-01T19:04:05Z/")
    assert urlsplit(shiren.jumdata.handover.page_url(token="t").url).scheme == "https"
    empty = shiren.baidu.bce.sign(ak="a", sk="b", method="GET", path="/", headers=[{"name": "host", "value": "x"}], headers_to_sign=[])  # type: ignore[list-item]  # fmt: skip
    assert "//" in empty.authorization, "an empty list is not a missing one"
