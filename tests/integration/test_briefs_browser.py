"""The page in a browser: it asks for nothing, fits small screens, follows the dark scheme, and leads to its sources."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from pydantic import SecretStr

from pipelines.insights.brief import write_briefs
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.claims.kinds.types import SEVERITIES
from pipelines.insights.locales import locale
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import catalog_of
from tests.support.marts import MadeMarts
from tests.support.postgres import TestServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Of what is made hundreds of times by the same template, some are looked at: axe-core takes its time with each node.
SOME_OF_EACH = """() => {
    const kept = {".sources tbody tr": 6, ".tip:not(:popover-open)": 3, ".queries h3, .queries pre": 4};
    for (const [what, count] of Object.entries(kept))
        [...document.querySelectorAll(what)].slice(count).forEach(each => each.remove());
    for (const group of document.querySelectorAll(".drawing svg g"))
        [...group.children].filter(each => each.matches("path")).slice(3).forEach(each => each.remove()); }"""
# Each line of each paragraph of a cell or entry that has several, the last line left out, with what it is of.
LINES = """() => [...document.querySelectorAll("td, dd, .kinds li > *, .tile > *, .gaps li > *")].flatMap(cell => {
    const blocks = new Map(), range = document.createRange();
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
        let block = node.parentElement;
        while (block !== cell && getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const lines = blocks.get(block) || new Map();
        blocks.set(block, lines);
        for (let at = 0; at < node.length; at++) {
            range.setStart(node, at); range.setEnd(node, at + 1);
            const box = range.getBoundingClientRect(), line = Math.round(box.bottom / 8);
            if (box.width && node.data[at].trim()) lines.set(line, (lines.get(line) || "") + node.data[at]); } }
    return [...blocks].flatMap(([block, lines]) => [...lines].sort((one, other) => one[0] - other[0])
        .slice(0, -1).map(entry => [entry[1], block.textContent.trim().slice(0, 60)])); })"""
# Of each named day below bars: how far its middle is from that of its bar, in pixels.
OFF_THEIR_BARS = """() => [...document.querySelectorAll(".drawing svg")].flatMap(svg => {
    const middle = each => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; };
    const bars = new Map([...svg.querySelectorAll("title")].map(title => [title.textContent, title.parentElement]));
    const labels = [...svg.querySelectorAll("text")].filter(each => each.getBoundingClientRect().width);
    return labels.flatMap(label => [...bars].filter(([tip, bar]) =>
        tip.startsWith(label.textContent + " \u00b7 ") && bar.matches(".mark-rect path"))
        .map(([, bar]) => Math.abs(middle(bar) - middle(label)))); })"""

SAY_ON_EACH_BADGE = "said => document.querySelectorAll('.kinds .badge').forEach(each => each.textContent = said)"
# What in an entry of the index lies over what stands beside it.
OVERLAPPING = """() => [...document.querySelectorAll(".kinds li")].flatMap(entry => {
    const boxes = [...entry.children].map(each => [each.textContent, each.getBoundingClientRect()]);
    return boxes.flatMap(([text, one], at) => boxes.slice(at + 1).filter(([_, other]) =>
        one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
        .map(([other]) => [text, other])); })"""


@pytest.fixture(scope="module")
def home(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with the pages of a made store, and their index."""
    folder = tmp_path_factory.mktemp("pages")
    url = postgres.create(name="pages")
    made = MadeMarts()
    warehouse = Warehouse(url)
    with warehouse.connect() as conn:
        made.write(conn)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TRADEWIND_")]:
            patch.delenv(name)
        at_noon = datetime(2026, 11, 21, 20, tzinfo=UTC)
        settings = Settings(home=folder, warehouse_url=SecretStr(url), fixed_now=at_noon)
    write_briefs(settings, warehouse, catalog_of(made))
    yield folder
    postgres.drop(url)


@pytest.fixture
def pages(home: Path) -> dict[str, Path]:
    """The daily brief by language."""
    return {language: next(home.glob(f"briefs/*/*/daily/*.{language}.html")) for language in ("en", "zh")}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page of which nothing is said on the console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    assert said == []


def every_page(home: Path) -> list[Path]:
    found = sorted(home.glob("briefs/**/*.html"))
    assert len(found) >= 6
    return found


@pytest.mark.thorough
def test_the_page_stands_alone_and_fits(pages: dict[str, Path], page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 1200, "height": 900})
    for path in pages.values():
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 1200
        assert page.locator(".tile").count() == len(DAILY.tiles) and page.locator(".chart svg").count() >= 4
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
    figure = page.locator(".finding .fig[title$='SALES_BY_DAY']").first
    fact = figure.get_attribute("data-fact")
    assert "marts.sales_daily" in (figure.get_attribute("title") or "")
    assert page.locator(".tile .fig[title*='Sum of item_price_amount']").count() >= 1
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


@pytest.mark.parametrize(("scheme", "width"), [pytest.param("light", 1280, marks=pytest.mark.thorough), ("dark", 390)])
def test_axe_finds_nothing(scheme: Literal["light", "dark"], width: int, home: Path, page: Page) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in (next(home.glob("briefs/*/*/daily/*.en.html")), next(home.glob("briefs/*/index.zh.html"))):
        page.goto(path.as_uri())
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        if not path.name.startswith("index"):
            page.locator(".finding .fig").first.click()
            assert page.locator(".tip:popover-open").count() == 1
        page.evaluate(SOME_OF_EACH)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert [each["id"] for each in Axe().run(page, context="main img").response["violations"]] == ["image-alt"]


@pytest.mark.thorough
def test_on_a_phone_nothing_scrolls_sideways_and_no_cell_is_too_narrow_for_words(home: Path, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in every_page(home):
        page.goto(path.as_uri())
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        boxes = page.evaluate(
            "[...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth).length"
        )
        assert boxes == 0, path
        least = 2 if ".zh." in path.name else 4
        short = [each for each in page.evaluate(LINES) if len(each[0]) < least]
        assert short == [], path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_in_the_index_lies_over_its_neighbour(home: Path, page: Page, language: str) -> None:
    [index] = home.glob(f"briefs/*/index.{language}.html")
    page.goto(index.as_uri())
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for severity in SEVERITIES:
            badge = locale(language).UI[f"severity_{severity}"]
            page.evaluate(
                "said => document.querySelectorAll('.kinds .badge').forEach(b => b.textContent = said)", badge
            )
            assert page.evaluate(OVERLAPPING) == [], badge


def test_days_stand_below_their_bars(pages: dict[str, Path], page: Page) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(pages["en"].as_uri())
        off = page.evaluate(OFF_THEIR_BARS)
        assert len(off) >= 8 and max(off) < 3, off


def test_the_appendix_is_not_printed(pages: dict[str, Path], page: Page) -> None:
    page.goto(pages["en"].as_uri())
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.locator(".sources").is_visible() and page.locator("nav").is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".sources", "nav", ".tip", ".rest"):
        assert not any(each.is_visible() for each in page.locator(hidden).all()[:3]), hidden
    assert page.locator(".finding").first.is_visible() and page.locator(".chart svg.wide").first.is_visible()
    rows = page.locator("tr.more")
    assert rows.count() == 0 or rows.first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
