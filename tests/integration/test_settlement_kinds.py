"""One rule for the kinds of settlement lines, written in SQL (macros/kinds.sql) and in Python (settlement_kinds.py)."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from psycopg import sql

from pipelines.transformation.settlement_kinds import SEED, Kinds, Triple, names
from tests.integration.test_dbt_unit_tests import dbt
from tests.unit.dbt.test_seeds import TRIPLES, rows

RANDOM = random.Random(20261129)
PARTS = (
    "Base fee",
    "Tax on fee",
    "Discount on Fee",
    "Base charge",
    "TransactionTotalAmount",
    "",
    "GST",
    "x IGST",
    "TCS-IGST",
)
ODD = ("\u00d6ffnung", "\u0130ade", "\u624b\u6570\u6599", "a_b%c\\d", "\u2013 \u00a0", "1 2")


def spoilt(text: str) -> str:
    """The same label as somebody else might write it."""
    joined = RANDOM.choice((" ", "-", "_", "", "\u00a0", ": ")).join(text.split(" "))
    return RANDOM.choice((str.upper, str.lower, str.title, str))(joined)


def lines() -> Iterator[Triple]:
    """Labels that rows of the seed are about, real ones, each as others might write it, and parts put together."""
    known: list[Triple] = []
    for row in rows():
        first, second, third = (row[each].replace("%", RANDOM.choice(("", "Any"))) for each in list(row)[:3])
        known.append((first, second, third))
    if TRIPLES.exists():
        real = (
            line.split("|") for line in TRIPLES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
        )
        known += [(line[0], line[1], line[2]) for line in real]
    yield from known
    for first, second, third in known:
        yield spoilt(first), spoilt(second), spoilt(third)
    for _ in range(1_000):
        first, second, third = (RANDOM.choice(known)[i] for i in range(3))
        yield first, second, RANDOM.choice((third, third + " IGST", *PARTS, *ODD))


@pytest.fixture(scope="module")
def rule(marts) -> str:
    """The macro as it is compiled, over a temporary table `labels`."""
    marts.build()
    outcome = dbt(marts, "compile", "--inline", "{{ kinds_of('pg_temp.labels') }}")
    assert outcome.success, outcome.exception
    return str(outcome.result.results[0].node.compiled_code)  # type: ignore[union-attr, index]


@pytest.mark.thorough
def test_sql_and_python_say_the_same(marts, rule):
    kinds, given = Kinds.of_seed(SEED), list(dict.fromkeys(lines()))
    with marts.warehouse.connect() as conn:
        conn.execute("create temporary table labels (transaction_type text, amount_type text, amount_description text)")
        with conn.cursor() as cursor:
            cursor.executemany("insert into labels values (%s, %s, %s)", given)
        found = conn.execute(
            sql.SQL(
                "select transaction_type, amount_type, amount_description, transaction_name, type_name, label, kind "
                "from ({}) as k"
            ).format(sql.SQL(rule))
        ).fetchall()
    assert len(found) == len(given) > 1_000
    told = {row[:3]: row[3:] for row in found}
    assert {line: (*names(line), kinds.of(line)) for line in given} == told
    assert {kind for *_, kind in told.values()} >= {"unknown", "fee_tax", "transfer", "storage_fee"}
