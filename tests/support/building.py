"""Marts built in tests: one database and one dbt target for the tests of a module, so that dbt parses once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipelines.settings import Settings
from pipelines.transformation import transform
from pipelines.transformation.news import consumers
from pipelines.warehouse.connection import Warehouse
from tests.support.ledger import Ledger

US = ("made-us", "made", "SELLERNA", "na", "US", "ATVPDKIKX0DER", "Amazon.com", "USD", "America/Los_Angeles")
DE = ("made-de", "made", "SELLEREU", "eu", "DE", "A1PA6795UKMFR9", "Amazon.de", "EUR", "Europe/Paris")
IN = ("rupee-in", "rupee", "SELLERIN", "eu", "IN", "A21TJRUUN4KGV", "Amazon.in", "INR", "Asia/Kolkata")


class Marts:
    """A warehouse with stores in which a test lands and builds. settings.home holds dbt's target."""

    def __init__(self, warehouse: Warehouse, home: Path, *, prepared: bool = False) -> None:
        """prepared: the stores are there already."""
        self.warehouse = warehouse
        self.settings = Settings(home=home, warehouse_url=warehouse.url)
        if prepared:
            return
        with self.landing() as ledger:
            ledger.tenant("made", "USD")
            ledger.tenant("rupee", "INR")
            ledger.prepare(US, DE, IN)

    @contextlib.contextmanager
    def landing(self) -> Iterator[Ledger]:
        """Loads in one transaction, committed at the end of the block."""
        with self.warehouse.connect() as conn:
            yield Ledger(conn)

    def build(self, *select: str, **options: Any) -> transform.TransformResult:
        """A build; it must have gone well."""
        result = self.try_build(*select, **options)
        assert result.ok, result.failures
        return result

    def try_build(self, *select: str, **options: Any) -> transform.TransformResult:
        """A build, however it ends."""
        return transform.transform(self.settings, self.warehouse, select=select or None, **options)

    def stale(self) -> bool:
        """Whether a build is due."""
        with self.warehouse.connect() as conn:
            return transform.stale(conn)

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with self.warehouse.connect() as conn:
            return conn.execute(statement.encode(), parameters or None).fetchall()

    def everything(self) -> dict[str, list[str]]:
        """All rows of all incremental models, without the transaction that wrote them."""
        with self.warehouse.connect() as conn:
            return everything(conn)


def everything(conn: psycopg.Connection[Any], *, schemas: str = "") -> dict[str, list[str]]:
    """All rows of all incremental models, without the transaction that wrote them. schemas: `_as_of`, of those."""
    return {name: _content(conn, name.replace(".", f"{schemas}.")) for name in consumers()}


def _content(conn: psycopg.Connection[Any], name: str) -> list[str]:
    columns = [
        column
        for (column,) in conn.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped "
            "and attname <> 'changed_xid' order by attnum",
            (name,),
        )
    ]
    schema, _, table = name.partition(".")
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, table)
    )
    return sorted(map(str, conn.execute(query).fetchall()))
