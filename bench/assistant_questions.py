"""Sixty questions of sellers, each with its answer by the world's truth.

The truth is what the simulator says of its world's business, mart by mart (`simulator/truth`), written without knowing
the pipeline. What an answer is made of is said here once more, without asking the code under test: sums are made of the
truth's rows by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from bench.assistant_client import REFUSED

Row = Mapping[str, Any]
US, DE = "harbor-us", "harbor-de"


@dataclass(frozen=True)
class Truth:
    """rows: of a mart, by its name. today: the day that is going on in all stores; a Monday or later in its week."""

    rows: Callable[[str], Sequence[Row]]
    today: date

    def last(self, days: int) -> tuple[date, date]:
        """The days that have ended, so many."""
        return self.today - timedelta(days=days), self.today - timedelta(days=1)

    @cached_property
    def week(self) -> tuple[date, date]:
        """The last whole week, Monday to Sunday."""
        monday = self.today - timedelta(days=self.today.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)

    @property
    def before(self) -> tuple[date, date]:
        """The week before it."""
        return self.week[0] - timedelta(days=7), self.week[0] - timedelta(days=1)

    @property
    def month(self) -> tuple[date, date]:
        """The month in which the last whole week ends, as far as it has ended."""
        first = self.week[1].replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        return first, min(after, self.today) - timedelta(days=1)

    @cached_property
    def sku(self) -> str:
        """The SKU of harbor-us that sold most in all, of those that a rule can read out of a sentence."""
        sums = self.sums("sales_daily", "units", "sku", (US,), self.last(28))
        return max((each for each in sums if str(each).replace("-", "").isalnum()), key=lambda each: (sums[each], each))

    @cached_property
    def asin(self) -> str:
        """Its ASIN."""
        return str(
            next(row["asin"] for row in self.rows("products") if (row["store_id"], row["sku"]) == (US, self.sku))
        )

    def of(self, mart: str, stores: Iterable[str], days: tuple[date, date] | None = None, **equal: Any) -> list[Row]:
        """The rows of stores and days. equal: column -> value."""
        wanted = set(stores)
        day = "deposit_date" if mart == "settlements" else "date"
        return [
            row
            for row in self.rows(mart)
            if row["store_id"] in wanted
            and (days is None or days[0] <= row[day] <= days[1])
            and all(row[name] == value for name, value in equal.items())
        ]

    def sum(self, mart: str, column: str, stores: Iterable[str], days: Any = None, **equal: Any) -> Decimal:
        """The sum of a column."""
        return sum((Decimal(row[column] or 0) for row in self.of(mart, stores, days, **equal)), Decimal(0))

    def sums(self, mart: str, column: str, by: str, stores: Iterable[str], days: Any = None) -> dict[Any, Decimal]:
        """The sum of a column by another one."""
        found: dict[Any, Decimal] = {}
        for row in self.of(mart, stores, days):
            found[row[by]] = found.get(row[by], Decimal(0)) + Decimal(row[column] or 0)
        return found

    def top(self, mart: str, column: str, by: str, stores: Iterable[str], days: Any) -> Any:
        """What has the largest sum; of equals the first by name."""
        sums = self.sums(mart, column, by, stores, days)
        return min(sums, key=lambda each: (-sums[each], str(each)))


def shown(value: Decimal, places: int = 2) -> str:
    """A figure as an answer writes it: rounded half away from zero."""
    return format(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")


@dataclass(frozen=True)
class Asked:
    """A question and its answer."""

    text: str
    answer: Any


def questions(truth: Truth) -> list[Asked]:
    """All sixty."""
    parts = (_sales, _visits_and_ads, _money, _stock, _changes, _others)
    return [Asked(text, answer) for part in parts for text, answer in part(truth)]


_Pairs = list[tuple[str, Any]]


def _sales(t: Truth) -> _Pairs:
    yesterday, week, both = t.last(1), t.week, (US, DE)
    month = t.month
    named = f"{month[0]:%Y-%m}"
    day = t.week[0] - timedelta(days=3)
    iso = f"{t.before[0].isocalendar().year}-W{t.before[0].isocalendar().week:02}"

    def store(column: str, stores: tuple[str, ...], days: Any) -> Decimal:
        return t.sum("sales_store_daily", column, stores, days)

    return [
        ("What were my sales in harbor-us last week?", shown(store("item_price_amount", (US,), week))),
        ("How many units did harbor-us sell yesterday?", int(store("units", (US,), yesterday))),
        ("How many orders did harbor-de get last week?", int(store("orders", (DE,), week))),
        (
            "What was the average order value of harbor-us in the last 14 days?",
            shown(store("item_price_amount", (US,), t.last(14)) / store("orders", (US,), t.last(14))),
        ),
        (
            "What was my average price per unit in harbor-de last week?",
            shown(store("item_price_amount", (DE,), week) / store("units", (DE,), week)),
        ),
        ("What are my sales over all stores last week?", shown(store("item_price_net_amount_reporting", both, week))),
        (f"What are the net sales of harbor-de in {named}?", shown(store("item_price_net_amount", (DE,), month))),
        (
            "How many cancelled units had harbor-us in the last 28 days?",
            int(store("cancelled_units", (US,), t.last(28))),
        ),
        (f"What were sales of harbor-us on {day}?", shown(store("item_price_amount", (US,), (day, day)))),
        (f"What were sales of harbor-us in {iso}?", shown(store("item_price_amount", (US,), t.before))),
        ("How many units were sold in all stores last week?", int(store("units", both, week))),
        (
            f"What are the sales of SKU {t.sku} in harbor-us last week?",
            shown(t.sum("sales_daily", "item_price_amount", (US,), week, sku=t.sku)),
        ),
        (
            f"How many units of SKU {t.sku} were sold in harbor-us in the last 28 days?",
            int(t.sum("sales_daily", "units", (US,), t.last(28), sku=t.sku)),
        ),
        (
            "Which product had the most sales in harbor-us last week?",
            t.top("sales_daily", "item_price_amount", "sku", (US,), week),
        ),
        (
            "On which day did harbor-us have the most sales in the last 14 days?",
            t.top("sales_store_daily", "item_price_amount", "date", (US,), t.last(14)).isoformat(),
        ),
    ]


def _visits_and_ads(t: Truth) -> _Pairs:
    week, month = t.week, t.last(28)

    def visits(column: str, stores: tuple[str, ...], days: Any) -> Decimal:
        return t.sum("traffic_store_daily", column, stores, days)

    def ads(column: str, store: str, days: Any) -> Decimal:
        return t.sum("ads_store_daily", column, (store,), days)

    def acos(campaign: str) -> Decimal:
        rows = t.of("ads_campaigns_daily", (US,), month, campaign_id=campaign)
        sales = sum((row["sales_14d"] or Decimal(0) for row in rows), Decimal(0))
        return sum((row["cost"] for row in rows), Decimal(0)) / sales if sales else Decimal(-1)

    campaigns = sorted({row["campaign_id"] for row in t.of("ads_campaigns_daily", (US,), month)})
    return [
        ("How many sessions had harbor-us last week?", int(visits("sessions", (US,), week))),
        (
            "What was the conversion rate of harbor-us in the last 7 days?",
            shown(100 * visits("units_ordered", (US,), t.last(7)) / visits("sessions", (US,), t.last(7))),
        ),
        (
            "What was the buy box share of harbor-de last week?",
            shown(100 * visits("buy_box_page_views", (DE,), week) / visits("page_views", (DE,), week)),
        ),
        (
            f"How many sessions had the ASIN {t.asin} in harbor-us last week?",
            int(t.sum("traffic_daily", "sessions", (US,), week, child_asin=t.asin)),
        ),
        ("What was the ad spend of harbor-us in the last 28 days?", shown(ads("cost", US, month))),
        (
            "What was my ad spend over all stores last week?",
            shown(t.sum("ads_store_daily", "cost_reporting", (US, DE), week)),
        ),
        ("What were the ad sales of harbor-us in the last 14 days?", shown(ads("sales_14d", US, t.last(14)))),
        (
            "What is the ACoS of harbor-us over the last 28 days?",
            shown(100 * ads("cost", US, month) / ads("sales_14d", US, month)),
        ),
        (
            "What is the TACoS of harbor-de in the last 28 days?",
            shown(100 * ads("cost", DE, month) / ads("ordered_sales_amount", DE, month)),
        ),
        (
            "What is the ROAS of harbor-us in the last 28 days?",
            shown(ads("sales_14d", US, month) / ads("cost", US, month)),
        ),
        ("How many clicks did ads of harbor-de get last week?", int(ads("clicks", DE, week))),
        ("How many impressions had harbor-us last week?", int(ads("impressions", US, week))),
        (
            "What was the click through rate of harbor-us last week?",
            shown(100 * ads("clicks", US, week) / ads("impressions", US, week)),
        ),
        (
            "What was the cost per click of harbor-de in the last 14 days?",
            shown(ads("cost", DE, t.last(14)) / ads("clicks", DE, t.last(14))),
        ),
        (
            "Which campaign of harbor-us had the highest ACoS in the last 28 days?",
            max(campaigns, key=acos),
        ),
        (
            "Which search term had the highest ad cost in harbor-us in the last 28 days?",
            t.top("ads_search_terms_daily", "cost", "search_term", (US,), month),
        ),
    ]


def _money(t: Truth) -> _Pairs:
    month, week = t.last(28), t.week

    def profit(column: str, store: str, days: Any, **equal: Any) -> Decimal:
        return t.sum("profit_daily", column, (store,), days, **equal)

    whole = {"is_complete": True}
    margin = profit("profit_amount", US, month, **whole) / profit("revenue_net_amount", US, month, **whole)
    named = t.month
    return [
        ("What is the profit of harbor-us in the last 28 days?", shown(profit("profit_amount", US, month, **whole))),
        ("What is the profit margin of harbor-us in the last 28 days?", shown(100 * margin)),
        ("How much was refunded in harbor-de in the last 28 days?", shown(profit("refunds_amount", DE, month))),
        ("What were the referral fees of harbor-us last week?", shown(profit("referral_fees_amount", US, week))),
        ("What was the cost of goods of harbor-us last week?", shown(profit("cost_of_goods_amount", US, week))),
        ("How many units were returned in harbor-us in the last 28 days? (returned units)",
         int(t.sum("returns_daily", "units", (US,), month))),
        (
            "For which reason were the most returned units in harbor-us in the last 28 days?",
            t.top("returns_daily", "units", "reason", (US,), month),
        ),
        (
            f"What payouts did harbor-us get in {named[0]:%Y-%m}?",
            shown(t.sum("settlements", "total_amount", (US,), named)),
        ),
    ]  # fmt: skip


def _stock(t: Truth) -> _Pairs:
    def held(column: str, store: str, **equal: Any) -> Decimal:
        return t.sum("inventory_health", column, (store,), **equal)

    return [
        ("How much stock on hand does harbor-us have?", int(held("fulfillable_quantity", US))),
        (f"How much stock is there of SKU {t.sku} in harbor-us?", int(held("fulfillable_quantity", US, sku=t.sku))),
        ("How many units are inbound to harbor-de?", int(held("inbound_quantity", DE))),
        (f"How many days of cover has SKU {t.sku} in harbor-us?", shown(held("days_of_cover", US, sku=t.sku))),
        ("What is the reorder quantity of harbor-us?", int(held("reorder_quantity", US))),
        ("What is the inventory value of harbor-us?", shown(held("inventory_value_amount", US))),
    ]


def _changes(t: Truth) -> _Pairs:
    def percent(now: Decimal, before: Decimal) -> str:
        return shown((now - before) / abs(before) * 100)

    def sales(store: str, days: Any) -> Decimal:
        return t.sum("sales_store_daily", "item_price_amount", (store,), days)

    def rate(days: Any) -> Decimal:
        return 100 * t.sum("traffic_store_daily", "units_ordered", (US,), days) / t.sum(
            "traffic_store_daily", "sessions", (US,), days
        )  # fmt: skip

    now, before = (
        {
            name: t.sums("sales_daily", name, "sku", (US,), days)
            for name in ("item_price_amount", "units")
        }
        for days in (t.week, t.before)
    )  # fmt: skip
    skus = {*now["units"], *before["units"]}
    change = {
        sku: now["item_price_amount"].get(sku, Decimal(0)) - before["item_price_amount"].get(sku, Decimal(0))
        for sku in skus
    }
    largest = min(change, key=lambda sku: (-abs(change[sku]), str(sku)))
    by_price = Decimal(0)
    for sku in skus:
        sold, was = now["units"].get(sku, Decimal(0)), before["units"].get(sku, Decimal(0))
        if sold and was:  # of what was sold in one week only no price has changed
            prices = now["item_price_amount"][sku] / sold, before["item_price_amount"][sku] / was
            by_price += (prices[0] - prices[1]) * (sold + was) / 2
    fortnight, earlier = t.last(14), (t.today - timedelta(days=28), t.today - timedelta(days=15))
    units = [t.sum("sales_store_daily", "units", (DE,), days) for days in (fortnight, earlier)]
    return [
        ("How did sales of harbor-us change last week against the week before?",
         percent(sales(US, t.week), sales(US, t.before))),
        ("How did units of harbor-de change in the last 14 days?", percent(*units)),
        ("How did the conversion of harbor-us change last week?", shown(rate(t.week) - rate(t.before))),
        ("By how much did sales of harbor-de change last week?", shown(sales(DE, t.week) - sales(DE, t.before))),
        ("Which product's sales changed most in harbor-us last week?", largest),
        ("Why did sales of harbor-us change last week?", shown(sales(US, t.week) - sales(US, t.before))),
        ("Why did sales of harbor-us change last week: what is from price?", shown(by_price)),
    ]  # fmt: skip


def _others(t: Truth) -> _Pairs:
    gaps = [
        row
        for row in t.of("data_coverage", (US, DE), t.last(28))
        if row["is_gap"]
    ]  # fmt: skip
    titled = [
        row for row in t.of("products", (US, DE)) if "knife" in str(row["title"]).lower() + str(row["sku"]).lower()
    ]
    return [
        ("How many stores do I have?", len({row["store_id"] for row in t.rows("stores") if row["tenant_id"] == "harbor"
                                            and row["is_configured"]})),
        ("Which currency has harbor-de?", "EUR"),
        ('How many products have "knife" in their title?', len(titled)),
        (f"What is the ASIN of SKU {t.sku} in harbor-us?", t.asin),
        ("How many days of reports are missing in harbor-us and harbor-de in the last 28 days?", len(gaps)),
        ("What were my sales in sakura-jp last week?", REFUSED),
        (f"How many orders of SKU {t.sku} were there in harbor-us last week?", REFUSED),
        ("What is my ad spend over all stores last week, not converted?", REFUSED),
    ]  # fmt: skip
