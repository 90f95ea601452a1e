"""What matters first: findings by the money at stake, alike ones as one, an effect with its reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights import render, writer
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.briefs.kind import claim
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.compose import Statement, compose
from pipelines.insights.claims.judge import judge, with_needed
from pipelines.insights.claims.kinds.catalogue import KINDS
from pipelines.insights.claims.order import arrange, rank, stakes
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import CATALOGUE, Comparison, FactBook, Subject
from tests.support.facts import DAY, make_book

TENT, MUG, CUP = (Subject("sku", key, label) for key, label in (
    ("TENT-4", "Norvik Tent for four, green"), ("MUG-1", "Mug"), ("CUP-2", "")))  # fmt: skip


def book_of() -> FactBook:
    """An empty book."""
    return FactBook("s", DAY, "USD")


def out(book: FactBook, sku: Subject, stake: int | None, inbound: int = 0) -> None:
    book.add("stock_on_hand", 0, "q", subject=sku)
    book.add("stock_inbound", inbound, "q", subject=sku)
    book.add("stock_at_risk_a_week", stake, "q", subject=sku)


def moved(book: FactBook, sku: Subject, change: int) -> None:
    over: dict[str, Any] = {
        "subject": sku,
        "period": book.days(7),
        "comparison": Comparison("previous_7d", Decimal(1000)),
    }
    book.add("sku_sales_7d", 1000 + change, "q", **over)
    book.add("sku_sales_change", change, "q", direction="up" if change > 0 else "down", **over)


def lost_buy_box(book: FactBook, sku: Subject, stake: int) -> None:
    compared: dict[str, Any] = {"subject": sku, "period": book.days(7), "comparison": Comparison("previous_7d", 90)}  # type: ignore[arg-type]
    book.add("buy_box_7d", 70, "q", **compared)
    book.add("buy_box_change", -20, "q", direction="down", **compared)
    book.add("buy_box_at_risk_a_week", stake, "q", subject=sku, period=book.days(7))


def idle(book: FactBook, name: str, stake: int) -> None:
    subject = Subject("campaign", name)
    book.add("campaign_spend", stake * 2, "q", subject=subject, period=book.days(14))
    book.add("campaign_spend_a_week", stake, "q", subject=subject, period=book.days(14))


def bounds(book: FactBook, *claims: Claim) -> list[Bound]:
    shown, refused = judge(enumerate(claims), book)
    assert not refused
    return shown


def told(found: list[Bound]) -> list[tuple[str, list[str]]]:
    return [
        (each.kind.name, [key for group in each.groups for key in dict.fromkeys(
            fact.subject.key for fact in group.values() if fact.subject.kind == each.kind.about)])
        for each in found
    ]  # fmt: skip


def facts(book: FactBook, name: str) -> list[Any]:
    return list(book.all(name))


@pytest.mark.parametrize(
    ("stock", "gain", "waste", "first"),
    [
        (100, 300, 100, "out_of_stock"),  # of similar money what is to be done today comes first
        (10, 300, 100, "sku_sales"),  # a trifle does not, however urgent
        (10, 180, 100, "campaign_without_sales"),  # what is to be watched before good news of less than twice as much
        (None, 9000, 900, "out_of_stock"),  # what nobody knows cannot be called a trifle
    ],
)
def test_the_money_at_stake_leads_and_urgency_weighs(stock: int | None, gain: int, waste: int, first: str) -> None:
    book = book_of()
    out(book, TENT, stock)
    moved(book, MUG, gain)
    idle(book, "C", waste)
    found = bounds(
        book,
        claim("sku_sales", *facts(book, "sku_sales_change")),
        claim("campaign_without_sales", *facts(book, "campaign_spend")),
        claim("out_of_stock", *facts(book, "stock_on_hand")),
    )
    assert rank(found, book)[0].kind.name == first
    assert {each.kind.name for each in rank(found, book)} == {each.kind.name for each in found}


def test_what_has_no_amount_stands_behind_and_keeps_its_order() -> None:
    book = make_book()
    names = ("settlement_amount", "acos_7d", "sales_7d")
    found = bounds(book, *(claim(kind, book.get(name)) for kind, name in zip(
        ("settlement", "acos_week", "sales_week"), names, strict=True)))  # fmt: skip
    moved(book, CUP, 5)
    trifle = bounds(book, claim("sku_sales", *[f for f in book.all("sku_sales_change") if f.subject == CUP]))
    assert told(rank([*found, *trifle], book))[0] == ("sku_sales", ["CUP-2"])
    assert [each.kind.name for each in rank(found, book)] == ["settlement", "acos_week", "sales_week"]


def test_a_model_cannot_put_a_trifle_above_what_is_urgent() -> None:
    book = make_book(cover="12")
    out(book, TENT, 900)
    rules, _ = writer.write(DAILY, book)
    chosen, _ = judge(
        enumerate([claim("figures", book.get("units_day")), claim("terms_without_sales", book.get("term_spend"))]), book
    )
    together = with_needed(chosen, rules, DAILY.always_told, book)
    assert together[0].kind.name == "out_of_stock" and together[0].severity == "critical"
    # left out of a page are only those whose amount nobody knows
    assert together[-1].kind.name in ("figures", "missing_data")


def test_alike_findings_become_one_that_names_all_with_their_amounts() -> None:
    book = book_of()
    for sku, stake in ((TENT, 50), (MUG, 300), (CUP, 40)):
        lost_buy_box(book, sku, stake)
    each = [claim("buy_box", change, advice=["compare_offers"]) for change in book.all("buy_box_change")]
    [one] = arrange(bounds(book, *each), book)
    assert told([one]) == [("buy_box", ["MUG-1", "TENT-4", "CUP-2"])]  # the largest leads
    assert [fact.value for fact in stakes(one, book)] == [300, 50, 40] and one.advice == ("compare_offers",)
    for language, others in (("en", " and others"), ("zh", "等")):
        [statement] = compose([one], book, language)
        assert statement.title.endswith(others) and len(statement.stake) == 3
        text = render.plain(render.pieces(statement.text, book.by_id(), language, day=DAY))
        assert all(name in text for name in ("MUG-1", "TENT-4", "CUP-2"))
        assert text.count("20") >= 3  # each with its figures


def test_what_goes_another_way_or_is_alone_stays_apart() -> None:
    book = book_of()
    moved(book, TENT, 50)
    moved(book, MUG, -60)
    book.add("sales_7d", 5, "q", period=book.days(7))
    up, down = (claim("sku_sales", change) for change in book.all("sku_sales_change"))
    assert len(arrange(bounds(book, up, down, claim("sales_week", book.get("sales_7d"))), book)) == 3


def test_joined_findings_are_as_urgent_as_the_most_urgent_and_tell_the_count_once() -> None:
    book = book_of()
    book.add("skus_low_cover", 2, "q")
    for sku, cover, stake in ((TENT, 15, 900), (MUG, 3, 50)):
        book.add("days_of_cover", cover, "q", subject=sku)
        book.add("stock_at_risk_a_week", stake, "q", subject=sku)
        book.add("stock_inbound", 0 if sku is MUG else 4, "q", subject=sku)
    count, [tent, mug] = book.get("skus_low_cover"), facts(book, "days_of_cover")
    found = bounds(book, claim("low_stock", count, mug, advice=["order_more"]), claim("low_stock", tent))
    [one] = arrange(found, book)
    assert told([one]) == [("low_stock", ["TENT-4", "MUG-1"])] and one.severity == "critical"
    assert "count" in one.groups[0] and "count" not in one.groups[1]
    assert one.advice == ()  # of the tent something is on the way


def test_a_fall_and_its_reason_are_one_finding_and_as_urgent_as_the_reason() -> None:
    book = book_of()
    for sku, stake in ((TENT, 400), (MUG, 90)):
        out(book, sku, stake)
    book.add("skus_out_of_stock", 2, "q")
    for sku, change in ((TENT, -700), (CUP, 80)):
        moved(book, sku, change)
    lost_buy_box(book, CUP, 10)
    count, gone = book.get("skus_out_of_stock"), facts(book, "stock_on_hand")
    changes = {fact.direction: fact for fact in book.all("sku_sales_change")}
    found = bounds(
        book,
        claim("out_of_stock", count, *gone, advice=["start_here", "order_more"]),
        claim("sku_sales", changes["down"]),
        claim("sku_sales", changes["up"]),
        claim("buy_box", *facts(book, "buy_box_change")),
    )
    found = [replace(each, severity="warning") if each.kind.name == "sku_sales" else each for each in found]
    arranged = arrange(found, book)
    assert told(arranged) == [
        ("sku_sales", ["TENT-4"]),
        ("out_of_stock", ["MUG-1"]),  # of the other one it is told, and how many there are
        ("sku_sales", ["CUP-2"]),
        ("buy_box", ["CUP-2"]),  # a gain does not tell of what was lost
    ]
    assert arranged[0].severity == "critical" and "count" in arranged[1].groups[0]
    assert "inbound" not in arranged[1].groups[0] and arranged[1].advice == ("order_more",)  # it is not where to start
    whole = " ".join(text(each, book) for each in compose(arranged, book, "en"))
    assert whole.count("$700.00") == 1 and whole.count("MUG-1") >= 1


def test_of_the_next_subject_as_much_is_told_as_of_the_one_that_went() -> None:
    book = book_of()
    for sku, inbound in ((TENT, 5), (MUG, 7)):
        out(book, sku, 10, inbound)
    moved(book, TENT, -700)
    found = bounds(
        book,
        claim("out_of_stock", *facts(book, "stock_on_hand"), book.get("stock_inbound", "TENT-4")),
        claim("sku_sales", book.get("sku_sales_change")),
    )
    [_, gone] = arrange(found, book)
    assert told([gone]) == [("out_of_stock", ["MUG-1"])] and gone.groups[0]["inbound"].value == 7


def test_amounts_are_money_of_the_book_and_of_one_name_each() -> None:
    for kind in KINDS.values():
        for stake in kind.stake:
            assert CATALOGUE[stake.fact].unit == "money" and stake.role in kind.roles, kind.name


# --- how it is told --------------------------------------------------------------------------------------------------


def text(statement: Statement, book: FactBook) -> str:
    return render.plain(render.pieces(statement.text, book.by_id(), "en", day=DAY))


def test_what_a_finding_says_itself_is_not_told_again_beside_it() -> None:
    book = book_of()
    moved(book, TENT, -700)
    idle(book, "C", 20)
    change, spend = book.get("sku_sales_change"), book.get("campaign_spend")
    statements = compose(bounds(book, claim("sku_sales", change), claim("campaign_without_sales", spend)), book, "en")
    weekly = book.get("campaign_spend_a_week")
    assert [each.stake for each in statements] == [(), (weekly.id if weekly else "",)]
    assert Statement.from_json(statements[1].as_json()) == statements[1]
    old = {name: value for name, value in statements[1].as_json().items() if name != "stake"}
    assert Statement.from_json(old).stake == ()  # of a version before there were amounts


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Norvik Tent for four, green", "Norvik Tent for four"),
        ("Harbor Mug 12 oz (set of 4)", "Harbor Mug 12 oz"),
        ("Tarn - Brush", "Tarn"),
        ("Li, small", "Li, small"),  # too short to say anything
        ("An Insulated Stainless Steel Bottle With A Very Long Name", "An Insulated Stainless Steel…"),
        ("不锈钢保温杯（五百毫升）", "不锈钢保温杯"),
        ("折りたたみ式キャンプチェアアウトドア用軽量コンパクト", "折りたたみ式キャンプチェアアウトド…"),
        ("", ""),
    ],
)
def test_a_description_is_short_and_ends_at_a_word(label: str, short: str) -> None:
    assert render.short_label(label) == short


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "TENT-4 (Norvik Tent for four)"), ("zh", "TENT-4（Norvik Tent for four）")]
)
def test_a_product_is_described_behind_its_name_once(language: str, shown: str) -> None:
    book = book_of()
    out(book, TENT, 400)
    [statement] = compose(bounds(book, claim("out_of_stock", *facts(book, "stock_on_hand"))), book, language)
    labelled: set[str] = set()
    parts = [
        render.pieces(each, book.by_id(), language, day=DAY, labelled=labelled)
        for each in (statement.title, statement.text)
    ]
    assert shown in render.plain(parts[0]) and "Norvik" not in render.plain(parts[1])
    assert [piece.kind for piece in parts[0] if "Norvik" in piece.text] == ["label"]  # marked as what it is
    assert "▪" in render.plain(parts[0], names=False) and "Norvik" not in render.plain(parts[0], names=False)
