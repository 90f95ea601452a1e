"""A notification and its envelope, of which Amazon has two spellings. What messages say is in `notices.py` and
`notices_of_*.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.world.business import StoreBusiness
from simulator.world.instants import iso
from simulator.world.rng import stable_uuid

_IN_CAMEL_CASE = {"PRICING_HEALTH": "1.0", "ITEM_INVENTORY_EVENT_CHANGE": "2020-09-04"}
"""Types whose names begin with small letters, with their version."""
_PAYLOAD_VERSIONS = {"LISTINGS_ITEM_ISSUES_CHANGE": "2023-12-13"}


@dataclass(frozen=True, slots=True)
class Told:
    """A message of a day. seller: whose it is. at: when it happened, UTC."""

    kind: str
    seller: str
    at: datetime
    body: dict[str, Any]


def tell(business: StoreBusiness, kind: str, at: datetime, payload: dict[str, Any], about: str) -> Told:
    """The message of a store. about: what it is about; no two of a kind are about the same at one moment."""
    store = business.store
    version = _IN_CAMEL_CASE.get(kind, "1.0")
    metadata = {
        "ApplicationId": "amzn1.sellerapps.app.simulator",
        "SubscriptionId": f"subscription-id-{stable_uuid(kind)}",
        "PublishTime": iso(at + timedelta(seconds=20), millis=True),
        "NotificationId": str(stable_uuid("notification", business.seed, store.store_id, kind, about, at)),
    }
    body: dict[str, Any] = {
        "NotificationVersion": version,
        "NotificationType": kind,
        "PayloadVersion": _PAYLOAD_VERSIONS.get(kind, version),
        "EventTime": iso(at, millis=True),
        "Payload": payload,
        "NotificationMetadata": _camel(metadata) if kind in _IN_CAMEL_CASE else metadata,
    }
    return Told(kind, store.seller_id, at, _camel(body) if kind in _IN_CAMEL_CASE else body)


def number_of(told: Told) -> str:
    """The notification id of a message."""
    metadata = told.body.get("NotificationMetadata") or told.body["notificationMetadata"]
    return metadata.get("NotificationId") or metadata["notificationId"]


def _camel(members: dict[str, Any]) -> dict[str, Any]:
    return {f"{name[0].lower()}{name[1:]}": value for name, value in members.items()}
