"""SP-API Reports 2021-06-30: create, look, list, cancel, document addresses, and the documents themselves.

Statuses, headers, error bodies and rates are Amazon's (reports_2021-06-30.json, usage plans). What a body may hold is
decided in requests.py, and what becomes of a report in report_states.py. What a document says is the world's. Faults
that bend documents are in faults/mutations.py.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.amazon_sp import roles
from simulator.apis.amazon_sp.listing import CLIENT_NOISE, next_token, read_query
from simulator.apis.amazon_sp.report_states import (
    Listed,
    describe,
    document_report,
    existing,
    find,
    rendered,
    second_listing,
    status_of,
    world_document,
)
from simulator.apis.amazon_sp.requests import (
    LISTINGS,
    MIN_INTERVAL,
    ORDERS_BY_DATE,
    SETTLEMENTS,
    Invalid,
    parse_request,
)
from simulator.apis.downloads import served
from simulator.apis.lwa_tokens import Access
from simulator.apis.memory import Report
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, dump, jitter
from simulator.documents.rendered import Rendered, render
from simulator.faults.rules import Action
from simulator.world.brand_analytics import periods
from simulator.world.instants import iso, parse_instant

# operation -> (requests per second, burst), of all that is served of SP-API
RATES = {
    "getReports": (0.0222, 10.0),
    "createReport": (0.0167, 15.0),
    "getReport": (2.0, 15.0),
    "cancelReport": (0.0222, 10.0),
    "getReportDocument": (0.0167, 15.0),
    "createRestrictedDataToken": (1.0, 10.0),
    "createQuery": (0.0167, 15.0),
    "getQueries": (0.0222, 10.0),
    "getQuery": (2.0, 15.0),
    "cancelQuery": (0.0222, 10.0),
    "getDocument": (0.0167, 15.0),
    "getMarketplaceParticipations": (0.016, 15.0),
    "searchListingsItems": (5.0, 5.0),
    "getListingsItem": (5.0, 10.0),
    "patchListingsItem": (5.0, 5.0),
    "createFeedDocument": (0.5, 15.0),
    "createFeed": (0.0083, 15.0),
    "getFeed": (2.0, 15.0),
    "getFeedDocument": (0.0222, 10.0),
    "rotateApplicationClientSecret": (0.0167, 1.0),
}
URL_LIFETIME = 300
REPORT_ID_BASE = 70_000_000_000


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


def identify_seller(call: Call, sim: Simulation) -> None:
    """Find out whose request this is."""
    access = sim.tokens.read(call.headers.get("x-amz-access-token"), "sp")
    call.identity = access
    if access.grant and access.grant.kind == "sp":
        call.seller = access.grant.sellers[0]


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose request this is, and about which report type."""
    identify_seller(call, sim)
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
    if access.resources is not None and (call.method, call.path) not in access.resources:
        return unauthorized(sim, call, "The restricted data token does not grant access to this resource.")
    if not call.headers.get("user-agent"):
        return invalid(sim, call, "A User-Agent header is required.")
    rate, burst = RATES[call.operation]
    if not sim.buckets.take((call.api, call.seller, call.operation), rate, burst):
        return throttled(sim, call)
    return None


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
    if roles.lacks_types(sim.roles, [call.report_type]):
        return unauthorized(sim, call, "")
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
    if sim.notifier and not call.action("notification_lost"):
        sim.notifier.report(sim, report)
    call.detail["reportId"] = report_id
    return reply(sim, call, 202, {"reportId": report_id})


def outcome_of(
    sim: Simulation, call: Call, report_type: str, request: dict[str, Any], now: datetime
) -> tuple[str, str]:
    """How a report will end: by the faults drawn for it, by its period, by the minimum interval of its type."""
    fault = call.action("cancelled", "fatal", "stuck_in_queue", "done_without_document")
    if fault:
        if fault.kind == "fatal" and fault.get("reason") is not None:
            return "fatal_with_reason", str(fault.get("reason"))
        return {"stuck_in_queue": "stuck", "done_without_document": "no_document"}.get(fault.kind, fault.kind), ""
    start, end = (parse_instant(request[name]) if request[name] else None for name in ("start", "end"))
    reason = periods.refusal(report_type, request["marketplaces"], start, end, request["options"], sim.clock.business())
    if reason:
        return "fatal_with_reason", reason
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
    if roles.lacks_types(sim.roles, filters["types"]):
        return unauthorized(sim, call, "")
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
    if report.report_type in sim.restricted and call.identity.resources is None:
        return unauthorized(sim, call, "A restricted data token is required to access this resource.")
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
    return served(
        call,
        sim,
        lambda: rendered(sim, call.subject) if call.subject is not None else None,
        other=lambda action: stranger(call, sim, action),
        inflating=lambda document: call.query.get("response-content-encoding") == "gzip",
    )


def stranger(call: Call, sim: Simulation, action: Action) -> Rendered | None:
    """The document that is served in the place of the right one: another seller's, or one of another type."""
    report = call.subject
    request = {"start": None, "end": None, "options": {}, **(report.request if isinstance(report, Report) else {})}
    wanted = action.get("report_type") or (LISTINGS if report.report_type != LISTINGS else ORDERS_BY_DATE)
    other_type = wanted if action.kind == "other_report" else report.report_type
    sellers = [call.seller]
    if action.kind == "other_marketplace":
        region = sim.accounts[call.seller].region
        sellers = [seller for seller, account in sim.accounts.items() if account.region != region]
    for seller in sellers:
        request["marketplaces"] = list(sim.accounts[seller].marketplace_ids[:1])
        document = world_document(sim, seller, request, other_type, sim.clock.business())
        if document is not None:
            return render(document)
    return None
