"""Figures of a made world that are each like no other: what `grounding_world.py` and its parts are filled with."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipelines.insights.facts import Fact, FactBook

DAY = date(2026, 11, 20)


@dataclass
class Figures:
    """A book of facts. number: its seed. figures are made so that none is used twice."""

    number: int
    book: FactBook = field(init=False)
    dice: random.Random = field(init=False)
    used: set[Decimal] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"grounding/{self.number}")
        self.book = FactBook("harbor-us", DAY, "USD")

    def fact(self, name: str, key: str | None = None) -> Fact:
        """A fact that there is."""
        found = self.book.get(name, key)
        assert found, (name, key)
        return found

    def all(self, name: str) -> list[Fact]:
        return list(self.book.all(name))

    def amount(self, low: int, high: int) -> Decimal:
        """Money that was not used yet."""
        return self._new(low * 100, high * 100, 2)

    def count(self, low: int, high: int) -> int:
        return int(self._new(low, high, 0))

    def share(self, low: int, high: int) -> Decimal:
        return self._new(low * 10, high * 10, 1)

    def _new(self, low: int, high: int, places: int) -> Decimal:
        while True:
            value = Decimal(self.dice.randint(low, high)).scaleb(-places)
            if value not in self.used and value == value.normalize() and str(value)[-1] != "0":
                self.used.add(value)
                return value

    def moved(self, value: Decimal, *, up: bool) -> Decimal:
        """What was before, for a change of a tenth to a half that no other fact has."""
        factor = self.share(12, 45) / 100
        return (value / (1 + factor) if up else value / (1 - factor)).quantize(Decimal("0.0001"))
