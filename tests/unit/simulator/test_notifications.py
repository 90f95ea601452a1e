"""What the simulator tells a queue of finished reports and queries, by Amazon's schemas, and when."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jsonschema

from simulator.apis.notifications import Notifier, as_sent, query_message, report_message
from simulator.documents.amazon_sp.notice import Told, number_of
from simulator.seeded_world import World
from tests.support.fake_world import ORDERS, US
from tests.support.references import reference
from tests.unit.simulator.test_data_kiosk import KioskWorld, create

SCHEMAS = "specs/selling-partner-api-models/schemas/notifications"
BODY = {"reportType": ORDERS, "marketplaceIds": [US], "dataStartTime": "2026-03-01T08:00:00Z"}


def test_messages_follow_amazons_schemas(start):
    asked = start(world=KioskWorld())
    report_id = asked.sp("POST", "reports", json=BODY).json()["reportId"]
    query_id = create(asked).json()["queryId"]
    asked.pass_time(90)
    messages = {
        "ReportProcessingFinishedNotification": report_message(
            asked.sim, asked.sim.reports.find("sp", "SELLERUS", report_id)
        ),
        "DataKioskQueryProcessingFinishedNotification": query_message(
            asked.sim, asked.sim.reports.find("kiosk", "SELLERUS", query_id)
        ),
    }
    for name, message in messages.items():
        schema = json.loads(reference(f"{SCHEMAS}/{name}.json").read_text())
        jsonschema.Draft7Validator(schema).validate(message)
        assert "DONE" in json.dumps(message)


class FakeQueue:
    """In the place of boto3's client."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:
        assert QueueUrl == "https://queue"
        self.sent.append(json.loads(MessageBody))


def test_the_queue_is_told_once_a_report_is_finished_and_never_of_one_that_is_stuck(start):
    notifier = Notifier.at_sqs("https://queue")
    notifier._outlet._client = queue = FakeQueue()
    asked = start(time_scale=10_000)
    good = asked.sp("POST", "reports", json=BODY).json()["reportId"]
    asked.faults({"do": "stuck_in_queue"})
    stuck = asked.sp("POST", "reports", json=BODY).json()["reportId"]
    find = asked.sim.reports.find

    async def tell() -> None:
        for report_id in (good, stuck):
            notifier.report(asked.sim, find("sp", "SELLERUS", report_id))
        assert queue.sent == []
        while notifier._sending:
            await asyncio.wait(set(notifier._sending))

    asyncio.run(tell())
    (message,) = queue.sent
    payload = message["payload"]["reportProcessingFinishedNotification"]
    assert (payload["reportId"], payload["processingStatus"]) == (good, "DONE")
    assert payload["reportDocumentId"]


SCHEMA_OF = {
    "ANY_OFFER_CHANGED": "AnyOfferChangedNotification",
    "BRANDED_ITEM_CONTENT_CHANGE": "BrandedItemContentChangeNotification",
    "FBA_INVENTORY_AVAILABILITY_CHANGES": "FBAInventoryAvailabilityChangeNotification",
    "ITEM_INVENTORY_EVENT_CHANGE": "ItemInventoryEventChangeNotification",
    "LISTINGS_ITEM_ISSUES_CHANGE": "ListingsItemIssuesChangeNotification_2023-12-13",
    "LISTINGS_ITEM_STATUS_CHANGE": "ListingsItemStatusChangeNotification",
    "ORDER_CHANGE": "OrderChangeNotification",
    "PRICING_HEALTH": "PricingHealthNotification",
    "TRANSACTION_UPDATE": "TransactionUpdateNotification",
}


def test_what_happened_on_days_is_told_by_amazons_schemas_and_the_same_each_time():
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    world = World(7, now, stores=1, products=6, days=30)
    days = [date(2026, 11, 18) - timedelta(days=n) for n in range(14)]
    told = [each for day in days for each in world.notices(day)]
    assert {each.kind for each in told} == set(SCHEMA_OF)
    ids = [number_of(each) for each in told]
    assert len(set(ids)) == len(ids)
    assert world.notices(days[0]) == World(7, now, stores=1, products=6, days=30).notices(days[0])
    for kind, name in SCHEMA_OF.items():
        schema = json.loads(reference(f"{SCHEMAS}/{name}.json").read_text())
        if kind == "LISTINGS_ITEM_STATUS_CHANGE":  # its enum says CHANGED, its own example CHANGE
            del schema["properties"]["NotificationType"]["enum"]
        for each in [each for each in told if each.kind == kind][:3]:
            jsonschema.Draft7Validator(schema).validate(each.body)


def test_faults_double_delay_break_and_misdirect_messages_and_lose_none():
    one, two = (
        Told("LISTINGS_ITEM_STATUS_CHANGE", "A1", datetime(2026, 1, 1, tzinfo=UTC), {"n": n, "SellerId": "A1"})
        for n in (1, 2)
    )
    plain = [json.dumps(each.body) for each in (one, two)]
    assert as_sent([(one, []), (two, [])]) == plain
    assert as_sent([(one, ["notice_late"]), (two, ["notice_doubled"])]) == [plain[1], plain[1], plain[0]]
    broken, *rest = as_sent([(one, ["notice_malformed"]), (two, ["notice_of_other_seller"])])
    assert plain[0].startswith(broken) and broken != plain[0]
    assert rest == [plain[0], plain[1].replace("A1", "A0STRANGER"), plain[1]]
