"""Data Kiosk 2023-11-15: create, look, list, cancel, document addresses, and the documents themselves.

Statuses, headers, error bodies and rates are Amazon's (dataKiosk_2023-11-15.json, usage plans), and shared with the
reports API. What a query may be is decided in schema.py. Its rows are the world's. A query's answer comes in pages of
PAGE_ROWS rows; each page is a query of its own, asked with the token of the one before.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.amazon_sp import roles
from simulator.apis.amazon_sp.listing import RETENTION, STATUSES
from simulator.apis.amazon_sp.reports import URL_LIFETIME, admit, error, invalid, not_found, reply, unauthorized
from simulator.apis.data_kiosk.schema import Invalid, KioskQuery, parse_query, select
from simulator.apis.downloads import served
from simulator.apis.memory import Report
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, dump, jitter
from simulator.documents.model import Document
from simulator.documents.rendered import Rendered
from simulator.world.instants import iso, parse_instant
from simulator.world.rng import stable_uuid

QUERY_ID_BASE = 80_000_000_000
PAGE_ROWS = 500
# documents of so many bytes come compressed, smaller ones plain
_COMPRESSED_FROM = 4096


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose request this is, and about which data set."""
    call.identity = sim.tokens.read(call.headers.get("x-amz-access-token"), "sp")
    if call.identity.grant and call.identity.grant.kind == "sp":
        call.seller = call.identity.grant.sellers[0]
    if call.operation == "createQuery":
        try:
            call.subject = call.json()
        except BadBody as problem:
            call.subject = problem
            return
        if isinstance(call.subject, dict):
            call.detail = {name: call.subject[name] for name in ("query", "paginationToken") if name in call.subject}
            text = str(call.subject.get("query"))
            call.report_type = next((name for name in DATASETS if all(part in text for part in name.split("."))), "")
    elif call.operation == "getQueries":
        call.detail = dict(call.query)
    else:
        query_id = call.path_params.get("query_id") or document_query(call.path_params.get("document_id", ""))
        call.detail = {"queryId": query_id}
        if call.seller and query_id:
            call.subject = sim.reports.find("kiosk", call.seller, query_id)
            if call.subject is not None:
                call.report_type = call.detail["dataset"] = call.subject.report_type


DATASETS = ("analytics_salesAndTraffic_2024_04_24.salesAndTrafficByAsin", "analytics_economics_2024_03_15.economics")


def create_query(call: Call, sim: Simulation) -> Reply:
    """POST /dataKiosk/2023-11-15/queries."""
    refused = admit(sim, call)
    if refused:
        return refused
    role = call.action("role_403")
    if role:
        return unauthorized(sim, call, role.get("details", "Your application lacks a role that this query requires."))
    if roles.lacks(sim.roles, roles.DATA_KIOSK):
        return unauthorized(sim, call, "")
    if not call.headers.get("content-type", "").startswith("application/json"):
        return error(sim, call, 415, "UnsupportedMediaType", "The request's Content-Type header is invalid.")
    if isinstance(call.subject, BadBody):
        return invalid(sim, call, str(call.subject))
    if not isinstance(call.subject, dict):
        return invalid(sim, call, "The body must be a JSON object.")
    try:
        query = _parsed(sim, call.seller, call.subject.get("query"), sim.clock.protocol())
        first, offset = _page(sim, call)
    except Invalid as problem:
        return invalid(sim, call, str(problem))
    paged = call.action("paged")
    query_id = str(QUERY_ID_BASE + 1 + sim.reports.count())
    fault = call.action("fatal", "stuck_in_queue")
    outcome, note = "normal", ""
    if fault:
        outcome, note = ("stuck", "") if fault.kind == "stuck_in_queue" else ("fatal", str(fault.get("reason") or ""))
    made = Report(
        api="kiosk",
        owner=call.seller,
        report_id=query_id,
        report_type=query.dataset,
        created=sim.clock.protocol(),
        business=first.business if first else sim.clock.business(),
        queue=(5 + 15 * jitter(sim.world.seed, query_id, "q")) / sim.time_scale,
        work=(10 + 40 * jitter(sim.world.seed, query_id, "w")) / sim.time_scale,
        request={
            "query": call.subject["query"],
            "first": first.report_id if first else query_id,
            "offset": offset,
            "rows": int(paged.get("rows", 10)) if paged else first.request["rows"] if first else PAGE_ROWS,
        },
        outcome=outcome,
        note=note,
    )
    sim.reports.add(made)
    sim.counts.kiosk[call.seller, call.subject["query"], str(call.subject.get("paginationToken") or "")] += 1
    if sim.notifier and not call.action("notification_lost"):
        sim.notifier.query(sim, made)
    call.detail["queryId"] = query_id
    return reply(sim, call, 202, {"queryId": query_id})


