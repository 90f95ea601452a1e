"""When a store will be whole: how long the requests take that a run would make for it now, by the rate budgets alone.

A run asks for the newest days of each feed first, and for the history from there backwards (`planner.priority`). The
times are earliest ones: that in which Amazon makes the reports is not among them, nor a pause between two runs. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.landing.views.planned import PlannedRequest
    from pipelines.landing.views.status import StatusRow
    from pipelines.stores import Catalog

HISTORY = 7
"""From how many missing periods of one feed on a store is told to be filling up, not only behind."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A store that a run would fill. requests: for it and its account. newest: seconds until the newest documents of
    all its feeds can be fetched; whole: until the last one can. budget: `account operation` of the one that takes the
    longest."""

    store_id: str
    requests: int
    newest: float
    whole: float
    budget: str

    def whole_at(self, now: datetime) -> datetime:
        """When it is whole at the earliest, if a run begins now."""
        return now + timedelta(seconds=self.whole)


def filling(planned: Sequence[PlannedRequest], catalog: Catalog, stores: Iterable[str] | None = None) -> list[Filling]:
    """The stores that have history to come, in the order of their ids. planned: with times, as `forecast.plan` gives
    it; what has no published budget is left out. stores: only these."""
    return [
        found
        for store_id in catalog.stores
        if stores is None or store_id in set(stores)
        for found in _filling(store_id, planned, catalog)
    ]


def _filling(store_id: str, planned: Sequence[PlannedRequest], catalog: Catalog) -> Iterator[Filling]:
    scopes = {store_id, catalog.stores[store_id].account_id}
    own = [each for each in planned if each.scope_id in scopes and each.done is not None]
    newest: dict[tuple[str, str], PlannedRequest] = {}
    for each in own:
        first = newest.setdefault((each.feed, each.scope_id), each)
        if each.last > first.last:
            newest[each.feed, each.scope_id] = each
    if len(own) > len(newest):  # some feed has more to come than its newest days
        last = max(own, key=lambda each: each.done or 0.0)
        yield Filling(
            store_id,
            len(own),
            max(each.done or 0.0 for each in newest.values()),
            last.done or 0.0,
            f"{last.operations[0]} of {last.account}",
        )


def behind(rows: Iterable[StatusRow], catalog: Catalog) -> list[str]:
    """The stores of which one feed lacks so much history that it pays to say when it will be here."""
    lacking = {row.of for row in rows if row.missing > HISTORY}
    return [each.store_id for each in catalog.stores.values() if lacking & {each.store_id, each.account_id}]
