"""What tests of briefs share: a catalog of made stores, the facts of a brief of made marts, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from bench.grounding_reader import Seen
from pipelines.insights import render
from pipelines.insights.brief import write_briefs
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.briefs.kind import About, BriefKind
from pipelines.insights.claims.compose import compose, unholdable
from pipelines.insights.claims.judge import judge
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import read_marts
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
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


def write_marts(made: MadeMarts, warehouse: Warehouse) -> None:
    """Write the made rows."""
    with warehouse.connect() as conn:
        made.write(conn)


def value_of(book: FactBook, name: str, key: str | None = None) -> Any:
    """The value of a fact that there is."""
    fact = book.get(name, key)
    assert fact is not None, (name, key)
    return fact.value


def read_out(brief: BriefKind, book: FactBook, language: str = "en") -> dict[str, str]:
    """What the rules claim by its kind, as it reads, whether there is room for it on the page or not; several of a kind
    one after the other."""
    claims = [each for section in brief.sections(book) for each in section]
    shown, defects = judge(enumerate(claims), book, by_rules=True)
    statements = compose(shown, book, language)
    assert defects == [] == unholdable(statements, book, language)
    facts, said = book.by_id(), dict[str, list[str]]()
    for each in statements:
        text = render.plain(render.pieces(f"{each.title}: {each.text}", facts, language, day=book.day))
        said.setdefault(each.kind, []).append(text)
    return {kind: " ".join(texts) for kind, texts in said.items()}


def findings(settings: Settings, warehouse: Warehouse, made: MadeMarts, kind: str, language: str = "en") -> list[str]:
    """The findings of a page as they are read, the badge before each."""
    [result] = write_briefs(settings, warehouse, catalog_of(made), kinds=[kind], languages=[language])
    assert result.grounded and result.path
    return [card.whole() for card in Seen(result.path.read_text(encoding="utf-8")).cards]
