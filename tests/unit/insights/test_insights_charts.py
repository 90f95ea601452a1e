"""Charts: what is drawn is there, nothing refers to elsewhere, and a hostile label stays text."""

from __future__ import annotations

from datetime import date, timedelta
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


def _titles(svg: str | None) -> list[str]:
    assert svg
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]


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
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox") and root.get("aria-label") and "width" not in root.attrib
        assert "<script" not in svg and "href" not in svg and "font-family" not in svg
        assert any(element.tag == f"{SVG}text" and element.text for element in root.iter())


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

    for part in ("UI", "KPIS", "FACTS", "FEEDS", "UNITS", "WHEN", "REFUSALS"):
        assert getattr(en, part).keys() == getattr(zh, part).keys(), part
    assert en.FACTS.keys() == CATALOGUE.keys()
    unnamed = {name for name in FEEDS if not name.startswith("manual.")} - en.FEEDS.keys()
    assert not unnamed, f"feeds without a name in pipelines/insights/locales: {unnamed}"
