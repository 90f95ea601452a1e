"""Notifications: an SQS queue is told when a report or a query is finished, and what happened on a day, as the
Notifications API does it. Each message is sent once and in order, unless a fault strikes it.

The queue is one of SQS (or of what speaks it), which tests tell day by day; or the one that is served here, which is
told by itself of all that happens until the world's now.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from simulator.apis.amazon_sp import report_states as sp_reports
from simulator.apis.data_kiosk import queries as data_kiosk
from simulator.apis.memory import Report
from simulator.apis.queue import OwnQueue
from simulator.apis.simulation import Simulation
from simulator.documents.amazon_sp.notice import Told, number_of
from simulator.world.instants import iso
from simulator.world.publishing import KEPT_IN_QUEUE
from simulator.world.rng import stable_uuid

# the message comes a moment after the report is finished, so that whoever looks at once finds it finished
_AFTER_SECONDS = 0.05
_TYPES = {
    "sp": ("REPORT_PROCESSING_FINISHED", "2020-09-04"),
    "kiosk": ("DATA_KIOSK_QUERY_PROCESSING_FINISHED", "2023-11-15"),
}


class Outlet(Protocol):
    """Where messages go."""

    async def send(self, text: str, key: str) -> None:
        """Send a message; key: what it is about."""

    def send_all(self, texts: Sequence[str]) -> None:
        """Send messages in their order; it may block."""


class Notifier:
    """Sends messages to one queue. own: it is served by this process, and is told by itself of what happens."""

    def __init__(self, outlet: Outlet, own: OwnQueue | None = None) -> None:
        self._outlet = outlet
        self._own = own
        self._told_until: datetime | None = None
        self._sending: set[asyncio.Task[None]] = set()

    @classmethod
    def at_sqs(cls, queue_url: str, endpoint: str | None = None) -> Notifier:
        """Of a queue elsewhere. endpoint: where it is, if not at AWS. Reports of a process before are not told."""
        return cls(_Sqs(queue_url, endpoint))

    @classmethod
    def of_own(cls, queue: OwnQueue) -> Notifier:
        """Of the queue that is served here."""
        return cls(_Own(queue), queue)

    def report(self, sim: Simulation, report: Report) -> None:
        """Tell of a report when it is finished."""
        self._later(report, lambda: report_message(sim, report))

    def query(self, sim: Simulation, query: Report) -> None:
        """Tell of a Data Kiosk query when it is finished."""
        self._later(query, lambda: query_message(sim, query))

    def day(self, sim: Simulation, day: date) -> list[str]:
        """Tell of a marketplace day at once; the ids of all notifications, also of those that a fault strikes."""
        told = sim.world.notices(day)
        self._tell(sim, told)
        return [number_of(each) for each in told]

    def secret(self, message: str) -> None:
        """Tell of a new secret of the application, at once."""
        self._outlet.send_all([message])

    def catch_up(self, sim: Simulation) -> None:
        """Tell the own queue of all that happened since the last time; the first time of what SQS would still keep,
        reports of processes before this one among it."""
        if self._own is None:
            return
        now = sim.clock.business()
        oldest = now - KEPT_IN_QUEUE
        if self._told_until is None:
            for report in list(sim.reports.by_key.values()):
                if report.created > oldest and not report.cancelled and not self._own.knows(_key(report)):
                    tell = {"sp": self.report, "kiosk": self.query}.get(report.api)
                    if tell is not None:
                        tell(sim, report)
        begin = max(self._told_until or oldest, oldest)
        if begin < now:
            self._tell(sim, sim.world.notices_between(begin, now))
            self._told_until = now

    def _tell(self, sim: Simulation, told: Iterable[Told]) -> None:
        self._outlet.send_all(as_sent([(each, [it.kind for it in sim.faults.draw(_Struck(each))]) for each in told]))

    def _later(self, report: Report, message: Callable[[], dict[str, Any]]) -> None:
        if report.outcome != "stuck":
            task = asyncio.get_running_loop().create_task(self._send(report, message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, report: Report, message: Callable[[], dict[str, Any]]) -> None:
        await asyncio.sleep(report.queue + report.work + _AFTER_SECONDS)
        await self._outlet.send(json.dumps(message()), _key(report))


def _key(report: Report) -> str:
    return f"{report.api} {report.owner} {report.report_id}"


class _Own:
    """The queue of this process."""

    def __init__(self, queue: OwnQueue) -> None:
        self._queue = queue

    async def send(self, text: str, key: str) -> None:
        if not self._queue.knows(key):
            self._queue.send(text, key)

    def send_all(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._queue.send(text)


class _Sqs:
    """A queue elsewhere, through boto3."""

    def __init__(self, queue_url: str, endpoint: str | None) -> None:
        self._url = queue_url
        self._endpoint = endpoint
        self._client: Any = None

    async def send(self, text: str, key: str) -> None:
        await asyncio.to_thread(self._connected().send_message, QueueUrl=self._url, MessageBody=text)

    def send_all(self, texts: Sequence[str]) -> None:
        for first in range(0, len(texts), 10):
            entries = [{"Id": str(n), "MessageBody": text} for n, text in enumerate(texts[first : first + 10])]
            self._connected().send_message_batch(QueueUrl=self._url, Entries=entries)

    def _connected(self) -> Any:
        if self._client is None:
            import boto3
            from botocore.config import Config

            region = re.search(r"sqs\.([a-z0-9-]+)\.amazonaws", self._url)
            self._client = boto3.session.Session().client(
                "sqs",
                region_name=region[1] if region else "us-east-1",
                endpoint_url=self._endpoint,
                config=Config(proxies={}) if self._endpoint else None,
            )
        return self._client


class _Struck:
    """A notification as fault rules see it: operation `notify` of `sp`, its type in the place of a report's."""

    def __init__(self, told: Told) -> None:
        self.api, self.operation, self.path = "sp", "notify", ""
        self.report_type, self.seller = told.kind, told.seller


