"""How fast Amazon's notifications land, and what a look for alerts costs however many of them have landed before.

Messages are those of one store, 1,000 a day, by Amazon's schemas; they are read from a queue in this process. The days
before them are put into the tables at once, as copies: a look costs what stands there, not how it came.
"""

# ruff: noqa: S608  the statements are made of constants of this file
from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from pydantic import SecretStr

from bench.figures import Figure, Room
from pipelines.insights.alerts.evaluate import evaluate
from pipelines.insights.alerts.kinds import live_kinds
from pipelines.landing.run.notices import Taken, drain
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
from pipelines.sources.transport.sqs import Message
from pipelines.stores import Account, Catalog, Store, Tenant
from pipelines.transformation.transform import transform
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores

LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 23, tzinfo=UTC)
A_DAY, DAYS = 1_000, 10
LONG, LONG_IN_FULL = 100_000, 1_000_000
"""How many notifications stand in the long history; in the short one the ten days' 10,000."""
SKUS = 200
LOOKS = 3

_MARKET = MARKETPLACES["US"]
_STORE = Store("bench-us", "bench", "A0BENCH@na", "A0BENCH", "na", _MARKET)
_ACCOUNT = Account("A0BENCH@na", "A0BENCH", "na", "bench", None, None, (_STORE,))
_CATALOG = Catalog({"bench": Tenant("bench", "Bench", "USD")}, {_ACCOUNT.account_id: _ACCOUNT}, {"bench-us": _STORE})


class _Queue:
    """In the place of `transport.sqs.Queue`."""

    name = "bench"

    def __init__(self, bodies: Sequence[str]) -> None:
        self._left = [Message(str(number), body, str(number)) for number, body in enumerate(bodies)][::-1]

    def receive(self) -> list[Message]:
        return [self._left.pop() for _ in range(min(10, len(self._left)))]

    def delete(self, messages: Sequence[Message]) -> None:
        """They were taken out when they were received."""


def run(room: Room) -> Iterator[Figure]:
    """Rows a second, and the time of a look after a long history over that after a short one."""
    settings = Settings(
        home=room.folder / "home",
        warehouse_url=room.url,
        fixed_now=NOW,
        stores_path=room.folder / "stores.yaml",
        archive_url=str(room.folder / "archive"),
        hash_key=SecretStr("x" * 32),
    )
    warehouse = Warehouse(room.url)
    with warehouse.connect() as conn:
        sync_stores(conn, _CATALOG)
    bodies = [body for n in range(DAYS - 1, -1, -1) for body in _told(LAST - timedelta(days=n), A_DAY)]
    seconds = _land(settings, warehouse, bodies)
    yield Figure(
        "notifications_landed",
        round(len(bodies) / seconds),
        "rows/s",
        500,
        "higher",
        note=f"{len(bodies):,} messages in {seconds:.1f} s, {_busy()}",
    )
    result = transform(settings, warehouse)
    if not result.ok:
        raise RuntimeError(f"The notifications were not built whole: {' '.join(result.failures)}")
    with warehouse.connect() as conn:
        (built,) = conn.execute("select max(load_id) from raw.amazon_sp__notifications").fetchone() or (0,)
    short = _look(settings, warehouse, len(bodies))
    copies = (LONG_IN_FULL if room.full else LONG) // len(bodies) - 1
    with warehouse.connect() as conn:
        for statement in (_RAW, *_states(conn)):
            conn.execute(statement.encode(), {"copies": copies, "days": DAYS, "built": built})
    with warehouse.connect(autocommit=True) as conn:
        conn.execute("vacuum analyze")
    stored = len(bodies) * (copies + 1)
    long = _look(settings, warehouse, stored)
    yield Figure(
        "notifications_look",
        round(long / short, 3),
        "times",
        1.3,
        note=f"{1000 * long:.0f} ms after {stored:,} notifications, {1000 * short:.0f} ms after {len(bodies):,}, "
        f"{_busy()}",
    )


def _busy() -> str:
    return f"with {os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores"


def _land(settings: Settings, warehouse: Warehouse, bodies: Sequence[str]) -> float:
    """Seconds until all of them are written down and deleted."""
    taken = 0

    def count(each: Taken) -> None:
        nonlocal taken
        taken += each.messages

    begun = time.perf_counter()
    drain(settings, warehouse, _CATALOG, _Queue(bodies), on_taken=count)  # type: ignore[arg-type]
    if taken != len(bodies):
        raise RuntimeError(f"{taken} of {len(bodies)} messages were taken: the benchmark would measure nothing.")
    return time.perf_counter() - begun


