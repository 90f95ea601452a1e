"""The query of getReports: filters of a first page, and the nextToken that carries them on. No state, no HTTP."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.amazon_sp.requests import Invalid
from simulator.world.instants import parse_instant

RETENTION = timedelta(days=90)
STATUSES = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")
# python-amazon-sp-api adds these to every GET, even to one with a nextToken
CLIENT_NOISE = {"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"}
FIELDS = ("types", "statuses", "marketplaces", "size", "since", "until", "offset")


def read_query(query: dict[str, str], now: datetime) -> dict[str, Any]:
    """The filters of a getReports request. Raises Invalid."""
    if "nextToken" not in query:
        return read_filters(query, now)
    beside = set(query) - {"nextToken"} - CLIENT_NOISE
    if beside:
        raise Invalid(f"nextToken must be the only parameter; {', '.join(sorted(beside))} came with it.")
    return read_token(query["nextToken"])


def next_token(filters: dict[str, Any]) -> str:
    """The token of the page after the one of these filters."""
    following = {**filters, "offset": filters["offset"] + filters["size"]}
    return base64.urlsafe_b64encode(json.dumps(following).encode()).decode()


def read_token(text: str) -> dict[str, Any]:
    """The filters of a nextToken. Raises Invalid."""
    try:
        filters = json.loads(base64.urlsafe_b64decode(text.encode()))
        return {name: filters[name] for name in FIELDS}
    except (ValueError, KeyError, TypeError) as problem:
        raise Invalid("nextToken is invalid.") from problem


def read_filters(query: dict[str, str], now: datetime) -> dict[str, Any]:
    """The filters of a first page. Raises Invalid."""
    types = [t for t in query.get("reportTypes", "").split(",") if t]
    if not 1 <= len(types) <= 10:
        raise Invalid("Either reportTypes (1 to 10) or nextToken is required.")
    statuses = [s for s in query.get("processingStatuses", "").split(",") if s]
    wrong = [s for s in statuses if s not in STATUSES]
    if wrong:
        raise Invalid(f"processingStatuses {', '.join(wrong)} are invalid.")
    marketplaces = [m for m in query.get("marketplaceIds", "").split(",") if m]
    if len(marketplaces) > 10:
        raise Invalid("marketplaceIds takes at most 10 values.")
    size = query.get("pageSize", "10")
    if not size.isdigit() or not 1 <= int(size) <= 100:
        raise Invalid("pageSize must be between 1 and 100.")
    try:
        since = parse_instant(query["createdSince"]) if query.get("createdSince") else now - RETENTION
        until = parse_instant(query["createdUntil"]) if query.get("createdUntil") else None
    except ValueError as problem:
        raise Invalid(f"createdSince or createdUntil: {problem}") from problem
    return {
        "types": types,
        "statuses": statuses,
        "marketplaces": marketplaces,
        "size": int(size),
        "since": max(since, now - RETENTION).isoformat(),
        # a fixed end, so that a report made between two pages shifts nothing
        "until": (until or now).isoformat(),
        "offset": 0,
    }