def as_sent(told: Iterable[tuple[Told, Sequence[str]]]) -> list[str]:
    """The texts that are sent, in their order: each message with the faults that strike it.

    A late one comes after all others; a malformed one breaks off, and comes whole after that; one of another seller is
    sent beside the true one, if that names its seller.
    """
    sent: list[str] = []
    late: list[str] = []
    for each, faults in told:
        text = json.dumps(each.body)
        if "notice_malformed" in faults:
            sent.append(text[: len(text) // 2])
        if "notice_of_other_seller" in faults and each.seller in text:
            sent.append(re.sub('(otificationId": ")', r"\1x", text.replace(each.seller, "A0STRANGER")))
        (late if "notice_late" in faults else sent).extend([text] * (2 if "notice_doubled" in faults else 1))
    return sent + late


def report_message(sim: Simulation, report: Report) -> dict[str, Any]:
    """REPORT_PROCESSING_FINISHED of a report, as it is now."""
    described = sp_reports.describe(sim, report)
    payload = {
        "sellerId": report.owner,
        "accountId": f"amzn1.merchant.o.{report.owner}",
        "reportId": report.report_id,
        "reportType": report.report_type,
        "processingStatus": described["processingStatus"],
    }
    if "reportDocumentId" in described:
        payload["reportDocumentId"] = described["reportDocumentId"]
    return _message(sim, "sp", {"reportProcessingFinishedNotification": payload}, report)


def query_message(sim: Simulation, query: Report) -> dict[str, Any]:
    """DATA_KIOSK_QUERY_PROCESSING_FINISHED of a query, as it is now."""
    described = data_kiosk.describe(sim, query)
    told = ("queryId", "query", "processingStatus", "dataDocumentId", "errorDocumentId", "pagination")
    payload = {"accountId": f"amzn1.merchant.o.{query.owner}"}
    return _message(sim, "kiosk", payload | {name: described[name] for name in told if name in described}, query)


def _message(sim: Simulation, api: str, payload: dict[str, Any], report: Report) -> dict[str, Any]:
    kind, version = _TYPES[api]
    now = iso(sim.clock.protocol(), millis=True)
    return {
        "notificationVersion": version,
        "notificationType": kind,
        "payloadVersion": version,
        "eventTime": now,
        "payload": payload,
        "notificationMetadata": {
            "applicationId": "amzn1.sellerapps.app.simulator",
            "subscriptionId": f"subscription-id-{stable_uuid(kind)}",
            "publishTime": now,
            "notificationId": stable_uuid("finished", _key(report)),
        },
    }
