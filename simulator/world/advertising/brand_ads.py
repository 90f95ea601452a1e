"""Sponsored Brands and Sponsored Display of one store: what was shown and clicked each day, which orders followed.

As in sponsored_products.py a day is made of cells and every report is a sum of cells, so that grains agree. Unlike
there, an order may follow a view, only 14 days count, and there is one window. Orders that followed a Sponsored
Products click follow nothing here. The campaigns themselves are made in brand_campaigns.py. All chance comes from
streams of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.world.advertising.brand_campaigns import BrandAd, BrandCampaign, BrandGroup, BrandTarget
from simulator.world.catalogue.offers import Offer, cents
from simulator.world.marketplaces import midnight
from simulator.world.model import SimStore
from simulator.world.orders.order import Order
from simulator.world.rng import poisson, rng

# world days (from its start) on which no campaign runs
SILENT_DAYS = (13, 44)
LAGS = (0, 0, 0, 0, 1, 1, 2, 4, 7, 9, 13)


@dataclass(frozen=True, slots=True)
class Attributed:
    """An order that followed a cell: days between, whether after a view only, whether the buyer is new to the brand."""

    order: Order
    lag: int
    viewed: bool
    new: bool


@dataclass(slots=True)
class BrandCell:
    """What one target (and the search term that it met) and one ad brought on one day.

    counts: measures that are never corrected. invalid, invalid_age, vanish_age: as in `ads.Cell`.
    """

    day: date
    campaign: BrandCampaign
    group: BrandGroup
    target: BrandTarget
    term: str
    ad: BrandAd
    impressions: int
    clicks: int
    cost: Decimal
    counts: Mapping[str, int]
    invalid: int = 0
    invalid_age: int = 0
    vanish_age: int = 0
    orders: list[Attributed] = field(default_factory=list)

    @property
    def capacity(self) -> int:
        """Clicks that may still be followed by an order."""
        clicked = sum(not each.viewed for each in self.orders)
        return 0 if self.vanish_age else self.clicks - self.invalid - clicked


Measures = dict[str, Decimal | int]
"""Additive measures by name: those of COUNTS and SALES, and impressions, clicks, cost."""

COUNTS = (
    "viewable_impressions", "add_to_list", "add_to_list_clicks", "add_to_cart", "add_to_cart_clicks",
    "branded_searches", "branded_searches_clicks", "detail_page_views", "detail_page_views_clicks",
    "new_to_brand_detail_page_views", "new_to_brand_detail_page_views_clicks", "video_5_second_views",
    "video_first_quartile_views", "video_midpoint_views", "video_third_quartile_views", "video_complete_views",
    "video_unmutes",
)  # fmt: skip
SALES = (
    *(
        f"{prefix}{measure}{way}"
        for prefix in ("", "new_to_brand_")
        for measure in ("purchases", "sales", "units_sold")
        for way in ("", "_clicks")
    ),
    *("purchases_promoted", "purchases_promoted_clicks", "sales_promoted", "sales_promoted_clicks"),
)


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of an order that followed a cell. promoted: the ad showed this very SKU."""

    offer: Offer
    units: int
    sales: Decimal
    promoted: bool


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order that followed a cell, with those of its lines that are not cancelled: at least one."""

    cell: BrandCell
    viewed: bool
    new: bool
    lines: tuple[Bought, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """Ends of the names of the measures that count it: by click or view, and by click only."""
        return ("",) if self.viewed else ("", "_clicks")


@dataclass(slots=True)
class BrandBook:
    """Both kinds of advertising of a store; days are opened in order, orders come after their day was opened."""

    seed: int
    store: SimStore
    campaigns: tuple[BrandCampaign, ...]
    days: dict[date, list[BrandCell]] = field(default_factory=dict)

    def open(self, day: date) -> None:
        """Make the day's traffic."""
        cells: list[BrandCell] = []
        if (day - self.store.start).days not in SILENT_DAYS:
            for campaign in self.campaigns:
                random = rng(self.seed, self.store.store_id, "brand ads", campaign.campaign_id, day)
                if random.random() < 0.06:
                    continue
                for group in campaign.groups:
                    for target in group.targets:
                        cells += self._cells(random, day, campaign, group, target)
        self.days[day] = cells

    def attribute(self, order: Order, day: date) -> None:
        """Let an order of that day, which no Sponsored Products click led to, follow a click or view here."""
        random = rng(self.seed, self.store.store_id, "brand order", order.order_id)
        if order.replacement or not self.campaigns or random.random() >= 0.3:
            return
        product = random.choice(("SPONSORED_BRANDS", "SPONSORED_DISPLAY"))
        lag = random.choice(LAGS)
        cells = [c for c in self.days.get(day - timedelta(days=lag), ()) if c.campaign.product == product]
        offered = {line.offer.sku for line in order.lines}
        if random.random() < 0.7:  # else the buyer took something else of the brand
            cells = [c for c in cells if offered & {offer.sku for offer in c.ad.offers}]
        viewed = random.random() < 0.3
        if viewed:
            cells = [c for c in cells if c.campaign.by_views and not c.vanish_age]
        else:
            cells = [c for c in cells if c.capacity > 0]
        if cells:
            random.choice(cells).orders.append(Attributed(order, lag, viewed, random.random() < 0.6))

    def _cells(
        self, random: Random, day: date, campaign: BrandCampaign, group: BrandGroup, target: BrandTarget
    ) -> list[BrandCell]:
        cells = []
        for term in random.sample(target.terms, min(len(target.terms), 1 + poisson(random, 0.6))):
            impressions = random.randint(30, 400)
            clicks = min(impressions, poisson(random, impressions * 0.012))
            ad = random.choice(group.ads)
            counts = _counts(random, impressions, clicks, ad.video)
            paid_for = clicks if campaign.cost_type == "CPC" else Decimal(counts["viewable_impressions"]) / 1000
            cell = BrandCell(
                day=day,
                campaign=campaign,
                group=group,
                target=target,
                term=term,
                ad=ad,
                impressions=impressions,
                clicks=clicks,
                cost=cents(target.bid * random.randint(60, 100) / 100 * paid_for, self.store.marketplace.decimals),
                counts=counts,
            )
            chance = random.random()
            if campaign.cost_type == "CPC" and clicks and chance < 0.04:
                cell.vanish_age = 3 if chance < 0.03 else 7
            elif campaign.cost_type == "CPC" and clicks > 1 and chance < 0.12:
                cell.invalid, cell.invalid_age = 1, 2 if chance < 0.08 else 3
            cells.append(cell)
        return cells


