"""Through the day: an account's rounds keep to their share of its budget, and find what is due each hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices, snapshots
from pipelines.landing.planning.planner import chosen_feeds
from pipelines.landing.planning.selection import Selection
from pipelines.landing.planning.slices import KnownSlice
from pipelines.landing.planning.today import SHARE, Rounds, feeds_of_today, hours_between, rounds
from pipelines.local import arguments
from pipelines.sources.traits import SP_LIMITS
from pipelines.stores import Account, Catalog
from tests.support.briefs import catalog_of
from tests.support.marts import MadeMarts

ORDERS, STOCK = "amazon_sp.all_orders_by_last_update", "amazon_sp.fba_myi_unsuppressed_inventory"
OF_SHOPS = [
    *("shopify.inventory_levels", "shopify.orders", "ebay.inventory_items", "ebay.orders"),
    *("woocommerce.products", "woocommerce.orders"),
]
RATE = SP_LIMITS["createReport"].rate
NOON = datetime(2026, 3, 20, 12, 20, tzinfo=UTC)


def catalog(stores: int) -> Catalog:
    """One account with so many stores."""
    made = catalog_of(MadeMarts(products=2, days=1))
    store = made.stores["harbor-us"]
    several = tuple(replace(store, store_id=f"store-{n}") for n in range(stores))
    account = Account(store.account_id, store.seller_id, store.region, store.tenant_id, SecretStr("t"), None, several)
    return replace(made, accounts={account.account_id: account}, stores={each.store_id: each for each in several})


@given(st.integers(1, 500), st.floats(1e-4, 10))
def test_rounds_take_no_more_than_their_share_and_are_no_rarer_than_that_asks_for(requests, rate):
    hours = hours_between(requests, rate)
    assert requests <= SHARE * rate * hours * 3600 * (1 + 1e-9)
    assert hours == 1 or requests > SHARE * rate * (hours - 1) * 3600 * (1 - 1e-9)


@pytest.mark.parametrize(("stores", "hours"), [(1, 1), (11, 1), (12, 2), (20, 2), (40, 4)])
def test_an_account_of_many_stores_has_fewer_rounds(stores, hours):
    """Of 60 reports an hour 12 are its share: one of orders, and one of each store's stock."""
    (found,) = rounds(catalog(stores))
    assert (found.requests, found.hours, len(found.stores)) == (stores + 1, hours, stores)
    assert found.operation in ("createReport", "getReportDocument")
    assert found.share == pytest.approx((stores + 1) / (hours * RATE * 3600)) and found.share <= SHARE


@given(st.integers(1, 12), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))
def test_of_so_many_hours_one_has_a_round(hours, moment):
    each = Rounds("a", ("s",), 1, hours, "createReport", 0.1)
    assert sum(each.has_one_at(moment + timedelta(hours=n)) for n in range(hours)) == 1


def test_orders_and_stock_are_due_again_each_hour_though_no_run_starts_on_the_second():
    assert [feed.name for feed in feeds_of_today()] == [ORDERS, STOCK, *OF_SHOPS]
    today = slices.local_date(NOON, "Asia/Tokyo")
    made = NOON + timedelta(seconds=50)  # the last round's report was ready somewhat late
    row = KnownSlice(today.isoformat(), today, "loaded", checked_at=made)
    later = NOON + timedelta(hours=1, seconds=5)
    (due,) = slices.due_days(FEEDS[ORDERS], "Asia/Tokyo", [row], later, days=[today])
    assert due.reason == "running day"
    taken = replace(row, slice_key=slices.slice_key_of(made))

    def is_due(now: datetime, **options: bool) -> bool:
        return snapshots.snapshot_due(FEEDS[STOCK], "Asia/Tokyo", [taken], now, **options) is not None

    assert is_due(later, again=True) and not is_due(later - timedelta(minutes=20), again=True)
    assert not is_due(later), "a night's run, or one by hand, takes a day's stock once"


def test_only_what_the_day_has_new_is_chosen_and_days_besides_are_a_mistake():
    assert [feed.name for feed in chosen_feeds(Selection(today=True))] == [ORDERS, STOCK, *OF_SHOPS]
    assert arguments.selection(None, None, None, None, today=True) == Selection(today=True)
    with pytest.raises(ConfigError, match="Leave out --from and --to"):
        arguments.selection(None, None, NOON, NOON, today=True)
    with pytest.raises(ConfigError, match="Leave out --feed"):
        arguments.selection(["amazon_sp.ledger_summary"], None, None, None, today=True)
