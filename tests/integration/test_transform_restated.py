"""What is restated: each case is landed, built, landed again and built again; the marts show the second as if it were
the first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.building import DE
from tests.support.ledger import CREATED, Ledger, campaign, order_line, page, rates, search_term
from tests.support.restating import AnotherSkuOfAnAsin, OlderSnapshot, Restated

BY_DATE, BY_UPDATE = "amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update"
CAMPAIGNS, TERMS, CRAWL = "amazon_ads.sp_campaigns", "amazon_ads.sp_search_term", "apify.products"
QUERIES = "amazon_sp.search_query_performance"
US_ACCOUNT, EU_ACCOUNT, US_PLACE = "SELLERNA@na", "SELLEREU@eu", "ATVPDKIKX0DER"
DAY = date(2026, 2, 10)


class OldFileImportedLater(Restated):
    """An order's newest delivery first; then an older file with another price and a line less."""

    def __init__(self) -> None:
        super().__init__(
            "select sku, line_number, item_price_amount from marts.order_items where amazon_order_id = 'again' "
            "order by 1, 2"
        )

    def first(self, ledger: Ledger) -> None:
        new = {"last_updated_date": "2026-02-12T10:00:00+00:00"}
        lines = [order_line("again", "A", **new), order_line("again", "A", **new), order_line("again", "B", **new)]
        ledger.load(BY_UPDATE, US_ACCOUNT, lines, days=[date(2026, 2, 12)])

    def second(self, ledger: Ledger) -> None:
        later = CREATED + timedelta(days=9)
        ledger.load(BY_DATE, US_ACCOUNT, [order_line("again", "A", item_price="9.00")], days=[DAY], created=later)


class OrderThatMoves(Restated):
    """A correction of the purchase date: the order leaves its old day."""

    FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 6)

    def __init__(self) -> None:
        super().__init__("select date, units from marts.sales_daily where date = any(%s)", [self.FIRST, self.SECOND])

    def first(self, ledger: Ledger) -> None:
        line = order_line("moved", purchase_date=f"{self.FIRST}T18:00:00+00:00")
        ledger.load(BY_DATE, US_ACCOUNT, [line], days=[self.FIRST])

    def second(self, ledger: Ledger) -> None:
        at = {"purchase_date": f"{self.SECOND}T18:00:00+00:00", "last_updated_date": "2026-02-20T00:00:00+00:00"}
        ledger.load(BY_UPDATE, US_ACCOUNT, [order_line("moved", **at)], days=[date(2026, 2, 19)])


class RejectedLine(Restated):
    """A newer delivery of which a line could not be read does not count."""

    def __init__(self) -> None:
        super().__init__("select item_price_amount from marts.order_items where amazon_order_id = 'rejected'")

    def first(self, ledger: Ledger) -> None:
        ledger.load(BY_DATE, US_ACCOUNT, [order_line("rejected", item_price="5.00")], days=[date(2026, 2, 9)])

    def second(self, ledger: Ledger) -> None:
        line = order_line("rejected", item_price="6.00", last_updated_date="2026-02-25T10:00:00+00:00")
        load = ledger.load(BY_UPDATE, US_ACCOUNT, [line], days=[date(2026, 2, 25)], created=CREATED + timedelta(1))
        ledger.conn.execute(
            "insert into ops.rejected_rows (feed, scope_id, load_id, file_line, row_text, reason, order_key) "
            "values (%s, %s, %s, 3, '', 'too few fields', 'rejected')",
            (BY_UPDATE, US_ACCOUNT, load),
        )


class VanishingTerm(Restated):
    """A search term that Amazon takes back; an element that it sent twice."""

    def __init__(self) -> None:
        super().__init__(
            "select search_term, clicks from marts.ads_search_terms_daily where store_id = 'made-us' order by 1"
        )

    def first(self, ledger: Ledger) -> None:
        ledger.load(CAMPAIGNS, "made-us", [campaign(DAY)], days=[DAY])
        terms = [search_term(DAY, "red mug"), search_term(DAY, "blue mug"), search_term(DAY, "blue mug")]
        ledger.load(TERMS, "made-us", terms, days=[DAY])

    def second(self, ledger: Ledger) -> None:
        ledger.load(TERMS, "made-us", [search_term(DAY, "red mug", clicks=1)], days=[DAY])


