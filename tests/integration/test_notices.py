"""Notifications land once, however they come, and reach an alert: doubled, late, malformed, of another seller."""

from __future__ import annotations

import itertools
import logging
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.insights.alerts.evaluate import evaluate
from pipelines.insights.alerts.kinds import live_kinds
from pipelines.landing.run import notices
from pipelines.landing.run.notices import Taken, drain
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
from pipelines.stores import Account, Catalog, Store, Tenant
from pipelines.transformation import news
from pipelines.warehouse.stores_sync import sync_stores
from simulator.apis.notifications import as_sent
from simulator.documents.amazon_sp.notice import number_of
from simulator.seeded_world import World
from simulator.truth.alerts import told_alerts
from simulator.truth.known import Known
from simulator.world.publishing import KEPT_IN_QUEUE
from tests.support.briefs import catalog_of
from tests.support.building import Marts
from tests.support.marts import MadeMarts
from tests.support.waiting import FakeQueue

_MADE = catalog_of(MadeMarts(products=2, days=1))
STORE = _MADE.stores["harbor-us"]
_ACCOUNT = Account(STORE.account_id, STORE.seller_id, STORE.region, STORE.tenant_id, None, None, (STORE,))
CATALOG = replace(_MADE, accounts={_ACCOUNT.account_id: _ACCOUNT})
PLACE = STORE.marketplace.marketplace_id
NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
NUMBERS = itertools.count(1)


def message(kind: str, payload: dict[str, Any], at: str, number: str = "") -> dict[str, Any]:
    return {
        "NotificationVersion": "1.0",
        "NotificationType": kind,
        "PayloadVersion": "1.0",
        "EventTime": at,
        "Payload": payload,
        "NotificationMetadata": {"PublishTime": at, "NotificationId": number or f"n-{next(NUMBERS)}"},
    }


def status(at: str, *states: str, sku: str = "HG-LAMP-01", seller: str = STORE.seller_id) -> dict[str, Any]:
    payload = {"SellerId": seller, "MarketplaceId": PLACE, "Asin": "B0USMADE01", "Sku": sku, "Status": list(states)}
    return message("LISTINGS_ITEM_STATUS_CHANGE", payload, at)


def issues(at: str, severities: list[str], *actions: str) -> dict[str, Any]:
    payload = {"SellerId": STORE.seller_id, "MarketplaceId": PLACE, "Asin": "B0USMADE01", "Sku": "HG-LAMP-01"}
    return message(
        "LISTINGS_ITEM_ISSUES_CHANGE", {**payload, "Severities": severities, "EnforcementActions": list(actions)}, at
    )


def stock(at: str, units: int) -> dict[str, Any]:
    held = {
        "InboundQuantityBreakdown": {"Working": 0, "Shipped": 5, "Receiving": 10},
        "Fulfillable": units,
        "Unfulfillable": 0,
        "Researching": 0,
    }
    place = {"MarketplaceId": PLACE, "ItemName": "Lamp", "FulfillmentInventory": held}
    payload = {"SellerId": STORE.seller_id, "FNSKU": "X1", "ASIN": "B0USMADE02", "SKU": "HG-DESK-02"}
    return message("FBA_INVENTORY_AVAILABILITY_CHANGES", {**payload, "FulfillmentInventoryByMarketplace": [place]}, at)


def money(amount: float) -> dict[str, Any]:
    return {"Amount": amount, "CurrencyCode": "USD"}


def offers(at: str, box: float, ours: float) -> dict[str, Any]:
    summary = {
        "BuyBoxPrices": [{"Condition": "new", "LandedPrice": money(box), "ListingPrice": money(box)}],
        "CompetitivePriceThreshold": money(box),
    }
    listed = [
        {"SellerId": seller, "SubCondition": "new", "ListingPrice": money(price), "Shipping": money(0)}
        for seller, price in ((STORE.seller_id, ours), ("ASTRANGER", box))
    ]
    trigger = {"MarketplaceId": PLACE, "ASIN": "B0USMADE01", "ItemCondition": "new", "TimeOfOfferChange": at}
    told = {"SellerId": STORE.seller_id, "OfferChangeTrigger": trigger, "Summary": summary, "Offers": listed}
    return message("ANY_OFFER_CHANGED", {"AnyOfferChangedNotification": told}, at)


