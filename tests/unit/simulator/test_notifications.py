"""What the simulator tells a queue of finished reports and queries, by Amazon's schemas, and when."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import jsonschema

from simulator.apis.notifications import Notifier, query_message, report_message
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
    notifier = Notifier("https://queue")
    notifier._client = queue = FakeQueue()
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
