"""Sponsored Products of one store: campaigns, what was shown and clicked each day, and which orders followed.

A day's traffic is made of cells (target, search term, ad); every report is a sum of cells, so the grains agree. Sales
are real orders of this world, attributed to a click of the same or an earlier day. What a report shows of a day depends
on its version: the day's age at the last restatement (1, 2, 3, 7, 14, 28, 42 days; made at local midnight,
shown an hour later).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.world.catalogue.offers import Offer, cents
from simulator.world.catalogue.texts import ITEMS, SEARCH_WORDS
from simulator.world.incidents import is_paused
from simulator.world.marketplaces import PUBLISHED_AFTER, midnight
from simulator.world.model import SimStore
from simulator.world.orders.order import Order, money
from simulator.world.rng import number, poisson, rng

AGES = (1, 2, 3, 7, 14, 28, 42)
WINDOWS = (1, 7, 14, 30)
# world days (from its start) on which nothing runs, and on which all that ran turns out to be invalid at age 3
SILENT_DAY, VOID_DAY = 9, 23


@dataclass(frozen=True, slots=True)
class Ad:
    """One advertised SKU."""

    ad_id: int
    offer: Offer


@dataclass(frozen=True, slots=True)
class Target:
    """A keyword or an automatic target with the search terms it meets."""

    target_id: int
    text: str
    match_type: str
    bid: Decimal
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdGroup:
    """Ads and targets under one name."""

    ad_group_id: int
    name: str
    ads: tuple[Ad, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A Sponsored Products campaign; budget a day in the store's currency."""

    campaign_id: int
    name: str
    status: str
    budget: Decimal
    ad_groups: tuple[AdGroup, ...]


@dataclass(slots=True)
class Cell:
    """What one search term, met by one target and answered by one ad, brought on one day.

    invalid: clicks taken back at age `invalid_age`; vanish_age: from this age on the whole cell is gone (0: never).
    orders: (order, days between click and purchase).
    """

    day: date
    campaign: Campaign
    ad_group: AdGroup
    target: Target
    term: str
    ad: Ad
    impressions: int
    clicks: int
    cost: Decimal
    invalid: int = 0
    invalid_age: int = 0
    vanish_age: int = 0
    orders: list[tuple[Order, int]] = field(default_factory=list)

    @property
    def capacity(self) -> int:
        """Clicks that may still be followed by an order."""
        return 0 if self.vanish_age else self.clicks - self.invalid - len(self.orders)


@dataclass(slots=True)
class Sums:
    """Measures of some cells. Per window in days: purchases, units, sales; the same of the advertised SKU itself."""

    impressions: int = 0
    clicks: int = 0
    cost: Decimal = Decimal(0)
    purchases: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    units: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    sales: dict[int, Decimal] = field(default_factory=lambda: dict.fromkeys(WINDOWS, Decimal(0)))
    same_purchases: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    same_units: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    same_sales: dict[int, Decimal] = field(default_factory=lambda: dict.fromkeys(WINDOWS, Decimal(0)))


@dataclass(slots=True)
class AdsBook:
    """The advertising of a store; days must be opened in order, orders come after their day was opened."""

    seed: int
    store: SimStore
    campaigns: tuple[Campaign, ...]
    days: dict[date, list[Cell]] = field(default_factory=dict)
    by_sku: dict[tuple[date, str], list[Cell]] = field(default_factory=lambda: defaultdict(list))

    def open(self, day: date) -> None:
        """Make the day's traffic."""
        index = (day - self.store.start).days
        cells: list[Cell] = []
        for nth, campaign in enumerate(self.campaigns):
            random = rng(self.seed, self.store.store_id, "ads", campaign.campaign_id, day)
            if index == SILENT_DAY or random.random() < 0.07 or is_paused(self.store, nth, day):
                continue
            for ad_group in campaign.ad_groups:
                for target in ad_group.targets:
                    cells += self._cells(random, day, campaign, ad_group, target)
        if index == VOID_DAY:
            cells = cells[:2]
            for cell in cells:
                cell.clicks, cell.vanish_age, cell.invalid = max(cell.clicks, 1), 3, 0
        self.days[day] = cells
        for cell in cells:
            self.by_sku[day, cell.ad.offer.sku].append(cell)

    def attribute(self, random: Random, order: Order, day: date) -> bool:
        """Let an order of that day follow a click, if there was one to follow; whether it did."""
        if order.replacement or not self.campaigns or random.random() >= 0.4:
            return False
        lag = random.choice((0, 0, 0, 0, 0, 1, 2, 4, 6, 9, 12, 19, 26))
        cells = [
            c for c in self.by_sku.get((day - timedelta(days=lag), order.lines[0].offer.sku), ()) if c.capacity > 0
        ]
        if cells:
            random.choice(cells).orders.append((order, lag))
        return bool(cells)

    def _cells(self, random: Random, day: date, campaign: Campaign, group: AdGroup, target: Target) -> list[Cell]:
        cells = []
        for term in random.sample(target.terms, min(len(target.terms), 1 + poisson(random, 1.2))):
            impressions = random.randint(8, 260)
            clicks = min(impressions, poisson(random, impressions * 0.018))
            click_price = target.bid * random.randint(60, 100) / 100
            cell = Cell(
                day=day,
                campaign=campaign,
                ad_group=group,
                target=target,
                term=term,
                ad=random.choice(group.ads),
                impressions=impressions,
                clicks=clicks,
                cost=cents(click_price * clicks, self.store.marketplace.decimals),
            )
            chance = random.random()
            if clicks and chance < 0.04:
                cell.vanish_age = 3 if chance < 0.03 else 7
            elif clicks > 1 and chance < 0.12:
                cell.invalid, cell.invalid_age = 1, 2 if chance < 0.08 else 3
            cells.append(cell)
        return cells


