"""The queue that the simulator serves, as Tradewind's own reader (boto3) sees it: what is told, hidden, deleted."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSResponse

from pipelines.sources.transport.sqs import Queue, QueueFailure
from simulator.apis import queue as queues
from simulator.apis.notifications import Notifier
from simulator.apis.queue import PATH, OwnQueue
from simulator.documents.amazon_sp.notice import Told
from tests.support.fake_world import NOW, ORDERS, US, FakeWorld
from tests.unit.simulator.conftest import BASE, Asked

BODY = {"reportType": ORDERS, "marketplaceIds": [US], "dataStartTime": "2026-03-01T08:00:00Z"}
LOOPBACK = "http://127.0.0.1:1"


class ToldWorld(FakeWorld):
    """One message an hour."""

    def notices_between(self, after: datetime, until: datetime) -> list[Told]:
        hours = range(24 * 30)
        at = [NOW - timedelta(days=20) + timedelta(hours=n) for n in hours]
        return [
            Told("ORDER_CHANGE", "SELLERUS", each, {"n": n})
            for n, each in zip(hours, at, strict=True)
            if after < each <= until
        ]


def reader(asked: Asked, url: str = BASE + PATH) -> Queue:
    """The queue's reader, whose requests are answered in this process and must not be signed."""
    queue = Queue(url, LOOPBACK)
    client = queue._connected()

    def send(request: Any) -> AWSResponse:
        assert request.url.startswith(LOOPBACK) and "Authorization" not in request.headers
        headers = {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
        answer = asked.request("POST", urlsplit(request.url).path, content=request.body, headers=headers)
        return AWSResponse(request.url, answer.status_code, answer.headers, io.BytesIO(answer.content))

    client._endpoint.http_session.send = send
    return queue


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nonexistent")


def serving(start: Any, **options: Any) -> Asked:
    """A simulation with its own queue, on the same folder each time."""
    asked = start(world=ToldWorld(), **options)
    asked.sim.queue = OwnQueue(asked.sim.reports._path.parent)
    asked.sim.notifier = Notifier.of_own(asked.sim.queue)
    return asked


def everything(queue: Queue) -> list[str]:
    """Take and delete what waits."""
    bodies = []
    while queue.waiting():
        messages = queue.receive()
        bodies += [each.body for each in messages]
        queue.delete(messages)
    return bodies


def test_what_happened_waits_for_two_weeks_and_is_told_once_whoever_serves(start: Any) -> None:
    asked = serving(start)
    queue = reader(asked)
    assert queue.waiting() == 14 * 24, "what is older, SQS keeps no longer"
    first = queue.receive()
    assert [json.loads(each.body)["n"] for each in first] == list(range(145, 155))
    queue.delete(first[:4])
    # a process that is killed leaves what it has not deleted to the next one
    asked = serving(start)
    queue = reader(asked)
    bodies = everything(queue)
    assert [json.loads(each)["n"] for each in bodies] == list(range(149, 481))
    assert queue.waiting() == 0
    asked.sim.move(NOW + timedelta(hours=3))
    assert [json.loads(each)["n"] for each in everything(queue)] == [481, 482, 483]
    assert everything(reader(serving(start, now=NOW + timedelta(hours=3)))) == []


def test_a_message_that_is_not_deleted_is_shown_again(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = serving(start)
    asked.sim.queue.send("mine")
    monkeypatch.setattr(queues.time, "monotonic", lambda: 1000.0)
    queue = reader(asked)
    waiting = queue.waiting()
    first = queue.receive()
    assert len(first) == 10 and queue.waiting() == waiting - 10
    assert not {each.message_id for each in first} & {each.message_id for each in queue.receive()}
    monkeypatch.setattr(queues.time, "monotonic", lambda: 1000.0 + queues.HIDDEN_SECONDS)
    assert [each.message_id for each in queue.receive()] == [each.message_id for each in first]


def test_a_report_is_told_once_and_by_the_next_process_if_nobody_has_read_it(start: Any) -> None:
    asked = serving(start, time_scale=10_000)
    report_id = asked.sp("POST", "reports", json=BODY).json()["reportId"]  # its loop ends before the message is sent
    for _ in range(2):
        asked = serving(start, time_scale=10_000)
        asked.pass_time(90)
        texts = [each for each in told_while_waiting(asked) if "reportProcessingFinished" in each]
        payload = json.loads(texts[0])["payload"]["reportProcessingFinishedNotification"]
        assert len(texts) == 1 and (payload["reportId"], payload["processingStatus"]) == (report_id, "DONE")
    assert all("reportProcessingFinished" in each or '"n"' in each for each in everything(reader(asked)))
    assert [each for each in told_while_waiting(serving(start)) if "reportProcessing" in each] == []


def told_while_waiting(asked: Asked) -> list[str]:
    """What is in the queue when all that it is told of by itself has been sent."""
    import asyncio

    async def tell() -> None:
        asked.sim.notifier.catch_up(asked.sim)  # type: ignore[union-attr]
        while asked.sim.notifier._sending:  # type: ignore[union-attr]
            await asyncio.wait(set(asked.sim.notifier._sending))  # type: ignore[union-attr]

    asyncio.run(tell())
    return [each.body for each in asked.sim.queue._there.values()]  # type: ignore[union-attr]


def test_another_queue_and_another_call_are_errors_that_boto3_knows(start: Any) -> None:
    with pytest.raises(QueueFailure, match="there is no such queue"):
        reader(serving(start), BASE + "/000000000000/other").receive()
    with pytest.raises(QueueFailure, match="there is no such queue"):
        reader(start()).receive()  # it serves none
    client = reader(serving(start))._connected()
    assert client.get_queue_url(QueueName="tradewind")["QueueUrl"] == BASE + PATH
    assert client.send_message(QueueUrl=BASE + PATH, MessageBody="by hand")["MD5OfMessageBody"]
    with pytest.raises(client.exceptions.ClientError, match="does not know PurgeQueue"):
        client.purge_queue(QueueUrl=BASE + PATH)


def test_calls_to_this_machine_are_signed_where_credentials_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore import UNSIGNED

    assert Queue("q", LOOPBACK)._connected().meta.config.signature_version is UNSIGNED
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    assert Queue("q", LOOPBACK)._connected().meta.config.signature_version is not UNSIGNED
