"""Which rows of which tables are a tenant's: found in the database's own catalogue, counted, and deleted.

A table tells whose its rows are by its columns (`tenant_id`, `store_id`, ...), a raw table by the load of each row.
So a new table is known without a list. A table without any of these columns must be named in `SHARED`, with the reason.
The tenant's documents are found in `tenant_documents.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipelines.stores import Catalog, Store

SHARED: Mapping[str, str] = {
    "accounts.attempts": "log-ins that failed, by a keyed hash of an address that nobody need have",
    "accounts.refresh_tokens": "tokens of sessions, with which they go",
    "intermediate.int_fx_rates": "exchange rates, the same for everybody",
    "ops.actor_mappings": "how an actor's items are read",
    "ops.alembic_version": "the revision of the migrations",
    "ops.audit": "who has changed what, as ids: it can only be added to, and is kept as logs are",
    "ops.cleanings": "how far a walk through the archive is",
    "ops.marks": "what each model has seen",
    "ops.replaced_files": "files of the archive that are about to be deleted",
    "staging.aged_surcharge_rates": "Amazon's published rates",
    "staging.multi_channel_names": "names of channels",
    "staging.settlement_kinds": "what labels of settlements mean",
}
"""Tables without a row of any tenant, and what is in them instead."""

RECORD = "ops.tenant_removals"
"""Says what is still to be removed, and so is emptied last."""

_OWNED_BY = {
    "tenant_id": "tenants",
    "store_id": "stores",
    "shop_id": "stores",
    "account_id": "accounts",
    "scope_id": "scopes",
    "seller_id": "sellers",
    "endpoint": "endpoints",
    "user_id": "users",
}
_SPECIAL = {
    "ops.buckets": "subject = any(%(subjects)s::text[])",
    "ops.counters": "labels ->> 'tenant' = any(%(tenants)s::text[]) or labels ->> 'store' = any(%(stores)s::text[])",
    "ops.crawls": "scope_id = any(%(scopes)s::text[]) or tenants <@ %(tenants)s::text[]",
}
_RAW = "load_id in (select load_id from ops.loads where scope_id = any(%(scopes)s::text[]))"
_ROOMS = ("marts", "intermediate", "staging", "insights", "accounts", "raw", "ops")
"""In this order rows go. Rows of raw are known by the ledger, so the ledger goes last."""

_TABLES = """
select n.nspname || '.' || c.relname, n.nspname,
    array_agg(a.attname::text order by a.attnum) filter (where a.attnum > 0 and not a.attisdropped)
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
left join pg_attribute as a on a.attrelid = c.oid
where c.relkind in ('r', 'p') and not c.relispartition
    and n.nspname ~ '^(marts|intermediate|staging|insights|accounts|raw|ops)(_as_of)?$'
