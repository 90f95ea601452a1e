"""From a message in the queue to an alert, with Dagster's daemon as `tradewind up` runs it: less than a minute."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from dotenv import dotenv_values

from pipelines.sources.transport.sqs import Queue
from tests.integration.test_orchestration_up import Tradewind, Up
from tests.support.compose import wait_for

MOST_SECONDS = 60
LOOKS = """{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { ... on RepositoryLocation {
    repositories { sensors { name sensorState { ticks(limit: 1) { id } } } } } } } } } }"""
TAKING = """{ runsOrError(filter: {pipelineName: "take_notifications",
    statuses: [QUEUED, NOT_STARTED, STARTING, STARTED]}) { ... on Runs { results { id } } } }"""


@pytest.fixture
def tradewind(tmp_path: Path) -> Iterator[Tradewind]:
    one = Tradewind(tmp_path)
    yield one
    one.run("down")


def issue_of(conn: psycopg.Connection, number: int) -> tuple[str, dict]:
    """A SKU that has no alert of this kind, and the message that Amazon finds something wrong with its listing."""
    sku, asin, seller, place = conn.execute(
        "select p.sku, p.asin, s.seller_id, s.marketplace_id from marts.products as p join ops.stores as s using "
        "(store_id) where store_id = 'harbor-us' and not exists (select from insights.alerts as a where a.kind = "
        "'listing_issues' and a.store_id = p.store_id and a.subject = p.sku) order by p.sku limit 1"
    ).fetchone() or ("", "", "", "")
    payload = {"SellerId": seller, "MarketplaceId": place, "Asin": asin, "Sku": sku, "Severities": ["ERROR"]}
    now = datetime.now(UTC).isoformat()
    return sku, {
        "NotificationVersion": "1.0",
        "NotificationType": "LISTINGS_ITEM_ISSUES_CHANGE",
        "PayloadVersion": "2023-12-13",
        "EventTime": now,
        "Payload": {**payload, "EnforcementActions": ["SEARCH_SUPPRESSED"]},
        "NotificationMetadata": {"PublishTime": now, "NotificationId": f"minute-{number}"},
    }


def has_looked(up: Up) -> bool:
    """Whether the daemon is so far up that it has asked the queue once."""
    (location,) = up.query(LOOKS)["workspaceOrError"]["locationEntries"]
    (repository,) = location["locationOrLoadError"]["repositories"]
    return any(each["name"] == "notifications" and each["sensorState"]["ticks"] for each in repository["sensors"])


def nothing_is_taken(up: Up, queue: Queue) -> bool:
    """Whether no message waits, and no run is under way that takes some."""
    return queue.waiting() == 0 and up.query(TAKING)["runsOrError"]["results"] == []


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_an_alert_is_there_within_a_minute_of_its_message(tradewind: Tradewind) -> None:
    demo = tradewind.run("demo", seconds=900)
    assert demo.returncode == 0, demo.stdout[-2000:] + demo.stderr[-2000:]
    up = tradewind.up()
    try:
        wait_for(lambda: has_looked(up), 300)
        values = dotenv_values(tradewind.home / "demo" / ".env")
        queue = Queue(str(values["TRADEWIND_SQS_QUEUE_URL"]), values["TRADEWIND_SQS_ENDPOINT"])
        with psycopg.connect(tradewind.run("url").stdout.strip(), autocommit=True) as conn:
            taken = []
            for number in range(3):
                # what happened since the demo is taken first; and each message starts a run of its own
                wait_for(lambda: nothing_is_taken(up, queue), 600)
                sku, message = issue_of(conn, number)
                begun = time.monotonic()
                queue._connected().send_message(QueueUrl=queue.url, MessageBody=json.dumps(message))
                told = (
                    "select count(*) from insights.alerts where (store_id, kind, subject) = "
                    "('harbor-us', 'listing_issues', %s) and resolved_at is null"
                )
                wait_for(lambda sku=sku, told=told: conn.execute(told, (sku,)).fetchone() == (1,), 300)
                taken.append(time.monotonic() - begun)
        print(f"from message to alert, in seconds: {', '.join(f'{each:.1f}' for each in taken)}")
        assert max(taken) < MOST_SECONDS, taken
    finally:
        up.process.send_signal(signal.SIGTERM)
        up.process.wait(60)
