"""What the senders share: a delivery, the form of a sender, and how values of a body are read.

A body is whatever its sender's shop holds, so every value is checked: what is no id, number or moment counts as not
there. No name, address or free text is taken out of one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from pipelines.webhooks.model import Endpoint, Event, Ignored, Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

JSON = "application/json"
MOST_LINES = 500
_ID = re.compile(r"[A-Za-z0-9_.:/?=~+-]{1,200}")
_TOPIC = re.compile(r"[A-Za-z0-9_./-]{1,80}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request. headers: by names in lower case; one that came twice has both values with a comma between.
    content_type: without parameters, in lower case."""

    endpoint: Endpoint
    headers: Mapping[str, str]
    body: bytes
    content_type: str = JSON

    def header(self, name: str) -> str:
        """A header's value; '' where there is none."""
        return self.headers.get(name, "")


class PublicKeys(Protocol):
    """Where eBay's public keys come from."""

    async def key(self, endpoint: Endpoint, kid: str) -> tuple[EllipticCurvePublicKey, str] | None:
        """The key of that id and its digest, `SHA1` or `SHA256`; None: eBay knows no such key. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a check may need. now: seconds since 1970."""

    now: float
    keys: PublicKeys


@dataclass(frozen=True, slots=True)
class Sender:
    """A shop system.

    check: whether a delivery is its sender's. It raises Refused, and answers Ignored where nothing is to be read; it
    does not look into the body. read: what a checked delivery tells. makes_due: topic -> the topics of the pulls that
    become due; topics that are not in it are ignored. success: the status that says that all is well. content_types:
    what bodies may be.
    """

    check: Callable[[Delivery, Means], Awaitable[Ignored | None]]
    read: Callable[[Delivery], Event | Ignored]
    makes_due: Mapping[str, tuple[str, ...]]
    success: int = 200
    content_types: tuple[str, ...] = (JSON,)


def document(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises Refused."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refused(400, "no JSON") from None
    if not isinstance(content, dict):
        raise Refused(400, "no JSON object")
    return content


def topic_of(text: str) -> str:
    """A topic as it came. Raises Refused where it is none."""
    if not _TOPIC.fullmatch(text):
        raise Refused(400, "no topic")
    return text


def identity(value: Any) -> str | None:
    """An id as text; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 2**64 else None
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def whole(value: Any) -> int | None:
    """A number of units; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12:
        return value
    return None


def sku(value: Any) -> str | None:
    """A SKU: one short line of text; None where it is none."""
    text = value.strip() if isinstance(value, str) else ""
    return text if 0 < len(text) <= 200 and text.isprintable() else None


def moment(value: Any, *, zone: bool = True) -> datetime | None:
    """A moment of ISO 8601 in UTC; None where it is none. zone: whether it must name one; without, it is UTC."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            return None if zone else found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; [] where it is no list. Of a longer one only the first `MOST_LINES`."""
    return [each for each in value[:MOST_LINES] if isinstance(each, dict)] if isinstance(value, list) else []


def known(**facts: Any) -> dict[str, Any]:
    """The facts that there are."""
    return {name: value for name, value in facts.items() if value is not None}


def hashed(body: bytes) -> str:
    """By which a body is known again, in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()
