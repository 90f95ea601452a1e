"""How the schema is spread over the machines of a Citus cluster, as statements: nothing here runs them.

Rows of a store belong together: every table that has `store_id` is distributed by it, and all of these are co-located,
so that a join by store stays on one machine. Reports of whole accounts are known by `account_id` before their rows have
a store; those tables are distributed by that. What every machine needs and is small is a reference table. `ops` and
`raw` stay on the coordinator: the ledger is small, and raw rows are read once, by the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

REFERENCE = frozenset({"intermediate.int_stores", "intermediate.int_shops", "intermediate.int_fx_rates"})
"""Small tables that are joined by other columns than the store; seeds are reference tables too."""

_KEYS = ("store_id", "account_id")
_TABLES = """
select n.nspname || '.' || c.relname, array_agg(a.attname::text),
    coalesce((
        select jsonb_object_agg(i.indexrelid::regclass::text, (
            select jsonb_agg(k.attname) from pg_attribute as k
            where k.attrelid = i.indexrelid))
        from pg_index as i where i.indrelid = c.oid and i.indisunique), '{}'),
    coalesce((
        select jsonb_object_agg(f.conname, f.confrelid::regclass::text)
        from pg_constraint as f where f.conrelid = c.oid and f.contype = 'f'), '{}')
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in ('marts', 'intermediate', 'insights', 'staging') and c.relkind in ('r', 'p') and not c.relispartition
group by n.nspname, c.relname, c.oid
order by 1
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """How one table is spread. key: the column; None: it is a reference table. problems: why Citus would refuse it."""

    table: str
    key: str | None
    problems: tuple[str, ...] = ()


def spread(
    table: str, columns: Iterable[str], unique: Mapping[str, Iterable[str]], references: Mapping[str, str]
) -> Spread:
    """How a table is spread. unique: unique index -> its columns. references: foreign key -> the table it refers to.

    >>> spread("marts.sales_daily", ["store_id", "date"], {"key": ["store_id", "date"]}, {})
    Spread(table='marts.sales_daily', key='store_id', problems=())
    >>> spread("marts.x", ["store_id", "id"], {"key": ["id"]}, {}).problems
    ('the unique index key lacks store_id',)
    """
    there = set(columns)
    key = None if table in REFERENCE else next((each for each in _KEYS if each in there), None)
    lacking = [f"the unique index {name} lacks {key}" for name, parts in unique.items() if key and key not in parts]
    keys = [f"the foreign key {name} refers to {other}" for name, other in references.items() if key]
    return Spread(table, key, (*lacking, *keys))


def spreads(conn: psycopg.Connection) -> list[Spread]:
    """How each table of marts, insights and what lies below them is spread."""
    return [spread(*row) for row in conn.execute(_TABLES).fetchall()]


def statements(found: Iterable[Spread]) -> list[str]:
    """The statements for a coordinator on which the extension and the workers are set up.

    Tables are spread as they are, with their rows; reference tables first.
    """
    ordered = sorted(found, key=lambda each: (each.key is not None, each.key != "store_id", each.table))
    first: dict[str, str] = {}
    result = []
    for each in ordered:
        if each.key is None:
            result.append(f"select create_reference_table('{each.table}');")
            continue
        beside = first.setdefault(each.key, each.table)
        with_ = f", colocate_with => '{'none' if beside == each.table else beside}'"
        result.append(f"select create_distributed_table('{each.table}', '{each.key}'{with_});")
    return result
