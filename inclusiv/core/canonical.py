"""Frozen records as canonical JSON, and back: equal records give the same bytes, whose SHA-256 names them.

UTF-8, sorted keys, no space; a Decimal is a string with its places, a date or a moment (in UTC) is in ISO form.
A record is a dataclass whose fields are annotated with these, with str, int, bool, an enum, another record, a
tuple of one kind of value, or one of them and None.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R")


def dump(record: object) -> bytes:
    """Return the canonical bytes of a record. Raises TypeError for a value that has no canonical form."""
    text = json.dumps(_plain(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def load(kind: type[R], content: bytes) -> R:
    """Return the record of a kind whose bytes these are. Raises ValueError when they are not one."""
    try:
        record: R = _built(kind, json.loads(content))
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"These bytes are not a {kind.__name__}: {error}") from error
    return record


def _plain(value: Any) -> object:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{value!r} has no canonical form.")


def _built(kind: Any, raw: Any) -> Any:
    if get_origin(kind) in {Union, UnionType}:
        (some,) = (option for option in get_args(kind) if option is not type(None))
        return None if raw is None else _built(some, raw)
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], item) for item in _typed(list, raw))
    if is_dataclass(kind):
        return _record(kind, _typed(dict, raw))
    if kind in {datetime, date}:
        return kind.fromisoformat(raw)
    if kind is Decimal or issubclass(kind, Enum):
        return kind(_typed(int if issubclass(kind, int) else str, raw))
    return _typed(kind, raw)


def _record(kind: Any, raw: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    if raw.keys() != hints.keys():
        raise KeyError(f"the fields of {kind.__name__} are {sorted(hints)}, not {sorted(raw)}")
    return kind(**{name: _built(hint, raw[name]) for name, hint in hints.items()})


def _typed(kind: Any, raw: Any) -> Any:
    if type(raw) is not kind:
        raise TypeError(f"{raw!r} is not a {kind.__name__}")
    return raw