class EmptiedDay(Restated):
    """One document of two days; restated, it has rows of the second only."""

    FIRST, SECOND = date(2026, 1, 20), date(2026, 1, 21)

    def __init__(self) -> None:
        super().__init__(
            "select c.date, c.state, a.clicks from marts.data_coverage as c left join marts.ads_campaigns_daily as a "
            "using (store_id, date) where c.feed = 'amazon_ads.sp_campaigns' and c.date = any(%s) order by 1",
            [self.FIRST, self.SECOND],
        )

    def first(self, ledger: Ledger) -> None:
        self._load(ledger, self.FIRST, self.SECOND)

    def second(self, ledger: Ledger) -> None:
        self._load(ledger, self.SECOND)

    def _load(self, ledger: Ledger, *days: date) -> None:
        rows = [campaign(day) for day in days]
        day_of = lambda row: date.fromisoformat(row["date"])  # noqa: E731
        ledger.load(CAMPAIGNS, "made-us", rows, days=[self.FIRST, self.SECOND], day_of=day_of)


class LostSlice(Restated):
    """A week of which somebody deletes the slice, a part of a week that fails, and a week that is here."""

    WEEKS = tuple(date(2026, 1, day) for day in (4, 11, 18))

    def __init__(self) -> None:
        super().__init__(
            "select date, state from marts.data_coverage where feed = 'amazon_sp.search_query_performance' "
            "and store_id = 'made-us' order by 1"
        )

    def first(self, ledger: Ledger) -> None:
        for week in self.WEEKS:
            for part in ("01", "02"):
                ledger.point(QUERIES, "made-us", f"{week}/{part}", week, None, None, "loaded")
        ledger.conn.execute(
            "insert into ops.expected values (%s, 'made-us', 'week', %s, %s)", (QUERIES, self.WEEKS[0], self.WEEKS[2])
        )

    def second(self, ledger: Ledger) -> None:
        ledger.conn.execute("delete from ops.slices where feed = %s and day = %s", (QUERIES, self.WEEKS[0]))
        key = f"{self.WEEKS[1]}/02"
        ledger.conn.execute("update ops.slices set state = 'failed', reason = 'why' where slice_key = %s", (key,))


class StoreConfiguredLater(Restated):
    """Rows of a marketplace nobody configured have a bucket, and move when the store stands in stores.yaml."""

    def __init__(self) -> None:
        super().__init__(
            "select store_id, item_price_amount_reporting, fx_date from marts.sales_daily "
            "where sku in ('FR', 'DE') order by 1"
        )

    def first(self, ledger: Ledger) -> None:
        lines = [
            order_line("bucket-1", "FR", sales_channel="Amazon.fr", currency="EUR"),
            order_line("bucket-2", "DE", sales_channel="Amazon.de", currency="EUR"),
        ]
        ledger.load(BY_DATE, EU_ACCOUNT, lines, days=[DAY])
        rates(ledger, (DAY, "EUR", "USD", "1.1"))

    def second(self, ledger: Ledger) -> None:
        ledger.store("made-fr", *DE[1:4], "FR", "A13V1IB3VIYZZH", "Amazon.fr", *DE[7:])


class OtherReportingCurrency(Restated):
    """The tenant's reporting currency is changed, its rate imported."""

    def __init__(self) -> None:
        super().__init__(
            "select reporting_currency, item_price_amount_reporting, fx_date from marts.sales_daily "
            "where store_id = 'rupee-in'"
        )

    def first(self, ledger: Ledger) -> None:
        line = order_line(
            "rupee-1", sales_channel="Amazon.in", currency="INR", purchase_date="2026-03-05T06:00:00+00:00"
        )
        ledger.load(BY_DATE, "SELLERIN@eu", [line], days=[date(2026, 3, 5)])

    def second(self, ledger: Ledger) -> None:
        ledger.tenant("rupee", "USD")
        rates(ledger, (date(2026, 3, 4), "INR", "USD", "0.012"))


class RestatedRate(Restated):
    """The exchange rate of the day on which settlements were deposited is corrected, that of no store among them."""

    PAID = date(2026, 1, 20)

    def __init__(self) -> None:
        super().__init__(
            "select store_id, total_amount, reporting_currency, total_amount_reporting, fx_date "
            "from marts.settlements where settlement_id like 'rated%%' order by 1"
        )

    def first(self, ledger: Ledger) -> None:
        row = {"currency": "EUR", "total_amount": "12.50"}
        row |= {"settlement_end_date": f"{self.PAID} 08:00:00 UTC", "deposit_date": f"{self.PAID} 09:00:00 UTC"}
        line = {"transaction_type": "Order", "order_id": "es", "marketplace_name": "Amazon.es", "amount": "12.50"}
        line |= {"amount_type": "ItemPrice", "amount_description": "Principal", "posted_date": str(self.PAID)}
        for key, rows in (("rated", [row]), ("rated-es", [row, line])):
            named = [{**each, "settlement_id": key} for each in rows]
            ledger.load("amazon_sp.settlements_v2", EU_ACCOUNT, named, days=[self.PAID], slice_key=key)
        rates(ledger, (self.PAID, "EUR", "USD", "1.1"))

    def second(self, ledger: Ledger) -> None:
        rates(ledger, (self.PAID, "EUR", "USD", "1.2"))


