"""Reports of a seller: where one is found, its status at a moment, its document, and how the API describes it. No HTTP.

There are two kinds. `memory.Report` is one that a client asked for. `Listed` is one that is listed without that:
snapshots of the seller's other tool, and settlements.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.memory import Report
from simulator.apis.simulation import Simulation
from simulator.apis.wire import dump
from simulator.documents.model import Document
from simulator.documents.rendered import Rendered
from simulator.seeded_world import UnknownReportType
from simulator.world.instants import iso, parse_instant
from simulator.world.rng import stable_uuid

TWIN_PREFIX = "770"  # a settlement that is listed twice: the second id


@dataclass(frozen=True, slots=True)
class Listed:
    """A finished report that nobody asked for here; `source_id` is the world's id of its document."""

    seller: str
    report_id: str
    report_type: str
    marketplace_ids: tuple[str, ...]
    created: datetime
    start: datetime | None
    end: datetime | None
    source_id: str


def find(sim: Simulation, seller: str, report_id: str) -> Report | Listed | None:
    """A report of this seller: asked for, listed, or the second listing of a settlement."""
    report = sim.reports.find("sp", seller, report_id) or existing(sim, seller).get(report_id)
    if report is None and report_id.startswith(TWIN_PREFIX):
        first = existing(sim, seller).get(report_id.removeprefix(TWIN_PREFIX))
        return second_listing(first) if first else None
    return report


def second_listing(report: Listed) -> Listed:
    """The same settlement under another id, a minute later."""
    return replace(report, report_id=TWIN_PREFIX + report.report_id, created=report.created + timedelta(minutes=1))


def existing(sim: Simulation, seller: str) -> dict[str, Listed]:
    """What is listed for this seller without having been asked for, by id."""
    now = sim.clock.business()
    cached = sim.listed.get(seller)
    if cached is None or cached[0] != now:
        reports = {
            r.report_id: Listed(
                seller, r.report_id, r.report_type, r.marketplace_ids, r.created, r.start, r.end, r.report_id
            )
            for r in sim.world.sp_existing_reports(seller, now)
        }
        cached = sim.listed[seller] = (now, reports)
    return cached[1]


def status_of(sim: Simulation, report: Report) -> str:
    """processingStatus at this moment. A report's document is computed when its status first depends on it."""
    if report.cancelled:
        return "CANCELLED"
    progress = report.progress(sim.clock.protocol())
    if progress != "done":
        return "IN_QUEUE" if progress == "queued" else "IN_PROGRESS"
    if report.outcome in ("fatal", "fatal_with_reason"):
        return "FATAL"
    if report.outcome == "cancelled" or (report.outcome == "normal" and not has_data(sim, report)):
        return "CANCELLED"
    return "DONE"


def has_data(sim: Simulation, report: Report) -> bool:
    """Whether the world has anything for this report."""
    if "has_data" not in report.cache:
        report.cache["has_data"] = rendered(sim, report) is not None
    return bool(report.cache["has_data"])


def world_document(
    sim: Simulation, seller: str, request: dict[str, Any], report_type: str, now: datetime
) -> Document | None:
    """The world's document for a request as it was made at `now`."""
    start, end = (parse_instant(request[name]) if request.get(name) else None for name in ("start", "end"))
    try:
        return sim.world.sp_document(
            seller, report_type, tuple(request["marketplaces"]), start, end, request.get("options") or {}, now
        )
    except UnknownReportType:
        return None


def rendered(sim: Simulation, report: Report | Listed) -> Rendered | None:
    """The document as it is served, from the cache or from the world."""
    if isinstance(report, Listed):
        seller, source_id = report.seller, report.source_id
        return sim.documents.get(
            ("listed", seller, source_id), lambda: sim.world.sp_existing_document(seller, source_id)
        )
    key = ("sp", report.owner, report.report_id)
    if report.outcome == "fatal_with_reason":
        text = dump({"errorDetails": report.note or "The report could not be created."})
        return sim.documents.get(key, lambda: Document(text, "application/json", False))
    return sim.documents.get(
        key, lambda: world_document(sim, report.owner, report.request, report.report_type, report.business)
    )


def describe(sim: Simulation, report: Report | Listed) -> dict[str, Any]:
    """The Report object of the API."""
    if isinstance(report, Listed):
        done = report.created + timedelta(seconds=45)
        body: dict[str, Any] = {
            "reportId": report.report_id,
            "reportType": report.report_type,
            "marketplaceIds": list(report.marketplace_ids),
            "createdTime": iso(report.created),
            "processingStatus": "DONE",
            "processingStartTime": iso(report.created + timedelta(seconds=15)),
            "processingEndTime": iso(done),
            "reportDocumentId": document_id(sim, report.seller, report.report_id),
        }
        start, end = report.start, report.end
        if start is not None:
            body["dataStartTime"] = iso(start)
        if end is not None:
            body["dataEndTime"] = iso(end)
        return body
    status = status_of(sim, report)
    request = report.request
    body = {
        "reportId": report.report_id,
        "reportType": report.report_type,
        "marketplaceIds": request["marketplaces"],
        "dataStartTime": request.get("start") or iso(report.created),
        "dataEndTime": request.get("end") or iso(report.created),
        "createdTime": iso(report.created),
        "processingStatus": status,
    }
    if status != "IN_QUEUE" and not report.cancelled:
        body["processingStartTime"] = iso(report.created + timedelta(seconds=report.queue))
    if status in ("DONE", "FATAL", "CANCELLED"):
        body["processingEndTime"] = iso(report.created + timedelta(seconds=report.queue + report.work))
    if (status == "DONE" and report.outcome != "no_document") or (
        status == "FATAL" and report.outcome == "fatal_with_reason"
    ):
        body["reportDocumentId"] = document_id(sim, report.owner, report.report_id)
    return body


def document_id(sim: Simulation, seller: str, report_id: str) -> str:
    """The id of a report's document, from which `document_report` reads the report's id again."""
    region = sim.accounts[seller].region
    return f"amzn1.spdoc.1.4.{region}.{stable_uuid(seller, report_id)}.T{report_id}.2500"


def document_report(text: str) -> str | None:
    """The report id in a document id, or None when it is none."""
    parts = text.split(".")
    return parts[-2][1:] if len(parts) == 8 and parts[:4] == ["amzn1", "spdoc", "1", "4"] else None
