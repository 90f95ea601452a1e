"""The data types of webhooks: where they come in, who gets them, what came, and what it makes due.

What a setting means is read in `settings_file.py`; nothing here decides or does anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import SecretStr

MOST_BYTES = 1_000_000
"""The longest body that is read. Shopify's and WooCommerce's largest orders have some hundred kilobytes."""

OUTGOING = ("stock.changed", "stock.low", "order.imported", "alert.opened")
"""What subscribers can be told."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one shop's webhooks come in: `/webhooks/<name>`.

    channel: which sender's rules hold (`senders`). account: the shop, as its feeds name it. secrets: any of them makes
    a valid signature. public_url, verification_token: of eBay's challenge, as registered there. api_url: where eBay's
    keys are. app_id, app_secret: of eBay's application token.
    """

    name: str
    channel: str
    tenant_id: str
    account: str
    secrets: tuple[SecretStr, ...] = ()
    public_url: str = ""
    verification_token: SecretStr | None = None
    api_url: str = ""
    app_id: SecretStr | None = None
    app_secret: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told. name: unique among all tenants. events: of `OUTGOING`. secrets: each signs, the newest first.
    allow_private: whether its address may lie in a private network or on this machine."""

    name: str
    tenant_id: str
    url: str
    events: frozenset[str]
    secrets: tuple[SecretStr, ...]
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What a sender told, without anything about a buyer.

    topic: the sender's own name for it. ids: by any of which a doubled delivery is known, `<kind>:<id>`. subject: the
    order, product or stock that it is about. occurred_at: by the sender's clock, UTC; None where it says none. facts:
    numbers and quantities, as JSON has them.
    """

    topic: str
    ids: tuple[str, ...]
    subject: str | None = None
    occurred_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is answered with success and neither kept nor followed by anything. why: for counting."""

    why: str


class Refused(Exception):
    """A webhook that is not taken. status: the HTTP status, 4xx or, where it is to come again, 503. reason: one of a
    few words, for counting; it says nothing about the content."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A pull that an event makes due. topic: `orders`, `stock`, `refunds` or `products`."""

    channel: str
    account: str
    topic: str
