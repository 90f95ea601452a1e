"""What Dagster's UI shows of a model that was built, beside dbt's own figures: rows, size, columns and where these
come from. Read from the warehouse after a build; how lineage is read from SQL stands in transformation/lineage.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from psycopg import sql

from pipelines.transformation.lineage import KeptLineage, Lineage, tables

if TYPE_CHECKING:
    import psycopg

MOST_COUNTED = 1_000_000
"""A table that Postgres takes for larger is not counted: its estimate is shown."""
FILE = Path("dbt") / "lineage.json"

_SIZES = """
select n.nspname || '.' || c.relname, c.reltuples::bigint, pg_total_relation_size(c.oid)
from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname || '.' || c.relname = any(%s)
"""


@dataclass(frozen=True)
class Size:
    """Of a table. rows: counted, or of a large one estimated by Postgres. size: in bytes, with indexes."""

    rows: int
    size: int


@dataclass
class Built:
    """What is known of the models of a home. sizes: of those that were built and are tables. known: all assets that a
    column may come from."""

    lineage: KeptLineage
    sizes: Mapping[str, Size]
    known: Collection[dg.AssetKey]

    @classmethod
    def of(
        cls, conn: psycopg.Connection, home: Path, built: Collection[dg.AssetKey], known: Collection[dg.AssetKey]
    ) -> Built:
        """Asks the warehouse. built: the models that are to be told of."""
        return cls(KeptLineage(home / FILE, tables(conn)), _sizes(conn, [_name(key) for key in built]), known)

    def metadata(self, key: dg.AssetKey, compiled: str | None, *, documented: bool = True) -> dict[str, Any]:
        """Of a materialization. compiled: the model's SQL; None where there is none, as of a seed. documented: its
        columns stand in the project, and the asset's definition has them already."""
        name = _name(key)
        found: dict[str, Any] = {}
        if name in self.sizes:
            found |= {"dagster/row_count": self.sizes[name].rows, "size_bytes": self.sizes[name].size}
        if not documented and name in self.lineage.tables:
            columns = [dg.TableColumn(column, kind) for column, kind in self.lineage.tables[name].items()]
            found["dagster/column_schema"] = dg.TableSchema(columns)
        if compiled and (told := column_lineage(self.lineage.of(name, compiled), self.known)) is not None:
            found["dagster/column_lineage"] = told
        return found

    def keep(self) -> None:
        """For the next build."""
        self.lineage.keep()


def compiled_models(target: Path) -> dict[str, Path]:
    """Name of a model -> the file of its SQL, as dbt has last compiled it into its folder, whoever had it built."""
    files = (target / "compiled").rglob("models/**/*.sql")
    return {path.stem: path for path in files if path.parent.suffix != ".yml"}  # tests lie in folders of their yml


def column_lineage(told: Lineage, known: Collection[dg.AssetKey]) -> dg.TableColumnLineage | None:
    """As Dagster shows it; None where nothing is told. What comes from no asset (the ledger) is left out. Pure."""
    if not told:
        return None
    deps: dict[str, list[dg.TableColumnDep]] = {}
    for column, sources in told.items():
        deps[column] = []
        for source in sources:
            table, _, name = source.rpartition(".")
            if (key := asset_of(table)) in known:
                deps[column].append(dg.TableColumnDep(asset_key=key, column_name=name))
    return dg.TableColumnLineage(deps_by_column=deps)


def asset_of(table: str) -> dg.AssetKey:
    """The asset of a table `schema.name`: of a raw one its feed's, as `raw.asset_keys` names it."""
    schema, _, name = table.partition(".")
    source, _, feed = name.partition("__")
    return dg.AssetKey([source, feed] if schema == "raw" else [schema, name])


def _name(key: dg.AssetKey) -> str:
    return ".".join(key.path)


def _sizes(conn: psycopg.Connection, names: list[str]) -> dict[str, Size]:
    found = {}
    for name, estimate, size in conn.execute(_SIZES, (names,)).fetchall():
        rows = estimate
        if estimate < MOST_COUNTED:
            row = conn.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(*name.split(".")))).fetchone()
            rows = row[0] if row else 0
        found[name] = Size(rows, size)
    return found
