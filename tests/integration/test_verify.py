"""`tradewind verify` is silent on a small warehouse in which all that may differ does, and finds each planted loss.

One warehouse is landed and built for the module; each loss is planted in a copy of it, database and archive.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.settings import Settings
from pipelines.verify.audit import audit
from pipelines.verify.comparing import NOT_CAST, REJECTED
from pipelines.verify.counted import SUPERSEDED
from pipelines.verify.findings import Report
from pipelines.verify.orders import OLDER
from pipelines.warehouse.connection import Warehouse
from tests.support.building import Marts
from tests.support.landing import Landing, days, fixture, instant, scope_for, store
from tests.support.ledger import campaign
from tests.support.postgres import TestServer

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORDERS = "amazon_sp.all_orders_by_order_date"
CATALOG: Any = SimpleNamespace(tenants={}, stores={"made-us": None})


@dataclass
class Built:
    """A built warehouse with its archive."""

    url: str
    settings: Settings

    def execute(self, statement: str) -> int:
        """One statement, committed; the rows that it touched."""
        with psycopg.connect(self.url) as conn:
            return conn.execute(statement.encode()).rowcount

    def one(self, query: str) -> Any:
        with psycopg.connect(self.url) as conn:
            return conn.execute(query.encode()).fetchone()[0]  # type: ignore[index]

    def document(self, feed: str) -> Path:
        """The archive's file of the feed's newest load."""
        path = self.one(f"select archive_path from ops.loads where feed = '{feed}' order by load_id desc limit 1")  # noqa: S608
        return Path(self.settings.archive_url) / path

    def verify(self, **options: Any) -> Report:
        return audit(self.settings, Warehouse(self.url), CATALOG, **options)


def order_lines(count: int, price: str, *, updated: str, broken: bool = False) -> bytes:
    """A document of orders: one unit each; `broken`: one more line, with a field too many."""
    headers = (
        "amazon-order-id purchase-date last-updated-date order-status sales-channel sku quantity currency item-price"
    )
    lines = ["\t".join([*headers.split(), "item-status", "product-name"])]
    for number in range(count):
        row = [
            f"111-{number:07}",
            "2026-03-01T18:00:00+00:00",
            updated,
            "Shipped",
            "Amazon.com",
            "A",
            "1",
            "USD",
            price,
        ]
        lines.append("\t".join([*row, "Shipped", f"Mug no. {number}"]))
    if broken:
        lines.append(lines[-1].replace("Mug", "a\tMug").replace(f"{count - 1:07}", f"{count:07}"))
    return ("\n".join(lines) + "\n").encode()


def settlement(number: str, *amounts: str) -> bytes:
    """A settlement of these lines, which sum to its total."""
    headers = fixture(FEEDS["amazon_sp.settlements_v2"]).read_text().split("\n")[0].split("\t")
    total = f"{sum(round(float(each) * 100) for each in amounts) / 100:.2f}"
    dates = ("settlement-start-date", "settlement-end-date", "deposit-date")
    rows = [{**dict.fromkeys(dates, "2026-03-01 05:00:00 UTC"), "total-amount": total, "currency": "USD"}]
    about = {"transaction-type": "Order", "marketplace-name": "Amazon.com", "amount-type": "ItemPrice"}
    about |= {"amount-description": "Principal", "posted-date": "2026-02-20", "order-id": "111-0000001", "sku": "A"}
    rows += [{**about, "amount": amount} for amount in amounts]
    lines = ["\t".join({"settlement-id": number, **row}.get(name, "") for name in headers) for row in rows]
    return ("\n".join(["\t".join(headers), *lines]) + "\n").encode()


@pytest.fixture(scope="module")
def built(marts: Marts, postgres: TestServer) -> Iterator[Built]:
    """Documents of every write_disposition, some of them twice, and one build."""
    us = store("US", "made-us", "SELLERNA", "made")
    with marts.warehouse.connect(autocommit=True) as conn:
        archive = Archive(marts.settings.archive_url)

        def place(feed: str) -> Landing:
            return Landing(conn, archive, FEEDS[feed], scope_for(FEEDS[feed], us))

        orders = place(ORDERS)
        orders.land(order_lines(250, "10.00", updated="2026-03-01T20:00:00+00:00", broken=True), days(DAY))
        orders.land(
            order_lines(2, "12.00", updated="2026-03-03T20:00:00+00:00"), None, report_created_at=NOON, origin="import"
        )
        campaigns = place("amazon_ads.sp_campaigns")
        for cost, hours in ((1.0, 0), (2.0, 5)):
            items = [campaign(DAY, number, cost=cost) for number in (1, 2)]
            items.append(items[-1])  # Amazon has sent the same element twice
            content = json.dumps(items).encode()
            campaigns.land(content, days(DAY), report_created_at=NOON + timedelta(hours=hours))
        for feed in ("amazon_sp.sales_and_traffic", "amazon_sp.ledger_summary", "amazon_sp.customer_returns"):
            place(feed).land(fixture(FEEDS[feed]).read_bytes(), days(DAY))
        place("amazon_sp.merchant_listings").land(
            fixture(FEEDS["amazon_sp.merchant_listings"]).read_bytes(), instant(NOON, DAY)
        )
        settlements = place("amazon_sp.settlements_v2")
        for number, amounts in (("501", ("10.00", "-1.50")), ("502", ("20.00", "-3.00"))):
            slices = [type(days(DAY)[0])(slice_key=number, day=DAY)]
            settlements.land(settlement(number, *amounts), slices)
        # a file of two settlements, one of which comes again in a newer file of its own
        both = settlement("503", "5.00") + settlement("504", "6.00").partition(b"\n")[2]
        settlements.land(both, None, origin="import", report_created_at=NOON)
        again = settlement("504", "6.00", "0.50")
        settlements.land(again, None, origin="import", report_created_at=NOON + timedelta(days=1))
        costs = [f"S{number};2026-01-01;4,50;USD" for number in range(25)] + ["A;2026-01-01;dear;USD"]
        content = "\n".join(["sku;valid_from;unit_cost;currency", *costs]).encode()
        place("manual.product_costs").land(content, None, origin="import")
    marts.build()
    yield Built(marts.warehouse.url, marts.settings)


@pytest.fixture
def copy(built: Built, postgres: TestServer, tmp_path: Path) -> Iterator[Built]:
    """A copy in which a loss may be planted."""
    url = postgres.create(template=urlsplit(built.url).path[1:])
    shutil.copytree(built.settings.archive_url, tmp_path / "archive")
    yield Built(url, Settings(home=built.settings.home, warehouse_url=url, archive_url=str(tmp_path / "archive")))
    postgres.drop(url)


@pytest.mark.thorough
def test_what_differs_by_rights_is_named_and_nothing_else_found(built):
    report = built.verify()
    assert [finding.text for finding in report.findings] == []
    assert {name: count for name, count in report.differences.items() if count} == {
        REJECTED: 1,
        SUPERSEDED: 3,  # the campaigns of the morning
        OLDER: 2,
        "equal elements of a document, which are one": 1,
        NOT_CAST: 1,  # a cost of which somebody wrote that it is dear
    }
    assert not report.skipped
    assert report.summary.startswith("Everything adds up: 13 loads, ")


def statement(text: str) -> Callable[[Built], None]:
    """A loss that is one statement; it must touch a row."""

    def plant(built: Built) -> None:
        assert built.execute(text) > 0, text

    return plant


def statements(*texts: str) -> Callable[[Built], None]:
    """A loss that is several statements; the last one must touch a row."""

    def plant(built: Built) -> None:
        for text in texts[:-1]:
            built.execute(text)
        assert built.execute(texts[-1]) > 0, texts[-1]

    return plant


def lose_document(built: Built) -> None:
    built.document("amazon_sp.ledger_summary").unlink()


def damage_document(built: Built) -> None:
    path = built.document("amazon_sp.ledger_summary")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def exchange_document(built: Built) -> None:
    built.document("amazon_sp.ledger_summary").write_bytes(built.document("amazon_sp.customer_returns").read_bytes())


# What is planted, and a pattern that one of the findings must have.
LOSSES: dict[str, tuple[Callable[[Built], None], str]] = {
    "a raw row is deleted": (
        statement("delete from raw.amazon_sp__ledger_summary where msku = 'HB-CHAIR'"),
        r"ledger_summary of made-us, load \d+: 3 lines in the document, 2 in raw: rows are missing in raw",
    ),
    "a raw row is doubled": (
        statement(
            "insert into raw.amazon_sp__customer_returns select * from "
            "(select * from raw.amazon_sp__customer_returns limit 1) r"
        ),
        r"customer_returns of made-us, load \d+: 3 lines in the document, 4 in raw: rows are in raw more than once",
    ),
    "a raw value is changed": (
        statement(
            "update raw.amazon_sp__all_orders_by_order_date set item_price = '11.00' where ctid = "
            "(select min(ctid) from raw.amazon_sp__all_orders_by_order_date)"
        ),
        r"by_order_date of made-us, load \d+: item-price sums to 2500.00 in the document, 2501.00 in raw",
    ),
    "a pointer is moved to an older load": (
        statement(
            "update ops.slices set current_load_id = (select min(load_id) from ops.loads "
            "where feed = 'amazon_ads.sp_campaigns') where feed = 'amazon_ads.sp_campaigns'"
        ),
        r"sp_campaigns of made-us, slice 2026-03-01: it points at load \d+, and its history says load \d+",
    ),
    "a pointer is removed": (
        statement("update ops.slices set current_load_id = null where feed = 'amazon_sp.sales_and_traffic'"),
        r"sales_and_traffic of made-us, load \d+: 2 lines of by_asin in the document, 2 in raw, 0 in staging: "
        r"no slice points at this load any more; 2026-03-01 did",
    ),
    "a slice is deleted": (
        statement("delete from ops.slices where feed = 'amazon_sp.settlements_v2' and slice_key = '502'"),
        r"settlements_v2 of made-us, load \d+: 3 lines in the document, 3 in raw, 0 in staging: no slice points at",
    ),
    "a load was never pointed at": (
        statement(
            "with gone as (delete from ops.slices where feed = 'amazon_sp.merchant_listings') "
            "delete from ops.slice_history where feed = 'amazon_sp.merchant_listings'"
        ),
        r"merchant_listings of made-us, load \d+: 3 lines in the document, 3 in raw, 0 in staging: no slice points at",
    ),
    "rows of a mart are deleted": (
        statement("delete from marts.traffic_daily"),
        r"sales_and_traffic of made-us, 2026-03-01, load \d+: marts.traffic_daily has other sums: units_ordered 4",
    ),
    "an amount of a mart is changed": (
        statement(
            "update marts.settlement_lines set amount = amount + 1 where settlement_id = '501' and line_number = 1"
        ),
        r"settlements_v2 of made-us, 501, load \d+: marts.settlement_lines has other sums: amount 8.50 .*, 9.50 in the",
    ),
    "a day's units are changed": (
        statement("update marts.sales_daily set units = units - 1"),
        r"marts.sales_daily has other sums: .*units 250 in what it is made of, 249 in the mart",
    ),
    "an order's line is deleted from the marts": (
        statement("delete from marts.order_items where amazon_order_id = '111-0000000'"),
        r"order 111-0000000: 1 line in staging, 1 unit, 12.00; marts.order_items has none of them",
    ),
    "an order shows an older delivery": (
        statement("update marts.order_items set item_price_amount = 10 where amazon_order_id = '111-0000001'"),
        r"order 111-0000001: 1 line in staging, 1 unit, 12.00; marts.order_items has 1, 1 and 10",
    ),
    "a settlement's line is deleted in raw": (
        statement("delete from raw.amazon_sp__settlements_v2 where settlement_id = '501' and amount = '-1.50'"),
        r"settlements_v2 of made-us, load \d+: 3 lines in the document, 2 in raw",
    ),
    "a settlement is missing in the marts": (
        statement("delete from marts.settlements where settlement_id = '502'"),
        r"settlements_v2 of made-us, load \d+: settlement 502 is in raw and not in marts.settlements",
    ),
    "a settlement's lines do not sum to its total": (
        statement("update marts.settlements set lines_amount = 16.99 where settlement_id = '502'"),
        r"settlement 502 states a total of 17.00 USD, and its lines sum to 16.99: the document adds up",
    ),
    "an archived document is missing": (lose_document, r"ledger_summary .*: its document is not in the archive"),
    "an archived document is damaged": (damage_document, r"ledger_summary .*: its document is damaged in the archive"),
    "an archived document is another one": (
        exchange_document,
        r"ledger_summary .*: its document (in the archive is not the one|cannot be read as)",
    ),
    "a rejected line is not written down": (
        statement("delete from ops.rejected_rows"),
        r"by_order_date of made-us, load \d+: 1 line of it could not be read .*, but ops.rejected_rows has 0",
    ),
    "a load's row count is wrong": (
        statement("update ops.loads set row_count = 7 where feed = 'amazon_sp.customer_returns'"),
        r"customer_returns of made-us, load \d+: ops.loads says that it has 7 rows, raw has 3",
    ),
    "a personal column is in raw": (
        statements(
            "alter table raw.amazon_sp__customer_returns add column customer_comments text",
            "update raw.amazon_sp__customer_returns set customer_comments = 'ring twice' where quantity = '1'",
        ),
        r"customer_returns of load \d+: the personal column customer_comments of raw.amazon_sp__customer_returns has "
        r"values: in 3 rows",
    ),
    "raw has rows of no load": (
        statement("insert into raw.amazon_ads__sp_campaigns (load_id, item) values (4711, '{}')"),
        r"sp_campaigns of load 4711: 1 row in raw.amazon_ads__sp_campaigns: the ledger has no such load",
    ),
    "a load that counts was pruned": (
        statement("update ops.loads set pruned_at = now() where feed = 'amazon_sp.ledger_summary'"),
        r"ledger_summary of made-us, load \d+: its rows were pruned, but slice 2026-03-01 points at it",
    ),
}


@pytest.mark.parametrize(
    "loss", [pytest.param(each, marks=pytest.mark.thorough if number % 4 else ()) for number, each in enumerate(LOSSES)]
)
def test_each_planted_loss_is_found_by_name(copy, loss):
    plant, pattern = LOSSES[loss]
    plant(copy)
    found = [finding.text for finding in copy.verify().findings]
    assert any(re.search(pattern, text) for text in found), f"{loss}: {found}"


def test_only_what_is_asked_for_is_looked_at(copy):
    assert copy.execute("delete from raw.amazon_sp__ledger_summary")
    assert not copy.verify(feeds=["amazon_sp.ledger_summary"]).ok
    assert copy.verify(feeds=["amazon_sp.customer_returns"]).ok
    assert not copy.verify(stores=["made-us"]).ok


def test_documents_of_older_loads_are_not_read_again_when_a_day_is_given(copy):
    lose_document(copy)
    assert not copy.verify(since=datetime(2020, 1, 1, tzinfo=UTC)).ok
    assert copy.verify(since=datetime.now(UTC) + timedelta(days=1)).ok


def test_marts_that_have_not_seen_a_load_are_not_compared_and_it_says_so(copy):
    us = store("US", "made-us", "SELLERNA", "made")
    with psycopg.connect(copy.url, autocommit=True) as conn:
        feed = FEEDS["amazon_sp.customer_returns"]
        again = Landing(conn, Archive(copy.settings.archive_url), feed, scope_for(feed, us))
        content = fixture(feed).read_bytes().replace(b"\t1\t", b"\t2\t")
        again.land(content, days(DAY), report_created_at=NOON + timedelta(days=1))
    report = copy.verify()
    assert report.ok, [finding.text for finding in report.findings]
    assert "run `tradewind transform`" in report.summary


def test_a_warehouse_in_which_nothing_is_adds_up(settings, warehouse):
    report = audit(settings, warehouse, CATALOG)
    assert (report.ok, report.loads, report.rows) == (True, 0, 0)
    assert len(report.skipped) == 1
    assert "run `tradewind transform`" in report.summary


def test_a_store_or_feed_that_is_none_is_said_to_be(settings, warehouse):
    with pytest.raises(ConfigError, match=r"stores\.yaml has no store elsewhere"):
        audit(settings, warehouse, CATALOG, stores=["elsewhere"])
    with pytest.raises(ConfigError, match=r"There is no feed amazon_sp\.nothing"):
        audit(settings, warehouse, CATALOG, feeds=["amazon_sp.nothing"])
