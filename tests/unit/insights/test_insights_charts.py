"""Charts: what is drawn is there, nothing refers to elsewhere, and a hostile label stays text."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pipelines.insights.pages import charts

DAYS = [date(2026, 9, 22) + timedelta(days=n) for n in range(60)]
SALES = [
    {"date": day, "sales": 100.0 + n, "units": 5.0, "sessions": 50 + n, "is_open": n >= 56}
    for n, day in enumerate(DAYS)
]
ADS = [
    {"date": day, "cost": 40.0 + n, "acos": None if n < 6 else 30.0, "is_open": n >= 57} for n, day in enumerate(DAYS)
]
STOCK = [{"sku": "</svg><script>x</script>", "cover": 2.5, "on_hand": 4}, {"sku": "B", "cover": 30.0, "on_hand": 9}]
PRICES = {
    "own": "B0OWN",
    "label": "Mug",
    "lines": [
        {"date": day, "asin": asin, "price": price, "own": asin == "B0OWN"}
        for day in DAYS
        for asin, price in (("B0OWN", 14.0), ("B0RIVAL", 15.5))
    ],
}
SVG = "{http://www.w3.org/2000/svg}"


def _titles(drawn: str | None, form: str = "wide") -> list[str]:
    assert drawn
    return [element.text or "" for element in _svg(drawn, form).iter(f"{SVG}title")]


def _svg(drawn: str, form: str = "wide") -> ElementTree.Element:
    found = ElementTree.fromstring(drawn).find(f"{SVG}svg[@class='{form}']")
    assert found is not None
    return found


@pytest.mark.parametrize(("language", "day"), [("en", "Nov 20"), ("zh", "11月20日")])
def test_every_day_is_drawn_and_can_be_pointed_at(language: str, day: str) -> None:
    titles = _titles(charts.sales_chart(SALES, language))
    assert len(titles) == 120 and sum(title.startswith(f"{day} · ") for title in titles) == 2
    assert len(_titles(charts.ads_chart(ADS, language))) == 60 + 54
    assert len(_titles(charts.stock_chart(STOCK, language))) == 2
    assert len(_titles(charts.price_chart(PRICES, language))) == 120


@pytest.mark.parametrize("language", ["en", "zh"])
def test_drawings_stand_alone(language: str) -> None:
    drawn: list[Any] = [charts.sales_chart(SALES, language), charts.price_chart(PRICES, language)]
    drawn.append(charts.stock_chart(STOCK, language))
    for text in drawn:
        ids = [element.get("id") for element in ElementTree.fromstring(text).iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        for form in ("wide", "narrow"):
            root = _svg(text, form)
            assert root.get("viewBox") and root.get("aria-label") and "width" not in root.attrib
            assert any(element.tag == f"{SVG}text" and element.text for element in root.iter())
        assert "<script" not in text and "href" not in text and "font-family" not in text


@pytest.mark.parametrize(("form", "days"), [("wide", 60), ("narrow", 28)])
def test_a_day_is_named_under_its_bar(form: str, days: int) -> None:
    root = _svg(charts.ads_chart(ADS, "en") or "", form)
    bars: dict[str, float] = {}
    for path in root.iter(f"{SVG}path"):
        if (title := path.find(f"{SVG}title")) is not None and "Spend" in (title.text or ""):
            shape = re.match(r"M([\d.]+),[\d.]+h([\d.]+)", path.get("d") or "")
            assert shape
            bars[(title.text or "").partition(" ·")[0]] = float(shape[1]) + float(shape[2]) / 2
    assert len(bars) == days
    named = {
        text.text: float(re.findall(r"translate\(([\d.]+)", text.get("transform") or "")[0])
        for text in root.iter(f"{SVG}text")
        if text.text in bars
    }
    assert len(named) >= 4 and "Nov 20" in named  # the last day, which the brief is about
    for day, place in named.items():
        assert abs(bars[day] - place) < 0.6, day
    width = float((root.get("viewBox") or "").split()[2])
    assert width <= {"wide": 560, "narrow": 370}[form]


def test_without_data_there_is_no_drawing() -> None:
    assert charts.sales_chart([], "en") is None
    assert charts.stock_chart([], "en") is None
    assert charts.price_chart({"own": "A", "label": "", "lines": PRICES["lines"][:2]}, "en") is None  # type: ignore[index]
    assert charts.sparkline([1.0]) == ("", "")
    drawn, not_final = charts.sparkline([None, 1.0, 3.0])
    assert drawn.startswith("M") and not_final == ""


@pytest.mark.parametrize(("language", "words"), [("en", "not final"), ("zh", "尚未定稿")])
def test_days_that_are_not_final_are_drawn_otherwise(language: str, words: str) -> None:
    visits, ads = charts.sales_chart(SALES, language), charts.ads_chart(ADS, language)
    assert visits and ads
    assert sum(words in title for title in _titles(visits)) == 4  # of the sessions: sales come from orders
    assert sum(words in title for title in _titles(ads)) == 3 + 3  # bars and the line's points
    assert 'stroke-dasharray="2.5,2.5"' in visits and 'fill-opacity="0.3"' in ads and 'fill-opacity="0.3"' not in visits
    settled = [row | {"is_open": False} for row in ADS]
    assert "2.5,2.5" not in (charts.ads_chart(settled, language) or "")


def test_a_small_line_ends_dashed() -> None:
    drawn, not_final = charts.sparkline([1.0, 2.0, 3.0, 2.0], is_open=[False, False, True, True])
    assert drawn.count(",") == 2 and not_final.count(",") == 3  # the dashed part begins where the other ends
    assert not_final.startswith("M" + drawn.rpartition("L")[2])


def test_both_languages_have_the_same_words() -> None:
    from pipelines.feeds import FEEDS
    from pipelines.insights.facts import CATALOGUE
    from pipelines.insights.locales import en, zh

    for part in ("UI", "KPIS", "FACTS", "FORMULAS", "FEEDS", "UNITS", "WHEN", "REFUSALS"):
        assert getattr(en, part).keys() == getattr(zh, part).keys(), part
    assert en.FACTS.keys() == CATALOGUE.keys()
    unnamed = {name for name in FEEDS if not name.startswith("manual.")} - en.FEEDS.keys()
    assert not unnamed, f"feeds without a name in pipelines/insights/locales: {unnamed}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_fact_has_a_formula(language: str) -> None:
    from pipelines.insights.facts import CATALOGUE
    from pipelines.insights.locales import locale

    formulas = locale(language).FORMULAS
    where = f"FORMULAS of pipelines/insights/locales/{language}/formulas.py"
    for name in CATALOGUE:
        assert name in formulas, (
            f"How is {name} computed? Say it in one line in {where}: what is summed, over what, divided by what, "
            f'with columns in backticks, as "sales_day": "Sum of `item_price_amount` of the day".'
        )
        assert formulas[name].count("`") % 2 == 0, f"{name}: a backtick has no partner in {where}"
        assert not re.search(r"[0-9]", re.sub("`[^`]*`", "", formulas[name])), (
            f"{name}: write numbers as words in {where}; a figure on a page is a fact"
        )
    assert formulas.keys() == CATALOGUE.keys(), f"{formulas.keys() - CATALOGUE.keys()} in {where} are no facts any more"


def test_each_query_that_a_fact_names_is_there() -> None:
    """Facts name their query by a constant: of each such name in the code there is a text, and one only by table."""
    from pipelines.insights.queries import NO_QUERY, queries

    root = Path(charts.__file__).parents[1]
    known = queries()
    for module in (*root.glob("measures/*.py"), *root.glob("briefs/*/facts.py"), root / "readings.py"):
        for call in re.finditer(
            r"(?:book\.add|Basis|add_change)\(([^()]*(?:\([^()]*\)[^()]*)*)\)", module.read_text("utf-8")
        ):
            for name in re.findall(r'"([A-Z][A-Z0-9_]+)"', call[1]):
                assert name in known or name in NO_QUERY, (
                    f"{module.name}: there is no query {name}. A fact names the constant of the module that holds its "
                    "SQL; pipelines/insights/queries.py looks for it in measures/, briefs/ and readings.py."
                )
    for name, texts in known.items():
        tables = [frozenset(re.findall(r"(?:from|join) (\w+\.\w+)", text)) for text in texts]
        assert len(set(tables)) == len(texts), f"{name} is the name of two queries of one table: rename one"
