"""data_coverage: for every store, feed and day, what an up-to-date run without faults has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.documents.amazon_sp.existing_reports import RETENTION
from simulator.truth.coverages import (
    NEVER,
    ads,
    apify,
    brand_analytics,
    by_days,
    data_kiosk,
    inventory,
    money,
    of_moments,
    shops,
)
from simulator.truth.known import ORDERS_LATENCY, REPORT_LATENCY, Known
from simulator.world.advertising.sponsored_products import sums, version
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.settlements import listed_at, period

LOADED, EMPTY = "loaded", "empty"
ADS_FEEDS = {
    "amazon_ads.sp_campaigns": False,
    "amazon_ads.sp_advertised_product": False,
    "amazon_ads.sp_search_term": True,
}


MORE = (by_days, inventory, money, brand_analytics, ads, apify, data_kiosk)
"""Modules of feeds that stand on their own: `states(known, account, store)` yields (feed, day, state)."""


def data_coverage(known: Known) -> Iterator[dict]:
    """The states of all days of all feeds of the configured stores."""
    for account in known.world.accounts:
        businesses = [known.world.business(store).until(known.now) for store in account.stores]
        shared = list(_account_states(known, account, businesses))
        for store in account.configured_stores:
            states = [*shared, *_store_states(known, account, store, known.world.business(store))]
            for module in MORE:
                states += module.states(known, account, store)
            for feed, day, state in states:
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "feed": feed,
                    "date": day,
                    "state": state,
                    "is_gap": state not in (LOADED, EMPTY, NEVER),
                }
    for shop in known.world.shops:
        for feed, day, state in shops.states(known, shop):
            yield {
                "store_id": shop.shop_id,
                "tenant_id": shop.tenant_id,
                "feed": feed,
                "date": day,
                "state": state,
                "is_gap": state not in (LOADED, EMPTY, NEVER),
            }


def _account_states(
    known: Known, account: SimAccount, businesses: list[StoreBusiness]
) -> Iterator[tuple[str, date, str]]:
    zone, today = known.zone(account), known.today(account)
    placed = {local_day(zone, o.purchased) for b in businesses for o in b.every_order(known.now)}
    updated = {local_day(zone, o.state(known.now).at) for b in businesses for o in b.every_order(known.now)}
    for day in known.ended(account, ORDERS_LATENCY):
        yield "amazon_sp.all_orders_by_order_date", day, LOADED if day in placed else EMPTY
    # by last update the running day is fetched too, and with it the day before it
    for day in days_between(account.configured_stores[0].start, today):
        yield "amazon_sp.all_orders_by_last_update", day, LOADED if day in updated else EMPTY
    for day in known.ended(account, REPORT_LATENCY):
        rows = any(b.stock.ledger.get(day) for b in businesses)
        yield "amazon_sp.ledger_summary", day, LOADED if rows else EMPTY
    there = set(known.snapshot_days(account))
    for day in days_between(account.configured_stores[0].start, today):
        yield "amazon_sp.fba_myi_unsuppressed_inventory", day, of_moments(day, there)
    for day in sorted(_settlement_days(known, account, zone)):
        yield "amazon_sp.settlements_v2", day, LOADED


def _settlement_days(known: Known, account: SimAccount, zone: str) -> set[date]:
    """The days on which reports of settlements were made that can still be had."""
    days = set()
    for store in account.stores:
        index = 0
        while (created := period(known.world.seed, store, index)[2]) <= known.now:
            listed = [
                at
                for at in listed_at(store, index, created).values()
                if known.world.first_now - RETENTION <= at <= known.now
            ]
            days |= {local_day(zone, at) for at in listed}
            index += 1
    return days


def _store_states(
    known: Known, account: SimAccount, store: SimStore, business: StoreBusiness
) -> Iterator[tuple[str, date, str]]:
    today = known.today(account)
    for day in known.ended(account, REPORT_LATENCY):
        yield "amazon_sp.sales_and_traffic", day, LOADED
    for day in known.ads_days(account):
        totals = sums(store, business.ads.days.get(day, []), lambda c: None, version(store, day, known.now))
        clicks = any(measured.clicks for _, measured in totals.values())
        for feed, needs_click in ADS_FEEDS.items():
            yield feed, day, LOADED if (clicks if needs_click else totals) else EMPTY
    there = set(known.snapshot_days(account))
    for day in days_between(store.start, today):
        yield "amazon_sp.merchant_listings", day, of_moments(day, there)
    crawled = known.crawled(store)
    for day in days_between(store.start, today):
        # of the running day there is a state only once a crawl was made on it
        if day in crawled or day != today:
            yield "apify.products", day, of_moments(day, crawled)