def _parsed(sim: Simulation, seller: str, text: Any, now: datetime) -> KioskQuery:
    # marketplaces' days differ by less than a day; the latest of them says what is in the future
    latest = (now + timedelta(hours=14)).date()
    return parse_query(text, sim.accounts[seller].marketplace_ids, latest)


def _page(sim: Simulation, call: Call) -> tuple[Report | None, int]:
    """The first query of the answer that a further page is asked of, and where the page begins. Raises Invalid."""
    token = call.subject.get("paginationToken")
    if token is None:
        return None, 0
    try:
        said = json.loads(base64.urlsafe_b64decode(str(token).encode()))
        first = sim.reports.find("kiosk", call.seller, said["first"])
        offset = int(said["offset"])
    except (ValueError, KeyError, TypeError):
        first, offset = None, 0
    if first is None:
        raise Invalid("paginationToken is invalid.")
    if first.request["query"] != call.subject["query"]:
        raise Invalid("query must be that of the query which paginationToken was fetched from.")
    return first, offset


def get_query(call: Call, sim: Simulation) -> Reply:
    """GET /dataKiosk/2023-11-15/queries/{queryId}."""
    refused = admit(sim, call)
    if refused:
        return refused
    if call.subject is None:
        return not_found(sim, call, f"There is no query {call.path_params['query_id']}.")
    return reply(sim, call, 200, describe(sim, call.subject))


def cancel_query(call: Call, sim: Simulation) -> Reply:
    """DELETE /dataKiosk/2023-11-15/queries/{queryId}: only while it is not finished."""
    refused = admit(sim, call)
    if refused:
        return refused
    query = call.subject
    if query is None:
        return not_found(sim, call, f"There is no query {call.path_params['query_id']}.")
    if status_of(sim, query) in ("DONE", "FATAL"):
        return invalid(sim, call, "Only a query whose processingStatus is not terminal can be cancelled.")
    if not query.cancelled:
        sim.reports.cancel(query)
    return reply(sim, call, 204, None)


def get_queries(call: Call, sim: Simulation) -> Reply:
    """GET /dataKiosk/2023-11-15/queries: newest first, by pages."""
    refused = admit(sim, call)
    if refused:
        return refused
    if roles.lacks(sim.roles, roles.DATA_KIOSK):
        return unauthorized(sim, call, "")
    now = sim.clock.protocol()
    try:
        filters = _filters(call.query, now)
    except Invalid as problem:
        return invalid(sim, call, str(problem))
    since, until = (datetime.fromisoformat(filters[name]) for name in ("since", "until"))
    matching = [
        query
        for query in reversed(sim.reports.of("kiosk", call.seller))
        if since <= query.created <= until and (not filters["statuses"] or status_of(sim, query) in filters["statuses"])
    ]
    offset, size = filters["offset"], filters["size"]
    body: dict[str, Any] = {"queries": [describe(sim, query) for query in matching[offset : offset + size]]}
    if offset + size < len(matching):
        body["pagination"] = {"nextToken": _token({**filters, "offset": offset + size})}
    return reply(sim, call, 200, body)


def _filters(query: dict[str, str], now: datetime) -> dict[str, Any]:
    """The filters of a getQueries request; those of a further page must be those of the first. Raises Invalid."""
    unknown = set(query) - {"processingStatuses", "pageSize", "createdSince", "createdUntil", "paginationToken"}
    if unknown:
        raise Invalid(f"{', '.join(sorted(unknown))} are no parameters of getQueries.")
    statuses = [s for s in query.get("processingStatuses", "").split(",") if s]
    if wrong := [s for s in statuses if s not in STATUSES]:
        raise Invalid(f"processingStatuses {', '.join(wrong)} are invalid.")
    size = query.get("pageSize", "10")
    if not size.isdigit() or not 1 <= int(size) <= 100:
        raise Invalid("pageSize must be between 1 and 100.")
    given = {name: query.get(name) for name in ("processingStatuses", "createdSince", "createdUntil")}
    if token := query.get("paginationToken"):
        try:
            filters = json.loads(base64.urlsafe_b64decode(token.encode()))
            if filters["given"] == given:
                return {**filters, "size": int(size)}
        except (ValueError, KeyError, TypeError):
            pass
        raise Invalid("paginationToken is invalid, or came with other parameters than those that it was fetched with.")
    try:
        since = parse_instant(query["createdSince"]) if query.get("createdSince") else now - RETENTION
        until = parse_instant(query["createdUntil"]) if query.get("createdUntil") else now
    except ValueError as problem:
        raise Invalid(f"createdSince or createdUntil: {problem}") from problem
    oldest = now - RETENTION
    return {
        "given": given,
        "statuses": statuses,
        "size": int(size),
        "since": max(since, oldest).isoformat(),
        "until": until.isoformat(),
        "offset": 0,
    }


