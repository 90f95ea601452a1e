"""Messages of a queue: what each says, which are ours, and what is wrong with a queue that cannot be used."""

from __future__ import annotations

import asyncio
import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import botocore.exceptions
import pytest

from pipelines.local.doctor import _queue
from pipelines.settings import Settings
from pipelines.sources.amazon.notifications import Finished, Foreign, read_message
from pipelines.sources.transport import sqs
from pipelines.sources.transport.sqs import Queue, explain, in_thread, region_of
from tests.support.references import reference

REPORT: dict[str, Any] = {
    "notificationVersion": "2020-09-04",
    "notificationType": "REPORT_PROCESSING_FINISHED",
    "payload": {
        "reportProcessingFinishedNotification": {
            "sellerId": "A1SELLER",
            "accountId": "amzn1.merchant.o.A1SELLER",
            "reportId": "77",
            "reportType": "GET_LEDGER_SUMMARY_VIEW_DATA",
            "processingStatus": "DONE",
            "reportDocumentId": "amzn1.spdoc.1",
        }
    },
}
QUERY: dict[str, Any] = {
    "notificationType": "DATA_KIOSK_QUERY_PROCESSING_FINISHED",
    "payload": {
        "accountId": "amzn1.merchant.o.A1SELLER",
        "queryId": "88",
        "query": "query{}",
        "processingStatus": "DONE",
        "dataDocumentId": "amzn1.tortuga.1",
    },
}
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def changed(message: dict[str, Any], **values: Any) -> str:
    """The message with other values in its payload; None takes one out."""
    copy = deepcopy(message)
    inner = copy["payload"].get("reportProcessingFinishedNotification", copy["payload"])
    for name, value in values.items():
        if value is None:
            inner.pop(name, None)
        else:
            inner[name] = value
    return json.dumps(copy)


def test_amazons_own_example_is_read():
    path = reference("samples/spapi-official-examples/ReportProcessingFinishedNotification.example.json")
    document = "amzn1.tortuga.3.edbcd0d8-3434-8222-1234-52ad8ade1208.REP4567URI9BMZ"
    assert read_message(path.read_text()) == Finished(
        "amazon_sp", "A3TH9S8BH6GOGM", "54517018502", "CANCELLED", document
    )


@pytest.mark.parametrize(
    ("body", "key", "state", "document"),
    [
        (changed(REPORT), ("amazon_sp", "A1SELLER", "77"), "done", "amzn1.spdoc.1"),
        (changed(REPORT, sellerId=None), ("amazon_sp", "A1SELLER", "77"), "done", "amzn1.spdoc.1"),
        (
            changed(REPORT, processingStatus="FATAL", reportDocumentId=None),
            ("amazon_sp", "A1SELLER", "77"),
            "fatal",
            None,
        ),
        (changed(REPORT, processingStatus="CANCELLED"), ("amazon_sp", "A1SELLER", "77"), "cancelled", "amzn1.spdoc.1"),
        (changed(QUERY), ("amazon_data_kiosk", "A1SELLER", "88"), "done", "amzn1.tortuga.1"),
        # Amazon's way to say that there is no data
        (changed(QUERY, dataDocumentId=None), ("amazon_data_kiosk", "A1SELLER", "88"), "cancelled", None),
        (
            changed(QUERY, processingStatus="FATAL", errorDocumentId="e"),
            ("amazon_data_kiosk", "A1SELLER", "88"),
            "fatal",
            "e",
        ),
    ],
)
def test_what_a_message_tells(body: str, key: tuple[str, str, str], state: str, document: str | None):
    finished = read_message(body)
    report = finished.report("TYPE", NOW)
    assert finished.key == key
    assert (report.state, report.document_id, report.remote_id) == (state, document, key[2])
    assert (report.report_type, report.created_at) == ("TYPE", NOW)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("hello", "no JSON: it begins with 'hello'"),
        ("", "no JSON"),
        ("[1]", "no notification of SP-API"),
        ('{"Type": "Notification"}', "no notification of SP-API"),
        ('{"notificationType": "ANY_OFFER_CHANGED"}', "type ANY_OFFER_CHANGED"),
        ('{"notificationType": "REPORT_PROCESSING_FINISHED"}', "without its payload"),
        ('{"notificationType": "REPORT_PROCESSING_FINISHED", "payload": {}}', "without its payload"),
        (changed(REPORT, reportId=None), "names no seller, no id"),
        (changed(REPORT, sellerId=None, accountId=None), "names no seller, no id"),
        (changed(REPORT, processingStatus="IN_QUEUE"), "unknown status 'IN_QUEUE'"),
        (changed(QUERY, queryId=None), "names no seller, no id"),
    ],
)
def test_what_is_not_for_us_says_what_it_is(body: str, said: str):
    with pytest.raises(Foreign) as caught:
        read_message(body)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/1/q", "eu-west-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/1/q", "cn-north-1"),
        ("https://us-west-2.queue.amazonaws.com/1/q", "us-west-2"),
        ("http://127.0.0.1:9/1/q", "ap-northeast-1"),
    ],
)
def test_the_region_is_that_of_the_address(monkeypatch: pytest.MonkeyPatch, url: str, region: str):
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    assert region_of(url) == region


def refusal(code: str) -> Exception:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "no"}}, "ReceiveMessage")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (botocore.exceptions.NoCredentialsError(), "AWS_ACCESS_KEY_ID"),
        (refusal("AWS.SimpleQueueService.NonExistentQueue"), "not its ARN"),
        (refusal("AccessDenied"), "sqs:DeleteMessage"),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="http://x"), "Check its address"),
    ],
)
def test_what_is_wrong_with_a_queue_is_told_with_what_to_do(error: Exception, said: str):
    told = explain(error, "https://sqs.us-east-1.amazonaws.com/1/tradewind")
    assert said in told
    assert "1/tradewind" in told


def test_doctor_looks_at_the_queue_that_is_set(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    assert list(_queue(Settings(home=tmp_path))) == []
    settings = Settings(home=tmp_path, sqs_queue_url="https://sqs.us-east-1.amazonaws.com/1/tradewind")
    monkeypatch.setattr(Queue, "waiting", lambda self: 3)
    (fine,) = _queue(settings)
    assert (fine.ok, fine.what) == (True, "queue of notifications tradewind: about 3 messages wait")

    def fail(self: Queue) -> int:
        raise sqs.QueueFailure(explain(refusal("AccessDenied"), self.url))

    monkeypatch.setattr(Queue, "waiting", fail)
    (wrong,) = _queue(settings)
    assert not wrong.ok
    assert "sqs:ReceiveMessage" in wrong.advice


def test_blocking_work_in_a_thread_gives_its_result_or_its_error_and_holds_nobody_up():
    async def play() -> int:
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 // 0)
        return await in_thread(lambda: 41 + 1)

    assert asyncio.run(play()) == 42
