"""The page in a browser: it asks for nothing, fits small screens, follows the dark scheme, and leads to its sources."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import catalog_of, write_daily
from tests.support.marts import MadeMarts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(settings: Settings, warehouse: Warehouse) -> dict[str, Path]:
    made = MadeMarts()
    with warehouse.connect() as conn:
        made.write(conn)
    at_noon = settings.model_copy(update={"fixed_now": datetime(2026, 11, 21, 20, tzinfo=UTC)})
    return {brief.language: brief.path for brief in write_daily(at_noon, warehouse, catalog_of(made)) if brief.path}


def test_the_page_stands_alone_and_fits(pages: dict[str, Path], page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for width in (390, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        for path in pages.values():
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator(".tile").count() == 8 and page.locator(".chart svg").count() >= 4
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.get_by_role("link", name="English").click()
    assert page.url.endswith(".en.html") and page.evaluate("document.documentElement.lang") == "en"


def test_dark_and_light_are_readable(pages: dict[str, Path], page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(pages["zh"].as_uri())
        colors = page.evaluate(
            """[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor,
                getComputedStyle(document.querySelector('.chart svg text')).fill]"""
        )
        text, ground, label = (sum(int(part) for part in color[4:-1].split(",")) for color in colors)
        assert abs(text - ground) > 400 and abs(label - ground) > 180, (scheme, colors)


def test_a_figure_leads_to_its_source(pages: dict[str, Path], page: Page) -> None:
    page.goto(pages["en"].as_uri())
    figure = page.locator(".finding .fig").first
    fact = figure.get_attribute("data-fact")
    assert "marts.sales_daily" in (figure.get_attribute("title") or "")
    assert "Sum of item_price_amount" in (page.locator("[data-fact=f3]").first.get_attribute("title") or "")
    figure.click()
    tip = page.locator(f"#p-{fact}")
    assert tip.is_visible() and "from marts.sales_daily" in tip.inner_text()
    # in a sentence the words say the direction, elsewhere the sign does
    assert tip.locator("[data-fact]").inner_text().lstrip("+\u2212") == figure.inner_text()
    tip.get_by_role("button").click()
    assert not tip.is_visible()
    # by the keyboard
    figure.press("Enter")
    assert tip.is_visible()
    figure.press("Escape")
    assert not tip.is_visible()
    # and in the list of all facts, whose queries are below it
    page.locator(".sources > details > summary").first.click()
    row = page.locator(f"tr#{fact}")
    assert row.locator("[data-fact]").inner_text() == tip.locator("[data-fact]").text_content()
    row.get_by_role("link", name="SALES_BY_DAY").click()
    assert page.locator(".queries pre").first.is_visible()
