"""What a brief calls missing is what `tradewind status` calls missing: the same feeds and days, by the same words."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr
from rich.console import Console

from pipelines.insights.facts import FactBook
from pipelines.insights.locales import locale
from pipelines.insights.marts import read_marts
from pipelines.insights.measures import coverage
from pipelines.landing.views.missing import NOT_AVAILABLE, NOT_FETCHED
from pipelines.landing.views.status import status
from pipelines.local.tables import print_status
from pipelines.marketplaces import MARKETPLACES
from pipelines.stores import Account, Catalog, Store, Tenant
from tests.support.building import US, Marts

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
DAY = date(2026, 2, 28)
TRAFFIC, STOCK, ADS = "amazon_sp.sales_and_traffic", "amazon_sp.afn_inventory", "amazon_ads.sp_campaigns"
STATES = {
    (TRAFFIC, 4): "failed",
    (TRAFFIC, 5): "unavailable",
    (STOCK, 2): "unavailable",
    (STOCK, 27): "unavailable",  # before the first one: it never existed
    (ADS, 3): "refused",
}


def days_back(feed: str) -> range:
    return range(28) if feed == STOCK else range(29)


def landed(marts: Marts) -> None:
    """Days that are here, that failed, that cannot be had, and one of which the ledger has nothing."""
    with marts.landing() as ledger:
        for feed in (TRAFFIC, STOCK, ADS):
            for n in days_back(feed):
                day = DAY - timedelta(days=n)
                state = STATES.get((feed, n), "empty")
                ledger.point(feed, "made-us", day.isoformat(), day, None, None, state)
            first, last = DAY - timedelta(days=days_back(feed)[-1]), DAY
            ledger.conn.execute("insert into ops.expected values (%s, 'made-us', 'day', %s, %s)", (feed, first, last))
        ledger.conn.execute("delete from ops.slices where feed = %s and day = %s", (ADS, DAY - timedelta(days=9)))


@pytest.mark.thorough
def test_a_brief_and_status_tell_the_same_days_by_the_same_words(marts: Marts) -> None:
    landed(marts)
    marts.build("data_coverage")
    book = FactBook("made-us", DAY, "USD")
    with read_marts(marts.warehouse, "made-us", US[-1], "made") as read:
        coverage.collect(read, book)
    store = Store("made-us", "made", f"{US[2]}@na", US[2], "na", MARKETPLACES["US"], ads_profile_id="1")
    token = SecretStr("refresh")
    seller = Account(store.account_id, store.seller_id, store.region, "made", token, token, (store,))
    catalog = Catalog({"made": Tenant("made", "Made", "USD")}, {seller.account_id: seller}, {"made-us": store})
    with marts.warehouse.connect() as conn:
        rows = [row for row in status(conn, catalog, NOW) if row.of == "made-us" and row.feed in (TRAFFIC, STOCK, ADS)]
    of_status = {
        row.feed: [
            {day for gap in gaps for day in gap.days if DAY - timedelta(days=28) <= day <= DAY}
            for gaps in (row.gaps, row.gone)
        ]
        for row in rows
    }
    of_brief = {
        feed: [(book.get(days, feed), book.get(last, feed)) for days, last in PAIRS] for feed in (TRAFFIC, STOCK, ADS)
    }
    for feed, told in of_brief.items():
        for (count, last), days in zip(told, of_status[feed], strict=True):
            assert (count.value if count else 0, last.value if last else None) == (len(days), max(days, default=None))
    assert [len(days) for days in of_status[TRAFFIC]] == [1, 1]
    assert [len(days) for days in of_status[STOCK]] == [0, 1], "what never existed is no gap"
    assert [len(days) for days in of_status[ADS]] == [2, 0], "one of them the ledger knows nothing of"

    out = io.StringIO()
    print_status(Console(file=out, width=200), rows, catalog)
    for lack, words in ((NOT_FETCHED, "gap"), (NOT_AVAILABLE, "unavailable")):
        assert f"    {lack.words}: " in out.getvalue()
        assert locale("en").UI[words].startswith(lack.words.capitalize())
    note = locale("en").UI["gaps_note"]
    assert "`tradewind pull`" in note and "`tradewind pull`" in NOT_FETCHED.cure
    assert "`tradewind import`" in note and "`tradewind import`" in out.getvalue()


PAIRS = (("gap_days", "gap_last_day"), ("unavailable_days", "unavailable_last_day"))
