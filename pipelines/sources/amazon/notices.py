"""What Amazon tells a queue of offers, listings, stock, orders and money: which account a message is of, and its ids.

What a message means is left to staging; here it is read only as far as it must be to land. Schemas: Amazon's
selling-partner-api-models, schemas/notifications. Names are in PascalCase or camelCase, by type; both are read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.stores import Account

TYPES = frozenset(
    {
        "ANY_OFFER_CHANGED",
        "BRANDED_ITEM_CONTENT_CHANGE",
        "FBA_INVENTORY_AVAILABILITY_CHANGES",
        "ITEM_INVENTORY_EVENT_CHANGE",
        "LISTINGS_ITEM_ISSUES_CHANGE",
        "LISTINGS_ITEM_STATUS_CHANGE",
        "LISTINGS_ITEM_STATUS_CHANGED",  # so the schema's enum; its example has the name above
        "ORDER_CHANGE",
        "PRICING_HEALTH",
        "TRANSACTION_UPDATE",
    }
)
"""The types that land."""

_SELLERS = ("sellerid", "sellingpartnerid", "accountid")
# Beside the seller's own id, offers name those of others.
_OF_OTHERS = ("offers", "summary")
_ACCOUNT_PREFIX = "amzn1.merchant.o."


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification that lands. seller_id: None where the type names none (BRANDED_ITEM_CONTENT_CHANGE).

    at: when it happened, UTC. content: the whole message.
    """

    kind: str
    notification_id: str
    at: datetime
    seller_id: str | None
    marketplaces: frozenset[str]
    content: Mapping[str, Any]

    @property
    def line(self) -> str:
        """The message as one line of JSON Lines, the same however often it came."""
        return json.dumps(self.content, ensure_ascii=False, separators=(",", ":"))


class Unreadable(Exception):
    """A notification of a type that lands which lacks what it must have. The text says what."""


def read_notice(content: Mapping[str, Any]) -> Notice:
    """The notification of a message that is one of `TYPES`. Raises Unreadable."""
    kind = str(member(content, "notificationType"))
    metadata, payload = member(content, "notificationMetadata"), member(content, "payload")
    number = member(metadata, "notificationId") if isinstance(metadata, Mapping) else None
    if not number or not isinstance(number, str) or not isinstance(payload, Mapping):
        raise Unreadable(f"a notification of type {kind} without its id or payload")
    at = _instant(member(content, "eventTime"))
    if at is None:
        raise Unreadable(f"a notification of type {kind} of which the time is no instant")
    found = list(_members(payload))
    sellers = {str(value).removeprefix(_ACCOUNT_PREFIX) for name, value in found if name in _SELLERS and value}
    if len(sellers) > 1:
        raise Unreadable(f"a notification of type {kind} of several sellers")
    places = frozenset(str(value) for name, value in found if name == "marketplaceid" and value)
    return Notice(kind, number, at, next(iter(sellers), None), places, content)


def account_of(notice: Notice, accounts: Collection[Account]) -> Account | None:
    """The account that a notification is of; None if none of them is, or it cannot be known.

    A seller is an account in each region, which the marketplace tells. A notification without a seller is of the only
    account that sells in its marketplace.
    """
    fit = [each for each in accounts if notice.seller_id in (None, each.seller_id)]
    if notice.seller_id is None or len(fit) > 1:
        fit = [
            each for each in fit if notice.marketplaces & {store.marketplace.marketplace_id for store in each.stores}
        ]
    return fit[0] if len(fit) == 1 else None


def member(content: Any, name: str) -> Any:
    """A member of an object, whether its name begins with a small or a capital letter; None if there is none."""
    if not isinstance(content, Mapping):
        return None
    return content.get(name, content.get(name[0].upper() + name[1:]))


def _members(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The plain members at any depth, names in small letters; without what is said of other sellers."""
    for name, value in content.items():
        small = name.lower()
        if isinstance(value, Mapping) and (small != "summary" or "MarketplaceId" in value):
            yield from _members(value)
        elif isinstance(value, list) and small not in _OF_OTHERS:
            for each in value:
                if isinstance(each, Mapping):
                    yield from _members(each)
        elif isinstance(value, str):
            yield small, value


def _instant(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
