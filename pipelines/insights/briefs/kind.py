"""What makes up a kind of brief: its period, its facts, its rules, and what its page shows.

Each kind is a folder beside this file: its module of facts reads the marts, its rules choose claims from the facts,
and its prompt tells a model how to choose. `catalogue.py` lists the kinds. How a claim is worded is in `claims/`, how a
page is laid out in `pages/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import Fact, FactBook

if TYPE_CHECKING:
    from pipelines.insights.marts import Marts
    from pipelines.stores import Store, Tenant

ALL_STORES = "*"
"""How the store id of briefs begins that are about all stores of a tenant; the tenant's id follows. It is a store id
like any other to the rights of rows, so that nobody's plans touch the rows of another tenant."""

Series = dict[str, list[dict[str, Any]]]
"""The rows of the charts by the chart's name. Amounts are floats: they are drawn, but never written as figures."""


@dataclass(frozen=True, slots=True)
class About:
    """What a brief is about. stores: one store, or all of the tenant's. is_tenant: whether it is about all of them,
    also where the tenant has but one."""

    tenant: Tenant
    stores: tuple[Store, ...]
    is_tenant: bool = False

    @property
    def id(self) -> str:
        """The store's id, or ALL_STORES with the tenant's id."""
        return f"{ALL_STORES}{self.tenant.tenant_id}" if self.is_tenant else self.stores[0].store_id

    @property
    def name(self) -> str:
        """What a page calls it: the store's id, or the tenant's name."""
        return self.tenant.name if self.is_tenant else self.stores[0].store_id

    @property
    def currency(self) -> str:
        """ISO 4217: the store's, or the tenant's reporting currency."""
        return self.tenant.reporting_currency if self.is_tenant else self.stores[0].currency

    @property
    def time_zone(self) -> str:
        """IANA name: the store's; UTC for all stores, whose days are those of their marketplaces."""
        return "UTC" if self.is_tenant else self.stores[0].time_zone

    @property
    def tracked(self) -> Mapping[str, tuple[str, ...]]:
        """Own ASIN -> ASINs of its competitors."""
        return {own: others for store in self.stores for own, others in store.tracked.items()}

    def yesterday(self, now: datetime) -> date:
        """The last marketplace day that has ended, in each store. now: with a time zone."""
        return min(now.astimezone(store.zone).date() for store in self.stores) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the top of a page. fact: its name. change: the fact with its change. rise_is_good: None: neither good
    nor bad. spark: the chart's rows and the column that are drawn small below it. note: the fact that says how much of
    it is not final, and the key of the words for it. dated: the fact's period is told. beside: a second change, against
    something else, below the first."""

    fact: str
    change: str = ""
    rise_is_good: bool | None = None
    spark: tuple[str, str] | None = None
    note: tuple[str, str] | None = None
    dated: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page: a row for each subject of `rows`, in their order, with the facts named in `columns`.

    name: names its title and its note in the locale's TABLES. rows: a fact that each subject has. columns: names of
    facts; their heads are in the locale's COLUMNS, else what the fact is called; one that no row has is not shown.
    is_folded: further rows are folded; False for what is read as a whole. marks: facts that are shown as a tag
    where the function gives a severity ('' for none).
    """

    name: str
    rows: str
    columns: tuple[str, ...]
    marks: Mapping[str, Callable[[Fact], str]] = field(default_factory=dict)
    is_folded: bool = True


@dataclass(frozen=True, slots=True)
class BriefKind:
    """A kind of brief.

    name: as in `insights.briefs.kind`, the command line and the names of pages. about: one store, or all of a tenant's.
    period: the last period that has ended by a marketplace day, that day included. collect: adds the facts of the
    book's period, and gives the rows of the charts. sections: the rules: claims by topic, most of them with the facts
    of that topic. always_told: kinds of statements that a brief has whoever writes it, where there are facts for them.
    statements: the kinds of statements that a model may choose; None: all. What leads a page follows from the money at
    stake (`claims/order.py`). tiles, tables, charts: what the page shows, in its order.
    """

    name: str
    period: Callable[[date], tuple[date, date]]
    collect: Callable[[Marts, FactBook, About], Series]
    sections: Callable[[FactBook], Iterable[list[Claim]]]
    about: Literal["store", "tenant"] = "store"
    always_told: frozenset[str] = frozenset()
    statements: frozenset[str] | None = None
    tiles: tuple[Tile, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[str, ...] = ()


def one_day(until: date) -> tuple[date, date]:
    """The day itself."""
    return until, until


def whole_week(until: date) -> tuple[date, date]:
    """The last whole ISO week, Monday to Sunday, that has ended by a day."""
    sunday = until - timedelta(days=until.isoweekday() % 7)
    return sunday - timedelta(days=6), sunday


def whole_month(until: date) -> tuple[date, date]:
    """The last whole calendar month that has ended by a day."""
    after = until + timedelta(days=1)
    last = after.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def days_back(length: int) -> Callable[[date], tuple[date, date]]:
    """The days, so many, that end with a day."""
    return lambda until: (until - timedelta(days=length - 1), until)


# --- what rules are written with -----------------------------------------------------------------------------------


def claim(kind: str, *facts: Fact | None, advice: Iterable[str] = ()) -> Claim:
    """A claim of those of the facts that there are."""
    ids = [fact.id for fact in facts if fact is not None]
    return Claim.model_construct(kind=kind, facts=ids, emphasis="normal", advice=list(advice), remark=None)


def some(book: FactBook, name: str) -> Fact | None:
    """A count, unless it is zero."""
    fact = book.get(name)
    return fact if fact is not None and fact.value else None


def named(book: FactBook, *names: str, key: str | None = None) -> list[Fact | None]:
    """The facts of these names, about one subject if a key is given."""
    return [book.get(name, key) for name in names]


def dearest(book: FactBook, facts: Iterable[Fact]) -> list[Fact]:
    """Facts about SKUs by what is at stake while they have no stock, the most first; then those of which that is not
    known."""

    def amount(fact: Fact) -> Decimal:
        at_stake = book.get("stock_at_risk_a_week", fact.subject.key)
        return Decimal(at_stake.value) if at_stake else Decimal(0)  # type: ignore[arg-type]

    return sorted(facts, key=amount, reverse=True)


def order_or_hurry(book: FactBook, sku: str) -> list[str]:
    """The advice on a SKU that is out or runs out, by what is on the way; none where nobody knows."""
    inbound = book.get("stock_inbound", sku)
    return [] if inbound is None else ["hurry_inbound"] if inbound.value else ["order_more"]


def by_topic(
    *topics: Callable[[FactBook], Iterable[Claim]],
) -> Callable[[FactBook], Iterable[list[Claim]]]:
    """The rules of a kind: each topic's claims that have facts."""
    return lambda book: [[each for each in topic(book) if each.facts] for topic in topics]
