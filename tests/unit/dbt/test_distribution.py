"""Marts can be spread by store: every join of a model holds the store or the account, or is named here with why not."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.warehouse.citus import REFERENCE, Spread, spread, statements

MODELS = Path(__file__).parents[3] / "dbt_project" / "models"
_JOIN = re.compile(r"\bjoin\s+(?P<what>lateral\b|\{\{.*?\}\}|[\w.]+)(?:\s+as\s+\w+)?", re.DOTALL)
_END = re.compile(
    r"\b(?:(?:left|inner|right|full|cross)\s+join|join|where|group by|order by|union|having|window|limit|select)\b|\{%"
)
_SMALL = ("int_stores", "int_shops", "int_fx_rates", "accounts()", "ops.", "kinds", "generate_series", "source(")
"""What every machine has, or the coordinator alone: reference tables, seeds, the ledger and raw."""

ACROSS = {
    "marts/channels/channel_listings.sql": "goods are the tenant's, whatever its stores: joined by tenant_id",
    "marts/channels/stock_central.sql": "goods are the tenant's, whatever its stores: joined by tenant_id",
    "marts/competitor/keyword_rank_daily.sql": "a search is of a marketplace, for all stores that track it",
    "marts/coverage/data_coverage.sql": "the ledger's scopes, which lie on the coordinator",
    "marts/sales/settlement_lines.sql": "lines and documents of one load, which lie on the coordinator",
    "parts/competitor_comparison/int_comparison_searches.sql": "a search is of a marketplace",
}
"""Models of which a join moves rows between machines: it is right all the same, and slower."""


def test_every_join_holds_the_store_or_the_account():
    across = set()
    joins = 0
    for path in sorted(MODELS.rglob("*.sql")):
        name = path.relative_to(MODELS).as_posix()
        if name.startswith("staging/"):
            continue
        text = re.sub(r"--.*", "", path.read_text())
        for found in _JOIN.finditer(text):
            joins += 1
            rest = text[found.end() :]
            end = _END.search(rest)
            condition = rest[: end.start()] if end else rest
            is_local = found["what"] == "lateral" or any(each in found["what"] for each in _SMALL)
            if not is_local and not re.search(r"\b(store_id|account_id)\b", condition):
                across.add(name)
    assert joins > 150, "the joins are found"
    assert across == set(ACROSS), "join by store_id, or say here why not; take out what is mended"


def test_statements_place_small_tables_first_and_all_of_a_key_together():
    found = [
        spread("marts.b", ["store_id"], {}, {}),
        spread("marts.a", ["store_id"], {}, {}),
        spread("intermediate.int_settlements", ["account_id"], {"k": ["account_id", "settlement_id"]}, {}),
        spread("intermediate.int_stores", ["store_id"], {}, {}),
        spread("staging.settlement_kinds", ["kind"], {"k": ["kind"]}, {}),
    ]
    assert statements(found) == [
        "select create_reference_table('intermediate.int_stores');",
        "select create_reference_table('staging.settlement_kinds');",
        "select create_distributed_table('marts.a', 'store_id', colocate_with => 'none');",
        "select create_distributed_table('marts.b', 'store_id', colocate_with => 'marts.a');",
        "select create_distributed_table('intermediate.int_settlements', 'account_id', colocate_with => 'none');",
    ]
    assert not any(each.problems for each in found)
    assert "intermediate.int_stores" in REFERENCE
    assert spread("marts.x", ["store_id"], {"k": ["id"]}, {"f": "marts.y"}) == Spread(
        "marts.x", "store_id", ("the unique index k lacks store_id", "the foreign key f refers to marts.y")
    )
