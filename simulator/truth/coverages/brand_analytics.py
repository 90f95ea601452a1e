"""Coverage of feeds: Brand Analytics. A week stands under its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.known import Known
from simulator.world.brand_analytics.baskets import pairs, repeats
from simulator.world.brand_analytics.periods import weeks
from simulator.world.model import SimAccount, SimStore

LOADED, EMPTY = "loaded", "empty"


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    business = known.world.business(store).until(known.now)
    for week in weeks(store, known.now):
        yield "amazon_sp.search_terms", week[0], LOADED
        yield "amazon_sp.market_basket", week[0], LOADED if pairs(business, *week) else EMPTY
        yield "amazon_sp.repeat_purchase", week[0], LOADED if repeats(business, *week) else EMPTY
        # every product is shown after some search, in any week
        yield "amazon_sp.search_query_performance", week[0], LOADED
        yield "amazon_sp.search_catalog_performance", week[0], LOADED
