"""What goes wrong in a store now and then, by the day of its history: what a seller must hear of, and when it is over.

Days are counted from the store's first one, so that a history of 35 days and one of 60 (the tests' and the demo's) hold
each of it where reports can tell. What product pages show is in product_pages/own_changes.py, and the messages of a
queue in documents/amazon_sp/notices.py.
"""

from __future__ import annotations

from datetime import date

from simulator.world.model import SimStore

EVERY = 25
"""Days after which an incident comes again."""
PAUSED_CAMPAIGN, HIDDEN, BAD_BATCH, REMEASURED, UNREPORTED = 2, 4, 2, 3, 0
"""The campaign, and the ranks of the products, to which it happens."""
_WITHOUT_BUYERS = (42, 51)
_WITHOUT_BUYERS_EVERY = 60
BUYERS_LEFT = 0.05
"""The share of the usual buyers who come on a day without buyers."""


def buyers(store: SimStore, day: date) -> float:
    """The share of the usual buyers who come on that day: on a few days in two months the store is as good as shut."""
    return BUYERS_LEFT if _index(store, day) % _WITHOUT_BUYERS_EVERY in _WITHOUT_BUYERS else 1.0


def is_hidden(store: SimStore, rank: int, day: date) -> bool:
    """Whether the product's listings are closed on that day although there is stock: nobody can order it."""
    return rank == HIDDEN and _in_turn(store, day, 8, 12)


def is_remeasured(store: SimStore, rank: int, day: date) -> bool:
    """Whether Amazon takes the product for a larger one on that day; after 25 days it measures it anew."""
    return rank == REMEASURED and (_index(store, day) - 12) // EVERY % 2 == 1


def is_paused(store: SimStore, campaign: int, day: date) -> bool:
    """Whether the store's n-th campaign shows nothing on that day, though it is enabled."""
    return campaign == PAUSED_CAMPAIGN and _in_turn(store, day, 4, 8)


def is_unreported(store: SimStore, rank: int, day: date) -> bool:
    """Whether the report of sales and traffic leaves out what was sold of the product on that day."""
    return rank == UNREPORTED and _in_turn(store, day, 15, 16)


def is_of_bad_batch(store: SimStore, rank: int, day: date) -> bool:
    """Whether what is ordered of the product on that day breaks: most of it is sent back."""
    return rank == BAD_BATCH and _in_turn(store, day, 0, 9)


def _index(store: SimStore, day: date) -> int:
    return (day - store.start).days


def _in_turn(store: SimStore, day: date, first: int, end: int) -> bool:
    """Whether it is one of the days from `first` to before `end` of each turn."""
    return first <= _index(store, day) % EVERY < end
