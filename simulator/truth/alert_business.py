"""What an alert tells of listings, returns, fees, campaigns, comparisons and the data itself, by store and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulator.truth.advertising import PRODUCTS, ads_campaigns_daily
from simulator.truth.coverage import data_coverage
from simulator.truth.coverages.ads import SB_HISTORY, SD_HISTORY, SP_HISTORY, kept_days
from simulator.truth.dimensions import products
from simulator.truth.inventory_health import inventory_health
from simulator.truth.known import Known
from simulator.truth.money_marts import returns_daily
from simulator.truth.reconciliation import sales_reconciliation
from simulator.truth.sales import sales_daily
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.marketplaces import local_day
from simulator.world.money.estimated_fees import Estimate, estimates

Row = tuple[str, str, str, date, bool]
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)
HISTORY = {PRODUCTS: SP_HISTORY, BRANDS: SB_HISTORY, DISPLAY: SD_HISTORY}


def of_listings(known: Known) -> Iterator[Row]:
    """A listing that is closed, of a product that sold within 30 days and has stock; as today's report has it."""
    stock = {(row["store_id"], row["sku"]): row["fulfillable_quantity"] for row in inventory_health(known)}
    today = {store.store_id: known.today(account) for account, store, _ in known.stores(configured_only=True)}
    sold: dict[tuple[str, str], int] = defaultdict(int)
    for row in sales_daily(known):
        if row["store_id"] in today and today[row["store_id"]] - MONTH <= row["date"] <= today[row["store_id"]]:
            sold[row["store_id"], row["sku"]] += row["units"] + row["pending_units"]
    for row in products(known):
        key = row["store_id"], row["sku"]
        if row["listing_status"] is not None:
            closed = row["listing_status"] != "Active" and stock.get(key) != 0 and sold[key] > 0
            yield row["store_id"], "listing_inactive", row["sku"], today[row["store_id"]], closed


def of_returns(known: Known) -> Iterator[Row]:
    """Units that came back in 30 days, five or more, 3.5 roots beyond what the store's share of returns makes of what
    was sold of the SKU."""
    told: dict[str, date] = {}
    for row in data_coverage(known):
        if row["feed"] == "amazon_sp.customer_returns" and row["state"] in ("loaded", "empty"):
            told[row["store_id"]] = max(row["date"], told.get(row["store_id"], row["date"]))
    back, sold = _lately(returns_daily(known), told), _lately(sales_daily(known), told)
    for store_id, last in told.items():
        every = [sum(quarter for (of, _), (quarter, _) in each.items() if of == store_id) for each in (back, sold)]
        if not every[1]:
            continue
        share = Decimal(every[0]) / every[1]
        for (of, sku), (_, units) in sold.items():
            expected = share * units
            if of == store_id and expected > 0:
                came = back.get((store_id, sku), (0, 0))[1]
                beyond = (came - expected) / expected.sqrt()
                so = came >= 5 and beyond.quantize(Decimal("0.01"), ROUND_HALF_UP) >= Decimal("3.5")
                yield store_id, "refunds_above_usual", sku, last, so


def _lately(rows: Iterable[dict], until: dict[str, date]) -> dict[tuple[str, str], tuple[int, int]]:
    """Store and SKU -> units of the 90 and of the 30 days until a day."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        last = until.get(row["store_id"])
        if last is not None and last - QUARTER < row["date"] <= last:
            quarter, month = found.get((row["store_id"], row["sku"]), (0, 0))
            is_late = row["date"] > last - MONTH
            found[row["store_id"], row["sku"]] = (quarter + row["units"], month + (row["units"] if is_late else 0))
    return found


def of_fees(known: Known) -> Iterator[Row]:
    """A fulfilment fee or size that differs from the first one that was read within the seven days before."""
    read: dict[tuple[str, str], dict[date, Estimate]] = defaultdict(dict)
    for run in known.runs():
        for account, store, business in run.stores(configured_only=True):
            for each in estimates(business, run.now):
                read[store.store_id, each.offer.sku][run.today(account)] = each
    for (store_id, sku), days in read.items():
        for day, each in days.items():
            before = days[min(at for at in days if day - timedelta(days=7) <= at <= day)]
            moved = 100 * abs(each.fulfilment - before.fulfilment) / before.fulfilment
            resized = (each.larger, each.sides is None) != (before.larger, before.sides is None)
            so = resized or moved.quantize(Decimal("0.1"), ROUND_HALF_UP) >= 3
            yield store_id, "fee_changed", sku, day, so


def of_campaigns(known: Known) -> Iterator[Row]:
    """A campaign that spent nothing for two days, and before that on ten of fourteen; for 30 days it is remembered."""
    spent: dict[tuple[str, str, str], set[date]] = defaultdict(set)
    for row in ads_campaigns_daily(known):
        if row["cost"] > 0:
            spent[row["store_id"], row["ad_product"], row["campaign_id"]].add(row["date"])
    for account, store, _ in known.stores(configured_only=True):
        for product, history in HISTORY.items():
            known_days = kept_days(known, account, history)[-45:]
            for (of, which, campaign), days in spent.items():
                if (of, which) != (store.store_id, product):
                    continue
                for day in known_days:
                    last = max((at for at in days if day - MONTH <= at <= day), default=None)
                    if last is not None and sum(last - timedelta(days=14) < at <= last for at in days) >= 10:
                        yield store.store_id, "spend_stopped", campaign, day, (day - last).days >= 2


def of_comparisons(known: Known) -> Iterator[Row]:
    """A comparison one of whose days is settled, lies within 30 days, and differs beyond what is tolerated."""
    today = {
        store.store_id: local_day(store.marketplace.time_zone, known.now)
        for _, store, _ in known.stores(configured_only=True)
    }
    found: dict[tuple[str, str], bool] = {}
    for row in sales_reconciliation(known):
        day = today.get(row["store_id"])
        if day is not None and row["status"] == "closed" and day - MONTH < row["date"] <= day:
            key = row["store_id"], row["kind"]
            found[key] = found.get(key, False) or abs(row["difference"]) > row["tolerance"]
    for (store_id, kind), differs in found.items():
        yield store_id, "reconciliation_difference", kind, today[store_id], differs


def of_the_data(known: Known) -> Iterator[Row]:
    """Days of two weeks that are not here, or are refused; and a store that was read just now is not late."""
    today = {
        store.store_id: local_day(store.marketplace.time_zone, known.now)
        for _, store, _ in known.stores(configured_only=True)
    }
    states: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data_coverage(known):
        if row["store_id"] not in today:
            continue  # a shop: alerts are of stores of Amazon
        if today[row["store_id"]] - timedelta(days=14) < row["date"] <= today[row["store_id"]]:
            states[row["store_id"], row["feed"]].add(row["state"])
    for (store_id, feed), found in states.items():
        missing = not found.isdisjoint({"failed", "quarantined", "missing"})
        yield store_id, "data_missing", feed, today[store_id], missing
        yield store_id, "store_refused", feed, today[store_id], "refused" in found
    for store_id, day in today.items():
        yield store_id, "schedule_late", store_id, day, False


BUSINESS: tuple[Callable[[Known], Iterable[Row]], ...] = (
    of_listings, of_returns, of_fees, of_campaigns, of_comparisons, of_the_data,
)  # fmt: skip
