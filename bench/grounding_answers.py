"""How answers of the corpus of `grounding.py` are written: claims of facts, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelines.insights.facts import Fact

Item = dict[str, Any]
Made = Iterator[tuple[list[Item], tuple[tuple[str, ...], ...]]]
"""Claims, and texts that must not stand in one finding's sentence."""


def claim(kind: str, *facts: Fact | str, **more: Any) -> Item:
    ids = [fact if isinstance(fact, str) else fact.id for fact in facts]
    return {"kind": kind, "facts": ids, "emphasis": "normal", "advice": []} | more


def answer(*claims: Item, **more: Any) -> str:
    return json.dumps({"claims": list(claims), **more}, ensure_ascii=False)
