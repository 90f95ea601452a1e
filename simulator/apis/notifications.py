"""Notifications: an SQS queue is told when a report or a query is finished, and what happened on a day, as the
Notifications API does it. Each message is sent once and in order, unless a fault strikes it."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from simulator.apis.amazon_sp import report_states as sp_reports
from simulator.apis.data_kiosk import queries as data_kiosk
from simulator.apis.memory import Report
from simulator.apis.simulation import Simulation
from simulator.documents.amazon_sp.notice import Told, number_of
from simulator.world.instants import iso

# the message comes a moment after the report is finished, so that whoever looks at once finds it finished
_AFTER_SECONDS = 0.05
_TYPES = {
    "sp": ("REPORT_PROCESSING_FINISHED", "2020-09-04"),
    "kiosk": ("DATA_KIOSK_QUERY_PROCESSING_FINISHED", "2023-11-15"),
}


class Notifier:
    """Sends messages to one queue. endpoint: where it is, if not at AWS. Reports of a process before are not told."""

    def __init__(self, queue_url: str, endpoint: str | None = None) -> None:
        self._url = queue_url
        self._endpoint = endpoint
        self._client: Any = None
        self._sending: set[asyncio.Task[None]] = set()

    def report(self, sim: Simulation, report: Report) -> None:
        """Tell of a report when it is finished."""
        self._later(report, lambda: report_message(sim, report))

    def query(self, sim: Simulation, query: Report) -> None:
        """Tell of a Data Kiosk query when it is finished."""
        self._later(query, lambda: query_message(sim, query))

    def day(self, sim: Simulation, day: date) -> list[str]:
        """Tell of a marketplace day at once; the ids of all notifications, also of those that a fault strikes."""
        told = sim.world.notices(day)
        bodies = as_sent([(each, [action.kind for action in sim.faults.draw(_Struck(each))]) for each in told])
        for first in range(0, len(bodies), 10):
            entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[first : first + 10])]
            self._connected().send_message_batch(QueueUrl=self._url, Entries=entries)
        return [number_of(each) for each in told]

    def _later(self, report: Report, message: Callable[[], dict[str, Any]]) -> None:
        if report.outcome != "stuck":
            task = asyncio.get_running_loop().create_task(self._send(report.queue + report.work, message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, seconds: float, message: Callable[[], dict[str, Any]]) -> None:
        await asyncio.sleep(seconds + _AFTER_SECONDS)
        body = json.dumps(message())
        await asyncio.to_thread(self._connected().send_message, QueueUrl=self._url, MessageBody=body)

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
    return _message(sim, "sp", {"reportProcessingFinishedNotification": payload})


def query_message(sim: Simulation, query: Report) -> dict[str, Any]:
    """DATA_KIOSK_QUERY_PROCESSING_FINISHED of a query, as it is now."""
    described = data_kiosk.describe(sim, query)
    told = ("queryId", "query", "processingStatus", "dataDocumentId", "errorDocumentId", "pagination")
    payload = {"accountId": f"amzn1.merchant.o.{query.owner}"}
    return _message(sim, "kiosk", payload | {name: described[name] for name in told if name in described})


def _message(sim: Simulation, api: str, payload: dict[str, Any]) -> dict[str, Any]:
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
            "subscriptionId": f"subscription-id-{uuid.uuid5(uuid.NAMESPACE_OID, kind)}",
            "publishTime": now,
            "notificationId": str(uuid.uuid4()),
        },
    }
