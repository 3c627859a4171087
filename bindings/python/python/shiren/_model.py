"""What models and words are made of.

A model holds the reply's dict and reads it when an attribute is asked for: nothing is converted that nobody looks at, and
what goes back (a `Session`) goes back letter for letter. `dataclasses.fields`, `asdict` and `replace` work on it.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from typing import Any, ClassVar, TypeAlias, TypeVar

    from typing_extensions import Self, dataclass_transform

    _W = TypeVar("_W", bound="Word")
else:

    def dataclass_transform(**_: Any) -> Any:
        return lambda cls: cls


#: A photo or other bytes: the bytes, or the path of a file that holds them.
Blob: TypeAlias = "bytes | bytearray | memoryview | os.PathLike[str]"


class Word(str):
    """A text out of a list of words, one that a later version may lengthen: what is not known stays a text.

    It compares as its text: ``reply.verdict.decision == "passed"``.
    """

    __slots__ = ()
    #: Every word that this version knows, in order.
    WORDS: ClassVar[tuple[str, ...]] = ()
    _members: ClassVar[dict[str, Any]] = {}
    _fallback: ClassVar[str | None] = None

    def __init_subclass__(cls, *, words: tuple[str, ...], fallback: str | None = None) -> None:
        cls.WORDS = words
        cls._members = {text: str.__new__(cls, text) for text in words}
        cls._fallback = fallback
        for text, member in cls._members.items():
            setattr(cls, text.upper(), member)

    def __new__(cls: type[_W], text: str) -> _W:
        known = cls._members.get(text)
        if known is None and cls._fallback is not None:
            known = cls._members[cls._fallback]
        return known if known is not None else str.__new__(cls, text)

    @property
    def known(self) -> bool:
        """Whether this version knows the word."""
        return self in self._members

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (str(self),))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {str.__repr__(self)}>"


class _Field:
    """A field of a model: reads the dict."""

    __slots__ = ("wire", "guarded", "name", "required", "default")

    def __init__(self, wire: str, guarded: bool, absent: tuple[Any, ...]) -> None:
        self.wire = wire
        self.guarded = guarded
        self.required = not absent
        self.default = absent[0] if absent else None
        self.name = wire

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, model: Model | None, owner: type) -> Any:
        if model is None:
            return self
        found = model._data.get(self.wire)
        return self.default if found is None else self.read(found)

    def __set__(self, model: Model, value: Any) -> None:
        raise AttributeError(f"{type(model).__name__} cannot be changed; dataclasses.replace makes another")

    def read(self, found: Any) -> Any:
        return found

    def shown(self, model: Model) -> str:
        found = model._data.get(self.wire)
        if self.guarded and found is not None:
            return "***"
        return repr(self.__get__(model, type(model)))


class _Of(_Field):
    __slots__ = ("of",)

    def __init__(self, wire: str, of: Any, guarded: bool, absent: tuple[Any, ...]) -> None:
        super().__init__(wire, guarded, absent)
        self.of = of


class _ModelField(_Of):
    __slots__ = ()

    def read(self, found: Any) -> Any:
        return self.of.from_dict(found) if type(found) is dict else found


class _ModelsField(_Of):
    __slots__ = ()

    def read(self, found: Any) -> Any:
        return tuple([self.of.from_dict(one) if type(one) is dict else one for one in found])


class _WordField(_Of):
    __slots__ = ()

    def read(self, found: Any) -> Any:
        return self.of(found)


class _WordsField(_Of):
    __slots__ = ()

    def read(self, found: Any) -> Any:
        return tuple([self.of(one) for one in found])


class _ValuesField(_Field):
    __slots__ = ()

    def read(self, found: Any) -> Any:
        return tuple(found)


class _MomentField(_Field):
    __slots__ = ()

    def read(self, found: Any) -> Any:
        if not isinstance(found, str):
            return found
        from datetime import datetime

        # Python 3.10 knows no Z.
        return datetime.fromisoformat(found.replace("Z", "+00:00"))


class _ExtraField(_Field):
    __slots__ = ()

    def shown(self, model: Model) -> str:
        # Nobody knows what is in there; the names alone say nothing about a person.
        return f"<{', '.join(model._data.get(self.wire) or ('nothing',))}>"


# How models declare their fields; `default` is there when a field may be missing.


def value(wire: str, *, guarded: bool = False, **default: Any) -> Any:
    """A text, a number, a flag or bytes."""
    return _Field(wire, guarded, tuple(default.values()))


def values(wire: str, *, guarded: bool = False, **default: Any) -> Any:
    """Several of them."""
    return _ValuesField(wire, guarded, tuple(default.values()))


def moment(wire: str, **default: Any) -> Any:
    """A moment, in UTC."""
    return _MomentField(wire, False, tuple(default.values()))


def extra(wire: str, **default: Any) -> Any:
    """Fields that this version does not know."""
    return _ExtraField(wire, False, tuple(default.values()))


def model(wire: str, of: type[Model], **default: Any) -> Any:
    """Another model."""
    return _ModelField(wire, of, False, tuple(default.values()))


def models(wire: str, of: type[Model], **default: Any) -> Any:
    """Several of another model."""
    return _ModelsField(wire, of, False, tuple(default.values()))


def word(wire: str, of: type[Word], **default: Any) -> Any:
    """A word of a list."""
    return _WordField(wire, of, False, tuple(default.values()))


def words(wire: str, of: type[Word], **default: Any) -> Any:
    """Several words of a list."""
    return _WordsField(wire, of, False, tuple(default.values()))


class _DataclassFields:
    """Made when the module `dataclasses` asks: importing it costs more than this whole package."""

    def __get__(self, _: object, owner: type[Model]) -> dict[str, Any]:
        import dataclasses

        found: dict[str, Any] = {}
        for name, one in owner._fields.items():
            field: Any = dataclasses.field(repr=not one.guarded, kw_only=True)
            field.name, field.type = name, owner.__annotations__.get(name, "Any")
            field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
            if not one.required:
                field.default = one.default
            found[name] = field
        return found


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(value, values, moment, extra, model, models, word, words),
)
class Model:
    """A part of a request or a reply. It cannot be changed."""

    __slots__ = ("_data",)
    if TYPE_CHECKING:
        _data: ClassVar[dict[str, Any]]
    _fields: ClassVar[dict[str, _Field]] = {}
    __dataclass_fields__: ClassVar[Any] = _DataclassFields()

    def __init_subclass__(cls) -> None:
        cls._fields = {name: one for name, one in vars(cls).items() if isinstance(one, _Field)}

    if not TYPE_CHECKING:

        def __init__(self, **given: Any) -> None:
            fields, data = self._fields, {}
            for name, value in given.items():
                field = fields.get(name)
                if field is None:
                    raise TypeError(f"{type(self).__name__} has no field {name!r}; there are: {', '.join(fields)}")
                data[field.wire] = _plain(value)
            missing = [name for name, field in fields.items() if field.required and data.get(field.wire) is None]
            if missing:
                raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}")
            _set(self, data)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """From a dict, as `to_dict` gives it and JSON keeps it."""
        self = object.__new__(cls)
        _set(self, data)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Everything, as dicts, lists, texts and numbers: with the fields that this version does not know, and with
        what ``repr`` hides."""
        found: dict[str, Any] = _plain(self)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed; dataclasses.replace makes another")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={one.shown(self)}" for name, one in self._fields.items())
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), self.to_dict()))


#: The slot's own setter, which `Model.__setattr__` does not stop.
_set: Any = vars(Model)["_data"].__set__


def _again(cls: type[Model], data: dict[str, Any]) -> Model:
    return cls.from_dict(data)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return {name: _plain(one) for name, one in value._data.items()}
    if isinstance(value, Word):
        return str.__str__(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value
