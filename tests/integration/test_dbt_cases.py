"""Marts that are the sum of parts (dbt_project/models/parts) against cases computed by hand: from the tables that the
parts read to the rows of the mart.

dbt's own unit tests replace what a model reads itself, which are the parts. Cases are written like them, in
tests/fixtures/cases: `given` rows by relation (missing columns are null). Parts look for loads among those of the unit
tests, or among `current_loads` of the case.
"""

from __future__ import annotations

import json
import re
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pipelines.transformation import dictionary
from tests.integration.test_dbt_unit_tests import dbt, land_loads
from tests.support.building import Marts
from tests.support.references import ROOT

# the first day of the journey compares the same marts with the truth each day
pytestmark = pytest.mark.thorough

CASES = {
    case["name"]: case
    for path in sorted((ROOT / "tests" / "fixtures" / "cases").glob("*.yml"))
    for case in dictionary.read(path)["cases"]
}
# macros/clock.sql: current_loads
LOADS = re.compile(
    r"\(\s*select scope_id, slice_key, day, instant, current_load_id as load_id\s+from ops\.slices\s+"
    r"where feed = '[\w.]+' and current_load_id is not null\s*\)"
)


@pytest.fixture(scope="module")
def compiled(marts: Marts) -> dict[str, str]:
    """Model -> the SQL by which it is built anew, its parts in it; of a database with the loads that cases name."""
    land_loads(marts)
    models = sorted({case["model"] for case in CASES.values()})
    outcome = dbt(marts, "compile", "--select", *models, "--full-refresh")
    return {each.node.name: each.node.compiled_code for each in outcome.result.results}


def table(conn: psycopg.Connection, name: str, like: str, rows: list[dict[str, Any]]) -> None:
    """A temporary table with the columns of another and these rows."""
    conn.execute(f"create temporary table {name} as table {like} with no data".encode())
    filled = sql.SQL("insert into {0} select * from jsonb_populate_recordset(null::{0}, %s::jsonb)")
    conn.execute(filled.format(sql.Identifier(name)), (json.dumps(rows, default=str),))


def differences(conn: psycopg.Connection, query: str, case: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """Expected rows that the model does not give, and rows that it gives and nobody expects."""
    for each in case["given"]:
        name = re.fullmatch(r"ref\('(\w+)'\)", each["input"])[1]
        found = set(re.findall(rf'"\w+"\."\w+"\."{name}"', query))
        assert len(found) == 1, f"{case['model']} and its parts read no {name}: take it out of the case"
        table(conn, f"given_{name}", found.copy().pop(), each["rows"])
        query = query.replace(found.pop(), f"given_{name}")
    if "current_loads" in case:
        query, looks = LOADS.subn(case["current_loads"], query)
        assert looks, "macros/clock.sql says otherwise than here how current loads are found"
    conn.execute(f"create temporary table actual as {query}".encode())
    table(conn, "expected", "actual", case["expect"])
    names = sql.SQL(", ").join(map(sql.Identifier, case["expect"][0]))
    both = {"missing": ("expected", "actual"), "unexpected": ("actual", "expected")}
    minus = sql.SQL("select {0} from {1} except all select {0} from {2}")
    return {key: conn.execute(minus.format(names, *map(sql.Identifier, two))).fetchall() for key, two in both.items()}


@pytest.mark.parametrize("name", CASES)
def test_case(marts, compiled, name):
    case = CASES[name]
    query = compiled[case["model"]]
    with marts.warehouse.connect() as conn:
        assert differences(conn, query, case) == {"missing": [], "unexpected": []}
        conn.rollback()