def order(at: str, state: str, *, asks: bool) -> dict[str, Any]:
    item = {"OrderItemId": "1", "SellerSKU": "HG-LAMP-01", "SupplySourceId": None, "Quantity": 2}
    summary = {
        "MarketplaceId": PLACE,
        "OrderStatus": state,
        "DestinationPostalCode": "48110",
        "FulfillmentType": "MFN",
        "LatestShipDate": "2026-11-22T07:59:59Z",
        "OrderItems": [{**item, "IsBuyerRequestedCancel": asks}],
    }
    told = {"SellerId": STORE.seller_id, "AmazonOrderId": "903-8868176-2219830", "Summary": summary}
    return message("ORDER_CHANGE", {"OrderChangeNotification": told}, at)


def priced_out(at: str) -> dict[str, Any]:
    trigger = {"marketplaceId": PLACE, "asin": "B0USMADE01", "itemCondition": "new", "timeOfOfferChange": at}
    landed = {"landedPrice": {"amount": 20, "currencyCode": "USD"}}
    prices = {"referencePrice": {"competitivePriceThreshold": {"amount": 18.5, "currencyCode": "USD"}}}
    payload = {"issueType": "BuyBoxDisqualification", "sellerId": STORE.seller_id, "offerChangeTrigger": trigger}
    return camel(message("PRICING_HEALTH", {**payload, "merchantOffer": landed, "summary": prices}, at))


def hour(at: str, units: int) -> dict[str, Any]:
    told = {"accountId": f"amzn1.merchant.o.{STORE.seller_id}", "marketplaceId": PLACE, "asin": "B0USMADE01"}
    told |= {"startTime": at, "endTime": at.replace(":00:", ":59:"), "highlyAvailableInventory": units}  # type: ignore
    return camel(message("ITEM_INVENTORY_EVENT_CHANGE", {"itemInventoryEventChanges": [told]}, at))


def content(at: str, *attributes: str) -> dict[str, Any]:
    told = {"MarketplaceId": PLACE, "BrandName": "Harbor", "Asin": "B0USMADE02", "AttributesChanged": list(attributes)}
    return message("BRANDED_ITEM_CONTENT_CHANGE", told, at)


def posted(at: str, kind: str, amount: float) -> dict[str, Any]:
    seller = {"SellingPartnerId": STORE.seller_id, "MarketplaceId": PLACE, "AccountType": "PAYABLE"}
    total = {"CurrencyAmount": amount, "CurrencyCode": "USD"}
    told = {"SellingPartnerMetadata": seller, "TransactionType": kind, "PostedDate": at, "TotalAmount": total}
    return message("TRANSACTION_UPDATE", {"TransactionUpdateNotification": told}, at)


def camel(told: dict[str, Any]) -> dict[str, Any]:
    """The envelope as types write it whose names begin with small letters."""
    small = {f"{name[0].lower()}{name[1:]}": value for name, value in told.items()}
    metadata = told["NotificationMetadata"]
    return small | {"notificationMetadata": {f"{name[0].lower()}{name[1:]}": each for name, each in metadata.items()}}


@pytest.fixture
def place(marts: Marts, settings: Settings, tmp_path: Path) -> Settings:
    with marts.warehouse.connect() as conn:
        sync_stores(conn, CATALOG)
    return settings.model_copy(
        update={
            "fixed_now": NOON,
            "stores_path": tmp_path / "stores.yaml",
            "archive_url": str(tmp_path / "archive"),
            "hash_key": SecretStr("x" * 32),
        }
    )


def told(place: Settings, marts: Marts, queue: FakeQueue, catalog: Catalog = CATALOG) -> list[tuple[Any, ...]]:
    """Take what is in the queue and look for alerts of it; the alerts that there are now."""

    def look(taken: Taken) -> None:
        found = evaluate(place, marts.warehouse, catalog, stores=sorted(taken.stores), only=live_kinds())
        assert [each for each in found if each.problem] == []

    drain(place, marts.warehouse, catalog, queue, on_taken=look)  # type: ignore[arg-type]
    return marts.rows(
        "select kind, subject, value::float, resolved_at is null from insights.alerts "
        "where kind = any(%s) order by kind, subject, first_seen",
        sorted(live_kinds()),
    )