group by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Owned:
    """What is one tenant's, by the names that tables know it by.

    stores: ids of stores and shops, former ones included, and those of what is about all stores or about none that is
    configured. accounts: '<seller>@<region>'. sellers, endpoints: no other tenant's. subjects: of rate budgets. scopes:
    of feeds; a marketplace is one if no other tenant sells there, since its crawls are then this tenant's alone.
    track_files: paths, which no store of another tenant names. users: who is a member of this tenant and of no other.
    """

    tenants: tuple[str, ...]
    stores: tuple[str, ...]
    accounts: tuple[str, ...]
    sellers: tuple[str, ...]
    subjects: tuple[str, ...]
    scopes: tuple[str, ...]
    endpoints: tuple[str, ...]
    track_files: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    @property
    def tenant_id(self) -> str:
        """The tenant's id."""
        return self.tenants[0]

    def values(self) -> dict[str, list[str]]:
        """The names as parameters of a statement, or as JSON."""
        return {name: list(each) for name, each in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the warehouse, and the condition that its rows of a tenant meet; None: it is not known whose they are
    (a table of the user's own), or they are nobody's (`SHARED`)."""

    name: str
    condition: str | None


def owned_by(conn: psycopg.Connection, tenant_id: str, catalog: Catalog, endpoints: Iterable[str]) -> Owned:
    """What is a tenant's, as stores.yaml and the warehouse know it. endpoints: of webhooks.yaml."""

    def column(query: str, **values: Any) -> set[str]:
        return {value for (value,) in conn.execute(query.encode(), {"tenant": tenant_id, **values}).fetchall() if value}

    mine = [store for store in catalog.stores.values() if store.tenant_id == tenant_id]
    others = [store for store in catalog.stores.values() if store.tenant_id != tenant_id]
    both = [each for each in tables(conn) if each.condition and {"tenant_id", "store_id"} <= _columns(conn, each.name)]
    stores = {store.store_id for store in mine} | {f"*{tenant_id}"}
    stores |= {shop.shop_id for shop in catalog.shops.values() if shop.tenant_id == tenant_id}
    stores |= column("select store_id from ops.stores where tenant_id = %(tenant)s")
    stores |= column("select shop_id from ops.shops where tenant_id = %(tenant)s")
    stores |= column("select store_id from ops.unmapped_stores where tenant_id = %(tenant)s")
    for table in both:  # stores that have had another id
        stores |= column(f"select distinct store_id from {table.name} where tenant_id = %(tenant)s")  # noqa: S608
    accounts = {store.account_id for store in mine} | column(
        "select account_id from ops.stores where tenant_id = %(tenant)s"
    )
    sellers = {store.seller_id for store in mine} | column(
        "select seller_id from ops.stores where tenant_id = %(tenant)s"
    )
    sellers -= column("select seller_id from ops.stores where tenant_id <> %(tenant)s")
    profiles = column("select ads_profile_id from ops.stores where tenant_id = %(tenant)s")
    profiles |= {store.ads_profile_id for store in mine if store.ads_profile_id}
    markets = {store.marketplace.marketplace_id for store in mine} | column(
        "select marketplace_id from ops.stores where tenant_id = %(tenant)s"
    )
    markets -= column("select marketplace_id from ops.stores where tenant_id <> %(tenant)s")
    hooks = {*endpoints} | column("select distinct endpoint from ops.webhook_events where tenant_id = %(tenant)s")
    users = column("select user_id from accounts.members group by user_id having bool_and(tenant_id = %(tenant)s)")
    return Owned(
        tenants=(tenant_id,),
        stores=tuple(sorted(stores)),
        accounts=tuple(sorted(accounts)),
        sellers=tuple(sorted(sellers)),
        subjects=tuple(sorted(accounts | sellers | profiles | stores)),
        scopes=tuple(sorted(stores | accounts | markets)),
        endpoints=tuple(sorted(hooks)),
        users=tuple(sorted(users)),
        track_files=tuple(sorted(map(str, _track_files(mine) - _track_files(others)))),
    )


def _track_files(stores: Iterable[Store]) -> set[Path]:
    return {store.track_file for store in stores if store.track_file is not None}


def tables(conn: psycopg.Connection) -> list[Table]:
    """All tables of the warehouse's schemas, those of `transform --as-of` included, in the order in which rows may be
    deleted: what refers to others goes before them. The record of removals is not among them."""
    found = {name: (schema, columns or []) for name, schema, columns in conn.execute(_TABLES).fetchall()}
    found.pop(RECORD, None)
    order = TopologicalSorter({name: set[str]() for name in found})
    for child, parent in conn.execute(
        "select c.relnamespace::regnamespace || '.' || c.relname, p.relnamespace::regnamespace || '.' || p.relname "
        "from pg_constraint as f inner join pg_class as c on c.oid = f.conrelid "
        "inner join pg_class as p on p.oid = f.confrelid where f.contype = 'f'"
    ).fetchall():
        if child != parent and {child, parent} <= found.keys():
            order.add(parent, child)
    places = {name: place for place, name in enumerate(order.static_order())}

    def key(name: str) -> tuple[int, int]:
        return _ROOMS.index(found[name][0].removesuffix("_as_of")), places[name]

    return [Table(name, condition_of(name, *found[name])) for name in sorted(found, key=key)]


def condition_of(name: str, schema: str, columns: Iterable[str]) -> str | None:
    """The condition that a tenant's rows of a table meet, with the names of `Owned` as parameters.

    >>> condition_of("marts.sales_daily", "marts", ["tenant_id", "store_id", "units"])
    'tenant_id = any(%(tenants)s::text[]) or store_id = any(%(stores)s::text[])'
    >>> condition_of("ops.marks", "ops", ["consumer"]) is None
    True
    """
    if name in SHARED:
        return None
    if name in _SPECIAL:
        return _SPECIAL[name]
    if schema == "raw":
        return _RAW if "load_id" in columns else None
    there = set(columns)
    parts = [f"{column} = any(%({of})s::text[])" for column, of in _OWNED_BY.items() if column in there]
    return " or ".join(parts) or None


def _columns(conn: psycopg.Connection, name: str) -> set[str]:
    """The names of a table's columns."""
    rows = conn.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped", (name,)
    )
    return {column for (column,) in rows}


def counts(conn: psycopg.Connection, owned: Owned) -> dict[str, int]:
    """How many rows of each table are the tenant's; tables without any are in it too."""
    return {table.name: count(conn, table, owned) for table in tables(conn) if table.condition is not None}


def count(conn: psycopg.Connection, table: Table, owned: Owned) -> int:
    """How many rows of a table are the tenant's."""
    query = sql.SQL("select count(*) from {} where {}").format(_named(table.name), sql.SQL(table.condition or "false"))
    row = conn.execute(query, owned.values()).fetchone()
    assert row is not None
    return int(row[0])


def delete(conn: psycopg.Connection, owned: Owned, progress: Callable[[str], None] = lambda _: None) -> None:
    """Delete the tenant's rows, a transaction for each table. conn: in autocommit. progress: called with each table.

    Deleting slices writes into a table of deleted slices: so what is left after one walk goes in a second one. A crawl
    that others asked for too stays, without the tenant's name.
    """
    conn.execute(
        "update ops.crawls set tenants = array_remove(tenants, %s) where %s = any(tenants) and tenants <> array[%s]",
        (owned.tenant_id,) * 3,
    )
    for _ in range(2):
        for table in tables(conn):
            if table.condition is not None:
                progress(table.name)
                conn.execute(
                    sql.SQL("delete from {} where {}").format(_named(table.name), sql.SQL(table.condition)),
                    owned.values(),
                )


def unknown(conn: psycopg.Connection) -> list[str]:
    """Tables of which is not known whose their rows are: a user's own, since all of Tradewind's are."""
    return [table.name for table in tables(conn) if table.condition is None and table.name not in SHARED]


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split(".", 1))
