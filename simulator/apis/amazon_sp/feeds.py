"""Feeds API 2021-06-30 for JSON_LISTINGS_FEED v2, as far as the stock of merchants' offers goes.

A document is uploaded to a signed address, a feed names it, and a minute later it is processed: message by message,
what is wrong with one keeps no other back. Bodies are those of feeds_2021-06-30.json and of the schemas of listings
feeds and their processing reports, version 2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.amazon_sp import roles
from simulator.apis.amazon_sp.listings_items import quantity_of, set_units
from simulator.apis.amazon_sp.reports import admit, invalid, not_found, reply, unauthorized
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, s3_error
from simulator.world.instants import iso
from simulator.world.model import SimStore
from simulator.world.rng import stable_uuid

FEED_TYPE = "JSON_LISTINGS_FEED"
CONTENT_TYPE = "application/json; charset=UTF-8"
MOST_MESSAGES = 25_000
URL_LIFETIME = 300
QUEUED, DONE_AFTER = 20, 60
"""Seconds after which a feed is being processed, and is done."""


@dataclass
class Document:
    """owner: the seller. content: None until it was uploaded."""

    owner: str
    content: bytes | None = None


@dataclass
class Feed:
    """report: the document of its processing report, once it is done."""

    owner: str
    document: str
    store: SimStore
    created: datetime
    business: datetime
    report: str = ""
    is_fatal: bool = False


@dataclass
class Memory:
    """Documents and feeds by their ids."""

    documents: dict[str, Document] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)


def memory(sim: Simulation) -> Memory:
    """That of this simulation."""
    return sim.shops.setdefault("feeds", Memory())


def create_document(call: Call, sim: Simulation) -> Reply:
    """POST /feeds/2021-06-30/documents: where the contents are to be uploaded, for five minutes."""
    asked = _asked(call, sim, "contentType")
    if isinstance(asked, Reply):
        return asked
    known = memory(sim).documents
    name = f"amzn1.tortuga.4.na.{stable_uuid('feed document', sim.world.seed, len(known))}"
    known[name] = Document(call.seller)
    content_type = str(asked["contentType"])
    url = sim.signer.url(f"/feed-documents/{name}", sim.clock.protocol(), URL_LIFETIME, content_type=content_type)
    return reply(sim, call, 201, {"feedDocumentId": name, "url": url})


def identify_document(call: Call, sim: Simulation) -> None:
    """Whose document an address is of."""
    call.subject = memory(sim).documents.get(call.path_params["document_id"])
    call.seller = call.subject.owner if call.subject else ""


def upload(call: Call, sim: Simulation) -> Reply:
    """PUT to the signed address, with the content type that it was made for."""
    problem = sim.signer.problem(call.path, call.query, call.headers, sim.clock.protocol())
    if problem:
        return problem
    if call.subject is None:
        return s3_error(404, "NoSuchKey", "The specified key does not exist.")
    if call.headers.get("content-type") != call.query.get("content-type"):
        return s3_error(403, "SignatureDoesNotMatch", "The Content-Type is not the one that was signed.")
    call.subject.content = call.body
    return Reply(200, b"", {})


def download(call: Call, sim: Simulation) -> Reply:
    """GET of the signed address of a processing report."""
    problem = sim.signer.problem(call.path, call.query, call.headers, sim.clock.protocol())
    if problem:
        return problem
    if call.subject is None or call.subject.content is None:
        return s3_error(404, "NoSuchKey", "The specified key does not exist.")
    return Reply(200, call.subject.content, {"content-type": "application/json"})


def create_feed(call: Call, sim: Simulation) -> Reply:
    """POST /feeds/2021-06-30/feeds: accepted for processing."""
    asked = _asked(call, sim, "feedType", "inputFeedDocumentId", "marketplaceIds")
    if isinstance(asked, Reply):
        return asked
    document = memory(sim).documents.get(str(asked["inputFeedDocumentId"]))
    if asked["feedType"] != FEED_TYPE:
        return invalid(sim, call, "Invalid feed type.")
    if document is None or document.owner != call.seller or document.content is None:
        return invalid(sim, call, "inputFeedDocumentId names no document that was uploaded.")
    stores = [
        each
        for each in sim.accounts[call.seller].stores
        if asked["marketplaceIds"] == [each.marketplace.marketplace_id]
    ]
    if not stores:
        return invalid(sim, call, "marketplaceIds must name one marketplace of the selling partner.")
    feeds = memory(sim).feeds
    feed_id = str(50_000_000_000 + len(feeds))
    feeds[feed_id] = Feed(
        call.seller, str(asked["inputFeedDocumentId"]), stores[0], sim.clock.protocol(), sim.clock.business()
    )
    return reply(sim, call, 202, {"feedId": feed_id})


def get_feed(call: Call, sim: Simulation) -> Reply:
    """GET /feeds/2021-06-30/feeds/{feedId}."""
    refused = admit(sim, call)
    if refused:
        return refused
    feed = memory(sim).feeds.get(call.path_params["feed_id"])
    if feed is None or feed.owner != call.seller:
        return not_found(sim, call, "feed")
    process(sim)
    body: dict[str, Any] = {
        "feedId": call.path_params["feed_id"],
        "feedType": FEED_TYPE,
        "marketplaceIds": [feed.store.marketplace.marketplace_id],
        "createdTime": iso(feed.created),
        "processingStatus": "FATAL" if feed.is_fatal else "DONE" if feed.report else _running(sim, feed),
    }
    if feed.report:
        body["resultFeedDocumentId"] = feed.report
    return reply(sim, call, 200, body)


def get_document(call: Call, sim: Simulation) -> Reply:
    """GET /feeds/2021-06-30/documents/{feedDocumentId}: an address of the contents, for five minutes."""
    refused = admit(sim, call)
    if refused:
        return refused
    name = call.path_params["document_id"]
    document = memory(sim).documents.get(name)
    if document is None or document.owner != call.seller:
        return not_found(sim, call, "feed document")
    url = sim.signer.url(f"/feed-documents/{name}", sim.clock.protocol(), URL_LIFETIME)
    return reply(sim, call, 200, {"feedDocumentId": name, "url": url})


def processed(handler: Callable[[Call, Simulation], Reply]) -> Callable[[Call, Simulation], Reply]:
    """A handler that shows what feeds have set by then."""

    def answer(call: Call, sim: Simulation) -> Reply:
        process(sim)
        return handler(call, sim)

    return answer


def process(sim: Simulation) -> None:
    """Do what feeds say whose time has come."""
    for feed_id, feed in memory(sim).feeds.items():
        is_due = sim.clock.protocol() - feed.created >= timedelta(seconds=DONE_AFTER / sim.time_scale)
        if is_due and not feed.report and not feed.is_fatal:
            _process(sim, feed_id, feed)


def _running(sim: Simulation, feed: Feed) -> str:
    waited = sim.clock.protocol() - feed.created
    return "IN_QUEUE" if waited < timedelta(seconds=QUEUED / sim.time_scale) else "IN_PROGRESS"


def _process(sim: Simulation, feed_id: str, feed: Feed) -> None:
    content = memory(sim).documents[feed.document].content or b""
    try:
        body = json.loads(content)
        header, messages = body["header"], body["messages"]
        is_good = header["sellerId"] == feed.owner and header["version"] == "2.0"
        numbers = [each["messageId"] for each in messages]
    except (ValueError, LookupError, TypeError):
        is_good, messages, numbers = False, [], []
    if not is_good or not 0 < len(messages) <= MOST_MESSAGES or len(set(numbers)) < len(numbers):
        feed.is_fatal = True
        return
    offers = {each.sku: each for each in sim.world.business(feed.store).offers}
    issues = []
    for each in messages:
        problem = _problem(each, offers)
        if problem is None:
            value = each["patches"] if each["operationType"] == "PATCH" else _as_patch(each["attributes"])
            units = quantity_of(value)
            is_set = units is not None and set_units(sim, feed.store, offers[each["sku"]], units, each, feed.business)
            problem = None if is_set else ("90220", "'fulfillment_availability' is invalid for this listing.")
        if problem is not None:
            issue = {"messageId": each["messageId"], "sku": str(each.get("sku")), "severity": "ERROR"}
            issues.append({**issue, "code": problem[0], "message": problem[1]})
    summary = {
        "errors": len(issues),
        "warnings": 0,
        "messagesProcessed": len(messages),
        "messagesAccepted": len(messages) - len(issues),
        "messagesInvalid": len(issues),
    }
    report = {
        "header": {"sellerId": feed.owner, "version": "2.0", "feedId": feed_id},
        "issues": issues,
        "summary": summary,
    }
    feed.report = f"{feed.document}.report"
    memory(sim).documents[feed.report] = Document(feed.owner, json.dumps(report).encode())


def _problem(message: Any, offers: Any) -> tuple[str, str] | None:
    """Why a message is not accepted, as (code, text); None: it is."""
    operation = message.get("operationType")
    wanted = {"PATCH": "patches", "PARTIAL_UPDATE": "attributes"}.get(operation)
    if wanted is None:
        return "90000", f"operationType {operation!r} is not known here."
    extra = set(message) - {"messageId", "sku", "operationType", "productType", wanted}
    if extra or not message.get("productType") or not isinstance(message.get(wanted), list | dict):
        return "90002", f"{operation} takes productType and {wanted}, and nothing else."
    return None if message.get("sku") in offers else ("13013", "This SKU is not in the catalog.")


def _as_patch(attributes: Any) -> list[dict[str, Any]]:
    """PARTIAL_UPDATE is the same as PATCH with `replace`."""
    return [{"op": "replace", "path": f"/attributes/{name}", "value": value} for name, value in attributes.items()]


def _asked(call: Call, sim: Simulation, *required: str) -> dict[str, Any] | Reply:
    """The body of a request, or the answer to one that is not as it must be."""
    refused = admit(sim, call)
    if refused:
        return refused
    if roles.lacks(sim.roles, roles.LISTINGS_ITEMS):
        return unauthorized(sim, call, "")
    try:
        body = call.json()
    except BadBody:
        body = None
    if not isinstance(body, dict) or any(not body.get(name) for name in required):
        return invalid(sim, call, f"{', '.join(required)} must be given.")
    return body