class PriceFoundLater(Restated):
    """Six days of a price with a failed crawl on the third; that day is crawled after all, with a price of its own."""

    START = date(2026, 1, 1)

    def __init__(self) -> None:
        super().__init__(
            "select valid_from, valid_to, last_confirmed, price_amount, failed_days "
            "from marts.competitor_price_history where asin = 'B0PRICE001' order by 1"
        )

    def first(self, ledger: Ledger) -> None:
        ledger.conn.execute("insert into ops.tracked_asins values ('made-us', 'B0OWN00001', 'B0PRICE001')")
        for n, price in enumerate([10.0, 10.0, None, 12.0, 12.0]):
            self.crawl(ledger, n, page("B0PRICE001", price, error=None if price else "captcha"))

    def second(self, ledger: Ledger) -> None:
        self.crawl(ledger, 2, page("B0PRICE001", 11.0))
        self.crawl(ledger, 5, page("B0PRICE001", 10.0))

    def crawl(self, ledger: Ledger, number: int, *items: dict) -> None:
        day = self.START + timedelta(number)
        at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        ledger.load(CRAWL, US_PLACE, items, days=[day], instant=at, created=at)


class OtherNames(Restated):
    """What ids stand for: a listing that changes, an order of a new SKU, a bucket's store, a tenant's other name."""

    def __init__(self) -> None:
        super().__init__(
            "select p.sku, s.label, p.title, p.listing_status, p.last_sold_on from marts.products as p "
            "join marts.stores as s using (store_id) where p.sku in ('FR', 'LISTED', 'ORDERED') order by 1"
        )

    def first(self, ledger: Ledger) -> None:
        self.list(ledger, DAY, "Active")

    def second(self, ledger: Ledger) -> None:
        self.list(ledger, DAY + timedelta(1), "Inactive")
        ledger.load(BY_UPDATE, US_ACCOUNT, [order_line("new", "ORDERED", product_name="New")], days=[date(2026, 2, 18)])
        ledger.conn.execute("update ops.tenants set name = 'Made Goods' where tenant_id = 'made'")

    def list(self, ledger: Ledger, day: date, status: str) -> None:
        row = {"seller_sku": "LISTED", "item_name": f"It is {status}", "status": status}
        at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        ledger.load("amazon_sp.merchant_listings", "made-us", [row], days=[day], instant=at)


@pytest.fixture(scope="module")
def restated(marts):
    """Case -> (rows after the first build, rows after the second, warnings of the second): two builds for all cases."""
    cases = {type(case): case for case in (kind() for kind in Restated.__subclasses__())}
    seen = []
    for step in ("first", "second"):
        with marts.landing() as ledger:
            for case in cases.values():
                getattr(case, step)(ledger)
        assert marts.stale()
        warnings = marts.build().warnings
        assert not marts.stale()
        seen.append({kind: marts.rows(case.look, *case.parameters) for kind, case in cases.items()})
    return {kind: (seen[0][kind], seen[1][kind], warnings) for kind in cases}


@pytest.mark.thorough
def test_the_newest_delivery_of_an_order_wins_in_whatever_order_it_is_landed(restated):
    before, after, _ = restated[OldFileImportedLater]
    assert before == after == [("A", 1, Decimal("10.00")), ("A", 2, Decimal("10.00")), ("B", 1, Decimal("10.00"))]


def test_an_order_that_moves_leaves_its_old_day(restated):
    before, after, _ = restated[OrderThatMoves]
    assert (before, after) == ([(OrderThatMoves.FIRST, 1)], [(OrderThatMoves.SECOND, 1)])


def test_an_order_with_a_rejected_line_keeps_the_delivery_before_and_is_named(restated):
    before, after, warnings = restated[RejectedLine]
    assert before == after == [(Decimal("5.00"),)]
    assert any("int_orders_current_whole_deliveries" in warning for warning in warnings)


def test_a_search_term_that_vanishes_in_a_restatement_is_gone(restated):
    before, after, _ = restated[VanishingTerm]
    assert (before, after) == ([("blue mug", 2), ("red mug", 2)], [("red mug", 1)])


