"""Who sells where: tenants, seller accounts, their stores, and credentials. No products and no events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.world.marketplaces import MARKETPLACES, local_day
from simulator.world.model import SimAccount, SimStore, SimTenant

# (store, tenant, seller, marketplace, further marketplaces the account sells in without a configured store)
DEMO = (
    ("harbor-us", "harbor", "A2HARBORNA1US", "US", ()),
    ("harbor-de", "harbor", "A3HARBOREU2DE", "DE", ("FR",)),
    ("sakura-jp", "sakura", "A4SAKURAFE3JP", "JP", ()),
)
TENANTS = {
    "harbor": SimTenant("harbor", "Harbor Goods", "USD"),
    "sakura": SimTenant("sakura", "Sakura Trading", "JPY"),
    "bharat": SimTenant("bharat", "Bharat Bazaar", "INR"),
}
IMPORT_ONLY = ("bharat-in", "bharat", "A5BHARATIN4IN", "IN")
AGENCY_COUNTRIES = ("US", "DE", "JP", "FR", "IT", "ES")


@dataclass(frozen=True, slots=True)
class Registry:
    """All tenants (by id) and accounts of a world, the demo's first."""

    tenants: dict[str, SimTenant]
    accounts: tuple[SimAccount, ...]


def secret(seed: int, *key: str) -> str:
    """A credential of this world: the same for the same seed, different for every holder."""
    return hashlib.sha256("|".join((str(seed), "credential", *key)).encode()).hexdigest()[:40]


def unmapped_store_id(seller_id: str, sales_channel: str) -> str:
    """The bucket of rows that belong to a marketplace without a configured store."""
    return f"unmapped:{seller_id}:{sales_channel.lower()}"


def registry(seed: int, first_now: datetime, stores: int, products: int, days: int) -> Registry:
    """The tenants and accounts of a world with that many configured stores that have API access."""
    tenants, accounts = dict(TENANTS), []
    for number in range(1, stores + 1):
        if number <= len(DEMO):
            store_id, tenant_id, seller_id, country, others = DEMO[number - 1]
        else:
            country, others = AGENCY_COUNTRIES[(number - 1) % len(AGENCY_COUNTRIES)], ()
            tenant_id = f"agency-{number:04d}"
            store_id, seller_id = f"{tenant_id}-{country.lower()}", f"A0AGENCY{number:04d}{country}"
            tenants[tenant_id] = SimTenant(tenant_id, f"Agency client {number:04d}", MARKETPLACES[country].currency)
        accounts.append(
            _account(seed, first_now, days, products, number, store_id, tenant_id, seller_id, country, others)
        )
    return Registry(tenants, tuple(accounts))


def _account(
    seed: int,
    first_now: datetime,
    days: int,
    products: int,
    number: int,
    store_id: str,
    tenant_id: str,
    seller_id: str,
    country: str,
    others: tuple[str, ...],
) -> SimAccount:
    def store(country: str, identity: str, size: int, configured: bool) -> SimStore:
        place = MARKETPLACES[country]
        return SimStore(
            store_id=identity,
            tenant_id=tenant_id,
            seller_id=seller_id,
            region=place.region,
            marketplace=place,
            start=local_day(place.time_zone, first_now) - timedelta(days=days),
            size=size,
            configured=configured,
            ads_profile_id=1_000_000_000_000 + number * 7_919 + int(secret(seed, "profile", store_id)[:8], 16) * 100
            if configured
            else None,
            linked_stock=number <= len(DEMO),
        )

    stores = [store(country, store_id, products, True)]
    for other in others:
        channel = MARKETPLACES[other].sales_channel
        stores.append(store(other, unmapped_store_id(seller_id, channel), max(2, products // 3), False))
    return SimAccount(
        seller_id=seller_id,
        region=MARKETPLACES[country].region,
        tenant_id=tenant_id,
        refresh_token=f"Atzr|sim{secret(seed, 'sp', seller_id)}",
        ads_refresh_token=f"Atzr|simads{secret(seed, 'ads', seller_id)}",
        marketplace_ids=tuple(s.marketplace.marketplace_id for s in stores),
        stores=tuple(stores),
    )
