"""An answer as JSON. Money and every other number of the type numeric is a text, so that nothing rounds it: "19.90"."""

from __future__ import annotations

from typing import Any

import orjson

from pipelines.asking.coverage import Coverage
from pipelines.asking.reader import Answer


def body(mart: str, answer: Answer) -> bytes:
    """A page of a mart."""
    return dumps(
        {
            "mart": mart,
            "rows": rows(answer),
            "next": answer.next,
            "coverage": coverage(answer.coverage),
            "built_at": answer.stamp.changed_at,
        }
    )


def rows(answer: Answer) -> list[dict[str, Any]]:
    """The rows by names of columns."""
    names = [each.name for each in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]


def coverage(told: Coverage | None) -> dict[str, Any] | None:
    """Which days are missing. null: the rows are of no days."""
    if told is None:
        return None
    return {
        "complete": told.complete,
        "feeds": told.feeds,
        "first": told.first,
        "last": told.last,
        "missing": [
            {"store_id": each.store_id, "feed": each.feed, "days": each.days, "count": each.count} for each in told.gaps
        ],
    }


def dumps(content: Any) -> bytes:
    """JSON; moments with their zone, in UTC."""
    return orjson.dumps(content, default=str, option=orjson.OPT_UTC_Z)
