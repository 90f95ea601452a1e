"""What a document is, what it is made from, and what is said of reports and crawls that exist already.

Plain immutable data. How a document's bytes are made is decided in the room of its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from simulator.world.business import StoreBusiness


@dataclass(frozen=True, slots=True)
class Document:
    """A report document. `content` is always the plain bytes; gzip: it is to be served compressed (and said to be)."""

    content: bytes
    content_type: str
    gzip: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A createReport as the documents see it. businesses: of every marketplace the account sells in.

    start, end: aware instants, None where the client gave none. now: the business clock at which it was asked.
    answers: how FBA inventory is told (see `seeded_world.World`).
    """

    businesses: tuple[StoreBusiness, ...]
    marketplace_ids: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    options: Mapping[str, str]
    now: datetime
    answers: str = "all"

    @property
    def told(self) -> tuple[StoreBusiness, ...]:
        """The businesses whose FBA inventory is told: all of the account, or the first that was asked for."""
        return self.businesses if self.answers == "all" else (self.business,)

    @property
    def business(self) -> StoreBusiness:
        """The first business of the marketplaces asked for."""
        wanted = (b for b in self.businesses if b.store.marketplace.marketplace_id in self.marketplace_ids)
        return next(wanted, self.businesses[0])


@dataclass(frozen=True, slots=True)
class ExistingReport:
    """A finished report that no request of ours made: a snapshot by the seller's other tool, or a settlement."""

    report_id: str
    report_type: str
    marketplace_ids: tuple[str, ...]
    created: datetime
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class PastCrawl:
    """A finished Apify run that the account already had."""

    run_id: str
    dataset_id: str
    actor_id: str
    run_input: dict
    started: datetime
    finished: datetime
