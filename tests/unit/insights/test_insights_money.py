"""The month in money and the roll-up, without a database: what their statements say, and which of them are made."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights import dates, render, writer
from pipelines.insights.briefs.month import BRIEF as MONTH
from pipelines.insights.briefs.rollup import BRIEF as ROLLUP
from pipelines.insights.claims.compose import compose, unholdable
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.kinds import month, rollup
from pipelines.insights.claims.kinds.types import Kind
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import CATALOGUE, Comparison, Fact, FactBook, Subject
from pipelines.insights.measures.month import month_before, year_before

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
WEEK = (date(2026, 11, 22), date(2026, 11, 28))
BASES = {"before": "previous_month", "year_ago": "month_a_year_ago", "change": "previous_7d"}
SUBJECTS = {
    "sku": Subject("sku", "HG-MUG-01", "Harbor Mug"),
    "part": Subject("part", "revenue"),
    "shop": Subject("shop", "acme-de", "amazon.de"),
    "settlement": Subject("settlement", "18234567001"),
}


def filled(kinds: tuple[Kind, ...], period: tuple[date, date], *, up: bool = True) -> FactBook:
    """A book with a fact for each role of the kinds, no two of one figure."""
    book = FactBook("harbor-us", period[1], "USD", first=period[0])
    number = 1000
    for kind in kinds:
        for role in kind.roles.values():
            about = SUBJECTS.get(role.about)
            if book.get(role.fact, about and about.key):
                continue
            number += 37
            definition = CATALOGUE[role.fact]
            value: Any = Decimal(number) / (100 if definition.unit in ("percent", "points") else 1)
            if definition.unit == "date":
                value = period[1]
            signed = definition.signed
            book.add(
                role.fact,
                -value if signed and not up else value,
                "q",
                subject=about,
                period=period,
                comparison=Comparison(role.basis or "previous_month", Decimal(5)) if signed else None,
                direction=("up" if up else "down") if signed else None,
            )
    return book


def said(book: FactBook, kind: Kind, facts: list[Fact], language: str) -> str:
    claim = Claim(kind=kind.name, facts=[fact.id for fact in facts])
    shown, refusals = judge([(0, claim)], book)
    assert refusals == [], [refusal.told() for refusal in refusals]
    [statement] = compose(shown, book, language)
    assert unholdable([statement], book, language) == []
    parts = (f"{statement.title} | {statement.text}",)
    return render.plain(render.pieces(parts[0], book.by_id(), language, day=book.day))


ROLES = [
    (kind, name, period)
    for module, period in ((month, OCTOBER), (rollup, WEEK))
    for kind in module.KINDS
    for name in kind.roles
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize(("kind", "role", "period"), ROLES, ids=lambda each: getattr(each, "name", None) or str(each))
def test_each_fact_that_is_cited_is_told(
    kind: Kind, role: str, period: tuple[date, date], up: bool, language: str
) -> None:
    texts = []
    for part in (part for part in (*kind.titles, *kind.parts) if role in part.roles):
        book = filled((kind,), period, up=up)
        # no fact beside those of the sentence and what is needed, so that it is this sentence that is said
        needed = {need.split("|")[0] for need in kind.needs}
        kept = {kind.roles[name].fact for name in {*needed, *part.roles}}
        book.facts = [fact for fact in book.facts if fact.name in kept]
        texts.append(said(book, kind, book.facts, language))
    fact = book.get(kind.roles[role].fact)
    assert fact
    shown = {render.figure(fact, language, year=2026, magnitude=size) for size in (True, False)}
    [text, *_] = [text for text in texts if any(figure in text for figure in shown)] or [""]
    assert text, texts
    if fact.signed:
        words = {"en": ("more|rose|added|higher|up", "less|fell|took|lower|down|off|cost"), "zh": ("增|升", "减|降")}
        own, other = words[language] if up else words[language][::-1]
        assert any(word in text for word in own.split("|")), text
        if language == "zh":
            assert not any(word in text for word in other.split("|")), text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [*month.KINDS, *rollup.KINDS], ids=lambda kind: kind.name)
def test_a_whole_book_is_told_without_a_slip(kind: Kind, language: str) -> None:
    book = filled((kind,), OCTOBER if kind in month.KINDS else WEEK)
    facts = [fact for fact in book.facts if kind.role_of(fact)][:16]
    text = said(book, kind, facts, language)
    assert "{" not in text and "}" not in text


def test_a_period_that_is_a_month_is_called_by_its_name() -> None:
    def told(first: date, last: date, language: str = "en") -> str:
        return dates.when_text((first, last), date(2026, 10, 31), language)

    assert told(*OCTOBER) == "in October" and told(*OCTOBER, "zh") == "10月"
    assert told(date(2025, 10, 1), date(2025, 10, 31)) == "in October 2025"
    assert told(date(2025, 10, 1), date(2025, 10, 31), "zh") == "2025年10月"
    assert told(date(2026, 10, 1), date(2026, 10, 30)) == "in the 30 days to Oct 30"
    assert told(date(2026, 9, 1), date(2026, 10, 31)) == "in the 61 days to Oct 31"


@pytest.mark.parametrize(
    ("month", "before", "year"),
    [
        (OCTOBER, (date(2026, 9, 1), date(2026, 9, 30)), (date(2025, 10, 1), date(2025, 10, 31))),
        (
            (date(2028, 2, 1), date(2028, 2, 29)),
            (date(2028, 1, 1), date(2028, 1, 31)),
            (date(2027, 2, 1), date(2027, 2, 28)),
        ),
        (
            (date(2026, 1, 1), date(2026, 1, 31)),
            (date(2025, 12, 1), date(2025, 12, 31)),
            (date(2025, 1, 1), date(2025, 1, 31)),
        ),
        (
            (date(2029, 2, 1), date(2029, 2, 28)),
            (date(2029, 1, 1), date(2029, 1, 31)),
            (date(2028, 2, 1), date(2028, 2, 29)),
        ),
    ],
)
def test_the_months_before(month: Any, before: Any, year: Any) -> None:
    assert (month_before(month), year_before(month)) == (before, year)


def a_month(*, profit: str = "9000", loss: str = "300", before_ads: str = "120") -> FactBook:
    book = FactBook("harbor-us", OCTOBER[1], "USD", first=OCTOBER[0])
    whole: dict[str, Any] = {"period": OCTOBER}
    book.add("month_profit", Decimal(profit), "q", **whole)
    book.add("month_margin", Decimal("20.5"), "q", **whole)
    book.add("losing_skus", 2, "q", **whole)
    book.add("losing_skus_loss", Decimal(loss), "q", **whole)
    of_sku = {**whole, "subject": SUBJECTS["sku"]}
    book.add("sku_loss", Decimal(loss) - 10, "q", **of_sku)
    book.add("sku_advertising", Decimal(loss) - 10 + Decimal(before_ads), "q", **of_sku)
    book.add("sku_before_ads", Decimal(before_ads), "q", **of_sku)
    return book


def _kinds(brief: Any, book: FactBook) -> list[str]:
    shown, defects = writer.write(brief, book)
    assert defects == []
    return [bound.kind.name for bound in shown]


def test_what_loses_money_leads_unless_it_is_a_trifle() -> None:
    assert _kinds(MONTH, a_month()) == ["losing_skus", "month_profit"]
    assert _kinds(MONTH, a_month(loss="40")) == ["month_profit"]
    assert _kinds(MONTH, a_month(profit="-500", loss="40"))[0] == "losing_skus"


@pytest.mark.parametrize(("before", "advice"), [("120", "spend_less_on_ads"), ("-5", "raise_or_clear")])
def test_what_to_do_follows_from_what_is_left_before_ads(before: str, advice: str) -> None:
    first = writer.write(MONTH, a_month(before_ads=before))[0][0]
    assert first.advice == (advice,)
    other = {"spend_less_on_ads", "raise_or_clear"} - {advice}
    claim = Claim(kind="losing_skus", facts=[fact.id for fact in first.groups[0].values()], advice=sorted(other))
    assert [refusal.reason for refusal in judge([(0, claim)], a_month(before_ads=before))[1]] == ["advice"]


def test_costs_that_are_missing_are_worth_what_was_sold_of_it() -> None:
    book = a_month(loss="400")
    for name, value in (
        ("profit_left_out_units", 40),
        ("profit_left_out_share", Decimal("8.1")),
        ("units_without_cost", 40),
        ("left_out_revenue", Decimal("900")),
    ):
        book.add(name, value, "q", period=OCTOBER)
    assert _kinds(MONTH, book)[:2] == ["left_out_of_profit", "losing_skus"]


def test_a_year_ago_is_not_the_month_before() -> None:
    book = FactBook("harbor-us", OCTOBER[1], "USD", first=OCTOBER[0])
    book.add("month_profit", 10, "q", period=OCTOBER)
    wrong = Comparison("month_a_year_ago", Decimal(5))
    book.add("month_profit_vs_before", 5, "q", period=OCTOBER, comparison=wrong, direction="up")
    claim = Claim(kind="month_profit", facts=[fact.id for fact in book.facts])
    assert [refusal.reason for refusal in judge([(0, claim)], book)[1]] == ["other_basis"]


def some_shops(*changes: int) -> FactBook:
    book = FactBook("*acme", WEEK[1], "USD", first=WEEK[0])
    for place, change in enumerate(changes):
        of_it: dict[str, Any] = {"subject": Subject("shop", f"acme-{place}", "amazon.com"), "period": WEEK}
        book.add("shop_until", WEEK[1], "q", **of_it)
        book.add("shop_sales", 5000 + place, "q", **of_it)
        way = "up" if change > 0 else "down"
        compared = Comparison("previous_7d", Decimal(4000))
        book.add("shop_sales_change", change, "q", comparison=compared, direction=way, **of_it)
    return book


def test_only_the_store_that_moved_most_is_called_so() -> None:
    book = some_shops(900, -300)
    titles = {
        fact.subject.key: said(book, rollup.SALES, [fact], "en").partition(" | ")[0]
        for fact in book.all("shop_sales_change")
    }
    assert "ost" in titles["acme-0"] and "most" not in titles["acme-1"].lower()
    assert "most" not in said(some_shops(900), rollup.SALES, [some_shops(900).facts[2]], "en").lower()


def test_the_only_store_of_a_tenant_is_not_told_twice() -> None:
    assert "shop_sales" in _kinds(ROLLUP, some_shops(900, -300))
    assert "shop_sales" not in _kinds(ROLLUP, some_shops(900))


def test_facts_of_two_stores_do_not_stand_for_one() -> None:
    book = some_shops(900, -300)
    change, sales = book.get("shop_sales_change", "acme-0"), book.get("shop_sales", "acme-1")
    assert change and sales
    claim = Claim(kind="shop_sales", facts=[change.id, sales.id])
    shown, _ = judge([(0, claim)], book)
    for bound in shown:  # each store stands with its own figures
        assert all(len({fact.subject.key for fact in group.values()}) == 1 for group in bound.groups)