def _counts(random: Random, impressions: int, clicks: int, video: bool) -> dict[str, int]:
    viewable = impressions * random.randint(55, 90) // 100
    lists, carts = poisson(random, clicks * 0.1), poisson(random, clicks * 0.3)
    branded, seen = poisson(random, clicks * 0.2), clicks + poisson(random, clicks * 0.4)
    new = seen * random.randint(40, 80) // 100
    counts = {
        "viewable_impressions": viewable,
        "add_to_list": lists + poisson(random, 0.1),
        "add_to_list_clicks": lists,
        "add_to_cart": carts + poisson(random, 0.3),
        "add_to_cart_clicks": carts,
        "branded_searches": branded + poisson(random, 0.3),
        "branded_searches_clicks": branded,
        "detail_page_views": seen + poisson(random, 1.0),
        "detail_page_views_clicks": seen,
        "new_to_brand_detail_page_views": new + poisson(random, 0.5),
        "new_to_brand_detail_page_views_clicks": new,
    }
    left = viewable if video else 0
    for name in ("first_quartile", "midpoint", "third_quartile", "complete"):
        left = left * random.randint(50, 80) // 100
        counts[f"video_{name}_views"] = left
    counts["video_5_second_views"] = viewable * random.randint(30, 60) // 100 if video else 0
    counts["video_unmutes"] = counts["video_midpoint_views"] // 4
    return counts


def shown(cells: Iterable[BrandCell], age: int) -> list[BrandCell]:
    """The cells that are still there in the version of that age."""
    return [cell for cell in cells if not (cell.vanish_age and age >= cell.vanish_age)]


def sums(
    store: SimStore, cells: Iterable[BrandCell], key: Callable[[BrandCell], object], age: int
) -> dict[object, tuple[BrandCell, Measures]]:
    """Measures of a day's cells by key, as that version has them; keys without traffic are absent."""
    result: dict[object, tuple[BrandCell, Measures]] = {}
    for cell in shown(cells, age):
        if key(cell) not in result:
            fresh: Measures = dict.fromkeys(("impressions", "clicks", *COUNTS, *SALES), 0)
            result[key(cell)] = (cell, fresh | {"cost": Decimal(0)})
        into = result[key(cell)][1]
        invalid = cell.invalid if cell.invalid_age and age >= cell.invalid_age else 0
        into["impressions"] += cell.impressions - invalid
        into["clicks"] += cell.clicks - invalid
        paid = cell.cost * (cell.clicks - invalid) / cell.clicks if cell.clicks else cell.cost
        into["cost"] += cents(paid, store.marketplace.decimals)
        for name, value in cell.counts.items():
            into[name] += value
        for purchase in purchases([cell], made_at(store, cell.day, age)):
            _add(into, purchase)
    return result


def made_at(store: SimStore, day: date, age: int) -> datetime:
    """When the version of that age of a day was made."""
    return midnight(store.marketplace.time_zone, day + timedelta(days=age))


def purchases(cells: Iterable[BrandCell], at: datetime) -> list[Purchase]:
    """The orders that followed these cells, as known at `at`."""
    found = []
    for cell in cells:
        shown_skus = {offer.sku for offer in cell.ad.offers}
        for each in cell.orders:
            if each.order.purchased >= at:
                continue
            state = each.order.state(at)
            lines = tuple(
                Bought(line.offer, line.quantity, state.prices[index], line.offer.sku in shown_skus)
                for index, line in enumerate(each.order.lines)
                if not state.cancelled(index)
            )
            if lines:
                found.append(Purchase(cell, each.viewed, each.new, lines))
    return found


def _add(into: Measures, purchase: Purchase) -> None:
    promoted = [line for line in purchase.lines if line.promoted]
    for way in purchase.ways:
        for prefix in ("", "new_to_brand_") if purchase.new else ("",):
            into[f"{prefix}purchases{way}"] += 1
            into[f"{prefix}units_sold{way}"] += sum(line.units for line in purchase.lines)
            into[f"{prefix}sales{way}"] += sum((line.sales for line in purchase.lines), Decimal(0))
        if promoted:
            into[f"purchases_promoted{way}"] += 1
            into[f"sales_promoted{way}"] += sum((line.sales for line in promoted), Decimal(0))


def top_of_search(values: Measures) -> Decimal:
    """The share of the first places of search results, four places."""
    return (Decimal(min(int(values["clicks"]) * 4, 100)) / 100).quantize(Decimal("0.0001"))


def long_term_sales(values: Measures) -> Decimal:
    """What Amazon expects the buyers to spend within a year."""
    return Decimal(values["sales"]) * 2


def reached(values: Measures) -> int:
    """How many people saw it."""
    return int(values["impressions"]) * 2 // 3 + 1
