"""Briefs from marts to page: every number is a cell of a mart, nothing from outside gets through, what stands stays."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.errors import ConfigError, WarehouseError
from pipelines.insights import render, writer
from pipelines.insights.brief import BriefResult, write_briefs
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.claims.compose import Statement, compose
from pipelines.insights.claims.schema import MAX_CLAIMS
from pipelines.insights.facts import Fact
from pipelines.insights.queries import NO_QUERY, sql_of
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, catalog_of, value_of, write_daily
from tests.support.marts import HOSTILE_TERM, HOSTILE_TITLE, MadeMarts

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


@pytest.fixture
def made(warehouse: Warehouse) -> MadeMarts:
    made = MadeMarts()
    with warehouse.connect() as conn:
        made.write(conn)
    return made


class Page(HTMLParser):
    """What a reader sees: figures by fact, and all other text outside names, labels, drawings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.other: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self._open: list[tuple[str, str | None, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        values = dict(attrs)
        classes = set((values.get("class") or "").split())
        hidden = tag in ("svg", "style", "title", "code") or bool(classes & {"name", "label", "id", "store", "period"})
        fact = values.get("data-fact")
        if values.get("data-form") == "full" or "data-was" in values:  # a figure of the version before
            hidden = True
        if tag not in ("meta", "link", "br"):
            self._open.append((tag, fact, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(hidden for _, _, hidden in self._open):
            return
        fact = next((fact for _, fact, _ in reversed(self._open) if fact), None)
        if fact:
            self.figures.append((fact, data.strip()))
        else:
            self.other.append(data)


@pytest.mark.thorough
def test_a_brief_in_two_languages_is_stored_and_laid_out(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    seen: list[BriefResult] = []
    results = write_daily(at_noon, warehouse, catalog_of(made), progress=seen.append)
    assert seen == results
    assert [(r.store_id, r.day, r.language, r.writer, r.grounded, r.reused) for r in results] == [
        ("harbor-us", made.day, language, "template", True, False) for language in ("en", "zh")
    ]
    for result in results:
        assert (
            result.path
            == at_noon.home / "briefs" / "harbor" / "harbor-us" / "daily" / f"{made.day}.{result.language}.html"
        )
        assert result.path.is_file() and not list(result.path.parent.glob("*.part"))
    with warehouse.connect() as conn:
        rows = conn.execute(
            "select language, tenant_id, period_start, period_end, kind, grounded, jsonb_array_length(facts), claims, "
            "body_markdown from insights.briefs order by language"
        ).fetchall()
    assert [row[:6] for row in rows] == [(l, "harbor", made.day, made.day, "daily", True) for l in ("en", "zh")]  # noqa: E741
    for row in rows:
        assert row[6] > 60
        assert all(claim["facts"] and claim["text"] and claim["kind"] for claim in row[7])
    for row, sales in (
        (rows[0], "Nov 20, sales|Sales on Nov 20|sales on Nov 20"),
        (rows[1], "11月20日销售额|销售额在11月20日"),
    ):
        assert re.search(sales, row[8])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_on_the_page_is_a_fact(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts, language: str
) -> None:
    [result] = write_daily(at_noon, warehouse, catalog_of(made), languages=[language])
    assert result.path
    page = Page(result.path.read_text(encoding="utf-8"))
    facts = book_of(warehouse, made).by_id()
    assert len(page.figures) > 100
    for fact, text in page.figures:
        shown = {render.figure(facts[fact], language, year=2026, magnitude=magnitude) for magnitude in (True, False)}
        assert text in shown, (facts[fact].name, text)
        assert sql_of(facts[fact]) or facts[fact].query in NO_QUERY, facts[fact].query
        assert render.numbers_in(text) == render.expected_numbers(facts[fact], language, year=2026)
    stray = [text for text in page.other if re.search(r"\d", text)]
    assert stray == []
    if language == "zh":
        latin = " ".join(page.other)
        allowed = {
            "Tradewind",
            "SKU",
            "ACoS",
            "TACoS",
            "FBA",
            "English",
            "US",
            "USD",
            "America",
            "Los",
            "Angeles",
            "amazon",
            "com",
        }
        assert set(re.findall(r"[A-Za-z]{2,}", latin)) <= allowed


# each figure, once more and in another way, straight from the marts
CELLS = {
    "sales_day": "select sum(item_price_amount) from marts.sales_daily where date = %(day)s",
    "sales_weekday_average": """select round(avg(s), 2) from (select sum(item_price_amount) s from marts.sales_daily
        where date in (%(day)s::date - 7, %(day)s::date - 14, %(day)s::date - 21, %(day)s::date - 28)
        group by date) d""",
    "sales_week_ago": "select sum(item_price_amount) from marts.sales_daily where date = %(day)s::date - 7",
    "sales_7d": "select sum(item_price_amount) from marts.sales_daily where date > %(day)s::date - 7",
    "sales_previous_7d": """select sum(item_price_amount) from marts.sales_daily
        where date > %(day)s::date - 14 and date <= %(day)s::date - 7""",
    "units_day": "select sum(units) from marts.sales_daily where date = %(day)s",
    "pending_units_day": "select sum(pending_units) from marts.sales_daily where date = %(day)s",
    "cancelled_units_day": "select sum(cancelled_units) from marts.sales_daily where date = %(day)s",
    "orders_day": "select count(distinct amazon_order_id) from marts.order_items where date = %(day)s",
    "sessions_day": "select sessions from marts.traffic_store_daily where date = %(day)s",
    "conversion_day": """select round(100.0 * units_ordered / sessions, 1) from marts.traffic_store_daily
        where date = %(day)s""",
    "sku_sales_7d": """select sum(item_price_amount) from marts.sales_daily
        where sku = %(key)s and date > %(day)s::date - 7""",
    "sku_sales_change": """select sum(case when date > %(day)s::date - 7 then 1 else -1 end * item_price_amount)
        from marts.sales_daily where sku = %(key)s and date > %(day)s::date - 14""",
    "sales_change": """select sum(case when date > %(day)s::date - 7 then 1 else -1 end * item_price_amount)
        from marts.sales_daily where date > %(day)s::date - 14""",
    "sales_usual_high": """with d as (
            select date, sum(item_price_amount) as s, (select count(distinct amazon_order_id) from marts.order_items o
                where o.date = t.date and item_price_amount is not null) as n
            from marts.sales_daily t
            where date in (select %(day)s::date - 7 * week from generate_series(1, 8) week) group by date
        ), m as (
            select ((array_agg(s order by s))[4] + (array_agg(s order by s))[5]) / 2 as s,
                ((array_agg(n order by n))[4] + (array_agg(n order by n))[5]) / 2.0 as n from d
        ), a as (
            select ((array_agg(abs(d.s - m.s) order by abs(d.s - m.s)))[4]
                + (array_agg(abs(d.s - m.s) order by abs(d.s - m.s)))[5]) / 2 as mad from d, m
        )
        select round(m.s + 3.5 * greatest(1.4826 * a.mad, m.s / sqrt(m.n)), 2) from m, a""",
    "sku_days_out": """select count(*) from marts.inventory_daily where sku = %(key)s
        and ledger_starting_quantity + ledger_ending_quantity = 0 and date > %(day)s::date - 7""",
    "sku_ad_clicks": """select sum(clicks) from marts.ads_products_daily
        where sku = %(key)s and date > %(day)s::date - 7""",
    "buy_box_7d": """select round(sum(buy_box_percentage * page_views) / sum(page_views), 1) from marts.traffic_daily
        where sku = %(key)s and date > %(day)s::date - 7""",
    "skus_out_of_stock": "select count(*) from marts.inventory_health where fulfillable_quantity = 0",
    "skus_low_cover": """select count(*) from marts.inventory_health
        where fulfillable_quantity > 0 and days_of_cover < 21""",
    "stock_on_hand": "select fulfillable_quantity from marts.inventory_health where sku = %(key)s",
    "days_of_cover": "select days_of_cover from marts.inventory_health where sku = %(key)s",
    "stock_out_date": "select stock_out_date from marts.inventory_health where sku = %(key)s",
    "sku_velocity": "select round(velocity, 1) from marts.inventory_health where sku = %(key)s",
    "stock_inbound": "select inbound_quantity from marts.inventory_health where sku = %(key)s",
    "ad_spend_7d": """select sum(cost) from marts.ads_campaigns_daily
        where ad_product = 'SPONSORED_PRODUCTS' and date > %(day)s::date - 7""",
    "acos_7d": """select round(100 * sum(cost) / sum(sales_7d), 1) from marts.ads_campaigns_daily
        where ad_product = 'SPONSORED_PRODUCTS' and date > %(day)s::date - 7""",
    "campaign_spend": """select sum(cost) from marts.ads_campaigns_daily
        where campaign_name = %(key)s and date > %(day)s::date - 30""",
    "term_spend": "select sum(cost) from marts.ads_search_terms_daily where search_term = %(key)s",
    "competitor_price": """select price_amount from marts.competitor_price_history
        where asin = %(key)s and valid_to is null""",
    "competitor_changed_on": """select valid_from from marts.competitor_price_history
        where asin = %(key)s and valid_to is null""",
    "own_price": "select price_amount from marts.competitor_daily where asin = %(key)s and date = %(day)s",
    "competitor_out_since": """select valid_from from marts.competitor_price_history
        where asin = %(key)s and valid_to is null and not in_stock""",
    "sales_day_difference": """select sum(item_price_amount) filter (where date = %(day)s)
        - round(sum(item_price_amount) filter (where date < %(day)s) / 4, 2) from marts.sales_daily
        where (%(day)s::date - date) in (0, 7, 14, 21, 28)""",
    "stock_at_risk_a_week": """select round(h.velocity * 7 * (21 - h.days_of_cover) / 21 * p.amount / p.units, 2)
        from marts.inventory_health h, lateral (select sum(item_price_amount) as amount, sum(units) as units
        from marts.sales_daily where sku = h.sku) p where h.sku = %(key)s""",
    "buy_box_at_risk_a_week": """select round(s.amount * %(lost)s / %(before)s, 2) from (
        select sum(item_price_amount) as amount from marts.sales_daily
        where sku = %(key)s and date <= %(day)s::date - 7 and date > %(day)s::date - 14) s""",
    "campaign_spend_a_week": """select round(sum(cost) * 7 / 30, 2) from marts.ads_campaigns_daily
        where campaign_name = %(key)s and date > %(day)s::date - 30""",
    "settlement_amount": "select sum(amount) from marts.settlement_lines where settlement_id = %(key)s",
    "settlement_from": "select min(posted_date) from marts.settlement_lines where settlement_id = %(key)s",
    "settlement_to": "select max(posted_date) from marts.settlement_lines where settlement_id = %(key)s",
    "profit_day": "select round(sum(profit_amount), 2) from marts.profit_daily where date = %(day)s",
    "profit_7d": "select round(sum(profit_amount), 2) from marts.profit_daily where date > %(day)s::date - 7",
    "margin_7d": """select round(100 * sum(profit_amount) / sum(revenue_net_amount), 1) from marts.profit_daily
        where date > %(day)s::date - 7""",
    "tacos_7d": """select round(100 * a.cost / s.sales, 1) from
        (select sum(cost) as cost from marts.ads_campaigns_daily where date > %(day)s::date - 7) a,
        (select sum(item_price_amount) as sales from marts.sales_daily where date > %(day)s::date - 7) s""",
    "profit_settled_until": "select max(posted_date) from marts.settlement_lines",
    "profit_estimated_days": "select %(day)s::date - max(posted_date) from marts.settlement_lines",
    "order_profit_previous_7d": """select round(sum(revenue_amount + referral_fees_amount + fulfilment_fees_amount
        + cost_of_goods_amount), 2) from marts.profit_daily
        where date > %(day)s::date - 14 and date <= %(day)s::date - 7""",
    "settled_profit_7d": """select round(sum(profit_amount), 2) from marts.profit_daily
        where date > %(day)s::date - 13 and date <= %(day)s::date - 6""",
    "sku_profit_7d": """select round(sum(revenue_amount + referral_fees_amount + fulfilment_fees_amount
        + cost_of_goods_amount), 2) from marts.profit_daily where sku = %(key)s and date > %(day)s::date - 7""",
    "gap_days": """select count(*) from marts.data_coverage
        where feed = %(key)s and state = 'missing' and date >= %(day)s::date - 28""",
    "unavailable_days": """select count(*) from marts.data_coverage
        where feed = %(key)s and state = 'unavailable' and date >= %(day)s::date - 28""",
}


def test_every_fact_is_a_cell_of_the_marts(warehouse: Warehouse, made: MadeMarts) -> None:
    book = book_of(warehouse, made)
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for fact in book.facts:
            if fact.name in CELLS:
                lost = book.get("buy_box_change", fact.subject.key)
                box = {"lost": -lost.value, "before": lost.comparison.value} if lost and lost.comparison else {}  # type: ignore[operator]
                cell = conn.execute(CELLS[fact.name], {"day": made.day, "key": fact.subject.key, **box}).fetchone()
                assert cell and cell[0] == fact.value, (fact.name, fact.subject.key)
                checked.add(fact.name)
    assert checked == set(CELLS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_told_twice_and_what_is_missing_is_told(
    warehouse: Warehouse, made: MadeMarts, language: str
) -> None:
    book = book_of(warehouse, made)
    findings = compose(writer.write(DAILY, book)[0], book, language)
    assert len({finding.text for finding in findings}) == len(findings) <= MAX_CLAIMS
    assert any("gap_days" in {fact.name for fact in _cited(finding, warehouse, made)} for finding in findings)


def _cited(finding: Statement, warehouse: Warehouse, made: MadeMarts) -> list[Fact]:
    facts = book_of(warehouse, made).by_id()
    return [facts[fact] for fact in finding.facts]


def test_changes_follow_from_the_facts_beside_them(warehouse: Warehouse, made: MadeMarts) -> None:
    book = book_of(warehouse, made)
    changes = [fact for fact in book.facts if fact.signed and isinstance(fact.value, Decimal)]
    assert len(changes) > 12
    for fact in changes:
        assert fact.comparison and fact.direction
        assert (fact.value > 0) == (fact.direction == "up") or fact.direction == "flat", fact.name
    exact = (value_of(book, "sales_day") / value_of(book, "sales_weekday_average") - 1) * 100
    assert abs(value_of(book, "sales_vs_weekday") - exact) <= Decimal("0.06")


def test_text_from_outside_is_shown_and_does_nothing(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    made.rows = {table: [] for table in made.rows}
    made.rows["sales_daily"] = [
        {"date": made.day, "sku": '"><script>alert(2)</script>', "units": 1, "item_price_amount": 5, "pending_units": 0,
         "cancelled_units": 0}
    ]  # fmt: skip
    with warehouse.connect() as conn:
        made.write(conn)
        conn.execute("update marts.ads_search_terms_daily set cost = 900 where search_term = %s", (HOSTILE_TERM,))
        conn.commit()
    results = write_daily(at_noon, warehouse, catalog_of(made))
    for result in results:
        assert result.path
        text = result.path.read_text(encoding="utf-8")
        page = Page(text)
        assert not page.tags & {"script", "img", "iframe", "object", "form"}
        assert not [name for _, name, _ in page.attributes if name.startswith("on")]
        links = {value for tag, name, value in page.attributes if name in ("href", "src") and tag != "link"}
        assert all(
            value
            and re.fullmatch(
                r"#[\w-]+|[\d-]+\.\w\w(\.v\d+)?\.html|\.\./\.\./index\.\w\w\.html|\.\./\w+/[\w.-]+\.html", value
            )
            for value in links
        )
        assert "&lt;script&gt;" in text and "&lt;img src" in text
        assert "\u202e" not in text and HOSTILE_TITLE not in text
        assert not re.search(r"https?://(?!www\.w3\.org)", text)
    with warehouse.connect() as conn:
        for (body,) in conn.execute("select body_markdown from insights.briefs"):
            assert "<img" not in re.sub(r"`[^`]*`", "", body)


@pytest.mark.thorough
def test_what_stands_is_reused_and_what_changes_is_written_again(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    catalog = catalog_of(made)
    [first] = write_daily(at_noon, warehouse, catalog, languages=["en"])
    assert first.path
    before = first.path.stat().st_mtime_ns
    [second] = write_daily(at_noon, warehouse, catalog, languages=["en"])
    assert second.reused and second.path and second.path.stat().st_mtime_ns == before
    second.path.unlink()
    [third] = write_daily(at_noon, warehouse, catalog, languages=["en"])
    assert third.reused and third.path and third.path.is_file()  # the page is made again, not the brief
    with warehouse.connect() as conn:
        conn.execute(
            "update marts.sales_daily set item_price_amount = item_price_amount + 1 where date = %s", (made.day,)
        )
        conn.commit()
    [fourth] = write_daily(at_noon, warehouse, catalog, languages=["en"])
    assert not fourth.reused
    with warehouse.connect() as conn:  # of before there were kinds of claims
        old = '[{"finding": 0, "part": "text", "text": "Sales.", "facts": ["f2"], "severity": "info"}]'
        conn.execute("update insights.briefs set claims = %s", (old,))
        conn.commit()
    [fifth] = write_daily(at_noon, warehouse, catalog, languages=["en"])
    assert not fifth.reused and fifth.path and fifth.path.is_file()
    with warehouse.connect() as conn:
        assert conn.execute(
            "select version, (select count(*) from insights.brief_versions) from insights.briefs"
        ).fetchall() == [(3, 3)]


@pytest.mark.thorough
def test_stores_and_days_without_data_get_a_reason_instead(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    empty = replace(MadeMarts(store_id="empty-us"), rows={})
    catalog = catalog_of(made, empty)
    [none] = write_daily(at_noon, warehouse, catalog, stores=["empty-us"])
    assert (none.writer, none.path, none.grounded) == ("none", None, True) and "no orders data" in (none.reason or "")
    [future] = write_daily(at_noon, warehouse, catalog, stores=["harbor-us"], day=date(2026, 11, 21))
    assert "has not ended" in (future.reason or "")
    [past] = write_daily(at_noon, warehouse, catalog, stores=["harbor-us"], day=date(2025, 1, 1))
    assert past.path is None
    [earlier, _] = write_daily(at_noon, warehouse, catalog, stores=["harbor-us"], day=date(2026, 11, 1))
    assert earlier.day == date(2026, 11, 1) and earlier.grounded
    with pytest.raises(ConfigError, match="no store nowhere"):
        write_daily(at_noon, warehouse, catalog, stores=["nowhere"])
    with pytest.raises(ConfigError, match="language 'fr'"):
        write_daily(at_noon, warehouse, catalog, languages=["fr"])


@pytest.mark.thorough
def test_the_day_is_the_last_that_ended_where_the_store_is(settings: Settings, warehouse: Warehouse) -> None:
    made = MadeMarts(store_id="sakura-jp", currency="JPY", scale=Decimal(150))
    with warehouse.connect() as conn:
        made.write(conn)
    catalog = catalog_of(made, country="JP")
    tokyo_noon = settings.model_copy(update={"fixed_now": datetime(2026, 11, 20, 3, tzinfo=UTC)})
    [result] = write_daily(tokyo_noon, warehouse, catalog, languages=["en"])
    assert result.day == date(2026, 11, 19)
    after_midnight = settings.model_copy(update={"fixed_now": datetime(2026, 11, 20, 15, 1, tzinfo=UTC)})
    [result] = write_daily(after_midnight, warehouse, catalog, languages=["zh"])
    assert result.day == date(2026, 11, 20) and result.path
    assert "JP¥" in result.path.read_text(encoding="utf-8")


def test_marts_that_are_not_built_are_named(at_noon: Settings, warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="tradewind transform"):
        write_daily(at_noon, warehouse, catalog_of(MadeMarts(products=2, days=2)))


def test_a_store_with_only_one_day_of_sales_gets_a_short_brief(at_noon: Settings, warehouse: Warehouse) -> None:
    made = MadeMarts(days=1, products=2)
    for table in made.rows:
        if table not in ("sales_daily", "order_items"):
            made.rows[table] = []
    with warehouse.connect() as conn:
        made.write(conn)
    results = write_daily(at_noon, warehouse, catalog_of(made))
    assert all(result.grounded and result.path for result in results)


def test_importing_briefs_is_cheap() -> None:
    heavy = ("pandas", "langchain", "altair", "babel", "vl_convert", "jinja2")
    code = f"import sys, pipelines.insights.brief; print([m for m in {heavy} if m in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.thorough
def test_pages_of_before_there_were_kinds_are_moved(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    before = at_noon.home / "briefs" / "harbor-us"
    before.mkdir(parents=True)
    (before / "2026-10-01.en.html").write_text("as it was")
    write_daily(at_noon, warehouse, catalog_of(made), languages=["en"])
    assert (at_noon.home / "briefs/harbor/harbor-us/daily/2026-10-01.en.html").read_text() == "as it was"
    assert not list(before.glob("*.html"))


def test_a_kind_that_there_is_not_is_named(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    with pytest.raises(ConfigError, match="no kind of brief 'hourly'; there are daily"):
        write_briefs(at_noon, warehouse, catalog_of(made), kinds=["hourly"])
