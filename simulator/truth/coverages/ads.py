"""Coverage of feeds: Amazon Ads reports, as far back as each is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from simulator.truth.known import REPORT_LATENCY, Known
from simulator.world.advertising import brand_ads
from simulator.world.advertising.brand_ads import BrandCell
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.advertising.brand_products import products
from simulator.world.advertising.halo import halos
from simulator.world.advertising.sponsored_products import sums, version
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import local_day
from simulator.world.model import SimAccount, SimStore

SP_HISTORY, SB_HISTORY, SD_HISTORY, SB_PURCHASED_HISTORY = 94, 59, 64, 730
"""How many days back from the day of the first run Amazon answers."""


def kept_days(known: Known, account: SimAccount, history: int) -> list[date]:
    """The ended days that the Ads API had when history was first fetched."""
    first = local_day(known.zone(account), known.world.first_now) - timedelta(days=history)
    return [day for day in known.ended(account, REPORT_LATENCY) if day >= first]


def brand_cells(business: StoreBusiness, day: date, product: str) -> list[BrandCell]:
    """The day's cells of Sponsored Brands or of Sponsored Display."""
    return [cell for cell in business.brand_ads.days.get(day, []) if cell.campaign.product == product]


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    business = known.world.business(store).until(known.now)
    for feed, (history, has_rows) in _FEEDS.items():
        for day in kept_days(known, account, history):
            loaded = has_rows(business, day, version(store, day, known.now))
            yield f"amazon_ads.{feed}", day, "loaded" if loaded else "empty"


def _sponsored_products(business: StoreBusiness, day: date, age: int) -> bool:
    return bool(sums(business.store, business.ads.days.get(day, []), lambda cell: None, age))


def _bought_besides(business: StoreBusiness, day: date, age: int) -> bool:
    return bool(halos(business.store, business.ads.days.get(day, []), age))


def _brands(business: StoreBusiness, day: date, age: int) -> bool:
    return bool(brand_ads.shown(brand_cells(business, day, BRANDS), age))


def _brands_searched(business: StoreBusiness, day: date, age: int) -> bool:
    cells = [cell for cell in brand_cells(business, day, BRANDS) if cell.target.is_keyword]
    found = brand_ads.sums(business.store, cells, lambda cell: None, age)
    return any(values["clicks"] for _, values in found.values())


def _brands_bought(business: StoreBusiness, day: date, age: int) -> bool:
    return bool(products(business.store, brand_cells(business, day, BRANDS), day, age, display=False))


def _display(business: StoreBusiness, day: date, age: int) -> bool:
    return bool(brand_ads.shown(brand_cells(business, day, DISPLAY), age))


def _display_bought(business: StoreBusiness, day: date, age: int) -> bool:
    return bool(products(business.store, brand_cells(business, day, DISPLAY), day, age, display=True))


# feed -> (days that Amazon answers for, whether a day has rows in the version of an age)
_FEEDS: dict[str, tuple[int, Callable[[StoreBusiness, date, int], bool]]] = {
    "sp_targeting": (SP_HISTORY, _sponsored_products),
    "sp_placements": (SP_HISTORY, _sponsored_products),
    "sp_purchased_product": (SP_HISTORY, _bought_besides),
    "sb_campaigns": (SB_HISTORY, _brands),
    "sb_ads": (SB_HISTORY, _brands),
    "sb_targeting": (SB_HISTORY, _brands),
    "sb_search_term": (SB_HISTORY, _brands_searched),
    "sb_purchased_product": (SB_PURCHASED_HISTORY, _brands_bought),
    "sd_campaigns": (SD_HISTORY, _display),
    "sd_advertised_product": (SD_HISTORY, _display),
    "sd_targeting": (SD_HISTORY, _display),
    "sd_purchased_product": (SD_HISTORY, _display_bought),
}
