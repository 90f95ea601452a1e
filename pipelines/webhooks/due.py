"""Which pulls an event makes due. Pure.

An event is a hint: what it says is not booked, but asked for anew from the shop. So one that is doubled, late or comes
before an earlier one costs a pull at most, and changes nothing wrongly.
"""

from __future__ import annotations

from pipelines.webhooks.model import Due, Endpoint, Event
from pipelines.webhooks.senders import SENDERS


def due_after(endpoint: Endpoint, event: Event) -> tuple[Due, ...]:
    """The pulls of the endpoint's shop that are due at once, in order."""
    topics = SENDERS[endpoint.channel].makes_due.get(event.topic, ())
    return tuple(sorted(Due(endpoint.channel, endpoint.account, topic) for topic in topics))
