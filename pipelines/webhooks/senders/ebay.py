"""eBay's notifications: signed with eBay's own key over the raw body, the key fetched by its id (`ebay_keys.py`).

Sources: eBay's event-notification SDKs for Node.js (lib/validator.js, lib/constants.js: 204, 412 for a bad signature)
and Java, the AsyncAPI documents of the Notification API, and the description of createDestination (the challenge comes
at once). ORDER_CONFIRMATION comes once per line and may come again; publishAttemptCount and publishDate differ between
deliveries of one notification, its id does not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.webhooks.model import Endpoint, Event, Ignored, Refused
from pipelines.webhooks.senders.common import Delivery, Means, Sender, document, identity, moment, topic_of

BAD_SIGNATURE = 412
_KID = re.compile(r"[A-Za-z0-9-]{8,64}")
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{1,200}")
# which it is says eBay's answer about the key; eBay's own documents differ between the two
_DIGESTS: dict[str, hashes.HashAlgorithm] = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}  # nosec B303

MAKES_DUE = {
    "ORDER_CONFIRMATION": ("orders", "stock"),
    "ITEM_MARKED_SHIPPED": ("orders",),
    # it must be taken; who the buyer was is not kept, here or elsewhere, so nothing has to follow
    "MARKETPLACE_ACCOUNT_DELETION": (),
}


async def check(delivery: Delivery, means: Means) -> Ignored | None:
    """The signature, by the key that its header names."""
    kid, signature = _parts(delivery.header("x-ebay-signature"))
    found = await means.keys.key(delivery.endpoint, kid)
    if found is None:
        raise Refused(BAD_SIGNATURE, "unknown key")
    key, digest = found
    if digest not in _DIGESTS:
        raise Refused(BAD_SIGNATURE, "unknown digest")
    try:
        key.verify(signature, delivery.body, ec.ECDSA(_DIGESTS[digest]))
    except InvalidSignature:
        raise Refused(BAD_SIGNATURE, "bad signature") from None
    return None


def _parts(header: str) -> tuple[str, bytes]:
    """The key's id and the DER signature of X-EBAY-SIGNATURE. Raises Refused."""
    try:
        content: Any = orjson.loads(base64.b64decode(header, validate=True))
        kid, signature = content["kid"], base64.b64decode(content["signature"], validate=True)
        well_formed = content.get("alg", "ecdsa").lower() == "ecdsa" and bool(_KID.fullmatch(kid))
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        well_formed = False
    if not well_formed:
        raise Refused(BAD_SIGNATURE, "bad signature")
    return kid, signature


def read(delivery: Delivery) -> Event | Ignored:
    """The notification's id and the order's; nothing about the buyer."""
    content = document(delivery.body)
    notification = content.get("notification")
    notification = notification if isinstance(notification, dict) else {}
    metadata = content.get("metadata")
    kind = metadata.get("topic") if isinstance(metadata, dict) else None
    topic = topic_of(kind if isinstance(kind, str) else "")
    if topic not in MAKES_DUE:
        return Ignored("another topic")
    notification_id = identity(notification.get("notificationId"))
    if notification_id is None:
        raise Refused(400, "no id")
    when = moment(notification.get("eventDate"))
    return Event(topic, (f"notification:{notification_id}",), _order(notification.get("data")), when)


def _order(data: Any, depth: int = 3) -> str | None:
    """The order's id, wherever in the data: the document of ORDER_CONFIRMATION has it below `order`."""
    if not isinstance(data, dict) or depth == 0:
        return None
    own = identity(data.get("orderId"))
    return own or next((found for each in data.values() if (found := _order(each, depth - 1))), None)


def challenge_answer(endpoint: Endpoint, code: str) -> dict[str, str] | None:
    """The answer to `GET ?challenge_code=`; None where there is no code. The hash is over code, verification token and
    address, in this order, the address as it is registered."""
    if not _CHALLENGE.fullmatch(code) or endpoint.verification_token is None:
        return None
    text = code + endpoint.verification_token.get_secret_value() + endpoint.public_url
    return {"challengeResponse": hashlib.sha256(text.encode()).hexdigest()}


SENDER = Sender(check, read, MAKES_DUE, success=204)
