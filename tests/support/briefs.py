"""What tests of briefs share: a catalog of made stores, and the facts of a kind of brief from made marts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pipelines.insights.brief import write_briefs
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.briefs.kind import About, BriefKind
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import read_marts
from pipelines.marketplaces import MARKETPLACES
from pipelines.stores import Catalog, Store, Tenant
from pipelines.stores.model import SendTo
from pipelines.warehouse.connection import Warehouse
from tests.support.marts import MadeMarts

write_daily = partial(write_briefs, kinds=["daily"])


def about(made: MadeMarts, country: str = "US") -> About:
    """The made store, as what a brief is about."""
    catalog = catalog_of(made, country=country)
    return About(catalog.tenants[made.tenant_id], (catalog.stores[made.store_id],))


def catalog_of(*made: MadeMarts, country: str = "US") -> Catalog:
    """The made stores in one marketplace."""
    market = MARKETPLACES[country]
    stores = {
        each.store_id: Store(each.store_id, each.tenant_id, "A1@na", "A1", market.region, market, tracked=each.tracked)
        for each in made
    }
    tenants = {each.tenant_id: Tenant(each.tenant_id, each.tenant_id.title(), "USD") for each in made}
    return Catalog(tenants, {}, stores)


def sending_to(made: MadeMarts, *to: SendTo) -> Catalog:
    """The made store, whose tenant's briefs are sent to these."""
    catalog = catalog_of(made)
    return replace(catalog, tenants={name: replace(each, send=to) for name, each in catalog.tenants.items()})


def book_of(warehouse: Warehouse, made: MadeMarts, brief: BriefKind = DAILY) -> FactBook:
    """The facts of a kind of brief, of the last period that ends by the made day."""
    first, day = brief.period(made.day)
    book = FactBook(made.store_id, day, made.currency, first=None if first == day else first)
    with read_marts(warehouse, made.store_id, "America/Los_Angeles", made.tenant_id) as marts:
        brief.collect(marts, book, about(made))
    return book
