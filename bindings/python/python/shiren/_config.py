"""Where accounts come from: a dict, a file, a sandbox, the environment. Secrets may be references."""

from __future__ import annotations

import os

from shiren._config_fields import GROUPS, PLAIN
from shiren._errors import Configuration

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    from typing_extensions import TypeIs

ConfigLike: TypeAlias = "Config | Mapping[str, Any] | str | os.PathLike[str] | None"


class Secret:
    """A reference to a secret: where it is, not what it is. Safe to print, to pickle and to commit.

    In JSON it is ``{"env": "NAME"}`` or ``{"file": "PATH"}``.
    """

    __slots__ = ("kind", "place")

    def __init__(self, kind: str, place: str) -> None:
        if kind not in ("env", "file") or not place:
            raise Configuration("a secret is in the environment (env) or in a file (file)", field=kind)
        self.kind = kind
        self.place = place

    @classmethod
    def env(cls, name: str) -> Secret:
        """The value of an environment variable, read when a client is made."""
        return cls("env", name)

    @classmethod
    def file(cls, path: str | os.PathLike[str]) -> Secret:
        """The text of a file, without the line break at its end, read when a client is made."""
        return cls("file", os.fspath(path))

    def _reveal(self, field: str) -> str:
        if self.kind == "env":
            value = os.environ.get(self.place, "")
            if not value:
                raise Configuration(f"the environment variable {self.place} is not set", field=field)
            return value
        try:
            with open(self.place, encoding="utf-8") as file:
                return file.read().rstrip("\r\n")
        except (OSError, UnicodeError) as error:
            raise Configuration(f"the file {self.place} cannot be read", field=field) from error

    def __repr__(self) -> str:
        return f"Secret.{self.kind}({self.place!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self.kind, self.place) == (other.kind, other.place)

    def __hash__(self) -> int:
        return hash((self.kind, self.place))


class Config:
    """The configuration of a client: ``accounts``, ``timeout_ms``, ``limits``, …, as docs/guide.md lists them.

    It can be pickled and copied when each of its secrets is a reference (`Secret.env`, or ``{"env": "NAME"}``).
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        self._fields: dict[str, Any] = _referred({**(fields or {}), **more}, "")

    @classmethod
    def of(cls, config: ConfigLike) -> Config:
        """From whatever a client takes: a `Config`, a mapping, JSON text, the path of a JSON file, or the environment."""
        if isinstance(config, Config):
            return config
        if config is None:
            return cls.from_env()
        if _is_mapping(config):
            return cls(config)
        if isinstance(config, str) and config.lstrip().startswith("{"):
            return cls.from_json(config)
        if not isinstance(config, (str, os.PathLike)):
            # `open` would take a number for a descriptor, read it and close it.
            raise TypeError(f"a configuration is a mapping, JSON text or a path, not {type(config).__name__}")
        return cls.from_file(config)

    @classmethod
    def sandbox(cls, url: str, **more: Any) -> Config:
        """The accounts of a sandbox at this address, in test mode. ``more``: further fields."""
        return cls(more, sandbox=url)

    @classmethod
    def from_json(cls, text: str | bytes) -> Config:
        """From JSON text."""
        import json

        try:
            fields = json.loads(text)
        except ValueError:
            # Its message would quote what may be a key.
            raise Configuration("the configuration is not valid JSON") from None
        if not isinstance(fields, dict):
            raise Configuration("the configuration is a JSON object")
        return cls(fields)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Config:
        """From a file with JSON text."""
        path = os.fspath(path)
        try:
            with open(path, "rb") as file:
                return cls.from_json(file.read())
        except OSError as error:
            raise Configuration(f"the configuration {path} cannot be read: {error.strerror}") from error

    @classmethod
    def from_env(cls) -> Config:
        """From ``SHIREN_SANDBOX``, else ``SHIREN_CONFIG`` (a file), else ``SHIREN_JUHE_KEY`` and its like.

        They stay references to their variables.
        """
        environ = os.environ
        if url := environ.get("SHIREN_SANDBOX"):
            return cls.sandbox(url)
        if path := environ.get("SHIREN_CONFIG"):
            return cls.from_file(path)
        named = [name for name, value in environ.items() if name.startswith("SHIREN_") and value]
        return cls(environment={name: Secret.env(name) for name in named})

    def _json(self) -> str:
        """The text for the native part, secrets revealed."""
        import json

        return json.dumps(_revealed(self._fields, ""))

    def _literal(self) -> str | None:
        """Where a secret stands as itself."""
        return _literal(self._fields, "")

    def __reduce__(self) -> tuple[Any, ...]:
        if field := self._literal():
            raise TypeError(
                f"this configuration holds a secret at {field} and is not pickled or copied; "
                'refer to it instead: Secret.env("NAME") or {"env": "NAME"}'
            )
        return (Config, (self._fields,))

    def __repr__(self) -> str:
        return f"Config({', '.join(f'{name}={value!r}' for name, value in _masked(self._fields, '').items())})"


def _is_mapping(value: object) -> TypeIs[Mapping[str, Any]]:
    if isinstance(value, dict):
        return True
    from collections.abc import Mapping

    return isinstance(value, Mapping)


def _referred(value: Any, field: str) -> Any:
    """`{"env": NAME}` in place of a value becomes a `Secret`; mappings become dicts of our own."""
    if _is_mapping(value):
        if field and len(value) == 1 and field not in GROUPS:
            ((kind, place),) = value.items()
            if kind in ("env", "file") and isinstance(place, str):
                return Secret(kind, place)
        return {name: _referred(inner, f"{field}/{name}") for name, inner in value.items() if inner is not None}
    return value


def _revealed(value: Any, field: str) -> Any:
    if isinstance(value, Secret):
        return value._reveal(field)
    if isinstance(value, dict):
        return {name: _revealed(inner, f"{field}/{name}") for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_revealed(inner, f"{field}/{index}") for index, inner in enumerate(value)]
    if isinstance(value, (str, int, float, bool)):
        return value
    raise Configuration(f"a value of type {type(value).__name__} has no place in a configuration", field=field)


def _literal(value: Any, field: str) -> str | None:
    # What this version does not know, or has the wrong type, may be a secret too.
    if isinstance(value, dict):
        for name, inner in value.items():
            if found := _literal(inner, f"{field}/{name}"):
                return found
        return None
    return None if isinstance(value, Secret) or field in PLAIN else field


def _masked(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return {name: _masked(inner, f"{field}/{name}") for name, inner in value.items()}
    return value if isinstance(value, Secret) or field in PLAIN else _Stars()


class _Stars:
    def __repr__(self) -> str:
        return "***"
