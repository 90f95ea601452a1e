"""Columns that nobody has listed and that are named like personal data: in no table, archive, ledger or log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.views.coverage import drifted_columns
from pipelines.stores import PersonalChoice, load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.landing import DAY, MOMENT, Landing, days, instant, landing, store
from tests.support.planted import SECRET, everything, places, table

ORDERS = "amazon_sp.all_orders_by_order_date"
ADS = "amazon_ads.sp_campaigns"
UNKNOWN = ("Käufer-Name", "購入者住所", "destinataire: téléphone", "buyerTaxId", "gift-message", "Código postal")
KEPT = {
    "amazon_order_id": "111-000000{n}-0000000",
    "purchase_date": f"{DAY}T10:00:00+00:00",
    "last_updated_date": f"{DAY}T11:00:00+00:00",
    "order_status": "Shipped",
    "sales_channel": "Amazon.com",
    "sku": "LAMP-{n}",
    "quantity": "1",
    "currency": "USD",
    "item_price": "9.99",
}
LISTED = FEEDS[ORDERS].personal


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def stores(conn: psycopg.Connection, tmp_path: Path) -> Callable[[str], None]:
    """Says what stores.yaml holds of the tenant."""

    def write(lines: str = "") -> None:
        path = tmp_path / "stores.yaml"
        path.write_text(
            f"tenants:\n  harbor:\n    name: Harbor\n    reporting_currency: USD\n{lines}    accounts:\n"
            "      - {seller_id: A2HARBOR, region: na, stores: {harbor-us: {marketplace: US}}}\n"
        )
        with conn.transaction():
            sync_stores(conn, load_stores(path))

    return write


def orders(*columns: str, **values: str) -> str:
    names = [*(name.replace("_", "-") for name in KEPT), *(columns or (*LISTED, *UNKNOWN))]
    return table(names, **(KEPT | values))


def undecided(place: Landing) -> set[str]:
    """The columns of the feed that were left out and that its tenant has said nothing of."""
    with place.conn.transaction():
        return {column.header for column in drifted_columns(place.conn, place.feed.name) if column.left_out}


def only_kept(place: Landing, caplog: pytest.LogCaptureFixture) -> None:
    held = everything(place.conn, place.archive)
    assert len(held) > 20
    assert places(place.conn, place.archive, caplog.text) == []


@pytest.mark.parametrize("origin", ["api", "import"])
def test_an_order_report_of_today(
    conn: psycopg.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture, stores: Any, origin: str
) -> None:
    caplog.set_level(logging.DEBUG)
    stores()
    place = landing(conn, tmp_path, ORDERS)
    good = orders()
    broken = good + good.splitlines()[1].replace("\t", "\t\t", 1) + "\n"
    outcome = place.land(good.encode(), None, origin=origin)
    place.land((good * 100 + "").replace("LAMP", "L\rMP").encode(), None, origin=origin)  # line by line
    european = orders(*LISTED, "Käufer-Name", "Straße").replace("LAMP", "LÄMP")
    place.land(european.encode("cp1252"), None, origin=origin)
    with pytest.raises(DocumentError, match="cannot be read"):
        place.land(broken.encode(), None, origin=origin)
    assert place.one("select count(*) from ops.rejected_rows") > 0
    assert place.land(good.encode(), None, origin=origin).unchanged
    only_kept(place, caplog)
    (warning,) = outcome.warnings
    assert warning.startswith(f"{len(UNKNOWN)} columns are named like personal data and nobody has decided on them: ")
    assert all(name in warning for name in UNKNOWN)
    assert undecided(place) == {*UNKNOWN, "Straße"}
    assert place.rows("sku, item_price")[0] == ("LAMP-1", "9.99")


def test_what_a_feed_lists_is_no_news(conn: psycopg.Connection, tmp_path: Path, stores: Any) -> None:
    stores()
    place = landing(conn, tmp_path, ORDERS)
    assert place.land(orders(*LISTED).encode(), None).warnings == []
    assert places(conn, place.archive) == []
    assert undecided(place) == set()


def test_a_tenant_decides(conn: psycopg.Connection, tmp_path: Path, stores: Any) -> None:
    content = orders(*UNKNOWN).encode()
    place = landing(conn, tmp_path, ORDERS)
    stores()
    place.land(content, None)
    assert undecided(place) == set(UNKNOWN)
    keep, drop = "kaufer name", UNKNOWN[1:]
    stores(f"    columns:\n      keep: [{keep}]\n      drop: {json.dumps(drop, ensure_ascii=False)}\n")
    assert undecided(place) == set()
    choice = PersonalChoice(keep=frozenset({keep}), drop=frozenset(drop))
    outcome = place.land(content, None, personal=choice)
    assert outcome.warnings == ["The document brings columns that are new: Käufer-Name. They are loaded."]
    assert place.rows("k_ufer_name")[-1][0].startswith(SECRET)
    with pytest.raises(AssertionError):
        assert places(conn, place.archive) == []
    stores("    keep_personal_data: true\n")
    everything_kept = place.land(content, None, personal=PersonalChoice(everything=True))
    assert (
        place.archive.open(
            place.one("select archive_path from ops.loads where load_id = %s", everything_kept.load_id)
        ).read()
        == content
    )


def ads(**more: Any) -> dict[str, Any]:
    row = dict.fromkeys(FEEDS[ADS].sections[0].known, 1)
    return row | {"date": DAY.isoformat(), "campaignName": "Lamps"} | more


@pytest.mark.parametrize(
    "more",
    [
        {"buyerName": SECRET},
        {"portfolio": {"owner": [{"contactEmail": SECRET, "id": 7}]}},
        {"\u8cfc\u5165\u8005\u540d": SECRET},
    ],
    ids=["key", "nested", "Japanese"],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_at_any_depth(
    conn: psycopg.Connection,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    stores: Any,
    more: dict[str, Any],
    ascii_only: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    stores()
    place = landing(conn, tmp_path, ADS)
    content = json.dumps([ads(), ads(**more), ads(date=SECRET, **more)][:2], ensure_ascii=ascii_only).encode()
    first = place.land(content, days(DAY))
    assert first.rows == 2
    assert "named like personal data" in " ".join(first.warnings)
    assert place.land(content, days(DAY)).unchanged
    place.land(content.replace(b"Lamps", b"Lights"), days(DAY))
    with pytest.raises(DocumentError):
        place.land(content[:-40], days(DAY))
    only_kept(place, caplog)
    assert place.rows("item ->> 'campaignName'")[-1] == ("Lights",)
    assert undecided(place)


def test_crawls_without_whoever_wrote_a_review(
    conn: psycopg.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture, stores: Any
) -> None:
    stores()
    with conn.transaction():
        conn.execute(
            "insert into ops.actor_mappings (mapping_id, feed, actor, fields, in_use) values "
            "('m', 'apify.products', 'a/b', '{\"seller_name\": [[\"offer\", \"contactName\"]]}', false)"
        )
    place = landing(conn, tmp_path, "apify.products")
    review = {"userName": SECRET, "name": SECRET, "stars": 4, "reviewer": {"profile": SECRET}}
    item = {"asin": "B0LAMP0001", "title": "Lamp", "offer": {"contactName": "Lamps"}, "reviews": [review]}
    place.land(json.dumps([item]).encode(), instant(MOMENT, DAY))
    only_kept(place, caplog)
    (kept,) = place.rows("item")[0]
    assert kept == item | {"reviews": [{"stars": 4}]}, "what the actor's mapping names is read"


def test_files_of_the_users_own(
    conn: psycopg.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture, stores: Any
) -> None:
    stores()
    place = landing(conn, tmp_path, "manual.product_costs")
    header = "sku;valid_from;Ansprechpartner;unit_cost;currency;supplier e-mail\n"
    rows = "".join(f'"L;{n}";2026-01-01;"{SECRET}; Ltd";{n},50;EUR;{SECRET}\n' for n in range(1, 4))
    outcome = place.land((header + rows).encode("utf-8-sig"), instant(MOMENT, DAY), origin="import")
    assert outcome.rows == 3
    assert place.rows("sku, unit_cost")[0] == ("L;1", "1,50")
    assert place.land((header + rows).encode(), instant(MOMENT, DAY), origin="import").unchanged
    only_kept(place, caplog)


@pytest.mark.parametrize("feed", [ORDERS, ADS, "amazon_data_kiosk.economics", "manual.product_costs"])
@pytest.mark.parametrize(
    "document",
    [
        table(("order-id", "buyer-citizen-name", "invoice-business-address"), order_id="1"),
        table(("order-id", "Käufername"), delimiter=";", order_id="1"),
        table(("order-id", "buyer name"), delimiter=",", order_id="1"),
        json.dumps({"payload": {"Orders": [{"BuyerInfo": {"BuyerEmail": SECRET}}]}}),
        json.dumps({"ShippingAddress": {"Name": SECRET}}) + "\n",
        f"<?xml version='1.0'?><AmazonEnvelope><BuyerName>{SECRET}</BuyerName></AmazonEnvelope>",
        f"\x00\x01{SECRET}",
    ],
)
def test_documents_that_are_refused(
    conn: psycopg.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture, feed: str, document: str
) -> None:
    caplog.set_level(logging.DEBUG)
    place = landing(conn, tmp_path, feed, store("US"))
    slices = instant(MOMENT, DAY) if place.feed.write_disposition == "snapshot" else days(DAY)
    with pytest.raises(DocumentError) as refused:
        place.land(document.encode(), slices)
    assert SECRET not in str(refused.value)
    assert len(place.archive.find()) >= 1
    assert places(conn, place.archive, caplog.text) == []
