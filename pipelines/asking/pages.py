"""Cursors: an opaque text that says behind which row the next page begins, and of which question.

A cursor holds nothing but the last row's key, read by its types like any other value. One that somebody has made up
leads to another page of the same rows at most.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines.asking import values
from pipelines.asking.plan import Plan
from pipelines.asking.question import MOST_TEXT, Question, Refused

_MOST = 8 * MOST_TEXT


def cursor(plan: Plan, key: Sequence[Any]) -> str:
    """The cursor behind a row. key: its values of `plan.keys`."""
    told = [None if each is None else _text(each) for each in key]
    raw = json.dumps([_digest(plan.question), told], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def position(plan: Plan) -> tuple[Any, ...] | None:
    """The values of `plan.keys` behind which the page begins; None for the first page. Raises Refused."""
    text = plan.question.after
    if text is None:
        return None
    wrong = Refused(
        "wrong_cursor",
        "after is no cursor of this question. Take `next` of the page before, and change nothing else of the question.",
        "after",
    )
    if len(text) > _MOST:
        raise wrong
    try:
        digest, told = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if digest != _digest(plan.question) or len(told) != len(plan.keys):
            raise wrong
        return tuple(
            None if each is None else values.value(each, key.type, "after")
            for each, key in zip(told, plan.keys, strict=True)
        )
    except (ValueError, TypeError, RecursionError, binascii.Error, Refused):
        raise wrong from None


def _digest(question: Question) -> str:
    asked = replace(question, limit=0, after=None)
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
