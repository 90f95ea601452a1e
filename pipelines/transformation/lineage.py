"""Which columns the columns of a model are made of, read from the SQL that dbt has compiled, with sqlglot.

What was read is kept in a file of the home, since a second look at the same SQL says the same: all models take eleven
seconds of CPU once, and a third of a second afterwards. How it is shown stands in orchestration/built.py. sqlglot is
imported when something is read that is not kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.transformation.dbt_runs import fingerprint

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

Lineage = Mapping[str, Sequence[str]]
"""Column -> the columns that it is made of, each as `schema.table.column`."""
Tables = Mapping[str, Mapping[str, str]]
"""Table (`schema.name`) -> its columns with their types, in their order."""

_OPENING = "opening"
_SCHEMAS = ("raw", "staging", "intermediate", "marts", "ops")
_COLUMNS = """
select n.nspname || '.' || c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute as a
inner join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'v', 'm', 'p')
inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname = any(%s)
where a.attnum > 0 and not a.attisdropped
order by 1, a.attnum
"""
# looked ahead, since the pairs of database.schema.table overlap
_NAMES = re.compile(r'\b(?=(\w+)"?\."?(\w+))')


def tables(conn: psycopg.Connection) -> dict[str, dict[str, str]]:
    """The warehouse's tables and views with their columns; of staging's views, too."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in conn.execute(_COLUMNS, (list(_SCHEMAS),)).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def read_lineage(sql: str, known: Tables) -> dict[str, list[str]]:
    """The lineage of a query in Postgres' SQL. Pure.

    A column of a table that is not known (a temporary one of a build) counts as made of nothing. The result is empty
    where the query cannot be followed, as where it reads a whole row of a function as a value.
    """
    from sqlglot import MappingSchema, exp, parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    try:
        query = parse_one(sql, dialect="postgres")
        schema = MappingSchema(dialect="postgres")
        named = list(query.find_all(exp.Table))
        for each in named:
            each.set("catalog", None)  # compiled SQL names the database, which is one and the same
        for name in {f"{each.db}.{each.name}" for each in named} & known.keys():
            db, _, relation = name.partition(".")
            schema.add_table(exp.table_(relation, db=db), dict(known[name]), dialect="postgres")
        # tables of an increment's opening: their columns are those that the query names of them
        own = {each.alias for each in query.find_all(exp.CTE)}
        opened: dict[str, dict[str, str]] = {}
        for each in named:
            if each.db or not each.name.startswith("_") or each.name in own:
                continue
            columns = {one.name for one in query.find_all(exp.Column) if one.table == each.alias_or_name}
            around = each.find_ancestor(exp.Select)
            if around is not None and len(list(around.find_all(exp.Table))) == 1:
                columns |= {one.name for one in around.find_all(exp.Column) if not one.table}
            each.set("db", exp.to_identifier(_OPENING))
            opened.setdefault(each.name, {}).update(dict.fromkeys(columns or {"load_id"}, "text"))
        for relation, columns_of in opened.items():
            schema.add_table(exp.table_(relation, db=_OPENING), columns_of, dialect="postgres")
        query = qualify(query, schema=schema, dialect="postgres", validate_qualify_columns=False, identify=False)
        told = lineage(
            None, query, schema, scope=build_scope(query), dialect="postgres", trim_selects=False, copy=False
        )
    # of SQL that it does not expect, sqlglot raises whatever it stumbles over; no build may fail of that
    except (SqlglotError, RecursionError, AttributeError, LookupError, TypeError, ValueError) as error:
        log.debug("a query cannot be followed: %s", type(error).__name__)
        return {}
    found: dict[str, list[str]] = {}
    for column, root in told.items():
        leaves = set()
        for node in root.walk():
            table = None if node.downstream else node.expression.find(exp.Table)
            is_row = node.name.endswith("*")  # a whole row, counted or turned into JSON: of no column
            if table is not None and not is_row and f"{table.db}.{table.name}" in known:
                leaves.add(f"{table.db}.{table.name}.{exp.to_column(node.name).name}")
        found[column] = sorted(leaves)
    return found


@dataclass
class KeptLineage:
    """The lineage of a home's models. path: where it is kept. tables: as they are in the warehouse.

    A model has two kinds of SQL, that of all its rows and that of an increment, which may read tables of its opening
    instead of models. So what both of them say counts, as long as the project is the same.
    """

    path: Path
    tables: Tables
    _models: dict[str, dict[str, object]] = field(default_factory=dict)
    _changed: bool = False

    def __post_init__(self) -> None:
        with suppress(OSError, ValueError):  # a file that is missing, or not whole, is written anew
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if kept["project"] == fingerprint():
                self._models = kept["models"]

    def of(self, model: str, sql: str) -> dict[str, list[str]]:
        """The lineage of a model (`schema.name`) that has just this SQL."""
        mark = self._mark(sql)
        entry = self._models.get(model, {"seen": [], "columns": {}})
        seen, columns = entry["seen"], entry["columns"]
        assert isinstance(seen, list) and isinstance(columns, dict)
        if mark not in seen:
            columns = _joined(columns, read_lineage(sql, self.tables))
            self._models[model] = {"seen": [*seen, mark][-_VARIANTS:], "columns": columns}
            self._changed = True
        return columns

    def keep(self) -> None:
        """Write what is new of it."""
        if not self._changed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        new.write_text(json.dumps({"project": fingerprint(), "models": self._models}), encoding="utf-8")
        new.replace(self.path)
        self._changed = False

    def _mark(self, sql: str) -> str:
        """A hash of the query and of the columns of what it reads."""
        named = sorted({".".join(pair) for pair in _NAMES.findall(sql)} & self.tables.keys())
        said = json.dumps([sql, [[name, list(self.tables[name])] for name in named]])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


_VARIANTS = 8
"""Kinds of SQL of a model whose marks are kept: an increment's names what has changed in some models."""


def _joined(one: Lineage, other: Lineage) -> dict[str, list[str]]:
    names = [*one, *(name for name in other if name not in one)]
    return {name: sorted({*one.get(name, ()), *other.get(name, ())}) for name in names}
