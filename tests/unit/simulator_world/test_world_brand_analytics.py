"""Brand Analytics of the world: official shapes, exact periods, and figures that agree with orders and ads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator.seeded_world import World
from simulator.world.brand_analytics import periods
from simulator.world.brand_analytics.baskets import pairs, repeats, share
from simulator.world.brand_analytics.searches import searches
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import MARKETPLACES, days_between, midnight
from tests.support.seeds import of_seeds

SEEDS = (7, 11, 23)
SCHEMAS = {
    periods.SEARCH_TERMS: "SearchTerms",
    periods.MARKET_BASKET: "MarketBasketAnalysis",
    periods.REPEAT_PURCHASE: "RepeatPurchase",
    periods.SEARCH_QUERY: "SearchQueryPerformance",
    periods.SEARCH_CATALOG: "SearchCatalogPerformance",
}
US = MARKETPLACES["US"]
WEEK = (date(2026, 11, 1), date(2026, 11, 7), 8)
"""The week in which clocks change in the United States."""


def ask(
    world: World, report_type: str, first: date, last: date, now: datetime, options: dict[str, str] | None = None
) -> dict[str, Any]:
    """The document of the US store for days from first to last."""
    store = world.store("harbor-us")
    begin, end = (datetime.combine(day, time(12), store.marketplace.zone) for day in (first, last))
    document = world.sp_document(
        store.seller_id,
        report_type,
        (store.marketplace.marketplace_id,),
        begin,
        end,
        {"reportPeriod": "WEEK", **(options or {})},
        now,
    )
    assert document is not None
    assert document.gzip
    found: dict[str, Any] = json.loads(document.content)
    return found


def us(world: World) -> StoreBusiness:
    return world.business(world.store("harbor-us"))


@pytest.mark.parametrize("report_type", SCHEMAS)
def test_documents_follow_amazons_schemas(world: World, now: datetime, shared: Path, report_type: str) -> None:
    folder = shared / "specs/selling-partner-api-models/schemas/reports"
    schema = json.loads((folder / f"sellingPartner{SCHEMAS[report_type]}Report.json").read_text())
    option = periods.ASINS_OPTION.get(report_type)
    asins = {option: " ".join(sorted({o.asin for o in us(world).offers})[:18])} if option else {}
    document = ask(world, report_type, *WEEK[:2], now, asins)
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)
    rows = document[list(document)[1]]
    assert rows
    assert all(each.get("startDate", "2026-11-01") == "2026-11-01" for each in rows)


def test_documents_answer_for_the_asins_and_periods_asked_for(world: World, now: datetime) -> None:
    asin = us(world).offers[0].asin
    for report_type, option in periods.ASINS_OPTION.items():
        rows = ask(world, report_type, *WEEK[:2], now, {option: f"{asin} B0NOTMINE0"})["dataByAsin"]
        assert {each["asin"] for each in rows} == {asin}
    several = ask(world, periods.REPEAT_PURCHASE, WEEK[0] - timedelta(days=14), WEEK[1], now)["dataByAsin"]
    assert {each["startDate"] for each in several} == {"2026-10-18", "2026-10-25", "2026-11-01"}


@pytest.mark.parametrize("seed", of_seeds(*SEEDS))
def test_purchases_are_orders_and_clicks_include_those_of_ads(world_of: Callable[[int], World], seed: int) -> None:
    business = us(world_of(seed))
    found = searches(business, *WEEK)
    ordered: Counter[str] = Counter()
    made = midnight(US.time_zone, WEEK[1] + timedelta(days=8))
    for day in days_between(*WEEK[:2]):
        for order in business.orders_on(day):
            kept = [] if order.replacement else order.lines
            ordered.update(line.offer.asin for i, line in enumerate(kept) if not order.state(made).cancelled(i))
    bought = Counter({asin: found.total(asin).purchases for asin in ordered})
    assert sum(bought.values()) > 20
    assert all(bought[asin] <= ordered[asin] for asin in ordered)
    advertised = 0
    for day in days_between(*WEEK[:2]):
        for cell in business.ads.days[day]:
            if cell.clicks and cell.term in found.queries:
                advertised += 1
                assert found.queries[cell.term].own[cell.ad.offer.asin].clicks >= cell.clicks
    assert advertised > 10
    for query in found.queries.values():
        for mine in query.own.values():
            assert mine.purchases <= mine.cart_adds <= mine.clicks <= mine.impressions <= query.total.impressions
        assert query.total.clicks >= sum(clicks for _, clicks, _ in query.clicked())
        assert query.volume >= query.total.clicks


@pytest.mark.parametrize("seed", of_seeds(*SEEDS))
def test_every_seed_has_what_platforms_stumble_over(world_of: Callable[[int], World], seed: int) -> None:
    world = world_of(seed)
    business = us(world)
    early, late = (searches(business, *WEEK[:2], age) for age in periods.AGES)
    assert {q.term for q in early.others} > {q.term for q in late.others}, "a term vanishes when its week is restated"
    own = {offer.asin for offer in business.offers}
    tops = [asin for _, query in late.ranked() for asin, _, _ in query.clicked()[:3]]
    assert own & set(tops), "an own product is among the most clicked of some term"
    assert set(tops) - own
    again = repeats(business, *WEEK)
    assert any(each.repeat_customers for each in again)
    assert any(not each.repeat_customers for each in again)
    assert all(each.repeat_customers <= each.customers <= each.orders for each in again)
    together = pairs(business, *WEEK)
    assert together
    assert {(p.other, p.asin) for p in together} & {(p.asin, p.other) for p in together}
    assert all(0 < pair.share <= 1 for pair in together)


def test_weeks_are_sunday_to_saturday_within_the_history(world: World, now: datetime) -> None:
    store = world.store("harbor-us")
    weeks = periods.weeks(store, now)
    assert [first for first, _, _ in weeks] == [date(2026, 9, 27) + timedelta(days=7 * n) for n in range(7)]
    assert [age for _, _, age in weeks] == [8] * 6 + [1]


def test_a_version_is_shown_72_hours_after_its_midnight() -> None:
    last = date(2026, 11, 7)
    # Los Angeles is eight hours behind: the midnights after the week and a week later
    shown = datetime(2026, 11, 8, 8, tzinfo=UTC) + timedelta(hours=72)
    restated = datetime(2026, 11, 15, 8, tzinfo=UTC) + timedelta(hours=72)
    second = timedelta(seconds=1)
    moments = (shown - second, shown, restated - second, restated)
    assert [periods.version(US, last, moment) for moment in moments] == [0, 1, 1, 8]


@pytest.mark.parametrize(
    ("report_type", "options", "said"),
    [
        (periods.SEARCH_TERMS, {}, "reportPeriod is required"),
        (periods.SEARCH_TERMS, {"reportPeriod": "YEAR"}, "DAY, WEEK, MONTH, QUARTER"),
        (periods.REPEAT_PURCHASE, {"reportPeriod": "DAY"}, "WEEK, MONTH, QUARTER"),
        (periods.SEARCH_QUERY, {"reportPeriod": "WEEK"}, "asin is required"),
        (periods.SEARCH_QUERY, {"reportPeriod": "WEEK", "asins": "B000000001"}, "not an option"),
        (periods.SEARCH_CATALOG, {"reportPeriod": "WEEK", "asins": "B000000001 " * 19}, "200 characters"),
        (periods.SEARCH_CATALOG, {"reportPeriod": "WEEK"}, ""),
        (periods.MARKET_BASKET, {"reportPeriod": "DAY"}, ""),
        ("GET_SALES_AND_TRAFFIC_REPORT", {}, ""),
    ],
)
def test_options_that_amazon_refuses(report_type: str, options: dict[str, str], said: str) -> None:
    problem = periods.options_problem(report_type, options)
    assert said in problem
    assert bool(said) == bool(problem)


@pytest.mark.parametrize(
    ("report_type", "length", "first", "last", "said"),
    [
        (periods.SEARCH_TERMS, "WEEK", "2026-11-01", "2026-11-07", ""),
        (periods.SEARCH_TERMS, "WEEK", "2026-11-02", "2026-11-07", "not the first day of a WEEK"),
        (periods.SEARCH_TERMS, "WEEK", "2026-11-01", "2026-11-08", "not the last day of a WEEK"),
        (periods.SEARCH_TERMS, "WEEK", "2026-10-25", "2026-11-07", "spans several periods"),
        (periods.MARKET_BASKET, "WEEK", "2026-10-25", "2026-11-07", ""),
        (periods.MARKET_BASKET, "WEEK", "2026-11-15", "2026-11-21", "not yet available"),
        (periods.REPEAT_PURCHASE, "MONTH", "2026-10-01", "2026-10-31", ""),
        (periods.REPEAT_PURCHASE, "MONTH", "2026-10-01", "2026-10-30", "not the last day of a MONTH"),
        (periods.SEARCH_QUERY, "QUARTER", "2026-07-01", "2026-09-30", ""),
    ],
)
def test_periods_for_which_reports_end_fatal(
    now: datetime, report_type: str, length: str, first: str, last: str, said: str
) -> None:
    start, end = (datetime.combine(date.fromisoformat(day), time(12), US.zone) for day in (first, last))
    options = {"reportPeriod": length}
    reason = periods.refusal(report_type, [US.marketplace_id], start, end, options, now)
    assert said in reason
    assert bool(said) == bool(reason)
    assert "one marketplace" in periods.refusal(report_type, ["A", "B"], start, end, options, now)
    assert "required" in periods.refusal(report_type, [US.marketplace_id], None, end, options, now)


def test_shares_have_four_decimals_rounded_half_up() -> None:
    assert [str(share(*each)) for each in ((1, 3), (5, 100_000), (2, 0), (1, 1))] == [
        "0.3333",
        "0.0001",
        "0.0000",
        "1.0000",
    ]
