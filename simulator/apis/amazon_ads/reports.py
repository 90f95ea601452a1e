"""Amazon Ads: profiles, and reporting v3 (create, poll, delete, download).

Statuses, headers, content types and texts are Amazon's (OfflineReport_prod_3p.json, reporting guide). What a request
may hold is decided in requests.py. What the rows say is the world's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.apis.amazon_ads.requests import Invalid, check_request
from simulator.apis.downloads import served
from simulator.apis.lwa_tokens import Access
from simulator.apis.memory import Report
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, dump, jitter, json_reply
from simulator.documents.model import Document
from simulator.documents.rendered import Rendered
from simulator.world.instants import iso
from simulator.world.rng import stable_uuid

CREATE_TYPE = "application/vnd.createasyncreportrequest.v3+json"
CREATED_TYPE = "application/vnd.createasyncreportresponse.v3+json"
GOT_TYPE = "application/vnd.getasyncreportresponse.v3+json"
ERROR_TYPE = "application/vnd.error.v3+json"
# the Python client can send nothing but plain JSON
ACCEPTED_TYPES = (CREATE_TYPE, "application/json")
URL_LIFETIME = 3600


def error(status: int, detail: str) -> Reply:
    """An error of reporting: `detail`, without an s."""
    return json_reply(status, {"code": str(status), "detail": detail})


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose profile this is about, and which report type."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    call.identity = sim.tokens.read(token if scheme.lower() == "bearer" else None, "ads")
    call.seller = call.headers.get("amazon-advertising-api-scope", "")
    if call.operation == "createReport":
        try:
            call.subject = call.json()
        except BadBody as problem:
            call.subject = problem
            return
        if isinstance(call.subject, dict):
            config = call.subject.get("configuration")
            call.report_type = str(config.get("reportTypeId", "")) if isinstance(config, dict) else ""
            call.detail = {name: call.subject.get(name) for name in ("startDate", "endDate")}
            call.detail["reportType"] = call.report_type
    elif call.operation in ("getReport", "deleteReport"):
        call.subject = sim.reports.find("ads", call.seller, call.path_params["report_id"])
        call.detail = {"reportId": call.path_params["report_id"]}
        if call.subject:
            call.report_type = call.subject.report_type


def admit(call: Call, sim: Simulation, *, scoped: bool = True) -> Reply | None:
    """The answer to a request without a good token, client or profile; None when it may go on."""
    access: Access = call.identity
    if access.problem == "missing":
        return error(401, "Authorization header is missing")
    if access.problem or call.action("expired_token"):
        return error(401, "Not authorized: the access token is expired, revoked, malformed or invalid")
    if call.headers.get("amazon-advertising-api-clientid") != sim.world.ads_client_id:
        return error(401, "Amazon-Advertising-API-ClientId header is missing or does not match the access token")
    if not scoped:
        return None
    if not call.seller:
        return error(400, "Amazon-Advertising-API-Scope header is required")
    if call.seller not in {str(p["profileId"]) for p in profiles_of(call, sim)}:
        return error(401, f"Not authorized to access scope {call.seller}")
    return None


def profiles_of(call: Call, sim: Simulation) -> list[dict[str, Any]]:
    """The profiles that the token's user may see."""
    grant = call.identity.grant
    return [p for p in sim.ads_profiles.values() if grant and p["accountInfo"]["id"] in grant.sellers]


def get_profiles(call: Call, sim: Simulation) -> Reply:
    """GET /v2/profiles."""
    refused = admit(call, sim, scoped=False)
    if refused:
        return refused
    kinds = [k for k in call.query.get("profileTypeFilter", "").split(",") if k]
    shown = [
        {name: value for name, value in profile.items() if name != "region"}
        for profile in profiles_of(call, sim)
        if not kinds or profile["accountInfo"]["type"] in kinds
    ]
    return json_reply(200, shown)


def create_report(call: Call, sim: Simulation) -> Reply:
    """POST /reporting/reports; 425 while an identical report is being made."""
    refused = admit(call, sim)
    if refused:
        return refused
    role = call.action("role_403")
    if role:
        return error(403, role.get("details", "The user has no permission to report on this advertiser"))
    if call.headers.get("content-type", "").partition(";")[0].strip() not in ACCEPTED_TYPES:
        return error(415, f"Cannot consume content type; send {CREATE_TYPE}")
    if isinstance(call.subject, BadBody):
        return error(400, str(call.subject))
    business = sim.clock.business()
    zone = ZoneInfo(sim.ads_profiles[call.seller]["timezone"])
    try:
        body = check_request(call.subject, business.astimezone(zone).date())
    except Invalid as problem:
        return error(400, str(problem))
    others = [r for r in sim.reports.of("ads", call.seller) if not r.cancelled]
    for other in reversed(others):
        if same(other.request, body) and status_of(sim, other) in ("PENDING", "PROCESSING"):
            return duplicate(other)
    mistaken = call.action("duplicate_of_other")
    if mistaken and others:
        return duplicate(others[-1])
    report = make_report(call, sim, body, business)
    call.detail["reportId"] = report.report_id
    if call.action("duplicate"):  # as if an attempt that was cut short had been the first
        return duplicate(report)
    return json_reply(200, describe(sim, report), CREATED_TYPE)


