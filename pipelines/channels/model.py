"""The data types of what channels are told: a channel, its listings, what it shows, and what is to be changed.

Nothing here decides or does anything. Units are whole units of goods; moments are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.stores import Account, Shop, Store

AMAZON = "amazon"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where goods are offered. channel_id: a shop's id, or that of a store at Amazon; it is `store_id` in marts.

    kind: `amazon`, or the kind of a shop: it names the writer. shop: of a shop. store, account: of a store at Amazon.
    location: where the channel keeps stock by location, the name of the one whose figure is set; '': the only one.
    """

    channel_id: str
    kind: str
    tenant_id: str
    shop: Shop | None = None
    store: Store | None = None
    account: Account | None = None
    location: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Listing:
    """An offer at a channel, by the key of the mart channel_listings."""

    channel_id: str
    item_id: str
    channel_sku: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a channel shows of a listing.

    quantity: units that buyers can order there. at: when it was read. waiting: units that, as the channel says, its
    open orders hold; None where it does not say. details: what its writer needs to change the figure.
    """

    quantity: int
    at: datetime
    waiting: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is to be changed, because the channel shows `from_quantity` as far as is known."""

    listing: Listing
    from_quantity: int
    to_quantity: int
