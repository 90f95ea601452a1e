"""What a benchmark answers, and where it may work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One measured value. limit: what it must keep to; better: on which side of the limit. note: how it came about."""

    name: str
    value: float
    unit: str
    limit: float
    better: Literal["lower", "higher"] = "lower"
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether it keeps to its limit."""
        return self.value <= self.limit if self.better == "lower" else self.value >= self.limit

    def as_json(self) -> dict[str, object]:
        """The entry in bench.json."""
        fields = asdict(self)
        return {key: fields[key] for key in ("name", "value", "unit", "limit")} | {"ok": self.ok, "note": self.note}


@dataclass(frozen=True)
class Room:
    """Where a benchmark works. folder: its own, empty, removed afterwards. url: a fresh, migrated database of its own.

    full: at full size, however long it takes.
    """

    folder: Path
    url: str
    full: bool
