"""The blocking client: requests, replies, errors, time-outs, outcomes."""

from __future__ import annotations

import copy
import io
import pickle
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import shiren
from conftest import ROOT, VERIFY
from shiren.testing import Sandbox, signed_return


def test_a_person_passes_and_pays_once(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    reply = shiren_client.call(VERIFY, **passing)
    assert reply["verdict"]["decision"] == "passed"
    assert reply["verdict"]["billed"] == "yes"
    assert isinstance(reply["verdict"]["score"]["value"], float)
    shiren_sandbox.assert_billed(1)
    shiren_sandbox.assert_never_twice()


def test_bytes_come_in_every_form(shiren_client: shiren.Client, passing: Any, tmp_path: Path) -> None:
    photo = passing.pop("image")
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo)
    for image in (photo, bytearray(photo), memoryview(photo), memoryview(b"  " + photo)[2:], file):
        assert shiren_client.call(VERIFY, image=image, **passing)["verdict"]["decision"] == "passed"
    with pytest.raises(FileNotFoundError) as missing:
        shiren_client.call(VERIFY, image=tmp_path / "none.jpg", **passing)
    assert Path(missing.value.filename) == tmp_path / "none.jpg"


def test_bytes_go_out() -> None:
    reply = shiren.call("photo.fit", image=ROOT / "tests/photos/phone-rotated.jpg")
    pictures = [value for value in reply.values() if isinstance(value, bytes)]
    assert pictures and pictures[0][:2] == b"\xff\xd8" and len(pictures[0]) <= 20_000


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"threshold": float("nan")}, "/threshold"),
        ({"threshold": float("-inf")}, "/threshold"),
        ({"threshold": {"deep": [1, float("inf")]}}, "/threshold/deep/1"),
        ({"realname": "\ud800"}, "/realname"),
        ({"realname": 7}, "/realname"),
        ({"realname": object()}, "/realname"),
        ({"realname": b"bytes"}, "/realname"),
        ({"threshold": 10**60}, "/threshold"),
        ({"image": 1.5}, "/image"),
        ({"image": io.BytesIO(b"bytes")}, "/image"),
        ({"image": (b"bytes" for _ in [1])}, "/image"),
        ({"image": "photo.jpg"}, "/image"),
        ({"juhe": {7: "x"}}, "/juhe"),
        ({"idcard": None}, "/idcard"),
        ({"idcard": "110101180001010016"}, "/idcard"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(
    shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any, fields: Any, field: str
) -> None:
    with pytest.raises(shiren.InvalidArgument) as refused:
        shiren_client.call(VERIFY, **{**passing, **fields})
    error = refused.value
    assert (error.field, error.billed, error.kind) == (field, "no", "invalid_argument")
    assert isinstance(error, ValueError)
    assert passing["realname"] not in str(error) and passing["idcard"] not in repr(error.to_dict())
    shiren_sandbox.assert_billed(0)


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (io.BytesIO(b"bytes"), "BytesIO cannot be sent: give what read\\(\\) returns"),
        ({1, 2}, "set cannot be sent: give a list"),
        (datetime(2025, 1, 1), "no time zone"),
    ],
)
def test_what_to_give_instead(value: Any, advice: str) -> None:
    with pytest.raises(shiren.InvalidArgument, match=advice):
        shiren.call("baidu.bce.sign", timestamp=value)


def test_a_path_as_text_is_explained(shiren_client: shiren.Client, passing: Any) -> None:
    with pytest.raises(shiren.InvalidArgument, match="pathlib") as refused:
        shiren_client.call(VERIFY, **{**passing, "image": "photo.jpg"})
    assert refused.value.hint and "pathlib.Path" in refused.value.hint


def test_a_large_photo(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    with pytest.raises(shiren.ShirenError) as refused:
        shiren_client.call(VERIFY, **{**passing, "image": passing["image"] + bytes(10_000_000)})
    assert refused.value.billed == "no"
    shiren_sandbox.assert_billed(0)


def test_an_observer_is_callable(shiren_client: shiren.Client) -> None:
    with pytest.raises(TypeError, match="int cannot be called"):
        shiren_client.on_outcome(5)  # type: ignore[arg-type]


def test_a_list_that_holds_itself_ends() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(shiren.InvalidArgument, match="nested"):
        shiren.call("check.name", name=endless)


def test_errors_are_classes_with_fields(shiren_sandbox: Sandbox, passing: Any) -> None:
    shiren_sandbox.fault("code", code=10012)
    with shiren_sandbox.client() as client, pytest.raises(shiren.Quota) as refused:
        client.call(VERIFY, **passing)
    error = refused.value
    assert (error.vendor, error.vendor_code, error.billed, error.http_status) == ("juhe", "10012", "no", 200)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is shiren.Quota and again.to_dict() == error.to_dict() and str(again) == str(error)
    with pytest.raises(shiren.UnknownOperation):
        shiren.call("no.such")
    with pytest.raises(shiren.Configuration):
        shiren.call(VERIFY, **passing)


def test_every_kind_has_a_class() -> None:
    kinds = {cls.kind for cls in vars(shiren).values() if isinstance(cls, type) and issubclass(cls, shiren.ShirenError)}
    table = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    documented = {line.split("`")[1] for line in table.splitlines() if line.startswith("| ") and "`" in line}
    assert len(kinds) == 15 and kinds <= documented
    for cls in (shiren.Timeout, shiren.Network, shiren.Tls):
        error = pickle.loads(pickle.dumps(cls("x: y", message="y", billed="unknown")))
        assert (str(error), error.message, error.billed) == ("x: y", "y", "unknown")


def test_a_time_out_is_a_timeout_error(shiren_sandbox: Sandbox, passing: Any) -> None:
    shiren_sandbox.fault("hang_after_billing")
    with shiren_sandbox.client() as client, pytest.raises(TimeoutError) as late:
        client.call(VERIFY, timeout=2, **passing)
    assert isinstance(late.value, shiren.Timeout)
    assert late.value.billed == "unknown"
    shiren_sandbox.assert_billed(1)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), 1e300])
