"""Reads values of a question by the type of the column that they are compared with."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.asking.question import MOST_TEXT, Refused

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BOOLEANS = {"true": True, "false": False}

ZERO: dict[str, Any] = {
    "text": "",
    "boolean": False,
    "date": date.min,
    "integer": 0,
    "bigint": 0,
    "numeric": Decimal(0),
    "timestamptz": datetime.min,
}
"""What stands for null where rows are put in order; whether it was null is ordered before it."""


def value(text: str, type: str, name: str) -> Any:
    """A value of a Postgres type. Raises Refused for what is none of it. name: of the parameter, for the message."""
    if len(text) > MOST_TEXT:
        raise Refused("wrong_value", f"{name} has {len(text)} characters; at most {MOST_TEXT} are taken.", name)
    try:
        found = _read(text, type)
    except ValueError:
        found = None
    if found is None:
        raise Refused("wrong_value", f"{name} is {text[:60]!r}, which is no {_CALLED.get(type, type)}.", name)
    return found


def day(text: str, name: str) -> date:
    """A day as YYYY-MM-DD. Raises Refused."""
    found: date = value(text, "date", name)
    return found


def _read(text: str, type: str) -> Any:
    match type:
        case "text":
            # Postgres keeps neither NUL nor half a surrogate pair
            text.encode()
            return None if "\0" in text else text
        case "integer" | "bigint":
            return int(text) if _INTEGER.fullmatch(text) and text.isascii() else None
        case "numeric":
            return Decimal(text) if _NUMBER.fullmatch(text) and text.isascii() else None
        case "boolean":
            return _BOOLEANS.get(text)
        case "date":
            return date.fromisoformat(text) if _DAY.fullmatch(text) and text.isascii() else None
        case "timestamptz":
            found = datetime.fromisoformat(text)
            return found if found.tzinfo else None
    return None


_CALLED = {
    "date": "day like 2026-11-30",
    "integer": "whole number",
    "bigint": "whole number",
    "numeric": "number like 12.50",
    "boolean": "true or false",
    "timestamptz": "moment like 2026-11-30T12:00:00Z",
    "text": "text that can be compared",
    "jsonb": "value that can be compared: JSON is not filtered",
}
