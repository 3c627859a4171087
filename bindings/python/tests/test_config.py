"""Where a configuration comes from, and what of it is shown, pickled and resolved."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
import shiren
from shiren import Config, Secret
from shiren._config_fields import GROUPS, PLAIN
from shiren.testing import Sandbox


def filled(path: str, value: Any) -> dict[str, Any]:
    """A configuration with this value at this path."""
    for name in reversed(path.split("/")[1:]):
        value = {name: value}
    return value  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/juhe/key",
        "/accounts/juhe/openid",
        "/accounts/jumdata/gateway/app_secret",
        "/accounts/baidu/api_key",
        "/proxy",
        # What this version does not know, or what has the wrong type.
        "/accounts/another/token",
        "/a_later_field",
        "/accounts/juhe",
        "/accounts",
        "/limits/juhe/breaker",
    ],
)
@pytest.mark.parametrize("value", ["canary-1234567", ["canary-1234567"], b"canary-1234567"])
def test_what_may_be_a_secret_is_neither_shown_nor_pickled(path: str, value: Any) -> None:
    config = Config(filled(path, value))
    assert "canary" not in repr(config) and "***" in repr(config)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=path) as refused:
            way(config)
        assert "canary" not in str(refused.value)


@pytest.mark.parametrize("path", sorted(PLAIN))
def test_what_is_no_secret_is_shown_and_pickled(path: str) -> None:
    config = Config(filled(path, "open-1234567"))
    assert "open-1234567" in repr(config)
    assert repr(pickle.loads(pickle.dumps(config))) == repr(config)


def test_plain_fields_hold_no_secrets_by_their_names() -> None:
    for path in PLAIN:
        assert not {"key", "secret", "token", "openid", "appcode", "password", "proxy"} & set(
            path.replace("/", "_").split("_")
        ), path
        assert path.rsplit("/", 1)[0] in GROUPS | {""}


def test_references_are_resolved_when_a_client_is_made(
    shiren_sandbox: Sandbox, passing: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    accounts = shiren_sandbox.accounts
    (tmp_path / "key").write_text(accounts["juhe"]["key"] + "\n", encoding="utf-8")
    monkeypatch.setenv("ADDRESS_OF_A_TEST", accounts["juhe"]["base_url"])
    config = Config(
        accounts={"juhe": {"key": Secret.file(tmp_path / "key"), "base_url": {"env": "ADDRESS_OF_A_TEST"}}},
        test_mode=True,
    )
    assert "sandbox-juhe-key" not in repr(config) and "ADDRESS_OF_A_TEST" in repr(config)
    with shiren.Client(pickle.loads(pickle.dumps(config))) as client:
        assert client.juhe.verifyface.verify2(**passing).verdict.decision == "passed"
    monkeypatch.delenv("ADDRESS_OF_A_TEST")
    with pytest.raises(shiren.Configuration, match="ADDRESS_OF_A_TEST") as unset:
        shiren.Client(config)
    assert unset.value.field == "/accounts/juhe/base_url"
    with pytest.raises(shiren.Configuration, match="cannot be read"):
        shiren.Client({"accounts": {"juhe": {"key": {"file": str(tmp_path / "none")}}}})


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"acounts": {}}, "/acounts"),
        ({"timeout_ms": "soon"}, "/timeout_ms"),
        ({"timeout_ms": 0}, "/timeout_ms"),
        ({"accounts": {"juhe": {"key": object()}}}, "/accounts/juhe/key"),
        ({"accounts": {"juhe": {"key": "k", "base_url": "http://example.com"}}}, "/accounts/juhe/base_url"),
        ({"timeout_ms": float("nan")}, "/timeout_ms"),
        ({"user_agent": "\ud800"}, "/user_agent"),
        ({7: 1}, "/7"),
    ],
)
def test_what_cannot_work_is_told_at_once(config: Any, field: str) -> None:
    with pytest.raises(shiren.Configuration) as refused:
        shiren.Client(config)
    assert refused.value.field == field


@pytest.mark.parametrize("config", [5, 0.5, [], object(), b"{}"])
def test_a_configuration_of_another_type(config: Any) -> None:
    with pytest.raises(TypeError, match=f"not {type(config).__name__}"):
        shiren.Client(config)


def test_files_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shiren.json").write_text('{"accounts": {"juhe": {"key": "canary"}}}', encoding="utf-8")
    for config in (tmp_path / "shiren.json", str(tmp_path / "shiren.json"), '{"timeout_ms": 5}'):
        shiren.Client(config).close()
    (tmp_path / "broken.json").write_text('{"accounts": {"juhe": {"key": "canary"', encoding="utf-8")
    for config in (tmp_path / "broken.json", tmp_path / "none.json", tmp_path, "[]", '{"a": canary'):
        with pytest.raises(shiren.Configuration) as refused:
            shiren.Client(config)
        assert "canary" not in str(refused.value) and "canary" not in str(refused.value.__cause__)
    for name in ("SHIREN_SANDBOX", "SHIREN_CONFIG", "SHIREN_BAIDU_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHIREN_JUHE_KEY", "canary")
    shown = repr(shiren.Client())
    assert "canary" not in shown and "SHIREN_JUHE_KEY" in shown
    assert repr(pickle.loads(pickle.dumps(Config.from_env()))) == repr(Config.from_env())
    monkeypatch.setenv("SHIREN_BAIDU_API_KEY", "canary")
    with pytest.raises(shiren.Configuration, match="SHIREN_BAIDU_SECRET_KEY is not set") as half:
        shiren.Client()
    assert half.value.field == "SHIREN_BAIDU_SECRET_KEY"
    monkeypatch.delenv("SHIREN_BAIDU_API_KEY")
    monkeypatch.setenv("SHIREN_JUMDATA_GATEWAY", "tencent")
    with pytest.raises(shiren.Configuration, match="SHIREN_JUMDATA_INIT_URL is not set"):
        shiren.Client()


def test_a_sandbox_stands_for_what_is_not_given(shiren_sandbox: Sandbox, passing: Any) -> None:
    assert repr(shiren_sandbox.config(timeout_ms=500)) == f"Config(timeout_ms=500, sandbox={shiren_sandbox.url!r})"
    with shiren_sandbox.client(accounts={"juhe": {"key": "no-such-key"}}) as stranger:
        with pytest.raises(shiren.Authentication):
            stranger.juhe.verifyface.verify2(**passing)
    for odd in ({"sandbox": "nowhere"}, {"sandbox": "https://apis.juhe.cn"}):
        with pytest.raises(shiren.Configuration) as refused:
            shiren.Client(odd)
        assert refused.value.field == "/sandbox"