def duplicate(report: Report) -> Reply:
    """425 with the id in the text only."""
    return error(425, f"The Request is a duplicate of : {report.report_id}")


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two requests are identical; a name is not part of it."""
    return all(one[name] == other[name] for name in ("startDate", "endDate", "configuration"))


def make_report(call: Call, sim: Simulation, body: dict[str, Any], business: datetime) -> Report:
    """A new report, kept."""
    report_id = stable_uuid("ads", sim.world.seed, call.seller, sim.reports.count())
    fault = call.action("fatal", "stuck_in_queue")
    report = Report(
        api="ads",
        owner=call.seller,
        report_id=report_id,
        report_type=body["configuration"]["reportTypeId"],
        created=sim.clock.protocol(),
        business=business,
        queue=(5 + 20 * jitter(report_id, "q")) / sim.time_scale,
        work=(15 + 75 * jitter(report_id, "w")) / sim.time_scale,
        request=body,
        outcome={"fatal": "fatal", "stuck_in_queue": "stuck"}.get(fault.kind, "normal") if fault else "normal",
        note=str(fault.get("reason", "Report generation failed due to an internal error")) if fault else "",
    )
    sim.reports.add(report)
    sim.counts.ads_created(call.seller, body)
    return report


def status_of(sim: Simulation, report: Report) -> str:
    """The build status at this moment."""
    progress = report.progress(sim.clock.protocol())
    if progress != "done":
        return "PENDING" if progress == "queued" else "PROCESSING"
    return "FAILED" if report.outcome == "fatal" else "COMPLETED"


def describe(sim: Simulation, report: Report, *, expired: bool = False) -> dict[str, Any]:
    """The AsyncReport object; what is not known yet is null."""
    status = status_of(sim, report)
    now = sim.clock.protocol()
    finished = report.created + timedelta(seconds=report.queue + report.work)
    body: dict[str, Any] = {
        "reportId": report.report_id,
        "status": status,
        "startDate": report.request["startDate"],
        "endDate": report.request["endDate"],
        "configuration": report.request["configuration"],
        "name": report.request["name"],
        "createdAt": iso(report.created, millis=True),
        "updatedAt": iso(finished if status in ("COMPLETED", "FAILED") else report.created, millis=True),
        "generatedAt": None,
        "url": None,
        "urlExpiresAt": None,
        "fileSize": None,
        "failureReason": report.note if status == "FAILED" else None,
    }
    if status == "COMPLETED":
        issued = now - timedelta(seconds=URL_LIFETIME + 60) if expired else now
        path = f"/ads-documents/{report.owner}/{report.report_id}/report-{report.report_id}.json.gz"
        body["url"] = sim.signer.url(path, issued, URL_LIFETIME)
        body["urlExpiresAt"] = iso(issued + timedelta(seconds=URL_LIFETIME), millis=True)
        body["generatedAt"] = iso(finished, millis=True)
        body["fileSize"] = len(rendered(sim, report).served)
    return body


def rendered(sim: Simulation, report: Report) -> Rendered:
    """The file: a gzipped JSON array of flat rows."""

    def make() -> Document:
        config = report.request["configuration"]
        start, end = (date.fromisoformat(report.request[name]) for name in ("startDate", "endDate"))
        rows = sim.world.ads_rows(
            report.owner,
            report.report_type,
            config["columns"],
            start,
            end,
            config["timeUnit"],
            report.business,
            config["groupBy"][-1],  # of several the finest
        )
        return Document(dump([row for row in rows if keeps(row)]), "application/octet-stream", True)

    keeps = row_filter(report.request["configuration"].get("filters"))
    found = sim.documents.get(("ads", report.owner, report.report_id), make)
    assert found is not None
    return found


def row_filter(filters: list[dict[str, Any]] | None) -> Callable[[dict[str, Any]], bool]:
    """Whether a row passes; a filter on a column that was not asked for cannot be applied and lets it pass."""
    wanted = [(f["field"], set(f.get("values") or ())) for f in filters or ()]
    return lambda row: all(name not in row or row[name] in values for name, values in wanted)


def get_report(call: Call, sim: Simulation) -> Reply:
    """GET /reporting/reports/{reportId}."""
    refused = admit(call, sim)
    if refused:
        return refused
    if call.subject is None or call.subject.cancelled:
        return error(404, f"Report {call.path_params['report_id']} was not found")
    return json_reply(200, describe(sim, call.subject, expired=bool(call.action("expired_url"))), GOT_TYPE)


def delete_report(call: Call, sim: Simulation) -> Reply:
    """DELETE /reporting/reports/{reportId}: only while it is pending."""
    refused = admit(call, sim)
    if refused:
        return refused
    report = call.subject
    if report is None or report.cancelled:
        return error(404, f"Report {call.path_params['report_id']} was not found")
    if status_of(sim, report) != "PENDING":
        return error(400, "Only a report whose status is PENDING can be deleted")
    sim.reports.cancel(report)
    return json_reply(200, {"code": "200", "detail": "SUCCESS", "reportId": report.report_id})


def identify_download(call: Call, sim: Simulation) -> None:
    """Whose report is fetched, and of which type."""
    call.seller = call.path_params["owner"]
    call.subject = sim.reports.find("ads", call.seller, call.path_params["report_id"])
    if call.subject:
        call.report_type = call.subject.report_type
    call.detail = {"reportId": call.path_params["report_id"], "reportType": call.report_type}


def download(call: Call, sim: Simulation) -> Reply:
    """GET /ads-documents/...: the gzip file, as S3 serves it."""
    made = call.subject is not None and status_of(sim, call.subject) == "COMPLETED"
    return served(call, sim, lambda: rendered(sim, call.subject) if made else None)
