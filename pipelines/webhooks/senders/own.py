"""The project's own scheme, for whatever else knows of orders and stock: a warehouse system, a script, another shop.

The headers are X-Webhook-Timestamp (seconds since 1970) and X-Webhook-Signature (`signatures.sign`); the body is
`{"id", "type", "time", "data"}`, which is also the form of what Tradewind sends itself.
"""

from __future__ import annotations

from pipelines.webhooks.model import Event, Ignored, Refused
from pipelines.webhooks.senders.common import (
    Delivery,
    Means,
    Sender,
    document,
    identity,
    known,
    moment,
    sku,
    topic_of,
    whole,
)
from pipelines.webhooks.signatures import is_fresh, is_own

MAKES_DUE = {
    "orders.changed": ("orders", "stock"),
    "refunds.changed": ("refunds", "stock"),
    "stock.changed": ("stock",),
    "products.changed": ("products",),
}


async def check(delivery: Delivery, means: Means) -> Ignored | None:
    """Signature and age. Both are judged before anything is said about either."""
    timestamp = delivery.header("x-webhook-timestamp")
    is_signed = is_own(delivery.endpoint.secrets, timestamp, delivery.body, delivery.header("x-webhook-signature"))
    if not is_signed:
        raise Refused(401, "bad signature")
    if not is_fresh(timestamp, means.now):
        raise Refused(401, "too old or too new")
    return None


def read(delivery: Delivery) -> Event | Ignored:
    """What changed, by SKU. The figures are for whoever looks an event up; what counts is what the pull then finds."""
    content = document(delivery.body)
    event_id = identity(content.get("id"))
    if event_id is None:
        raise Refused(400, "no id")
    kind = content.get("type")
    topic = topic_of(kind if isinstance(kind, str) else "")
    if topic not in MAKES_DUE:
        return Ignored("another topic")
    data = content.get("data")
    given = data if isinstance(data, dict) else {}
    name = sku(given.get("sku"))
    facts = known(sku=name, quantity=whole(given.get("quantity")), order=identity(given.get("order")))
    return Event(topic, (f"id:{event_id}",), facts.get("order") or name, moment(content.get("time")), facts)


SENDER = Sender(check, read, MAKES_DUE)
