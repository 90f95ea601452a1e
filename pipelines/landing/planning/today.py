"""Through the day: which feeds are asked for again while the day runs, and how often, so that they keep to their share
of each account's budget. Pure functions; the schedules are in orchestration/automation.py, `tradewind plan` tells them.

A round asks once for each of these feeds, by account or by store. An account of more stores than its share allows for
has fewer rounds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.feeds import FEEDS, Feed
from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    from pipelines.stores import Catalog

SHARE = 0.2
"""The part of a budget that rounds take at most: the rest is for the nights, for backfills, and for what fails."""
MINUTE = 20
"""Of each hour: when rounds begin. Not on the hour, when everybody asks."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of an account. requests: of one round. hours: from one round to the next. share: the part of the
    scarcest budget that they take, `operation`."""

    account: str
    stores: tuple[str, ...]
    requests: int
    hours: int
    operation: str
    share: float

    def has_one_at(self, moment: datetime) -> bool:
        """Whether a round begins in the hour of that moment. moment: aware."""
        return int(moment.timestamp() // 3600) % self.hours == 0


def feeds_of_today() -> list[Feed]:
    """The feeds that are asked for through the day, in the catalogue's order."""
    return [feed for feed in FEEDS.values() if feed.is_asked_for and feed.refresh_today is not None]


def hours_between(requests: int, rate: float) -> int:
    """Hours from one round to the next, so that rounds take no more than their share: 1 at least.

    requests: of one round. rate: of the budget, tokens a second.
    """
    return max(1, math.ceil(requests / (SHARE * rate * 3600)))


def rounds(catalog: Catalog, feeds: Sequence[Feed] | None = None) -> list[Rounds]:
    """The rounds of each account that can be asked for, by account id. By the rates that Amazon publishes."""
    counts: Counter[str] = Counter()
    scarcest: dict[str, tuple[float, str]] = {}
    stores: dict[str, set[str]] = {}
    for feed in feeds_of_today() if feeds is None else feeds:
        traits = TRAITS[feed.source]
        for scope in catalog.scopes(feed):
            if scope.account is None:
                continue
            account = scope.account.account_id
            counts[account] += 1
            stores.setdefault(account, set()).update(store.store_id for store in scope.stores)
            found = [(traits.limits[name].rate, name) for name in traits.operations if name in traits.limits]
            scarcest[account] = min([*found, *([scarcest[account]] if account in scarcest else [])])
    answer = []
    for account, count in sorted(counts.items()):
        rate, operation = scarcest[account]
        hours = hours_between(count, rate)
        share = count / (hours * rate * 3600)
        answer.append(Rounds(account, tuple(sorted(stores[account])), count, hours, operation, share))
    return answer
