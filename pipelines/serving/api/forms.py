"""In which form an answer is wanted: by `format`, or by the header Accept (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from enum import StrEnum

from pipelines.asking.question import MOST_TEXT


class Form(StrEnum):
    """JSON is a page; the others are all rows, streamed."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


TYPES = {
    Form.JSON: "application/json",
    Form.CSV: "text/csv",
    Form.PARQUET: "application/vnd.apache.parquet",
    Form.ARROW: "application/vnd.apache.arrow.stream",
}


def wanted(accept: str, offered: dict[str, str]) -> str | None:
    """The key of what is offered that an Accept header likes best; None where it likes none.

    offered: key -> media type, the usual one first. Of equally liked ones the first counts.
    """
    if not accept.strip():
        return next(iter(offered))
    ranges = [_range(each) for each in accept[: 4 * MOST_TEXT].split(",")[:50]]
    liked = {key: _liking(type, ranges) for key, type in offered.items()}
    best = max(liked.values())
    return next((key for key, value in liked.items() if value == best), None) if best > 0 else None


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (each.strip().lower() for each in text.split(";"))
    for each in parameters:
        if each.startswith("q="):
            try:
                return name, min(max(float(each[2:]), 0.0), 1.0)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _liking(type: str, ranges: list[tuple[str, float]]) -> float:
    """By the most specific range that fits."""
    for pattern in (type, f"{type.partition('/')[0]}/*", "*/*"):
        found = [quality for name, quality in ranges if name == pattern]
        if found:
            return max(found)
    return 0.0
