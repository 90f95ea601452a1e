"""Suggestions: what speaks for which product, and how sure it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.landing.views.suggestions import WEIGHTS, Evidence, Suggestion, rank, suggestions
from pipelines.stores import load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.ledger import Ledger
from tests.support.references import ROOT

US = "ATVPDKIKX0DER"
DAY = date(2026, 3, 8)
# Staging by hand, with the columns that are read: what it makes of raw rows is shown by tests of its models.
STAGED = """
create schema if not exists staging;
create table staging.stg_apify__keyword_search (load_id bigint, marketplace_id text, keyword text, asin text,
    page integer, is_sponsored boolean, is_failed boolean);
create table staging.stg_amazon_sp__search_terms (load_id bigint, store_id text, search_term text, clicked_asin text,
    click_share numeric);
create table staging.stg_amazon_sp__market_basket (load_id bigint, store_id text, asin text, purchased_with_asin text,
    combination_share numeric);
create table staging.stg_apify__products (load_id bigint, marketplace_id text, asin text, bsr_rank integer,
    bsr_category text, instant timestamptz, is_failed boolean);
"""
OWN, OTHER = "B0OWNASIN1", "B0OTHER001"


def test_each_kind_of_evidence_is_found_where_it_stands(warehouse: Warehouse) -> None:
    stores = load_stores(Path(ROOT / "stores.example.yaml"), lambda _: SecretStr("x"))
    store = stores.stores["harbor-us"]
    with warehouse.connect() as conn:
        sync_stores(conn, stores)
        assert suggestions(conn, store) == [], "nothing was staged yet"
        ensure_raw_tables(conn)
        conn.execute(STAGED)
        ledger, moment = Ledger(conn), datetime(2026, 3, 8, 12, tzinfo=UTC)
        search = ledger.load("apify.keyword_search", US, [{"input": "x"}], days=[DAY], instant=moment)
        pages = ledger.load("apify.products", US, [{"asin": "x"}], days=[DAY], instant=moment)
        terms = ledger.load("amazon_sp.search_terms", "harbor-us", [{"searchTerm": "x"}], days=[DAY])
        basket = ledger.load("amazon_sp.market_basket", "harbor-us", [{"asin": OWN}], days=[DAY])
        add = conn.cursor().executemany
        add(
            f"insert into staging.stg_apify__keyword_search values ({search}, '{US}', %s, %s, %s, %s, false)",  # noqa: S608
            [
                ("lamp", OWN, 2, False),
                ("brass lamp", OWN, 1, False),
                ("lamp", OTHER, 1, False),
                ("lamp", "B0PAID0001", 1, True),
                ("lamp", "B0SECOND01", 2, False),
                ("chair", "B0CHAIR001", 1, False),
                ("lamp", "B0COMP0001", 1, False),  # tracked already
            ],
        )
        add(
            f"insert into staging.stg_amazon_sp__search_terms values ({terms}, 'harbor-us', %s, %s, %s)",  # noqa: S608
            [("lamp", OWN, 0.1), ("lamp", OTHER, 0.2), ("chair", "B0CHAIR001", 0.9)],
        )
        add(
            f"insert into staging.stg_amazon_sp__market_basket values ({basket}, 'harbor-us', %s, %s, %s)",  # noqa: S608
            [(OWN, "B0BULB0001", 0.5), (OWN, "B0OWNASIN2", 0.5)],
        )
        add(
            f"insert into staging.stg_apify__products values ({pages}, '{US}', %s, %s, %s, '{moment}', false)",  # noqa: S608
            [(OWN, 100, "Lamps"), (OTHER, 200, "Lamps"), ("B0CHAIR001", 100, "Chairs")],
        )
        found = suggestions(conn, store)
    assert found == [
        # 1 - (1 - 0.6 x 1/3) (1 - 0.6 x 0.2) (1 - 0.4 x 100/200)
        Suggestion(
            OWN,
            OTHER,
            0.437,
            ("on the first page of lamp", "clicked for lamp", "no. 200 of Lamps, yours is no. 100"),
        ),
        Suggestion(OWN, "B0BULB0001", 0.15, ("bought with it in 50.0 percent of its orders of several products",)),
    ]


evidence = st.builds(
    Evidence,
    st.sampled_from(["A", "B"]),
    st.sampled_from(["X", "Y", "Z"]),
    st.sampled_from(sorted(WEIGHTS)),
    st.floats(-1, 2),
    st.just("why"),
)


@given(st.lists(evidence), evidence)
def test_more_evidence_never_lowers_a_score_and_what_is_tracked_is_not_suggested(found, more) -> None:
    tracked = {"A": ("X",)}
    before = {(each.own, each.asin): each.score for each in rank(found, tracked)}
    assert ("A", "X") not in before
    assert all(0 < score <= 1 for score in before.values())
    if (more.own, more.asin, more.kind) not in {(each.own, each.asin, each.kind) for each in found}:
        after = {(each.own, each.asin): each.score for each in rank([*found, more], tracked)}
        assert all(after[pair] >= score for pair, score in before.items())
