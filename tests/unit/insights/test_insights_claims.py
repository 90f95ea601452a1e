"""Claims: what may be said of which facts, and that nothing else can be."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.insights import render, writer
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.claims import words
from pipelines.insights.claims.compose import Statement, compose, unholdable
from pipelines.insights.claims.frames import frames
from pipelines.insights.claims.judge import judge, with_needed
from pipelines.insights.claims.kinds.advice import ADVICE
from pipelines.insights.claims.kinds.catalogue import KINDS
from pipelines.insights.claims.kinds.types import Kind, Part
from pipelines.insights.claims.schema import MAX_CLAIMS, Claim, read
from pipelines.insights.facts import CATALOGUE, Comparison, FactBook, Subject
from tests.support.facts import DAY, add_advertising, make_book

BOOK = add_advertising(make_book())
SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?(?:\|[^{}|]*\|[^{}|]*)?\}")
LANGUAGES = ("en", "zh")


def ids(book: FactBook, *names: str) -> list[str]:
    """The ids of facts: by name, or by name/subject."""
    found = []
    for name in names:
        name, _, key = name.partition("/")
        fact = book.get(name, key or None)
        assert fact, name
        found.append(fact.id)
    return found


def said(
    kind: str, *names: str, book: FactBook = BOOK, language: str = "en", **more: Any
) -> tuple[str | None, list[str]]:
    """The rendered claim (None: refused), and the reasons of what was refused."""
    claim = Claim(kind=kind, facts=ids(book, *names), **more)
    shown, refusals = judge([(0, claim)], book, own_words=language)
    return (text_of(compose(shown, book, language)[0], book, language) if shown else None), [r.reason for r in refusals]


def text_of(statement: Statement, book: FactBook, language: str) -> str:
    parts = (statement.title, statement.text)
    return " | ".join(render.plain(render.pieces(part, book.by_id(), language, day=book.day)) for part in parts)


# --- the frames ----------------------------------------------------------------------------------------------------


def _parts(kind: Kind) -> list[Part]:
    return [*kind.titles, *kind.parts, *kind.more]


def test_every_language_words_the_same_parts_and_advice() -> None:
    english, chinese = (frames(language) for language in LANGUAGES)
    assert english.FRAMES.keys() == chinese.FRAMES.keys() and english.ADVICE.keys() == chinese.ADVICE.keys()
    assert english.ADVICE.keys() == ADVICE.keys() and english.AGAINST.keys() == chinese.AGAINST.keys()
    used = {"open"}
    for kind in KINDS.values():
        for part in _parts(kind):
            keys = {key for key in english.FRAMES if re.fullmatch(rf"{kind.name}\.{re.escape(part.key)}(\.\w+)?", key)}
            keys = (
                {key for key in keys if key.rpartition(".")[2] in ("up", "down", "flat")}
                if part.by
                else {f"{kind.name}.{part.key}"}
            )
            assert keys and keys <= english.FRAMES.keys(), (kind.name, part.key)
            used |= keys
    assert used == set(english.FRAMES), "frames that nothing says"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_frame_has_no_slot_but_roles_of_its_part(language: str) -> None:
    known = frames(language)
    for kind in KINDS.values():
        for part in _parts(kind):
            keys = [f"{kind.name}.{part.key}"]
            keys = [f"{keys[0]}.{way}" for way in ("up", "down", "flat")] if part.by else keys
            for frame in (frame for key in keys for frame in known.FRAMES.get(key, ())):
                slots = [(match[1], match[2]) for match in SLOT.finditer(frame)]
                assert {role for role, _ in slots} <= set(part.roles), frame
                assert not re.search(r"[{}]", SLOT.sub("", frame)) and not re.search(r"\d", frame), frame
                signed = {role for role, form in slots if form is None and CATALOGUE[kind.roles[role].fact].signed}
                assert not signed or kind.any_fact, f"{frame} shows a sign beside a word for the direction"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", [{}, {"open_days": True}, {"open_days": True, "compared": False}])
def test_no_two_sentences_in_a_row_begin_alike(language: str, shape: dict[str, bool]) -> None:
    for day in range(5):
        book = make_book(sales=(f"2{day}77.05", "1700.20", "1650.00"), **shape)  # type: ignore[arg-type]
        statements = compose(writer.write(DAILY, book)[0], book, language)
        sentences = [
            sentence.split()[0] if language == "en" else sentence[:2]
            for statement in statements
            for sentence in re.split(r"(?<=[.。]) ?(?=\D)", text_of(statement, book, language).partition(" | ")[2])
            if sentence.strip()
        ]
        alike = [pair for pair in pairwise(sentences) if pair[0] == pair[1]]
        assert not alike, alike


def test_every_fact_can_be_told_and_has_a_kind_of_its_own() -> None:
    told = {role.fact for kind in KINDS.values() for role in kind.roles.values()}
    told |= {stake.fact for kind in KINDS.values() for stake in kind.stake}
    assert CATALOGUE.keys() == told, CATALOGUE.keys() ^ told


# --- what may be said ----------------------------------------------------------------------------------------------

RIGHT = [
    ("sales_day", ["sales_day"], {}),
    ("sales_day", ["sales_vs_weekday"], {}),  # the day's sales are looked up
    ("sales_day", ["sales_day", "sales_vs_weekday", "orders_day", "units_day", "sales_7d", "sales_vs_previous_7d"], {}),
    ("sales_week", ["sales_vs_previous_7d", "sales_previous_7d"], {"emphasis": "low"}),
    ("sessions_day", ["sessions_day", "conversion_day", "conversion_vs_weekday", "sessions_week_ago"], {}),
    ("sku_sales", ["sku_sales_change/HG-MUG-01", "sku_sales_change/HG-BOTTLE-02"], {"emphasis": "high"}),
    ("low_stock", ["days_of_cover", "stock_out_date", "stock_on_hand", "skus_low_cover"], {}),
    ("campaign_without_sales", ["campaign_clicks"], {"advice": ["check_targets_or_pause"]}),
    ("terms_without_sales", ["term_spend"], {"advice": ["negative_keywords"]}),
    ("competitor_price", ["competitor_price_change", "price_gap", "own_price"], {"advice": ["weigh_our_price"]}),
    ("ad_spend_30d", ["ad_spend_30d", "ad_spend_vs_previous_30d", "ad_sales_30d", "ad_sales_vs_previous_30d"], {}),
    ("ad_spend_30d", ["acos_30d", "acos_vs_previous_30d", "all_ads_spend", "tacos_30d"], {}),
    ("ad_spend_30d", ["ad_spend_previous_30d", "ad_sales_previous_30d", "acos_previous_30d"], {}),
    ("wasted_spend", ["wasted_spend", "wasted_share", "wasted_terms", "wasted_terms_spend", "wasted_campaigns"], {}),
    ("wasted_spend", ["term_spend/free sample cup"], {"advice": ["negative_keywords"]}),
    ("negative_candidates", ["negative_terms", "negative_terms_spend", "negative_spend/B0RIVALUS1"], {}),
    ("negative_candidates", ["negative_chance/free sample cup", "negative_clicks/free sample cup"], {}),
    (
        "losing_ads",
        [
            "product_ad_loss/HG-TEAPOT-03",
            "product_acos/HG-TEAPOT-03",
            "product_break_even/HG-TEAPOT-03",
            "click_cost/HG-TEAPOT-03",
            "click_worth/HG-TEAPOT-03",
            "product_ad_loss/HG-KETTLE-04",
        ],
        {"advice": ["lower_bids"]},
    ),
    ("losing_ads", ["product_ad_loss/HG-KETTLE-04"], {"advice": ["keep_paused"]}),
    ("growing_ads", ["product_ad_gain/HG-MUG-01", "product_break_even/HG-MUG-01"], {"advice": ["raise_bids"]}),
    ("full_budget", ["campaign_full_days/Collection | Home", "campaign_ad_gain"], {"advice": ["raise_budget"]}),
    ("full_budget", ["campaign_full_days/Auto | All", "campaign_ad_loss"], {"advice": ["hold_budget"]}),
    ("settlement", ["settlement_amount"], {}),
    ("missing_data", ["gap_days", "gap_last_day"], {"advice": ["see_status"]}),
    ("figures", ["ad_spend_7d", "units_day", "competitor_price"], {}),
    ("ranking", ["sku_sales_change/HG-BOTTLE-02", "sku_sales_change/HG-MUG-01"], {}),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "facts", "more"), RIGHT)
def test_what_the_facts_carry_may_be_said(kind: str, facts: list[str], more: Any, language: str) -> None:
    text, reasons = said(kind, *facts, language=language, **more)
    assert text and reasons == [], reasons
    for fact in ids(BOOK, *facts):
        each = BOOK.by_id()[fact]
        shown = {render.figure(each, language, year=2026, magnitude=size) for size in (True, False)}
        assert any(figure in text for figure in shown), (each.name, text)


def test_a_statement_is_worded_from_its_facts() -> None:
    text, _ = said("sku_sales", "sku_sales_change/HG-BOTTLE-02", "sku_sales_7d/HG-BOTTLE-02")
    assert text and "HG-BOTTLE-02" in text and "$149.80" in text and re.search("ver the week", text)
    assert re.search("fell|lost|Falling", text) and not re.search("rose|gained", text)
    assert re.search("against the week before", text)
    text, _ = said("ranking", "sku_sales_change/HG-BOTTLE-02", "sku_sales_change/HG-MUG-01")
    assert text and text.index("HG-MUG-01") < text.index("HG-BOTTLE-02")  # by size, however they were cited


WRONG = [
    ("other_measure", "ad_spend_week", ["sales_7d"]),
    ("other_measure", "orders_day", ["sessions_day"]),
    ("other_measure", "sales_day", ["sales_day", "sku_sales_7d"]),
    ("other_measure", "sales_day", ["sales_previous_7d"]),
    ("other_measure", "sales_week", ["sales_day"]),
    ("other_measure", "out_of_stock", ["days_of_cover"]),
    ("not_so", "out_of_stock", ["stock_on_hand"]),  # twenty-three are there
    ("not_so", "out_of_stock", ["skus_out_of_stock"]),  # none is
    ("fact_missing", "settlement", ["settlement_amount"]),
    ("unknown_kind", "nothing", ["day"]),
    ("unknown_kind", "sales_day.vs.down", ["sales_day"]),
    ("not_comparable", "ranking", ["sales_day", "ad_spend_7d"]),
    ("not_comparable", "ranking", ["sku_sales_7d/HG-MUG-01", "sku_sales_change/HG-BOTTLE-02"]),
    ("not_comparable", "ranking", ["sku_sales_7d/HG-MUG-01", "sku_sales_7d/HG-BOTTLE-02"]),  # they are equal
    ("not_comparable", "ranking", ["sku_sales_7d"]),
]


@pytest.mark.parametrize(("reason", "kind", "facts"), WRONG)
def test_what_the_facts_do_not_carry_is_refused(reason: str, kind: str, facts: list[str]) -> None:
    book = BOOK
    if reason == "fact_missing":
        book = make_book()
        amount = book.get("settlement_amount")
        assert amount
        book.add("settlement_from", DAY, "q", subject=amount.subject)
        facts, book.facts = ["settlement_from"], [fact for fact in book.facts if fact.id != amount.id]
    assert said(kind, *facts, book=book) == (None, [reason])


def test_facts_of_several_things_are_no_statement_about_one() -> None:
    book = make_book()
    book.add("settlement_from", DAY, "q", subject=Subject("settlement", "18234567003"))
    book.add("own_price", Decimal(9), "q", subject=Subject("asin", "B0USMADE99"))
    assert said("settlement", "settlement_amount", "settlement_from", book=book)[1] == ["several_subjects"]
    assert said("competitor_price", "competitor_price_change", "own_price/B0USMADE99", book=book)[1] == [
        "other_subject"
    ]


def test_a_comparison_is_with_what_the_fact_was_compared_with() -> None:
    book = FactBook("s", DAY, "USD")
    book.add("sales_day", 10, "q")
    book.add("sales_vs_weekday", 5, "q", comparison=Comparison("week_ago", Decimal(9)), direction="up")
    assert said("sales_day", "sales_vs_weekday", book=book) == (None, ["other_basis"])


def test_facts_of_different_periods_do_not_stand_together() -> None:
    book = FactBook("s", DAY, "USD")
    book.add("sales_7d", 10, "q", period=book.days(7))
    earlier = (DAY - timedelta(days=30), DAY - timedelta(days=24))
    book.add(
        "sales_vs_previous_7d", 5, "q", period=earlier, comparison=Comparison("previous_7d", Decimal(9)), direction="up"
    )
    assert said("sales_week", "sales_7d", "sales_vs_previous_7d", book=book) == (None, ["other_period"])


def test_a_change_whose_sign_and_direction_differ_is_not_told() -> None:
    book = FactBook("s", DAY, "USD")
    book.add("sales_day", 10, "q")
    book.add("sales_vs_weekday", -5, "q", comparison=Comparison("weekday_average", Decimal(9)), direction="up")
    assert said("sales_day", "sales_day", "sales_vs_weekday", book=book) == (None, ["facts_contradict"])


@pytest.mark.parametrize(
    ("period", "told"),
    [((DAY, DAY), "on Nov 20"), ((DAY - timedelta(days=6), DAY), "over the week"),
     ((DAY - timedelta(days=20), DAY - timedelta(days=14)), "in the 7 days to Nov 6"),
     ((date(2025, 12, 1), date(2025, 12, 30)), "in the 30 days to Dec 30, 2025")],
)  # fmt: skip
def test_the_period_is_that_of_the_facts(period: tuple[date, date], told: str) -> None:
    book = FactBook("s", DAY, "USD")
    book.add("campaign_spend", 10, "q", subject=Subject("campaign", "C"), period=period)
    assert re.search(told[1:], said("campaign_without_sales", "campaign_spend", book=book)[0] or "")


def test_nothing_is_told_twice_and_no_more_than_a_page_takes() -> None:
    claim = Claim(kind="sales_day", facts=ids(BOOK, "sales_day"))
    shown, refusals = judge([(0, claim), (1, claim)], BOOK)
    assert len(shown) == 1 and [each.reason for each in refusals] == ["told_already"]
    many = [Claim(kind="figures", facts=[fact.id]) for fact in BOOK.facts]
    shown, refusals = judge(enumerate(many), BOOK)
    assert len(shown) == MAX_CLAIMS and {each.reason for each in refusals} == {"too_many"}


# --- emphasis, advice, words -----------------------------------------------------------------------------------------


def _severities(kind: str, *facts: str, book: FactBook = BOOK) -> set[str]:
    claims = [Claim(kind=kind, facts=ids(book, *facts), emphasis=each) for each in ("low", "normal", "high")]  # type: ignore[arg-type]
    return {judge([(0, claim)], book)[0][0].severity for claim in claims}


def test_emphasis_cannot_make_good_news_of_bad() -> None:
    out = make_book()
    out.add("stock_on_hand", 0, "q", subject=Subject("sku", "HG-NONE"))
    assert _severities("out_of_stock", "stock_on_hand/HG-NONE", book=out) == {"critical"}
    assert _severities("sku_sales", "sku_sales_change/HG-BOTTLE-02") == {"info", "warning"}
    assert _severities("sku_sales", "sku_sales_change/HG-MUG-01") == {"info", "good"}
    assert _severities("figures", "sales_day") == {"info"}
    fallen = make_book(sales=("900", "1700.20", "1650.00"))
    assert _severities("sales_day", "sales_day", "sales_vs_weekday", book=fallen) == {"warning", "critical"}


def test_advice_stands_only_where_its_condition_holds() -> None:
    dearer = make_book(price=("14.50", "15.50", "14.00"))
    below = said(
        "competitor_price", "competitor_price_change", "price_gap", advice=["weigh_our_price", "hold_our_price"]
    )
    above = said("competitor_price", "competitor_price_change", "price_gap", book=dearer, advice=["weigh_our_price"])
    assert below[0] and below[1] == ["advice"] and "follow" in below[0].lower() and "may be held" not in below[0]
    assert above[0] and above[1] == ["advice"] and "follow" not in above[0].lower()
    assert said("sales_day", "sales_day", advice=["negative_keywords", "sell everything"])[1] == ["advice"]


@pytest.mark.parametrize(("inbound", "fits"), [(0, "order_more"), (5, "hurry_inbound"), (None, None)])
def test_advice_on_stock_looks_at_what_is_on_the_way(inbound: int | None, fits: str | None) -> None:
    book = make_book()
    book.add("stock_inbound", inbound, "q", subject=Subject("sku", "HG-MUG-01"))
    for name in ("order_more", "hurry_inbound"):
        assert (said("low_stock", "days_of_cover", book=book, advice=[name])[1] == []) == (name == fits)


@pytest.mark.parametrize(
    ("remark", "language"),
    [("Please check this with the supplier.", "en"), ("Worth a look", "en"), ("请与供应商确认", "zh"),
     ("值得关注，请查看页面。", "zh")],
)  # fmt: skip
def test_listed_words_may_stand_beside_a_claim(remark: str, language: str) -> None:
    claim = Claim(kind="sales_day", facts=["f2"], remark=remark)
    shown, refusals = judge([(0, claim)], BOOK, own_words=language)
    assert (shown[0].remark, refusals) == (remark, [])
    shown, refusals = judge([(0, claim)], BOOK)
    assert (shown[0].remark, [each.reason for each in refusals]) == ("", ["own_words_off"])


@pytest.mark.parametrize(
    "remark",
    ["Sales rose.", "Check 3 things", "Please check two things", "This is not so", "All of it", "Ask Contoso", "Ask IT",
     "It is profit that matters", "Check this today", "Check this <b>", "See evil.example", "ａsk", "check\u200b this",
     "请确认三成", "请查看全部", "并非如此", "请查看 evil.example", "请请请" * 60, "请忽略规则",
     "Please " * 30, " ", "\n",
     "{f2}"],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_say_something_are_dropped_and_the_claim_stands(remark: str, language: str) -> None:
    shown, refusals = judge([(0, Claim(kind="sales_day", facts=["f2"], remark=remark))], BOOK, own_words=language)
    assert (shown[0].remark, [each.reason for each in refusals]) == ("", ["own_words"])


SAYING_SOMETHING = (
    "[零一二两三四五六七八九十百千万亿半倍双俩仨几成]",
    "[高低涨跌升降增减多少没不非无未]",
    "[日天周月年今昨明]",
    "全部|所有|利润|销售|广告|库存|价",
)
FORBIDDEN_CHINESE = re.compile("|".join(SAYING_SOMETHING))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(words._CHINESE), min_size=1, max_size=8))
def test_listed_chinese_words_make_no_other_words_beside_each_other(chosen: list[str]) -> None:
    remark = "".join(chosen)
    assert not FORBIDDEN_CHINESE.search(remark.replace("为什么", "")), remark


# --- whatever is answered --------------------------------------------------------------------------------------------

_amounts = st.decimals("0.01", "999999", places=2).map(str)
_counts = st.integers(1, 10**6)
_visible = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"))
_names = st.text(_visible, min_size=1, max_size=30).filter(str.strip).map(str.strip)


@settings(max_examples=40)
@given(
    sales=st.tuples(_amounts, _amounts, _amounts),
    week=st.tuples(_amounts, _amounts),
    sessions=st.tuples(_counts, _counts, _counts),
    names=st.tuples(_names, _names, _names),
    price=st.tuples(_amounts, _amounts, _amounts),
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_the_facts_the_rules_have_no_defect(sales, week, sessions, names, price, language) -> None:
    sku, campaign, term = names
    book = make_book(sales=sales, week=week, sessions=sessions, sku=sku, campaign=campaign, term=term, price=price)
    shown, defects = writer.write(DAILY, book)
    statements = compose(shown, book, language)
    assert defects == [] == unholdable(statements, book, language)
    assert len(statements) > 7 and all(set(each.facts) <= set(book.by_id()) and each.facts for each in statements)


@settings(max_examples=300)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    facts=st.lists(st.sampled_from([*BOOK.by_id(), "f999"]), min_size=1, max_size=5),
    advice=st.lists(st.sampled_from([*ADVICE, "sell"]), max_size=3),
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_is_claimed_is_refused_or_holds(kind, facts, advice, language) -> None:
    shown, refusals = judge([(0, Claim(kind=kind, facts=facts, advice=advice))], BOOK)
    statements = compose(shown, BOOK, language)
    assert bool(statements) != any(each.part == "claim" for each in refusals)
    assert unholdable(statements, BOOK, language) == []
    for statement in statements:
        names = {part.fact for part in render.pieces(statement.text, BOOK.by_id(), language, day=DAY)} - {None}
        assert names <= set(statement.facts)


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=80), st.from_regex(r'\{"claims": ?\[[^a-z]{0,20}\]\}', fullmatch=True)))
def test_any_text_is_read_without_breaking(text: str) -> None:
    claims, refusals = read(text)
    assert claims or refusals


@pytest.mark.parametrize(
    "item",
    [{"kind": "sales_day", "facts": ["f2"], "text": "Sales doubled"}, {"kind": "sales_day", "facts": []},
     {"kind": "sales_day", "facts": [2]}, {"kind": 1, "facts": ["f2"]}, {"facts": ["f2"]}, "Sales doubled", None, [],
     {"kind": "sales_day", "facts": ["f2"], "emphasis": "good"}, {"kind": "sales_day", "facts": "f2"},
     {"kind": "sales_day", "facts": ["f2"], "advice": [{"say": "Sales doubled"}]}],
)  # fmt: skip
def test_what_is_no_claim_costs_only_itself(item: Any) -> None:
    good = {"kind": "sales_day", "facts": ["f2"]}
    claims, refusals = read(json.dumps({"claims": [item, good], "summary": "Sales doubled"}))
    assert [place for place, _ in claims] == [1]
    assert [(each.part, each.place) for each in refusals] == [("rest", None), ("claim", 0)]


def test_what_a_model_leaves_out_and_must_be_told_is_added() -> None:
    book = make_book()
    plate = Subject("sku", "HG-PLATE-03")
    book.add("days_of_cover", 5, "q", subject=plate)
    rules, _ = writer.write(DAILY, book)

    def added(kind: str, *facts: str) -> list[tuple[str, list[str]]]:
        chosen, _ = judge([(0, Claim(kind=kind, facts=ids(book, *facts)))], book)
        together = with_needed(chosen, rules, DAILY.always_told, book)
        return [(each.kind.name, [key for _, key in sorted(each.subjects())]) for each in together]

    low, always = (
        ("low_stock", ["HG-MUG-01", "HG-PLATE-03"]),
        [("sales_day", ["harbor-us"]), ("missing_data", ["apify.products"])],
    )
    settled = ("settlement", ["18234567002"])
    assert added("settlement", "settlement_amount") == [low, always[0], settled, always[1]]
    # what was told in part is not told again, and both parts are one finding
    assert added("low_stock", "days_of_cover/HG-MUG-01") == [low, *always]
    assert added("low_stock", "days_of_cover/HG-MUG-01", "days_of_cover/HG-PLATE-03") == [low, *always]
    assert with_needed(rules, rules, DAILY.always_told, book) == rules


# --- figures ---------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(
    value=st.decimals("-9999999", "9999999", places=2),
    name=st.sampled_from(["sales_day", "sales_vs_weekday", "acos_7d", "days_of_cover", "units_day", "sku_velocity"]),
    currency=st.sampled_from(["USD", "JPY", "EUR", "INR"]),
    language=st.sampled_from(LANGUAGES),
)
def test_a_rendered_figure_holds_its_number(value: Decimal, name: str, currency: str, language: str) -> None:
    book = FactBook("s", BOOK.day, currency)
    fact = book.add(name, value, "q")
    assert fact
    text = render.figure(fact, language, year=2026)
    assert render.numbers_in(text) == render.expected_numbers(fact, language, year=2026)
    assert (render.MINUS in text) == (isinstance(fact.value, Decimal) and fact.value < 0)


def test_numbers_that_run_together_are_caught_as_rendered() -> None:
    first, second = ids(BOOK, "orders_day", "sessions_day")
    assert not render.holds(f"There were {{{first}}}{{{second}}}.", BOOK.by_id(), "en", day=DAY)
    assert not render.holds(f"There were {{{first}}} and 9.", BOOK.by_id(), "en", day=DAY)
    assert render.holds(f"There were {{{first}}} and {{{second}}}.", BOOK.by_id(), "en", day=DAY)
