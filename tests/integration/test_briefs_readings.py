"""Briefs of days that are not final: compared at the same age or not at all; what was said stays when more is known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.feeds import FEEDS
from pipelines.insights.brief import BriefResult
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.integration.test_briefs import Page
from tests.support.briefs import catalog_of, write_daily
from tests.support.marts import MadeMarts

DAY = date(2026, 11, 28)
TRAFFIC, CAMPAIGNS = "amazon_sp.sales_and_traffic", "amazon_ads.sp_campaigns"
MORNING = datetime(2026, 11, 29, 14, 10, tzinfo=UTC)  # 06:10 where the store is
SETTLED_ON = datetime(2026, 12, 14, 14, 10, tzinfo=UTC)
FIRST_READ, SETTLED, USUAL = 520, 611, 590
WEEKDAYS = [DAY - timedelta(weeks=week) for week in range(1, 5)]


def first_of(settled: int) -> int:
    """The first reading of a day lacks 15 % of its visits."""
    return round(settled * 0.85)


def made_as_read(*, with_first_readings: bool) -> MadeMarts:
    """The store on the morning after: each day is as old as it is, the newest one was read for the first time."""
    made = MadeMarts(day=DAY)
    made.ages = {DAY - timedelta(days=n): n + 1 for n in range(60)}
    for row in made.rows["traffic_store_daily"]:
        if row["date"] == DAY:
            row |= {"sessions": FIRST_READ, "units_ordered": 52}
        elif row["date"] in WEEKDAYS:
            row |= {"sessions": USUAL, "units_ordered": 59}
    if with_first_readings:
        readings = made.rows["int_traffic_readings"]
        for number, day in enumerate(WEEKDAYS):
            for age, sessions, units in ((1, first_of(USUAL), 50), (14, USUAL, 59)):
                readings.append(reading(made, day, age, number, sessions=sessions, units_ordered=units))
    return made


def reading(made: MadeMarts, day: date, age: int, load: int, **values: Any) -> dict[str, Any]:
    return {"date": day, "load_id": 100 * load + age, "read_at": made.read_at(day, age), **values}


def settle(warehouse: Warehouse, made: MadeMarts) -> None:
    """Two weeks later all days have been read for the last time."""
    with warehouse.connect() as conn:
        conn.execute(
            "update marts.traffic_store_daily set sessions = %s, units_ordered = 61 where date = %s", (SETTLED, DAY)
        )
        for n in range(60):
            made.was_read(conn, TRAFFIC, DAY - timedelta(days=n), n + 16)
        conn.commit()


def write(settings: Settings, warehouse: Warehouse, made: MadeMarts, now: datetime) -> dict[str, BriefResult]:
    at = settings.model_copy(update={"fixed_now": now})
    return {brief.language: brief for brief in write_daily(at, warehouse, catalog_of(made), day=DAY)}


def body(warehouse: Warehouse, language: str) -> str:
    with warehouse.connect() as conn:
        (text,) = conn.execute("select body_markdown from insights.briefs where language = %s", (language,)).fetchone()
    return text


def stored_facts(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    with warehouse.connect() as conn:
        (facts,) = conn.execute("select facts from insights.briefs where language = 'en'").fetchone()
    return {fact["name"]: fact for fact in reversed(facts)}


def test_a_first_reading_is_compared_with_first_readings(settings: Settings, warehouse: Warehouse) -> None:
    made = made_as_read(with_first_readings=True)
    with warehouse.connect() as conn:
        made.write(conn)
    write(settings, warehouse, made, MORNING)
    facts = stored_facts(warehouse)
    usual = first_of(USUAL)
    assert (facts["sessions_day"]["value"], facts["sessions_weekday_average"]["value"]) == ("520", str(usual))
    assert Decimal(facts["sessions_vs_weekday"]["value"]) == round((Decimal(520) / usual - 1) * 100, 1) > 0
    assert facts["conversion_weekday_average"]["value"] == str(round(Decimal(5000) / usual, 1))
    assert facts["sessions_day"]["open_days"] == 1 and facts["traffic_final_on"]["value"] == "2026-12-12"
    assert facts["sessions_weekday_average"]["source"] == "intermediate.int_traffic_readings"
    told = body(warehouse, "en")
    assert "Fewer visits" not in told and "More visits than usual" in told
    assert re.search(r"[Uu]ntil Dec 12", told) and "mazon still changes this day" in told and "not final" in told
    assert "访问少于" not in body(warehouse, "zh") and "直至12月12日" in body(warehouse, "zh")


@pytest.mark.thorough
def test_without_readings_of_the_same_age_nothing_is_compared(settings: Settings, warehouse: Warehouse) -> None:
    made = made_as_read(with_first_readings=False)
    with warehouse.connect() as conn:
        made.write(conn)
    briefs = write(settings, warehouse, made, MORNING)
    facts = stored_facts(warehouse)
    for name in ("sessions", "conversion"):
        assert f"{name}_day" in facts and "comparison" not in facts[f"{name}_day"]
        assert not {f"{name}_vs_weekday", f"{name}_weekday_average", f"{name}_vs_week_ago"} & facts.keys()
    assert not {"ad_spend_vs_previous_7d", "acos_vs_previous_7d", "ad_spend_previous_7d"} & facts.keys()
    assert facts["ads_open_days"]["value"] == "7" and facts["ads_final_on"]["value"] == "2027-01-09"
    told = body(warehouse, "en")
    assert "Visits of a day that is not final" in told and re.search(
        r"Sessions known so far: 520\.|So far, 520 sessions", told
    )
    assert not re.search(r"Fewer visits|More visits|Visits as usual|Ad spend is|Ad spend unchanged", told)
    assert re.search("已知的访问次数：520|访问次数目前为520", body(warehouse, "zh"))
    for brief in briefs.values():
        assert brief.grounded and brief.path
        page = brief.path.read_text(encoding="utf-8")
        marked = {"en": "not final until", "zh": "定稿日："}[brief.language]
        assert marked in page and 'class="badge open"' in page and 'fill-opacity="0.3"' in page
        assert {"en": "pale or dashed: not final", "zh": "浅色或虚线：尚未定稿"}[brief.language] in page


@pytest.mark.thorough
def test_a_week_of_ads_is_compared_day_by_day_at_the_same_age(settings: Settings, warehouse: Warehouse) -> None:
    made = made_as_read(with_first_readings=True)
    made.rows["competitor_price_history"] = []  # so that the page has room for the week of ads
    ages = FEEDS[CAMPAIGNS].restate_after
    for n in range(7):
        day = DAY - timedelta(days=n + 7)
        for age in (age for age in ages if age <= n + 8):  # as far as it could have been read by now
            cost, sales = Decimal(50 + age), Decimal(100 + 10 * age)
            made.rows["int_ads_readings"].append(reading(made, day, age, 50 + n, cost=cost, sales_7d=sales))
    with warehouse.connect() as conn:
        made.write(conn)
    write(settings, warehouse, made, MORNING)
    facts = stored_facts(warehouse)
    at_same_age = [max(age for age in ages if age <= n + 1) for n in range(7)]
    assert at_same_age == [1, 2, 3, 3, 3, 3, 7]
    assert Decimal(facts["ad_spend_previous_7d"]["value"]) == sum(50 + age for age in at_same_age)
    assert Decimal(facts["ad_sales_previous_7d"]["value"]) == sum(100 + 10 * age for age in at_same_age)
    assert "Compared is the week before as it was at the same age." in body(warehouse, "en")
    # a single day that nobody read at that age, and the sum would be of different things
    with warehouse.connect() as conn:
        conn.execute("delete from intermediate.int_ads_readings where date = %s", (DAY - timedelta(days=10),))
        conn.commit()
    write(settings, warehouse, made, MORNING)
    assert "ad_spend_previous_7d" not in stored_facts(warehouse)


@pytest.mark.thorough
def test_what_was_read_in_the_morning_stays(settings: Settings, warehouse: Warehouse) -> None:
    made = made_as_read(with_first_readings=True)
    with warehouse.connect() as conn:
        made.write(conn)
    first = write(settings, warehouse, made, MORNING)
    assert {brief.version for brief in first.values()} == {1}
    again = write(settings, warehouse, made, MORNING + timedelta(hours=2))
    assert all(brief.reused and brief.version == 1 for brief in again.values())
    settle(warehouse, made)
    newer = write(settings, warehouse, made, SETTLED_ON)
    assert {(brief.version, brief.grounded, brief.reused) for brief in newer.values()} == {(2, True, False)}

    with warehouse.connect() as conn:
        versions = conn.execute(
            "select version, read_at, body_markdown from insights.brief_versions where language = 'en' order by version"
        ).fetchall()
        shown = conn.execute("select version, body_markdown from insights.briefs where language = 'en'").fetchall()
    assert [(number, at) for number, at, *_ in versions] == [(1, MORNING), (2, SETTLED_ON)]
    assert shown == [(2, versions[1][2])]
    assert re.search("(to|At) 520", versions[0][2]) and "Changed since" not in versions[0][2]
    assert "Changed since Nov 29 06:10" in versions[1][2] and "Sessions of the day: 611 (was 520)" in versions[1][2]
    assert "not final" not in re.search(r".*Sessions within the usual range.*", versions[1][2])[0]
    assert "当日访问次数: 611 (原为 520)" in body(warehouse, "zh")

    for language, brief in newer.items():
        assert brief.path
        kept = brief.path.with_suffix(".v1.html")
        _the_pages_lead_to_each_other(brief.path, kept, language)
        was = dict(re.findall(r'<s data-was="(f\d+)">([^<]+)</s>', brief.path.read_text(encoding="utf-8")))
        assert "520" in was.values()
        _every_old_figure_is_a_fact_of_the_version_before(warehouse, was, language)
        assert [text for text in Page(brief.path.read_text(encoding="utf-8")).other if re.search(r"\d", text)] == []
    before = {brief.path: brief.path.read_bytes() for brief in newer.values() if brief.path}
    third = write(settings, warehouse, made, SETTLED_ON + timedelta(hours=1))
    assert {(brief.version, brief.reused) for brief in third.values()} == {(2, True)}
    assert all(path.read_bytes() == content for path, content in before.items())


def _the_pages_lead_to_each_other(newest: Path, kept: Path, language: str) -> None:
    text, old = newest.read_text(encoding="utf-8"), kept.read_text(encoding="utf-8")
    moment = {"en": "Nov 29 06:10", "zh": "11月29日 06:10"}[language]
    assert f'href="{kept.name}"' in text and moment in text
    assert f'href="{newest.name}"' in old and 'class="superseded"' in old and moment in old
    assert ">520<" in old and ">611<" in text
    assert 'class="superseded"' not in text


def _every_old_figure_is_a_fact_of_the_version_before(warehouse: Warehouse, was: dict[str, str], language: str) -> None:
    from pipelines.insights import render
    from pipelines.insights.facts import Fact

    with warehouse.connect() as conn:
        (stored,) = conn.execute("select facts from insights.brief_versions where version = 1 limit 1").fetchone()
    facts = {fact["id"]: Fact.from_json(fact) for fact in stored}
    assert was and all(text == render.figure(facts[number], language, year=2026) for number, text in was.items())


@pytest.mark.thorough
def test_a_page_that_was_lost_is_not_linked(settings: Settings, warehouse: Warehouse) -> None:
    made = made_as_read(with_first_readings=True)
    with warehouse.connect() as conn:
        made.write(conn)
    for brief in write(settings, warehouse, made, MORNING).values():
        assert brief.path
        brief.path.unlink()
    settle(warehouse, made)
    for brief in write(settings, warehouse, made, SETTLED_ON).values():
        assert brief.path and ".v1.html" not in brief.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("pending", [1, 400])
def test_a_fall_that_payments_may_make_up_for_is_none(settings: Settings, warehouse: Warehouse, pending: int) -> None:
    made = MadeMarts(day=DAY)
    for row in made.rows["sales_daily"]:
        if row["date"] == DAY:
            row["units"], row["item_price_amount"] = row["units"] // 2, row["item_price_amount"] / 2
            row["pending_units"] = pending if row["sku"] == made.skus[0] else 0
    with warehouse.connect() as conn:
        made.write(conn)
    write(settings, warehouse, made, MORNING)
    facts, told = stored_facts(warehouse), body(warehouse, "en")
    assert ("sales_vs_weekday" in facts) == (pending == 1) == ("Sales within the usual range" in told)
    assert ("sales_usual_high" in facts) == (pending == 1)
    assert ("ow the day compares with" in told) == (pending == 400)
