"""Reports that are waited for by messages of a queue: hardly any polling, and nothing lost where messages are."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from pipelines.landing.run import queues
from pipelines.landing.run.notices import drain
from pipelines.sources.transport import sqs
from tests.support.running import LandingWorld

LEDGER = "amazon_sp.ledger_summary"
TRAFFIC = "amazon_sp.sales_and_traffic"
ECONOMICS = "amazon_data_kiosk.economics"
FEEDS = (LEDGER, TRAFFIC, ECONOMICS)


@dataclass
class FakeSqs:
    """SQS on loopback, with one queue."""

    endpoint: str
    url: str
    client: Any

    def send(self, body: Any) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def left(self) -> int:
        """How many messages nobody has deleted."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(each) for each in counts.values())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def queue(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> FakeSqs:
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(sqs, "WAIT_SECONDS", 1)
    client = boto3.client("sqs", endpoint_url=server, region_name="us-east-1")
    url = client.create_queue(QueueName=request.node.name[:60].replace("[", "-").replace("]", ""))["QueueUrl"]
    return FakeSqs(server, url, client)


@pytest.fixture
def world(landing: Callable[..., LandingWorld], queue: FakeSqs) -> LandingWorld:
    # slow enough that a report is not finished by the first poll of a run without a queue
    return landing(time_scale=20, sqs_queue_url=queue.url, sqs_endpoint=queue.endpoint, days=3)


def land(world: LandingWorld, queue: FakeSqs, *feeds: str) -> dict[str, set[str]]:
    """The states in which the slices of each feed ended."""
    settings = world.simulator.settings(
        world.home, world.warehouse.url, fixed_now=world.now, sqs_queue_url=queue.url, sqs_endpoint=queue.endpoint
    )
    results = world.land(*feeds, settings=settings)
    return {name: {each.state for each in result.outcomes} for name, result in results.items()}


def polls(world: LandingWorld) -> int:
    requests = world.simulator.counts()["requests"]
    return sum(requests.get(name, 0) for name in ("sp.getReport", "kiosk.getQuery"))


@pytest.mark.thorough
def test_a_run_with_a_queue_polls_nothing_and_survives_what_others_write(
    world: LandingWorld, queue: FakeSqs, caplog: pytest.LogCaptureFixture
) -> None:
    queue.send("not even JSON")
    queue.send({"notificationType": "ORDER_CHANGE", "payload": {}})
    stranger = {"sellerId": "ASTRANGER", "reportId": "1", "reportType": "X", "processingStatus": "DONE"}
    payload = {"reportProcessingFinishedNotification": stranger}
    queue.send({"notificationType": "REPORT_PROCESSING_FINISHED", "payload": payload})
    with caplog.at_level(logging.WARNING, logger="pipelines.sources.amazon.notifications"):
        states = land(world, queue, *FEEDS)
    assert states == {name: {"loaded"} for name in FEEDS}
    # what a query's message does not say twice is looked up: whether its answer has more pages
    assert world.simulator.counts()["requests"].get("sp.getReport", 0) == 0
    assert polls(world) <= 3
    told = [each.getMessage() for each in caplog.records]
    assert len([each for each in told if "no JSON: it begins with 'not even JSON'" in each]) == 1
    assert len([each for each in told if "of type ORDER_CHANGE" in each]) == 1
    assert len([each for each in told if "of the seller ASTRANGER" in each]) == 1
    assert queue.left() == 3
    finished = world.query("select source, count(*) from ops.finished_reports group by 1 order by 1")
    assert finished == [("amazon_data_kiosk", 3), ("amazon_sp", 12)]
    made = "select count(*) from ops.requests where remote_created_at is distinct from intent_at"
    assert world.query(made) == [(0,)], "a report that was told of counts as made when it was asked for"


@pytest.mark.thorough
def test_messages_that_never_come_cost_time_only(
    world: LandingWorld, queue: FakeSqs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "NOTIFIED_POLL", 4.0)
    world.simulator.set_faults([{"do": "notification_lost"}])
    assert land(world, queue, LEDGER) == {LEDGER: {"loaded"}}
    assert polls(world) >= 1
    assert world.query("select count(*) from ops.finished_reports") == [(0,)]


def test_what_another_process_took_from_the_queue_is_known_to_this_one(world: LandingWorld, queue: FakeSqs) -> None:
    world.simulator.set_faults([{"do": "notification_lost"}])
    seller = "A4SAKURAFE3JP"
    with world.warehouse.connect() as conn:
        # in the place of the other process: as soon as the report has its id, it is known to be finished
        conn.execute(
            "create function pg_temp_tell() returns trigger language plpgsql as $$ begin "
            "insert into ops.finished_reports values ('amazon_sp', %(seller)s, new.remote_id, 'CANCELLED') "
            "on conflict do nothing; return null; end $$".replace("%(seller)s", f"'{seller}'")
        )
        conn.execute(
            "create trigger tell after update of remote_id on ops.requests for each row "
            "when (new.remote_id is not null) execute function pg_temp_tell()"
        )
    settings = world.simulator.settings(
        world.home, world.warehouse.url, fixed_now=world.now, sqs_queue_url=queue.url, sqs_endpoint=queue.endpoint
    )
    (result,) = world.land(LEDGER, settings=settings, stores=("sakura-jp",)).values()
    assert {each.state for each in result.outcomes} == {"empty"}
    assert polls(world) == 0


def test_a_queue_that_is_not_there_is_told_and_reports_are_polled(
    world: LandingWorld, queue: FakeSqs, caplog: pytest.LogCaptureFixture
) -> None:
    queue.client.delete_queue(QueueUrl=queue.url)
    with caplog.at_level(logging.WARNING, logger="pipelines.sources.amazon.notifications"):
        assert land(world, queue, LEDGER) == {LEDGER: {"loaded"}}
    assert "there is no such queue" in caplog.text
    assert polls(world) >= 1


def test_what_the_simulator_tells_of_a_day_lands_once_whatever_strikes_it(world: LandingWorld, queue: FakeSqs) -> None:
    kinds = ("notice_doubled", "notice_late", "notice_malformed", "notice_of_other_seller")
    world.simulator.set_faults([{"do": kind, "nth": [number, number + 5]} for number, kind in enumerate(kinds, 1)])
    sent = world.simulator.notify(world.now.date())
    assert len(sent) > 10
    settings = world.simulator.settings(
        world.home, world.warehouse.url, fixed_now=world.now, sqs_queue_url=queue.url, sqs_endpoint=queue.endpoint
    )
    of: set[str] = set()
    drain(
        settings,
        world.warehouse,
        world.catalog,
        sqs.Queue(queue.url, queue.endpoint),
        on_taken=lambda taken: of.update(taken.stores),
    )
    numbers = ("item #>> '{NotificationMetadata,NotificationId}'", "item #>> '{notificationMetadata,notificationId}'")
    number = f"coalesce({', '.join(numbers)})"
    found = world.query(f"select distinct {number} from raw.amazon_sp__notifications")  # noqa: S608
    assert {each for (each,) in found} == set(sent)
    assert queue.left() == 4, "two that broke off, two of another seller"
    assert of <= set(world.catalog.stores) and of
