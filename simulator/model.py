"""The things the world is made of: accounts, stores, documents, reports and crawls, as plain immutable data.

Only what several modules (and the protocol side) share; what one module needs alone is defined there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from simulator.marketplaces import Marketplace

if TYPE_CHECKING:
    from simulator.business import StoreBusiness


@dataclass(frozen=True, slots=True)
class SimStore:
    """A seller account in one marketplace.

    configured: False for a marketplace the account also sells in but nobody wrote into stores.yaml; its store_id is
    then the bucket the platform files such rows under. start: the first day of its history (marketplace day). size:
    number of products. linked_stock: its own product pages show the stock there is (see crawl_items).
    """

    store_id: str
    tenant_id: str
    seller_id: str
    region: str
    marketplace: Marketplace
    start: date
    size: int
    configured: bool = True
    ads_profile_id: int | None = None
    linked_stock: bool = True

    def __hash__(self) -> int:
        # stores are keys of caches that are asked often
        return hash(self.store_id)


@dataclass(frozen=True, slots=True)
class SimAccount:
    """A seller account of one region with its credentials; `stores` holds the store of each of its marketplaces."""

    seller_id: str
    region: str
    tenant_id: str
    refresh_token: str
    ads_refresh_token: str
    marketplace_ids: tuple[str, ...]
    stores: tuple[SimStore, ...]

    @property
    def account_id(self) -> str:
        """`<seller_id>@<region>`."""
        return f"{self.seller_id}@{self.region}"

    @property
    def configured_stores(self) -> tuple[SimStore, ...]:
        """The stores that stores.yaml names, by store_id."""
        return tuple(sorted((s for s in self.stores if s.configured), key=lambda s: s.store_id))


@dataclass(frozen=True, slots=True)
class SimTenant:
    """A tenant and the currency it reports in."""

    tenant_id: str
    name: str
    reporting_currency: str


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
    answers: how FBA inventory is told (see `World`).
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
