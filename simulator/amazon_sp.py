"""SP-API Reports 2021-06-30: create, look, list, cancel, document addresses, and the documents themselves.

Statuses, headers, error bodies and rates are Amazon's (reports_2021-06-30.json, usage plans). What a body may hold is
decided in sp_requests.py; what a document says is the world's; faults that bend documents are in mutations.py.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.documents_cache import Rendered
from simulator.lwa import Access
from simulator.model import Document
from simulator.sp_listing import CLIENT_NOISE, next_token, read_query
from simulator.sp_requests import MIN_INTERVAL, SETTLEMENTS, Invalid, parse_request
from simulator.state import Report
from simulator.wire import BadBody, Call, Reply, dump, iso, jitter, parse_instant, s3_error, stable_uuid
from simulator.world import UnknownReportType

if TYPE_CHECKING:
    from simulator.simulation import Simulation

# operation -> (requests per second, burst)
RATES = {
    "getReports": (0.0222, 10.0),
    "createReport": (0.0167, 15.0),
    "getReport": (2.0, 15.0),
    "cancelReport": (0.0222, 10.0),
    "getReportDocument": (0.0167, 15.0),
}
URL_LIFETIME = 300
REPORT_ID_BASE = 70_000_000_000
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


def reply(sim: Simulation, call: Call, status: int, body: Any, error_type: str = "") -> Reply:
    """An SP-API answer with Amazon's headers."""
    headers = {"content-type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
    if 200 <= status < 300 or status in (400, 404):
        rate = RATES.get(call.operation)
        if rate:
            headers["x-amzn-ratelimit-limit"] = f"{sim.buckets.rate(rate[0]):.10g}"
    if error_type:
        headers["x-amzn-errortype"] = error_type
    return Reply(status, b"" if body is None else dump(body), headers)


def error(sim: Simulation, call: Call, status: int, code: str, message: str, details: str = "") -> Reply:
    """An SP-API error."""
    body = {"errors": [{"code": code, "message": message, "details": details}]}
    return reply(sim, call, status, body, f"{code}Exception")


def invalid(sim: Simulation, call: Call, details: str) -> Reply:
    """400 InvalidInput."""
    return error(
        sim, call, 400, "InvalidInput", "Request has missing or invalid parameters and cannot be parsed.", details
    )


def throttled(sim: Simulation, call: Call) -> Reply:
    """429 without a rate header and without Retry-After."""
    return error(sim, call, 429, "QuotaExceeded", "You exceeded your quota for the requested resource.")


def unauthorized(sim: Simulation, call: Call, details: str) -> Reply:
    """403 as for a token or a role that does not suffice."""
    return error(sim, call, 403, "Unauthorized", "Access to requested resource is denied.", details)


def not_found(sim: Simulation, call: Call, what: str) -> Reply:
    """404 for a report or document that is not this seller's."""
    return error(sim, call, 404, "NotFound", "The requested resource was not found.", what)


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose request this is, and about which report type."""
    access = sim.tokens.read(call.headers.get("x-amz-access-token"), "sp")
    call.identity = access
    if access.grant and access.grant.kind == "sp":
        call.seller = access.grant.sellers[0]
    if call.operation == "createReport":
        try:
            call.subject = call.json()
        except BadBody as problem:
            call.subject = problem
            return
        if isinstance(call.subject, dict):
            call.report_type = str(call.subject.get("reportType", ""))
            call.detail = {
                k: call.subject.get(k)
                for k in ("reportType", "marketplaceIds", "dataStartTime", "dataEndTime", "reportOptions")
                if k in call.subject
            }
    elif call.operation == "getReports":
        call.report_type = call.query.get("reportTypes", "")
        call.detail = {k: v for k, v in call.query.items() if k not in CLIENT_NOISE or k == "marketplaceIds"}
    else:
        report_id = call.path_params.get("report_id") or document_report(call.path_params.get("document_id", ""))
        call.detail = {"reportId": report_id}
        if call.seller and report_id:
            call.subject = find(sim, call.seller, report_id)
            if call.subject is not None:
                call.report_type = call.subject.report_type
                call.detail["reportType"] = call.report_type


def admit(sim: Simulation, call: Call) -> Reply | None:
    """The answer to a request without a good token or beyond its quota; None when it may go on."""
    access: Access = call.identity
    if access.problem or call.action("expired_token"):
        details = {
            "missing": "Access token is missing in the request header.",
            "invalid": "The access token you provided is revoked, malformed or invalid.",
            "foreign": "The access token you provided does not grant access to this API.",
        }.get(access.problem, "The access token you provided has expired.")
        return unauthorized(sim, call, details)
    if not call.headers.get("user-agent"):
        return invalid(sim, call, "A User-Agent header is required.")
    rate, burst = RATES[call.operation]
    if not sim.buckets.take(("sp", call.seller, call.operation), rate, burst):
        return throttled(sim, call)
    return None


# reports ------------------------------------------------------------------------------------------------------------


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


# operations ---------------------------------------------------------------------------------------------------------


def create_report(call: Call, sim: Simulation) -> Reply:
    """POST /reports/2021-06-30/reports."""
    refused = admit(sim, call)
    if refused:
        return refused
    role = call.action("role_403")
    if role:
        return unauthorized(
            sim, call, role.get("details", "Your application lacks a role that this report type requires.")
        )
    if not call.headers.get("content-type", "").startswith("application/json"):
        return error(sim, call, 415, "UnsupportedMediaType", "The request's Content-Type header is invalid.")
    if isinstance(call.subject, BadBody):
        return invalid(sim, call, str(call.subject))
    now = sim.clock.protocol()
    own = sim.accounts[call.seller].marketplace_ids
    try:
        request = parse_request(call.subject, own, now)
    except Invalid as problem:
        return invalid(sim, call, str(problem))
    kept = {
        "marketplaces": list(request.marketplace_ids),
        "start": iso(request.start) if request.start else None,
        "end": iso(request.end) if request.end else None,
        "options": request.options,
    }
    outcome, note = outcome_of(sim, call, request.report_type, kept, now)
    report_id = str(REPORT_ID_BASE + 1 + sim.reports.count())
    report = Report(
        api="sp",
        owner=call.seller,
        report_id=report_id,
        report_type=request.report_type,
        created=now,
        business=sim.clock.business(),
        queue=(5 + 15 * jitter(sim.world.seed, report_id, "q")) / sim.time_scale,
        work=(10 + 40 * jitter(sim.world.seed, report_id, "w")) / sim.time_scale,
        request=kept,
        outcome=outcome,
        note=note,
    )
    sim.reports.add(report)
    sim.counts.sp_created(call.seller, request.report_type, kept)
    call.detail["reportId"] = report_id
    return reply(sim, call, 202, {"reportId": report_id})


def outcome_of(
    sim: Simulation, call: Call, report_type: str, request: dict[str, Any], now: datetime
) -> tuple[str, str]:
    """How a report will end, by the faults drawn for it and by the minimum interval of its type."""
    fault = call.action("cancelled", "fatal", "stuck_in_queue", "done_without_document")
    if fault:
        if fault.kind == "fatal" and fault.get("reason") is not None:
            return "fatal_with_reason", str(fault.get("reason"))
        return {"stuck_in_queue": "stuck", "done_without_document": "no_document"}.get(fault.kind, fault.kind), ""
    interval = MIN_INTERVAL.get(report_type)
    if interval:
        for earlier in reversed(sim.reports.of("sp", call.seller)):
            if now - earlier.created >= interval:
                break
            blocks = earlier.outcome in ("normal", "stuck") and not earlier.cancelled
            if blocks and earlier.report_type == report_type and earlier.request == request:
                return ("cancelled", "") if sim.too_soon == "CANCELLED" else ("fatal", "")
    return "normal", ""


def get_report(call: Call, sim: Simulation) -> Reply:
    """GET /reports/2021-06-30/reports/{reportId}."""
    refused = admit(sim, call)
    if refused:
        return refused
    report = call.subject
    if report is None:
        return not_found(sim, call, f"There is no report {call.path_params['report_id']}.")
    return reply(sim, call, 200, describe(sim, report))


def get_reports(call: Call, sim: Simulation) -> Reply:
    """GET /reports/2021-06-30/reports: newest first, by pages."""
    refused = admit(sim, call)
    if refused:
        return refused
    now = sim.clock.protocol()
    try:
        filters = read_query(call.query, now)
    except Invalid as problem:
        return invalid(sim, call, str(problem))
    matching = listed(sim, call, filters, now)
    offset, size = filters["offset"], filters["size"]
    body: dict[str, Any] = {"reports": [describe(sim, report) for report in matching[offset : offset + size]]}
    if offset + size < len(matching):
        body["nextToken"] = next_token(filters)
    return reply(sim, call, 200, body)


def listed(sim: Simulation, call: Call, filters: dict[str, Any], now: datetime) -> list[Report | Listed]:
    """The seller's reports that pass the filters, newest first."""
    since, until = (datetime.fromisoformat(filters[name]) for name in ("since", "until"))
    reports: list[Report | Listed] = list(existing(sim, call.seller).values())
    if call.action("settlement_twice"):
        reports += [second_listing(r) for r in list(reports) if isinstance(r, Listed) and r.report_type == SETTLEMENTS]
    reports += sim.reports.of("sp", call.seller)
    chosen = []
    for report in reports:
        if report.report_type not in filters["types"] or not since <= report.created <= until:
            continue
        own = report.marketplace_ids if isinstance(report, Listed) else report.request["marketplaces"]
        if filters["marketplaces"] and not set(own) & set(filters["marketplaces"]):
            continue
        if filters["statuses"]:
            status = "DONE" if isinstance(report, Listed) else status_of(sim, report)
            if status not in filters["statuses"]:
                continue
        chosen.append(report)
    chosen.sort(key=lambda r: (r.created, r.report_id), reverse=True)
    return chosen


def cancel_report(call: Call, sim: Simulation) -> Reply:
    """DELETE /reports/2021-06-30/reports/{reportId}: only while it is in the queue."""
    refused = admit(sim, call)
    if refused:
        return refused
    report = call.subject
    if report is None:
        return not_found(sim, call, f"There is no report {call.path_params['report_id']}.")
    if isinstance(report, Listed) or status_of(sim, report) != "IN_QUEUE":
        return invalid(sim, call, "Only a report whose processingStatus is IN_QUEUE can be cancelled.")
    sim.reports.cancel(report)
    return reply(sim, call, 200, None)


def get_report_document(call: Call, sim: Simulation) -> Reply:
    """GET /reports/2021-06-30/documents/{reportDocumentId}: an address that is good for five minutes."""
    refused = admit(sim, call)
    if refused:
        return refused
    wanted = call.path_params["document_id"]
    report = call.subject
    described = describe(sim, report) if report is not None else {}
    if report is None or described.get("reportDocumentId") != wanted:
        return not_found(sim, call, f"There is no report document {wanted}.")
    document = rendered(sim, report)
    if document is None:
        return not_found(sim, call, f"There is no report document {wanted}.")
    issued = sim.clock.protocol()
    if call.action("expired_url"):
        issued -= timedelta(seconds=URL_LIFETIME + 60)
    # asked for, S3 says "Content-Encoding: gzip" and HTTP clients inflate on their own
    encoding = "gzip" if call.query.get("enableContentEncodingUrlHeader") == "true" and document.gzip else "identity"
    url = sim.signer.url(f"/documents/{call.seller}/{wanted}", issued, URL_LIFETIME, response_content_encoding=encoding)
    body = {"reportDocumentId": wanted, "url": url}
    if document.gzip:
        body["compressionAlgorithm"] = "GZIP"
    return reply(sim, call, 200, body)


def identify_download(call: Call, sim: Simulation) -> None:
    """Whose document is fetched, and of which type."""
    call.seller = call.path_params["owner"]
    report_id = document_report(call.path_params["document_id"]) or ""
    if call.seller in sim.accounts:
        call.subject = find(sim, call.seller, report_id)
    if call.subject is not None:
        call.report_type = call.subject.report_type
    call.detail = {"reportId": report_id, "reportType": call.report_type}


def download(call: Call, sim: Simulation) -> Reply:
    """GET /documents/...: the bytes, as S3 serves them."""
    problem = sim.signer.problem(call.path, call.query, call.headers, sim.clock.protocol())
    if problem:
        return problem
    document = rendered(sim, call.subject) if call.subject is not None else None
    if document is None:
        return s3_error(404, "NoSuchKey", "The specified key does not exist.")
    headers = {"content-type": document.content_type, "etag": f'"{document.etag}"'}
    encoding = call.query.get("response-content-encoding")
    if encoding == "gzip":
        headers["content-encoding"] = "gzip"
    return Reply(200, document.served, headers)