PLACEMENTS = ("Top of Search on-Amazon", "Detail Page on-Amazon", "Other on-Amazon", "Off Amazon")


def placement(cell: Cell) -> str:
    """Where a cell was shown: as a whole in one place, so that placements sum to campaigns."""
    chosen = number(cell.campaign.campaign_id, cell.target.target_id, cell.term, cell.day, "placement") % 10
    return PLACEMENTS[0 if chosen < 4 else 1 if chosen < 7 else 2 if chosen < 9 else 3]


def version(store: SimStore, day: date, at: datetime) -> int:
    """The age whose version of that day is the last one shown at `at`; 0 when there is none yet."""
    zone_name = store.marketplace.time_zone
    made = at - PUBLISHED_AFTER
    return max((age for age in AGES if midnight(zone_name, day + timedelta(days=age)) <= made), default=0)


def sums(
    store: SimStore, cells: Iterable[Cell], key: Callable[[Cell], object], age: int
) -> dict[object, tuple[Cell, Sums]]:
    """Measures of a day's cells by key, as that version has them; keys without traffic are absent."""
    result: dict[object, tuple[Cell, Sums]] = {}
    for cell in cells:
        if cell.vanish_age and age >= cell.vanish_age:
            continue
        into = result.setdefault(key(cell), (cell, Sums()))[1]
        invalid = cell.invalid if cell.invalid_age and age >= cell.invalid_age else 0
        into.impressions += cell.impressions - invalid
        into.clicks += cell.clicks - invalid
        valid_cost = cell.cost * (cell.clicks - invalid) / cell.clicks if cell.clicks else cell.cost
        into.cost += cents(valid_cost, store.marketplace.decimals)
        made = midnight(store.marketplace.time_zone, cell.day + timedelta(days=age))
        for order, lag in cell.orders:
            if order.purchased < made:
                _add_order(into, order, lag, cell.ad.offer.sku, made)
    return result


def _add_order(into: Sums, order: Order, lag: int, advertised: str, at: datetime) -> None:
    state = order.state(at)
    kept = [i for i in range(len(order.lines)) if not state.cancelled(i)]
    if not kept:
        return
    same = [i for i in kept if order.lines[i].offer.sku == advertised]
    for window in WINDOWS:
        if lag >= window:
            continue
        into.purchases[window] += 1
        into.units[window] += sum(order.lines[i].quantity for i in kept)
        into.sales[window] += sum((state.prices[i] for i in kept), Decimal(0))
        if same:
            into.same_purchases[window] += 1
            into.same_units[window] += sum(order.lines[i].quantity for i in same)
            into.same_sales[window] += sum((state.prices[i] for i in same), Decimal(0))


def make_campaigns(seed: int, store: SimStore, offers: tuple[Offer, ...]) -> tuple[Campaign, ...]:
    """The campaigns of a store: one automatic, the others with keywords; none where there is no Ads profile."""
    if store.ads_profile_id is None:
        return ()
    advertised = [offer for offer in offers if offer.channel == "Amazon"][:12]
    names = ("Auto | Best sellers", 'Exact, "brand"', "Broad – discovery", "Phrase | Outdoor & Kitchen")
    if store.marketplace.language == "ja":
        names = ("オート｜売れ筋 ①", "完全一致 ㈱ブランド", "部分一致～発見～", "フレーズ一致｜アウトドア")
    elif store.marketplace.language == "de":
        names = ("Auto | Bestseller", 'Exakt, "Marke"', "Weitgehend | Entdeckung", "Wortgruppe | Küche & Draußen")
    result = []
    for index, name in enumerate(names):
        random = rng(seed, store.store_id, "campaign", index)
        mine = advertised[index::4] or advertised[:1]
        # the second campaign's ids do not fit a double
        low, high = (2 * 10**17, 9 * 10**17) if index == 1 else (10**14, 9 * 10**14)
        groups = tuple(
            AdGroup(
                ad_group_id=random.randrange(low, high),
                name=f"{name} / {part + 1}",
                ads=tuple(Ad(random.randrange(low, high), offer) for offer in ads),
                targets=_targets(random, store, index, ads[0]),
            )
            for part, ads in enumerate((mine[:2], mine[2:]))
            if ads
        )
        status = "PAUSED" if index == 3 else "ENABLED"
        result.append(
            Campaign(
                random.randrange(low, high), name, status, money(store, random.choice(("15", "25.50", "40"))), groups
            )
        )
    return tuple(result)


def _targets(random: Random, store: SimStore, kind: int, offer: Offer) -> tuple[Target, ...]:
    noun = ITEMS[offer.rank % len(ITEMS)][store.marketplace.language].lower()
    terms = [pattern.format(x=noun) for pattern in SEARCH_WORDS[store.marketplace.language]]
    bid = money(store, random.choice(("0.45", "0.62", "0.88")))
    if kind == 0:
        found = (
            ("close-match", terms[:5]),
            ("loose-match", [*terms[4:], "*"]),
            ("substitutes", [offer.asin.lower(), "b0simother"]),
        )
        return tuple(
            Target(random.randrange(10**14, 9 * 10**14), text, "TARGETING_EXPRESSION_PREDEFINED", bid, tuple(met))
            for text, met in found
        )
    match_types = {1: ("EXACT",), 2: ("BROAD",), 3: ("PHRASE", "EXACT")}[kind]
    return tuple(
        Target(random.randrange(10**14, 9 * 10**14), text, match, bid, (text,) if match == "EXACT" else tuple(terms))
        for match in match_types
        for text in terms[: 4 if match == "EXACT" else 2]
    )