def _look(settings: Settings, warehouse: Warehouse, number: int) -> float:
    """Seconds of a look for what messages tell, while a tenth of a day's have come since the last build."""
    _land(settings, warehouse, list(_told(LAST, A_DAY // 10, about=f"after {number}")))
    found = []
    for _ in range(LOOKS + 1):  # the first one looks back two weeks, or warms caches up
        begun = time.perf_counter()
        outcomes = evaluate(settings, warehouse, _CATALOG, only=live_kinds())
        found.append(time.perf_counter() - begun)
        problems = [each.problem for each in outcomes if each.problem]
        if problems or not any(each.read_to for each in outcomes):
            raise RuntimeError(f"Nothing was read of the notifications: {' '.join(map(str, problems))}")
    return statistics.median(found[1:])


# --- what stands there before -------------------------------------------------------------------------------------

_RAW = """
insert into raw.amazon_sp__notifications (load_id, item)
select r.load_id, jsonb_set(r.item, i.path, to_jsonb((r.item #>> i.path) || ' ' || n))
from raw.amazon_sp__notifications as r
cross join (select '{NotificationMetadata,NotificationId}'::text[] as path) as i
cross join generate_series(1, %(copies)s::integer) as n
where r.load_id <= %(built)s -- what has come since the build is as much in the long history as in the short one
"""
_OTHERWISE = {
    "subject": "case when about in ('order', 'transaction') then subject || ' ' || n else subject end",
    "date": "date - n * %(days)s::integer",
    "happened_at": "happened_at - n * make_interval(days => %(days)s::integer)",
    "notification_id": "notification_id || ' ' || n",
}
"""What the days before have otherwise than those that they are copies of."""


def _states(conn: psycopg.Connection) -> Iterator[str]:
    table = "intermediate.int_notification_states"
    known = conn.execute(
        "select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        (table,),
    ).fetchall()
    columns = [name for (name,) in known]
    yield (
        f"insert into {table} ({', '.join(columns)}) "
        f"select {', '.join(_OTHERWISE.get(name, name) for name in columns)} from {table} "
        "cross join generate_series(1, %(copies)s::integer) as n"
    )


# --- messages -----------------------------------------------------------------------------------------------------


def _told(day: date, number: int, about: str = "") -> Iterator[str]:
    """Messages of a day, by the minute: half of them of offers, others of stock, listings, orders and money."""
    for n in range(number):
        kind, payload = _payload(n)
        at = (
            datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(minutes=12 * 60 * n / number)
        ).isoformat()
        yield json.dumps(
            {
                "NotificationVersion": "1.0",
                "NotificationType": kind,
                "PayloadVersion": "1.0",
                "EventTime": at,
                "Payload": payload(day, n, at),
                "NotificationMetadata": {"PublishTime": at, "NotificationId": f"{day} {n} {about}"},
            }
        )


def _payload(n: int) -> tuple[str, Any]:
    if n % 10 < 5:
        return "ANY_OFFER_CHANGED", _offers
    return (
        ("FBA_INVENTORY_AVAILABILITY_CHANGES", _stock),
        ("LISTINGS_ITEM_STATUS_CHANGE", _status),
        ("LISTINGS_ITEM_ISSUES_CHANGE", _issues),
        ("ORDER_CHANGE", _order),
        ("TRANSACTION_UPDATE", _posted),
    )[n % 10 - 5]


def _listing(n: int) -> dict[str, Any]:
    number = n // 10 % SKUS
    return {
        "SellerId": _STORE.seller_id,
        "MarketplaceId": _MARKET.marketplace_id,
        "Asin": f"B{number:09}",
        "Sku": f"SKU-{number}",
    }


def _money(amount: float) -> dict[str, Any]:
    return {"Amount": amount, "CurrencyCode": "USD"}


def _offers(day: date, n: int, at: str) -> dict[str, Any]:
    trigger = {"MarketplaceId": _MARKET.marketplace_id, "ASIN": f"B{n // 2 % SKUS:09}", "ItemCondition": "New"}
    box = 18 + (n + day.toordinal()) % 3
    listed = [
        {"SellerId": seller, "SubCondition": "New", "ListingPrice": _money(price), "Shipping": _money(0)}
        for seller, price in ((_STORE.seller_id, 19), *((f"A{other}OTHER", box + other) for other in range(5)))
    ]
    summary = {
        "BuyBoxPrices": [{"Condition": "New", "LandedPrice": _money(box)}],
        "CompetitivePriceThreshold": _money(box),
    }
    told = {"SellerId": _STORE.seller_id, "OfferChangeTrigger": trigger, "Summary": summary, "Offers": listed}
    return {"AnyOfferChangedNotification": told}


def _stock(day: date, n: int, at: str) -> dict[str, Any]:
    named = _listing(n)
    held = {"Fulfillable": (n + day.toordinal()) % 7, "InboundQuantityBreakdown": {"Working": 0, "Shipped": 5}}
    return {
        "SellerId": _STORE.seller_id,
        "FNSKU": "X",
        "ASIN": named["Asin"],
        "SKU": named["Sku"],
        "FulfillmentInventoryByMarketplace": [
            {"MarketplaceId": _MARKET.marketplace_id, "FulfillmentInventory": held},
        ],
    }


def _status(day: date, n: int, at: str) -> dict[str, Any]:
    return {**_listing(n), "Status": ["BUYABLE", "DISCOVERABLE"] if (n + day.toordinal()) % 9 else ["DISCOVERABLE"]}


def _issues(day: date, n: int, at: str) -> dict[str, Any]:
    return {**_listing(n), "Severities": ["NONE"] if (n + day.toordinal()) % 11 else ["ERROR"]}


def _order(day: date, n: int, at: str) -> dict[str, Any]:
    summary = {
        "MarketplaceId": _MARKET.marketplace_id,
        "OrderStatus": "Unshipped",
        "FulfillmentType": "MFN",
        "OrderItems": [
            {"OrderItemId": "1", "SellerSKU": "SKU-1", "Quantity": 1, "IsBuyerRequestedCancel": n % 100 == 8},
        ],
    }
    told = {"SellerId": _STORE.seller_id, "AmazonOrderId": f"{day} {n}", "Summary": summary}
    return {
        "OrderChangeNotification": {"NotificationLevel": "OrderLevel", "OrderChangeType": "OrderStatusChange", **told}
    }


def _posted(day: date, n: int, at: str) -> dict[str, Any]:
    seller = {"SellingPartnerId": _STORE.seller_id, "MarketplaceId": _MARKET.marketplace_id, "AccountType": "PAYABLE"}
    total = {"CurrencyAmount": 20.5, "CurrencyCode": "USD"}
    told = {"SellingPartnerMetadata": seller, "TransactionType": "Shipment", "PostedDate": at, "TotalAmount": total}
    return {"TransactionUpdateNotification": told}