def test_what_amazon_tells_reaches_an_alert_once_however_it_comes(
    place: Settings, marts: Marts, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = FakeQueue()
    hidden = status("2026-11-20T18:00:00.000Z", "DISCOVERABLE")
    queue.send(hidden)
    queue.send(hidden)  # doubled
    queue.send(status("2026-11-20T17:00:00.000Z", "BUYABLE", "DISCOVERABLE"))  # late: it was so before
    queue.send(issues("2026-11-20T18:00:01Z", ["ERROR"], "SEARCH_SUPPRESSED"))
    queue.send(stock("2026-11-20T18:00:02Z", 0))
    queue.send(offers("2026-11-20T18:00:03Z", 18.0, 20.0))
    queue.send(priced_out("2026-11-20T18:00:03.500Z"))
    queue.send(order("2026-11-20T18:00:04Z", "Unshipped", asks=True))
    queue.send(hour("2026-11-20T17:00:00Z", 0))
    queue.send(content("2026-11-20T18:00:05Z", "item_name", "main_image_locator", "other_image_locator_1"))
    queue.send(posted("2026-11-20T18:00:06Z", "Shipment", 100.0))
    for second in range(7, 12):
        queue.send(posted(f"2026-11-20T18:00:{second:02}Z", "Refund", -4.0))
    queue.send("{malformed")
    queue.send({**hidden, "NotificationMetadata": {}})
    queue.send(status("2026-11-20T18:00:00Z", "DISCOVERABLE", seller="ASTRANGER"))
    # killed when the load was committed and nothing was deleted yet
    monkeypatch.setattr(notices, "_delete", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        told(place, marts, queue)
    monkeypatch.undo()
    queue.show_again()
    caplog.clear()  # the killed one had warned too
    with caplog.at_level(logging.WARNING):
        found = told(place, marts, queue)
    assert found == [
        ("asin_out_of_stock_now", "B0USMADE01", 0.0, True),
        ("buy_box_elsewhere", "B0USMADE01", pytest.approx(11.111111), True),
        ("buyer_asks_to_cancel", "903-8868176-2219830", 1.0, True),
        ("content_changed", "B0USMADE02", 1.0, True),
        ("listing_issues", "HG-LAMP-01", 2.0, True),
        ("out_of_stock_now", "HG-DESK-02", 0.0, True),
        ("price_not_competitive", "B0USMADE01", 1.0, True),
        ("refunds_of_sales", "harbor-us", 20.0, True),
    ]
    assert marts.rows("select facts ->> 'changed' from insights.alerts where kind = 'content_changed'") == [
        ("images, item_name",)
    ]
    assert len(queue.left) == 3
    assert [each.getMessage().count("is left there") for each in caplog.records] == [1, 1, 1]
    kept = "select count(*), count(distinct notification_id) from staging.stg_amazon_sp__notifications"
    assert marts.rows(kept) == [(15, 15)]
    assert marts.rows("select count(*) from raw.amazon_sp__notifications where item::text like '%%48110%%'") == [(0,)]
    with marts.warehouse.connect() as conn:
        assert "marts.data_coverage" not in news._differing(conn)
        monkeypatch.setattr(news, "_differing", lambda _: set())  # these stores are others than the marts'
        assert not news.stale(conn), "no build is asked for because of notifications"
    monkeypatch.undo()

    queue = FakeQueue()
    queue.send(hidden)  # once more, in another document
    queue.send(hour("2026-11-20T18:00:00Z", 4))  # what cannot be bought has stock now, as far as is known
    now = told(place, marts, queue)
    assert now[0] == ("asin_out_of_stock_now", "B0USMADE01", 0.0, False)
    assert ("listing_not_buyable", "HG-LAMP-01", 1.0, True) in now

    # a build takes along what has landed: alerts say the same
    marts.build("int_notification_states")
    before = told(place, marts, queue)
    unseen = (
        "select count(*) from ops.changes as c, ops.current_marks as m where c.producer = 'amazon_sp.notifications' "
        "and m.consumer = 'intermediate.int_notification_states' and not pg_visible_in_snapshot(c.xid, m.seen)"
    )
    states = "select count(*), count(distinct (about, subject, date)) from intermediate.int_notification_states"
    assert marts.rows(unseen) == [(0,)] and marts.rows(states) == [(14, 14)]
    queue.send(hidden)
    queue.send(status("2026-11-20T19:00:00Z", "BUYABLE", "DISCOVERABLE"))
    queue.send(order("2026-11-20T19:00:00Z", "Shipped", asks=True))
    queue.send(posted("2026-11-20T19:00:06Z", "Shipment", 900.0))
    queue.send(issues("2026-11-20T19:00:00Z", ["NONE"]))
    queue.send(stock("2026-11-20T19:00:00Z", 7))
    queue.send(offers("2026-11-20T19:00:00Z", 20.0, 20.0))
    over = [(*each[:3], each[0] == "content_changed") for each in before]  # of changed content one hears for some days
    assert told(place, marts, queue) == over
    marts.build("int_notification_states")
    table = "select * from intermediate.int_notification_states order by store_id, about, subject, date"
    increment = marts.rows(table)
    marts.build("int_notification_states", full_refresh=True)
    assert increment == marts.rows(table)
    assert queue.left == [] and told(place, marts, queue) == over


def stores_of(world: World) -> Catalog:
    """The configured stores of a world, named apart for each seed."""
    stores = {
        each.store_id: Store(
            each.store_id,
            each.tenant_id,
            f"{each.seller_id}@{each.region}",
            each.seller_id,
            each.region,  # type: ignore[arg-type]
            MARKETPLACES[each.marketplace.country],
        )
        for each in world.stores
        if each.configured
    }
    accounts = {
        of: Account(of, found[0].seller_id, found[0].region, found[0].tenant_id, None, None, tuple(found))
        for of in {each.account_id for each in stores.values()}
        if (found := [each for each in stores.values() if each.account_id == of])
    }
    tenants = {each.tenant_id: Tenant(each.tenant_id, each.tenant_id, "USD") for each in stores.values()}
    return Catalog(tenants, accounts, stores)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "seed", [7, pytest.param(8, marks=pytest.mark.thorough), pytest.param(9, marks=pytest.mark.thorough)]
)
def test_alerts_of_what_was_told_are_those_of_the_world(place: Settings, marts: Marts, seed: int) -> None:
    world = World(seed, NOON, stores=3, products=8, days=40)
    catalog = stores_of(world)
    chance = random.Random(seed)
    faults = ("notice_doubled", "notice_late", "notice_malformed", "notice_of_other_seller")
    told_ones = world.notices_between(NOON - KEPT_IN_QUEUE, NOON)
    sent = as_sent([(each, [name for name in faults if chance.random() < 0.2]) for each in told_ones])
    chance.shuffle(sent)
    with marts.warehouse.connect() as conn:
        sync_stores(conn, catalog)
        conn.execute("delete from raw.amazon_sp__notifications")  # sellers and SKUs of all seeds have the same names
        conn.execute("delete from intermediate.int_notification_states")
        conn.execute("delete from insights.alerts")
        conn.execute("delete from insights.alert_readings")
    queue = FakeQueue()
    for text in sent:
        queue.send(text)
    drain(place, marts.warehouse, catalog, queue, on_taken=lambda _: None)  # type: ignore[arg-type]
    found = evaluate(place, marts.warehouse, catalog, only=live_kinds())
    assert [each for each in found if each.problem] == []
    landed = {number for (number,) in marts.rows("select notification_id from staging.stg_amazon_sp__notifications")}
    assert {number_of(each) for each in told_ones} <= landed
    columns = ("store_id", "kind", "subject", "first_seen", "last_seen", "resolved_at")
    expected = {tuple(row[name] for name in columns) for row in told_alerts(Known(world, NOON))}
    # of a week of such small stores, refunds are rarely much of what orders brought, and a second SKU rarely sells out
    assert {row[1] for row in expected} >= live_kinds() - {"listing_not_buyable", "refunds_of_sales"}
    kept = "select store_id, kind, subject, first_seen, last_seen, resolved_at from insights.alerts"
    assert set(marts.rows(kept)) == expected
    assert len([each for each in queue.left if "A0STRANGER" in each]) == sum("A0STRANGER" in each for each in sent)
