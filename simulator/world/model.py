"""Tenants, seller accounts and their stores, as plain immutable data.

Here stands what several rooms share. What one module needs alone is defined there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulator.world.marketplaces import Marketplace


@dataclass(frozen=True, slots=True)
class SimStore:
    """A seller account in one marketplace.

    configured: False for a marketplace the account also sells in but nobody wrote into stores.yaml; its store_id is
    then the bucket the platform files such rows under. start: the first day of its history (marketplace day). size:
    number of products. linked_stock: its own product pages show the stock there is (product_pages/pages.py).
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
