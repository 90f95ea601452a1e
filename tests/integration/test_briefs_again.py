"""The same rows give the same facts: whatever plan Postgres makes, and in whatever order the rows lie.

Facts have their ids by the order in which they are found, and a brief stands as long as its facts do. A query without
an order would have a model asked again after an analyze.
"""

from __future__ import annotations

import pytest
from psycopg import sql

from pipelines.insights.briefs.catalogue import BRIEFS
from pipelines.insights.facts import Fact
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of
from tests.support.marts import MadeMarts

OTHER_PLANS = ("enable_hashagg", "enable_hashjoin", "enable_sort")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(name, marks=() if name in ("daily", "weekly") else pytest.mark.thorough)
        for name, brief in BRIEFS.items()
        if brief.about == "store"
    ],
)
def test_facts_are_the_same_by_other_plans_and_of_rows_in_another_order(warehouse: Warehouse, kind: str) -> None:
    made = MadeMarts()
    with warehouse.connect() as conn:
        made.write(conn)

    def facts() -> list[Fact]:
        return list(book_of(warehouse, made, BRIEFS[kind]).facts)

    first = facts()
    _analyze(warehouse)
    assert facts() == first
    _turn_round(warehouse)
    assert facts() == first
    for setting in OTHER_PLANS:
        with warehouse.connect() as conn:
            name = sql.Identifier(conn.info.dbname)
            conn.execute(sql.SQL("alter database {} set {} = off").format(name, sql.Identifier(setting)))
        assert facts() == first, setting


def _analyze(warehouse: Warehouse) -> None:
    with warehouse.connect() as conn:
        conn.execute("analyze")


def _turn_round(warehouse: Warehouse) -> None:
    """Write the rows of each mart in the opposite order."""
    with warehouse.connect() as conn:
        tables = conn.execute("select tablename from pg_tables where schemaname = 'marts'").fetchall()
        for (table,) in tables:
            mart = sql.Identifier("marts", table)
            for statement in (
                "create temporary table turned on commit drop as select * from {} order by ctid desc",
                "truncate {}",
                "insert into {} select * from turned",
                "drop table turned",
            ):
                conn.execute(sql.SQL(statement).format(mart))