def test_odd_timeouts_are_refused(shiren_client: shiren.Client, passing: Any, timeout: float) -> None:
    with pytest.raises(shiren.InvalidArgument) as refused:
        shiren_client.call(VERIFY, timeout=timeout, **passing)
    assert refused.value.field == "timeout"


def test_raw_is_kept_when_asked_for(shiren_client: shiren.Client, passing: Any) -> None:
    assert shiren_client.call(VERIFY, raw=True, **passing)["raw"].startswith("{")
    assert shiren_client.call(VERIFY, **passing).get("raw") is None


def test_odd_replies_spoil_nothing(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    text = (
        '{"error_code":0,"reason":"ok","result":{"authResult":"00XX","rxfs":"900","charge":true,"orderid":"o1",'
        '"big":1e400,"half":"\\ud800","long":123456789012345678901234567890}}'
    )
    shiren_sandbox.fault("body", text=text)
    reply = shiren_client.call(VERIFY, **passing)
    assert reply["verdict"]["decision"] == "passed"
    extra = reply["extra"]
    assert (
        extra["big"] == "1e400" and extra["half"] == '"\\ud800"' and extra["long"] == "123456789012345678901234567890"
    )


def test_32_threads_share_a_client(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    decisions: list[str] = []

    def work() -> None:
        for _ in range(5):
            decisions.append(shiren_client.call(VERIFY, **passing)["verdict"]["decision"])

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert decisions == ["passed"] * 160
    shiren_sandbox.assert_billed(160)
    assert shiren_client.counters()["total"] == {"calls": 160, "errors": 0, "cancelled": 0, "billed": 160, "unknown": 0}


def test_other_threads_run_while_a_call_waits(
    shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any
) -> None:
    shiren_sandbox.fault("delay", milliseconds=600)
    steps = 0
    thread = threading.Thread(target=shiren_client.call, args=(VERIFY,), kwargs=passing)
    thread.start()
    while thread.is_alive():
        steps += 1
        time.sleep(0.001)
    assert steps > 100


def test_outcomes_are_told(shiren_sandbox: Sandbox, shiren_client: shiren.Client, passing: Any) -> None:
    told: list[shiren.Outcome] = []
    threads: set[str] = set()

    @shiren_client.on_outcome
    def _(outcome: shiren.Outcome) -> None:
        threads.add(threading.current_thread().name)
        told.append(outcome)
        if len(told) == 1:
            raise RuntimeError("an observer of a test")

    shiren_client.call(VERIFY, **passing)
    shiren_sandbox.fault("code", code=10012)
    with pytest.raises(shiren.Quota):
        shiren_client.call(VERIFY, **passing)
    assert shiren_client.flush()
    assert [(one.operation, one.vendor, one.error, one.billed, one.attempts, one.cancelled) for one in told] == [
        (VERIFY, "juhe", None, "yes", 1, False),
        (VERIFY, "juhe", "quota", "no", 1, False),
    ]
    assert threads == {"shiren-events"}
    assert 0 < told[0].duration < 5


def test_closing(shiren_sandbox: Sandbox, passing: Any) -> None:
    client = shiren_sandbox.client()
    client.call(VERIFY, **passing)
    client.close()
    client.close()
    assert client.closed
    with pytest.raises(shiren.Closed):
        client.call(VERIFY, **passing)
    with shiren_sandbox.client() as other:
        shiren_sandbox.fault("hang")
        ends: list[BaseException] = []

        def work() -> None:
            try:
                other.call(VERIFY, **passing)
            except shiren.ShirenError as error:
                ends.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.3)
    thread.join(5)
    assert [type(end) for end in ends] == [shiren.Cancelled]


def test_a_signed_return_is_read(shiren_client: shiren.Client) -> None:
    url = signed_return("https://example.com/back", jh_order_id="JH1", passed=True)
    read = shiren.call("juhe.returns.verify", url=url, key="sandbox-juhe-key", expected_order="JH1")
    assert read["hint"] == "passed"
    with pytest.raises(shiren.Signature):
        shiren.call("juhe.returns.verify", url=url, key="another-key", expected_order="JH1")


def test_a_client_is_copied_only_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    client = shiren.Client({"accounts": {"juhe": {"key": "k-1234567"}}})
    assert "k-1234567" not in repr(client)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="/accounts/juhe/key") as refused:
            way(client)
        assert "k-1234567" not in str(refused.value)
    monkeypatch.setenv("A_KEY_OF_A_TEST", "k-1234567")
    client = shiren.Client({"accounts": {"juhe": {"key": {"env": "A_KEY_OF_A_TEST"}}}})
    pickled = pickle.dumps(client)
    assert b"k-1234567" not in pickled and b"A_KEY_OF_A_TEST" in pickled
    for again in (pickle.loads(pickled), copy.copy(client), copy.deepcopy(client)):
        assert type(again) is shiren.Client and repr(again) == repr(client)
