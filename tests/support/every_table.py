"""A row of each of two tenants in every table of the warehouse that tells whose its rows are, found without our code.

Nothing here asks `landing/upkeep/tenant_rows.py`: what that forgets is seen.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

OWN, OTHER = "made", "rupee"
_IDS: dict[str, tuple[str, str]] = {
    "tenant_id": (OWN, OTHER),
    "store_id": ("made-us", "rupee-in"),
    "shop_id": ("made-shop", "rupee-shop"),
    "account_id": ("SELLERNA@na", "SELLERIN@eu"),
    "scope_id": ("SELLERNA@na", "SELLERIN@eu"),
    "seller_id": ("SELLERNA", "SELLERIN"),
    "subject": ("SELLERNA@na", "SELLERIN@eu"),
    "endpoint": ("made-hook", "rupee-hook"),
    "user_id": ("made-user", "rupee-user"),
    "marketplace_id": ("ATVPDKIKX0DER", "A21TJRUUN4KGV"),
}
_TELLING = {"tenant_id", "store_id", "shop_id", "account_id", "scope_id", "seller_id", "endpoint", "load_id", "user_id"}
_VALUES: dict[str, tuple[Any, Any]] = {
    "jsonb": ('{"of": "made-secret"}', '{"of": "rupee-secret"}'),
    "boolean": (False, True),
    "text[]": (["made-secret"], ["rupee-secret"]),
    "name": ("made_role", "rupee_role"),
    "bytea": (b"made-secret", b"rupee-secret"),
    "uuid": ("00000000-0000-0000-0000-000000000011", "00000000-0000-0000-0000-000000077123"),
    "xid8": ("11", "12"),
    **dict.fromkeys(("date", "timestamp with time zone", "timestamp without time zone"), ("2026-02-10", "2031-07-07")),
    **dict.fromkeys(("integer", "bigint", "numeric", "smallint", "double precision"), (11, 77123)),
}
_CHECKED = {
    ("ops.stores", "cost_method"): "fifo",
    ("accounts.members", "role"): "viewer",
    ("accounts.invitations", "role"): "viewer",
    ("accounts.api_keys", "scopes"): ["read"],
    ("accounts.request_counts", "span"): "day",
    ("ops.channel_updates", "state"): "done",
    ("ops.crawls", "state"): "ended",
    ("ops.crawls", "tenants"): None,
    ("ops.webhook_deliveries", "state"): "sent",
}
_TABLES = """
select n.nspname || '.' || c.relname, array_agg(a.attname::text), array_agg(format_type(a.atttypid, null))
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid
where n.nspname in ('accounts', 'raw', 'ops', 'staging', 'intermediate', 'marts', 'insights')
    and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
group by 1 order by 1
"""


def fill(conn: psycopg.Connection[Any], *, without: frozenset[str] = frozenset()) -> list[str]:
    """Empty every table that tells whose its rows are and write a row of each tenant into it; their names.

    conn: of a superuser, in autocommit; foreign keys are not looked at meanwhile.
    """
    found = {
        name: dict(zip(columns, kinds, strict=True))
        for name, columns, kinds in conn.execute(_TABLES).fetchall()
        if set(columns) & _TELLING or name == "ops.buckets"
    }
    wanted = [name for name in found if name not in without]
    conn.execute(sql.SQL("truncate {} cascade").format(sql.SQL(", ").join(map(_named, wanted))))
    conn.execute("set session_replication_role = replica")
    for name in wanted:
        for place in (0, 1):
            values = {column: _value(name, column, kind, place) for column, kind in found[name].items()}
            conn.execute(
                sql.SQL("insert into {} ({}) overriding system value values ({})").format(
                    _named(name),
                    sql.SQL(", ").join(map(sql.Identifier, values)),
                    sql.SQL(", ").join([sql.Placeholder()] * len(values)),
                ),
                list(values.values()),
            )
    conn.execute("reset session_replication_role")
    return wanted


def traces(conn: psycopg.Connection[Any], *texts: str) -> dict[str, int]:
    """How many rows of every table have one of these texts in them; tables without any are left out."""
    found = {}
    for name, _, _ in conn.execute(_TABLES).fetchall():
        query = sql.SQL("select count(*) from {} as t where t::text like any(%s)").format(_named(name))
        row = conn.execute(query, ([f"%{text}%" for text in texts],)).fetchone()
        if row and row[0]:
            found[name] = row[0]
    return found


def _value(table: str, column: str, kind: str, place: int) -> Any:
    if (table, column) in _CHECKED:
        return _CHECKED[table, column] or [(OWN, OTHER)[place]]
    if kind == "text":
        ids = (f"{OWN}-secret", f"{OTHER}-secret")
        return _IDS.get(column, ids)[place] if column != "subject" or table == "ops.buckets" else ids[place]
    return _VALUES[kind][place]


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split(".", 1))
