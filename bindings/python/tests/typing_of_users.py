"""What users write, for the type checkers: it is checked, never run. Where an error is ignored, there must be one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import shiren
from shiren import models

if TYPE_CHECKING:
    from typing_extensions import assert_type


def blocking(client: shiren.Client) -> None:
    reply = client.juhe.verifyface.verify2(realname="x", idcard="1", image=Path("photo.jpg"), timeout=2.5)
    assert_type(reply, models.JuheVerifyfaceVerify2Reply)
    assert_type(reply.verdict.decision, models.Decision)
    assert_type(reply.verdict.score, models.Score | None)
    assert_type(reply.verdict.reasons, tuple[models.Reason, ...])
    assert_type(models.Decision.PASSED, models.Decision)
    session = client.liveness.start(vendor="juhe", return_url="https://example.com")
    assert_type(session.expires_at, datetime)
    client.juhe.verifyface.verify2(realname="x", idcard="1")  # type: ignore[call-arg]
    client.juhe.verifyface.verify2("x", "1", b"")  # type: ignore[call-arg]
    client.juhe.verifyface.verify2(name="x", idcard="1", image=b"")  # type: ignore[call-arg]
    client.juhe.verifyface.verify2(realname="x", idcard=1, image=b"")  # type: ignore[arg-type]
    client.juhe.verifyface.verify3(realname="x")  # type: ignore[attr-defined]
    print(reply.verdict.decison)  # type: ignore[attr-defined]
    client.liveness.start(vendor="tencent", return_url="x")  # type: ignore[arg-type]
    models.Subject(name="x", id_number="1", mobile=None)
    models.Subject(name="x")  # type: ignore[call-arg]
    session.seal = "x"  # type: ignore[misc]
    assert_type(client.call("check.name", name="x")["accepted"], object)  # type: ignore[assert-type]


async def asynchronous(client: shiren.AsyncClient) -> None:
    assert_type(await client.compare(
        service=models.CompareService.JUHE_VERIFY2,
        subject=models.Subject(name="x", id_number="1"),
        photo=b"",
        fallback=["juhe_verify"],
    ), models.CompareReply)  # fmt: skip


def local() -> None:
    assert_type(shiren.photo.fit(image=b"").image, bytes)
    assert_type(shiren.juhe.returns.verify(url="x").hint, models.Hint)
    try:
        shiren.check.name(name="x")
    except shiren.RateLimited as error:
        assert_type(error.retry_after_ms, int | None)