def test_a_slice_restated_to_nothing_ends_empty_and_its_neighbour_stays(restated):
    before, after, _ = restated[EmptiedDay]
    assert before == [(EmptiedDay.FIRST, "loaded", 2), (EmptiedDay.SECOND, "loaded", 2)]
    assert after == [(EmptiedDay.FIRST, "empty", None), (EmptiedDay.SECOND, "loaded", 2)]


def test_a_lost_slice_is_missing_and_a_part_that_failed_is_told(restated):
    before, after, _ = restated[LostSlice]
    assert before == [(week, "loaded") for week in LostSlice.WEEKS]
    assert after == [
        (week, state) for week, state in zip(LostSlice.WEEKS, ("missing", "failed", "loaded"), strict=True)
    ]


@pytest.mark.thorough
def test_what_is_missing_is_the_same_when_everything_is_built_anew(marts, restated):
    before = marts.everything()["marts.data_coverage"]
    marts.build("data_coverage", full_refresh=True)
    assert marts.everything()["marts.data_coverage"] == before


def test_rows_of_no_store_have_a_bucket_until_the_store_is_configured(restated):
    before, after, _ = restated[StoreConfiguredLater]
    money = (Decimal("11.0000"), DAY)
    assert before == [("made-de", *money), ("unmapped:SELLEREU:amazon.fr", *money)]
    assert after == [("made-de", *money), ("made-fr", *money)]


@pytest.mark.thorough
def test_what_ids_stand_for_is_told_anew(marts, restated):
    before, after, _ = restated[OtherNames]
    assert before == [
        ("FR", "made · Amazon.fr (not configured)", None, None, DAY),
        ("LISTED", "made · Amazon.com", "It is Active", "Active", None),
    ]
    assert after == [
        ("FR", "Made Goods · Amazon.fr", None, None, DAY),
        ("LISTED", "Made Goods · Amazon.com", "It is Inactive", "Inactive", None),
        ("ORDERED", "Made Goods · Amazon.com", "New", None, DAY),
    ]
    built = marts.everything()
    marts.build("stores", "products", full_refresh=True)
    assert marts.everything() == built


def test_days_between_an_older_and_a_newer_first_snapshot_become_gaps(restated):
    before, after, _ = restated[OlderSnapshot]
    never, loaded = ("never_existed", False), ("loaded", False)
    assert before == [
        (day, *state) for day, state in zip(OlderSnapshot.DAYS, (never, never, never, loaded), strict=True)
    ]
    gap = ("unavailable", True)
    assert after == [(day, *state) for day, state in zip(OlderSnapshot.DAYS, (never, loaded, gap, loaded), strict=True)]


@pytest.mark.thorough
def test_traffic_follows_the_taxes_of_its_orders_and_the_skus_of_its_asins(marts, restated):
    before, after, _ = restated[AnotherSkuOfAnAsin]
    assert before == [("TW-1", Decimal("20.0000"), Decimal(5))]
    assert after == [("", Decimal("22.0000"), Decimal(5))]
    built = marts.everything()
    marts.build("int_asin_skus", "traffic_daily", full_refresh=True)
    assert marts.everything() == built


def test_another_reporting_currency_is_a_change_of_everything(restated):
    before, after, _ = restated[OtherReportingCurrency]
    assert before == [("INR", Decimal("10.0000"), date(2026, 3, 5))]
    assert after == [("USD", Decimal("0.1200"), date(2026, 3, 4))]


def test_a_settlement_is_converted_anew_at_a_corrected_rate(restated):
    before, after, _ = restated[RestatedRate]
    stores = ("made-de", "unmapped:SELLEREU:amazon.es")
    assert before == [(store, Decimal("12.50"), "USD", Decimal("13.7500"), RestatedRate.PAID) for store in stores]
    assert after == [(store, Decimal("12.50"), "USD", Decimal("15.0000"), RestatedRate.PAID) for store in stores]


def test_price_history_is_continued_and_corrected_in_the_middle(restated):
    before, after, _ = restated[PriceFoundLater]
    d = [PriceFoundLater.START + timedelta(n) for n in range(6)]
    assert before == [(d[0], d[3], d[1], Decimal("10.0"), 1), (d[3], None, d[4], Decimal("12.0"), 0)]
    assert after == [
        (d[0], d[2], d[1], Decimal("10.0"), 0),
        (d[2], d[3], d[2], Decimal("11.0"), 0),
        (d[3], d[5], d[4], Decimal("12.0"), 0),
        (d[5], None, d[5], Decimal("10.0"), 0),
    ]
