"""Which facts say how much money a finding is about. How they put findings in order is in `order.py`."""

from __future__ import annotations

from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.kinds.types import Told, found
from pipelines.insights.facts import Fact, FactBook


def stakes(bound: Bound, book: FactBook) -> list[Fact]:
    """The amounts at stake by a finding, one for each of its subjects or one for all; none if none is known."""
    for stake in bound.kind.stake:
        facts = [fact for group in bound.groups if (fact := _stake_of(group, stake.fact, stake.role, book))]
        if facts:
            return facts
    return []


def _stake_of(group: Told, name: str, role: str, book: FactBook) -> Fact | None:
    told = group.get(role)
    return None if told is None else found(book, name, told.subject.kind, told.subject.key)
