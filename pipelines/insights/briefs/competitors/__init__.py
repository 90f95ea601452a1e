"""The competitors brief of a store: seven days of tracked competitors, where we stand beside them, and what to do."""

from pipelines.insights.briefs.competitors.facts import collect
from pipelines.insights.briefs.competitors.rules import SECTIONS
from pipelines.insights.briefs.kind import BriefKind, Table, Tile, days_back
from pipelines.insights.measures.rivals import DAYS

BRIEF = BriefKind(
    name="competitors",
    period=days_back(DAYS),
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset({"watch_summary", "missing_data", "late_data"}),
    statements=frozenset(
        {
            "own_page_out",
            "competitor_price",
            "price_standing",
            "competitor_out",
            "competitor_back",
            "competitor_seller",
            "own_rank",
            "competitor_rank",
            "own_rating",
            "competitor_rating",
            "search_places",
            "not_in_searches",
            "keyword_places",
            "first_page_entered",
            "first_page_left",
            "watched_product",
            "rival_page",
            "watch_summary",
            "missing_data",
            "late_data",
            "figures",
            "ranking",
        }
    ),
    tiles=(
        Tile("competitors_cheaper"),
        Tile("competitors_cut"),
        Tile("competitors_raised"),
        Tile("competitors_out"),
    ),
    tables=(
        Table(
            "watched_products",
            "own_price",
            (
                "own_price",
                "rivals_compared",
                "rivals_cheaper",
                "own_rank",
                "own_rating",
                "own_new_ratings",
                "own_searches",
                "watched_sales_a_week",
            ),
            {"rivals_cheaper": lambda fact: "warning" if fact.value else "good"},
        ),
        Table(
            "rivals",
            "competitor_price",
            (
                "competitor_price",
                "competitor_previous_price",
                "competitor_price_change",
                "own_price",
                "price_gap",
                "competitor_rank",
                "competitor_rating",
                "competitor_new_ratings",
            ),
            {"price_gap": lambda fact: "warning" if fact.direction == "down" else "good"},
        ),
        Table(
            "search_places",
            "searches_shared",
            ("searches_shared", "searches_behind", "own_place", "competitor_place", "competitor_paid_places"),
            {"searches_behind": lambda fact: "warning" if fact.value else ""},
        ),
        Table(
            "keyword_places",
            "keyword_place",
            ("keyword_place", "keyword_place_week_ago", "keyword_place_month_ago"),
        ),
    ),
    charts=("prices",),
)