def _token(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def status_of(sim: Simulation, query: Report) -> str:
    """processingStatus at this moment."""
    if query.cancelled:
        return "CANCELLED"
    progress = query.progress(sim.clock.protocol())
    if progress != "done":
        return "IN_QUEUE" if progress == "queued" else "IN_PROGRESS"
    return "FATAL" if query.outcome == "fatal" else "DONE"


def describe(sim: Simulation, query: Report) -> dict[str, Any]:
    """The Query object of the API."""
    status = status_of(sim, query)
    body: dict[str, Any] = {
        "queryId": query.report_id,
        "query": query.request["query"],
        "createdTime": iso(query.created),
        "processingStatus": status,
    }
    if status != "IN_QUEUE" and not query.cancelled:
        body["processingStartTime"] = iso(query.created + timedelta(seconds=query.queue))
    if status in ("DONE", "FATAL"):
        body["processingEndTime"] = iso(query.created + timedelta(seconds=query.queue + query.work))
    if status == "DONE":
        lines, after = page_lines(sim, query), query.request["offset"] + query.request["rows"]
        if lines:
            body["dataDocumentId"] = document_id(sim, query)
        if after < len(answer_lines(sim, query)):
            body["pagination"] = {"nextToken": _token({"first": query.request["first"], "offset": after})}
    elif status == "FATAL" and query.note:
        body["errorDocumentId"] = document_id(sim, query)
    return body


def answer_lines(sim: Simulation, query: Report) -> list[bytes]:
    """The whole answer of the query that this one is a page of, a row a line, as it was when that was asked."""
    first = sim.reports.find("kiosk", query.owner, query.request["first"]) or query
    if "lines" not in first.cache:
        asked = _parsed(sim, first.owner, first.request["query"], first.created)
        rows = sim.world.kiosk_rows(
            first.owner, asked.dataset, asked.marketplace_ids, asked.arguments, asked.first, asked.last, first.business
        )
        first.cache["lines"] = [dump(row) for row in select(first.request["query"], asked.dataset, rows)]
    return list(first.cache["lines"])


def page_lines(sim: Simulation, query: Report) -> list[bytes]:
    """The rows of this page."""
    offset, rows = query.request["offset"], query.request["rows"]
    return answer_lines(sim, query)[offset : offset + rows]


def document_id(sim: Simulation, query: Report) -> str:
    """The id of a query's document, from which `document_query` reads the query's id again."""
    region = sim.accounts[query.owner].region
    return f"amzn1.tortuga.4.{region}.{stable_uuid(query.owner, query.report_id)}.Q{query.report_id}"


def document_query(text: str) -> str | None:
    """The query id in a document id, or None when it is none."""
    parts = text.split(".")
    return parts[-1][1:] if len(parts) == 6 and parts[:3] == ["amzn1", "tortuga", "4"] else None


def rendered(sim: Simulation, query: Report) -> Rendered | None:
    """The document as it is served; None when there is none."""

    def make() -> Document | None:
        if query.outcome == "fatal":
            return Document(dump({"errors": [{"message": query.note}]}), "application/json", False)
        content = b"".join(line + b"\n" for line in page_lines(sim, query))
        return Document(content, "application/jsonl", len(content) >= _COMPRESSED_FROM) if content else None

    return sim.documents.get(("kiosk", query.owner, query.report_id), make)


def get_document(call: Call, sim: Simulation) -> Reply:
    """GET /dataKiosk/2023-11-15/documents/{documentId}: an address that is good for five minutes."""
    refused = admit(sim, call)
    if refused:
        return refused
    wanted, query = call.path_params["document_id"], call.subject
    described = describe(sim, query) if query is not None else {}
    document = rendered(sim, query) if query is not None else None
    if document is None or wanted not in (described.get("dataDocumentId"), described.get("errorDocumentId")):
        return not_found(sim, call, f"There is no document {wanted}.")
    issued = sim.clock.protocol()
    if call.action("expired_url"):
        issued -= timedelta(seconds=URL_LIFETIME + 60)
    url = sim.signer.url(f"/kiosk-documents/{call.seller}/{wanted}", issued, URL_LIFETIME)
    return reply(sim, call, 200, {"documentId": wanted, "documentUrl": url})


def identify_download(call: Call, sim: Simulation) -> None:
    """Whose document is fetched, and of which data set."""
    call.seller = call.path_params["owner"]
    query_id = document_query(call.path_params["document_id"]) or ""
    call.subject = sim.reports.find("kiosk", call.seller, query_id)
    if call.subject is not None:
        call.report_type = call.subject.report_type
    call.detail = {"queryId": query_id, "dataset": call.report_type}


def download(call: Call, sim: Simulation) -> Reply:
    """GET /kiosk-documents/...: the bytes, as S3 serves them."""
    return served(
        call,
        sim,
        lambda: rendered(sim, call.subject) if call.subject is not None else None,
        inflating=lambda document: document.gzip,
    )
