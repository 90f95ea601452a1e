"""Why sales changed, in words: a finding for a SKU with what stands beside it, all parts of a change, what is usual."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights import render
from pipelines.insights.briefs import why
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.compose import compose, unholdable
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import Comparison, FactBook, Subject
from pipelines.insights.measures.compare import Basis, day_facts, range_facts
from tests.support.facts import DAY

KETTLE, MUG = Subject("sku", "HG-KETTLE-04", "Kettle", ("B0OWN",)), Subject("sku", "HG-MUG-01", "Mug")
LANGUAGES = ("en", "zh")


def book_of(change: str = "-600.00", subject: Subject = KETTLE, book: FactBook | None = None) -> FactBook:
    """A book in which sales of a SKU changed."""
    book = book or FactBook("harbor-us", DAY, "USD")
    over: dict[str, Any] = {
        "subject": subject,
        "period": book.days(7),
        "comparison": Comparison("previous_7d", Decimal(1000)),
    }
    book.add("sku_sales_7d", Decimal(1000) + Decimal(change), "q", **over)
    book.add("sku_sales_change", Decimal(change), "q", direction="up" if Decimal(change) > 0 else "down", **over)
    return book


def beside(book: FactBook, name: str, value: str, before: str = "50", subject: Subject = KETTLE, **more: Any) -> None:
    """Add a fact about the SKU of the same days."""
    way = {} if Decimal(value) >= 0 and not name.endswith("change") else {"direction": "down"}
    if name.endswith("change") and Decimal(value) > 0:
        way = {"direction": "up"}
    kind = {"sku_ad_clicks": "same_days", "sku_ad_clicks_change": "same_days",
            "sku_competitor_price_change": "previous_price"}.get(name, "previous_7d")  # fmt: skip
    compared = {"comparison": Comparison(kind, Decimal(before))} if name != "stock_on_hand" else {}
    book.add(name, Decimal(value), "q", **{"subject": subject, "period": book.days(7), **compared, **way, **more})


def ruled(rule: Any, book: FactBook) -> list[Bound]:
    shown, refusals = judge(enumerate(rule(book)), book, by_rules=True)
    assert refusals == []
    return shown


def told(rule: Any, book: FactBook, language: str = "en") -> list[str]:
    """What a rule says, rendered."""
    statements = compose(ruled(rule, book), book, language)
    assert unholdable(statements, book, language) == []
    facts = book.by_id()
    return [
        " | ".join(render.plain(render.pieces(part, facts, language, day=DAY)) for part in (each.title, each.text))
        for each in statements
    ]


CASES = {
    "out": ([("sku_days_out", "4", {})], r"out of stock on 4 days\.", "断货4天|有4天断货", []),
    "out_now": (
        [("sku_days_out", "4", {}), ("stock_on_hand", "0", {"period": (DAY, DAY)}), ("stock_inbound", "0", {})],
        r"^(Out of stock|Sold out).*out of stock on 4 days, and (still )?nothing is on hand\..*[Oo]rder more",
        "^断货且.*目前仍无可售库存.*请补货",
        ["order_more"],
    ),
    "empty": (
        [("stock_on_hand", "0", {"period": (DAY + timedelta(1),) * 2}), ("stock_inbound", "5", {})],
        r"(Nothing is on hand now|Now nothing is on hand)\..*come sooner",
        "目前没有可售库存|现已无可售库存",
        ["hurry_inbound"],
    ),
    "buy_box": (
        [("buy_box_change", "-35", {"open_days": 7})],
        r"buy box (share )?fell 35\.0 points against the week before\..*Amazon still changes",
        "购物车占有率较前一周下降35.0个百分点.*仍会修正",
        ["compare_offers"],
    ),
    "rival": (
        [("sku_competitor_price_change", "-18", {})],
        r"a tracked competitor cut its price by 18\.0% and is cheaper than we are",
        "竞品降价18.0%，目前低于我方价格",
        ["weigh_our_price"],
    ),
    "price": (
        [("sku_price", "25", {}), ("sku_price_change", "25", {})],
        r"our price on most days rose 25\.0% to \$25\.00",
        "多数日子的单价上升25.0%，为US\\$25.00",
        ["check_our_price"],
    ),
    "clicks": (
        [("sku_ad_clicks", "28", {}), ("sku_ad_clicks_change", "-60", {})],
        r"licks on its ads fell 60\.0% to 28.* against the same days of the period before",
        "广告点击数.*下降60.0%，为28",
        ["check_ads"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fall_is_told_with_what_stands_beside_it(case: str) -> None:
    facts, english, chinese, advice = CASES[case]
    book = book_of()
    for name, value, more in facts:
        beside(book, name, value, **more)
    [text] = told(why.movers, book)
    assert "HG-KETTLE-04" in text and "$600.00" in text and re.search(english, text), text
    [text] = told(why.movers, book, "zh")
    assert re.search(chinese, text), text
    assert list(ruled(why.movers, book)[0].advice) == advice
    assert not re.search("because|due to|caused|因为|导致", text)


@pytest.mark.parametrize("case", ["out", "out_now", "empty", "buy_box", "rival", "price", "clicks"])
def test_what_goes_with_a_fall_is_not_told_of_a_rise(case: str) -> None:
    facts, english, _, _ = CASES[case]
    book = book_of("600.00")
    for name, value, more in facts:
        beside(book, name, value, **more)
    cited = [fact.id for fact in book.facts if fact.name != "stock_inbound"]
    [shown], _ = judge([(0, Claim(kind="sku_sales", facts=cited))], book)
    text = told(lambda _: [Claim(kind="sku_sales", facts=cited)], book)[0]
    assert shown.severity == "good" and not re.search(english, text)
    assert not re.search("out of stock|on hand|buy box|competitor|clicks|price", text)


def test_a_rise_after_days_without_stock_is_told_so() -> None:
    book = book_of("600.00")
    beside(book, "sku_days_out_before", "4", period=book.days(7, back=7))
    [text] = told(why.movers, book)
    assert re.search(r"out of stock on 4 days in the 7 days to Nov 13\.", text)
    assert ruled(why.movers, book)[0].severity == "good"


def test_stock_of_another_week_says_nothing_of_a_fall() -> None:
    book = book_of()
    beside(book, "stock_on_hand", "0", period=(DAY + timedelta(days=19),) * 2)
    [text] = told(why.movers, book)
    assert "hand" not in text and ruled(why.movers, book)[0].severity == "warning"


def test_a_model_that_leaves_the_empty_shelf_out_does_not_get_it_out() -> None:
    book = book_of()
    beside(book, "sku_days_out", "4")
    [shown], _ = judge([(0, Claim(kind="sku_sales", facts=["f2"]))], book)
    assert "out of stock" in compose([shown], book, "en")[0].text


def test_half_of_the_change_by_one_driver_is_told_and_less_is_not() -> None:
    book = book_of()
    beside(book, "sku_sales_from_traffic", "-450", direction="down")
    beside(book, "sku_sales_from_conversion", "-150", direction="down")
    beside(book, "sku_sales_from_price", "0", direction="flat")
    [text] = told(why.movers, book)
    assert "$450.00" in text and "lower number of visits" in text
    assert "$150.00" not in text and "price per unit" not in text


def test_several_skus_without_a_reason_make_one_finding() -> None:
    book = book_of("-300.00", MUG, book_of())
    [text] = told(why.movers, book)
    assert "HG-KETTLE-04" in text and "HG-MUG-01" in text
    beside(book, "sku_days_out", "2", subject=MUG)
    first, second = told(why.movers, book)
    assert "HG-MUG-01" in first and "out of stock on 2 days" in first and "HG-KETTLE-04" in second


def drivers_of(change: str, **parts: str) -> FactBook:
    book = FactBook("harbor-us", DAY, "USD")
    shared: dict[str, Any] = {"period": book.days(7), "comparison": Comparison("previous_7d", Decimal(5000))}
    for name, value in {"change": change, **{f"from_{part}": each for part, each in parts.items()}}.items():
        way = "up" if Decimal(value) > 0 else "down" if Decimal(value) < 0 else "flat"
        open_days = 7 if name in ("from_traffic", "from_conversion") else 0
        book.add(f"sales_{name}", Decimal(value), "q", direction=way, open_days=open_days, **shared)
    return book


def test_all_parts_of_a_change_are_told_whatever_was_cited() -> None:
    book = drivers_of("-500.00", traffic="-700.00", conversion="120.00", price="80.00", mix="0.00")
    [shown], refusals = judge([(0, Claim(kind="sales_drivers", facts=["f1"]))], book)
    assert refusals == []
    text = compose([shown], book, "en")[0].text
    english = render.plain(render.pieces(text, book.by_id(), "en", day=DAY))
    for said in (r"fell by \$500\.00", r"visits.*\$700\.00", r"higher conversion.*\$120\.00", r"prices.*\$80\.00"):
        assert re.search(said, english), said
    assert "mix" not in english and "$0.00" not in english and "same age" in english
    [chinese] = told(why.drivers, book, "zh")
    assert "访问次数下降" in chinese and "转化率上升" in chinese and "单价上升" in chinese


def test_units_are_told_where_visits_are_not_known() -> None:
    [text] = told(why.drivers, drivers_of("300.00", units="350.00", price="-40.00", mix="-10.00"))
    assert re.search(r"units sold.*\$350\.00", text) and "visits and conversion" in text
    assert re.search(r"ower prices per unit.*\$40\.00", text) and re.search(r"cheaper products.*\$10\.00", text)


def test_a_change_without_one_of_its_parts_is_not_told() -> None:
    assert judge([(0, Claim(kind="sales_drivers", facts=["f1"]))], drivers_of("300.00", units="300.00"))[0] == []


def test_a_flat_week_needs_no_drivers() -> None:
    book = drivers_of("3.00", units="3.00", price="0.00", mix="0.00")
    book.add("sales_vs_previous_7d", Decimal("0.1"), "q", direction="flat")
    assert told(why.drivers, book) == []


HISTORY = [Decimal(n) for n in (2000, 2100, 1900, 2050, 1950, 2200, 1800, 2000)]


def day_of(sales: str, pending: Decimal | None = Decimal(0), history: list[Decimal] | None = None) -> FactBook:
    book, basis = FactBook("harbor-us", DAY, "USD"), Basis("q", pending=pending)
    day_facts(book, "sales", basis, Decimal(sales), Decimal(2000), None)
    range_facts(book, "sales", basis, Decimal(sales), history or HISTORY, [Decimal(100)] * 8)
    return book


@pytest.mark.parametrize(
    ("sales", "title", "severity"),
    [
        ("1700", "Sales within the usual range", "info"),
        ("2300", "Sales within the usual range", "info"),
        ("1250", "Sales unusually low", "warning"),
        ("2800", "Sales unusually high", "good"),
    ],
)
def test_a_day_is_called_unusual_only_beyond_its_range(sales: str, title: str, severity: str) -> None:
    book = day_of(sales)
    low, high = book.get("sales_usual_low"), book.get("sales_usual_high")
    assert (
        low and high and (low.value, high.value) == (Decimal("1300.00"), Decimal("2700.00"))
    )  # the root of 100 orders
    [shown], _ = judge([(0, Claim(kind="sales_day", facts=["f1"]))], book)
    statement = compose([shown], book, "en")[0]
    assert (statement.title, shown.severity) == (title, severity)
    assert ("unusual" in statement.title + statement.text) == ("unusually" in title) or "no more than" in statement.text


def test_where_the_range_is_not_known_the_usual_level_is_told() -> None:
    for book in (day_of("1500", history=HISTORY[:5]), day_of("1250", pending=Decimal("0.1"))):
        assert book.get("sales_usual_high") is None
        [shown], _ = judge([(0, Claim(kind="sales_day", facts=["f1"]))], book)
        assert "usual range" not in compose([shown], book, "en")[0].title


def test_no_low_end_where_nothing_would_be_too_little() -> None:
    wild = [Decimal(n) for n in (100, 900, 200, 1500, 50, 1200, 700, 10)]
    book = day_of("20", history=wild)
    assert book.get("sales_usual_low") is None and book.get("sales_usual_high")
    [shown], _ = judge([(0, Claim(kind="sales_day", facts=["f1"]))], book)
    assert compose([shown], book, "zh")[0].title == "销售额在常态范围内"
