"""The own warehouse: a ledger of movements, so that the stock of every minute is known.

A movement is what physically comes or goes. What is promised and not sent yet is no movement: open orders say it.
Deliveries, and which orders find stock, are decided in own_stock.py.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["opening", "receipt", "sale", "return"]


@dataclass(frozen=True, slots=True, order=True)
class Movement:
    """Units (negative: they left) of a central SKU at a location. reference: the order that they belong to, or ''.
    shop: the shop of that order; '' where it is Amazon's."""

    at: datetime
    sku: str
    location: str
    kind: Kind
    units: int
    reference: str = ""
    shop: str = ""


class Warehouse:
    """All movements, by SKU and location in the order of their time. Some lie in the future of whoever asks."""

    def __init__(self) -> None:
        self._movements: dict[tuple[str, str], list[Movement]] = defaultdict(list)

    def add(self, movement: Movement) -> None:
        """Enter a movement, which may be later than others that are there."""
        insort(self._movements[movement.sku, movement.location], movement)

    def movements(self, until: datetime) -> list[Movement]:
        """What has moved by then, oldest first."""
        return sorted(each for moved in self._movements.values() for each in moved if each.at <= until)

    def on_hand(self, sku: str, location: str, at: datetime) -> int:
        """The units that lay there at that instant."""
        return sum(each.units for each in self._movements.get((sku, location), ()) if each.at <= at)

    def places(self) -> list[tuple[str, str]]:
        """(central SKU, location), sorted."""
        return sorted(self._movements)
