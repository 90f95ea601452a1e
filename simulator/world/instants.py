"""Instants as texts: how they are written, and how they are read. No time zone but UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime, *, millis: bool = False) -> str:
    """A UTC instant as `2026-01-31T09:30:00Z` or, with millis, `2026-01-31T09:30:00.000Z`."""
    text = moment.astimezone(UTC)
    return f"{text:%Y-%m-%dT%H:%M:%S}.{text.microsecond // 1000:03d}Z" if millis else f"{text:%Y-%m-%dT%H:%M:%SZ}"


def parse_instant(text: str) -> datetime:
    """An ISO 8601 date and time with a zone, as UTC. Raises ValueError for anything else."""
    if len(text) < 16 or "T" not in text.upper():
        raise ValueError(f"{text!r} is not a date and time in ISO 8601 format")
    moment = datetime.fromisoformat(text.replace("z", "Z"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
