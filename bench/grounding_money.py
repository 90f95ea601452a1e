"""Lies and right answers about profit and advertising, for the corpus of `grounding.py`, by kind of lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bench.grounding_answers import Made, claim
from bench.grounding_world import World, written
from pipelines.insights.facts import Fact

if TYPE_CHECKING:
    from pipelines.insights.facts import Subject

PROFIT = {"en": "rofit", "zh": "利润"}
WEEK = {"en": "ver the week", "zh": "近一周"}
MORE, LESS = {"en": "more than", "zh": "增加"}, {"en": "less than", "zh": "减少"}
LOST, EARNED = {"en": ("lost", "at a loss"), "zh": ("亏损",)}, {"en": ("earned", "grow"), "zh": ("净赚", "加大")}
ADVICE = {
    "raise_bids": {"en": ("step by step", "Step by step"), "zh": ("逐步提高",)},
    "lower_bids": {"en": ("ower the bids", "ads to be paused"), "zh": ("降低其竞价，", "应当下调，或")},
    "keep_paused": {"en": ("Keep them paused", "Before they run"), "zh": ("保持暂停", "重新开启")},
    "raise_budget": {"en": ("higher budget would pay", "it pays."), "zh": ("提高预算是划算", "值得提高")},
    "hold_budget": {"en": ("until its ads earn", "should not go up"), "zh": ("不宜提高",)},
    "exclude_terms": {"en": ("negative products",), "zh": ("否定商品",)},
}
TONES = {"good": {"en": "Good news", "zh": "好消息"}, "critical": {"en": "Act today", "zh": "今日处理"}}


def right(world: World) -> Iterator[tuple[str, list[Fact], dict[str, Any]]]:
    """Right answers: kind, facts that must be shown, what else the claim says."""
    named = world.fact
    week = ("profit_7d", "margin_7d", "order_profit_7d", "order_profit_change", "tacos_7d", "tacos_vs_previous_7d")
    until = ("profit_estimated_days", "profit_settled_until")
    yield "profit_week", [named(name) for name in (*week, *until)], {}
    settled = ("settled_profit_7d", "settled_margin_7d", "settled_profit_change")
    yield "profit_week", [named(name) for name in ("profit_7d", "profit_day", "margin_day", *settled)], {}
    yield "settled_profit", [named(name) for name in settled], {"emphasis": "high"}
    changes, values = world.all("part_change"), world.all("part_7d")
    yield "profit_parts", [changes[3], values[3], named("order_profit_change")], {}
    yield "profit_parts", [*changes[:3], *values[:3]], {}
    yield "sku_profit", [*world.all("sku_profit_change"), *world.all("sku_profit_7d")], {}
    spent = ("ad_spend_30d", "ad_spend_vs_previous_30d", "ad_sales_30d", "ad_sales_vs_previous_30d", "acos_30d")
    yield "ad_spend_30d", [named(name) for name in (*spent, "all_ads_spend", "tacos_30d")], {}
    wasted = ("wasted_spend", "wasted_share", "wasted_paused_spend", "wasted_campaigns", "wasted_campaigns_spend")
    of_terms = [named("wasted_terms"), named("wasted_terms_spend"), *world.all("term_spend"), *world.all("term_clicks")]
    yield "wasted_spend", [*(named(name) for name in wasted), *of_terms], {"advice": ["negative_keywords"]}
    evidence = [fact for name in ("spend", "clicks", "chance") for fact in world.all(f"negative_{name}")]
    count = [named("negative_terms"), named("negative_terms_spend")]
    yield "negative_candidates", [*count, *evidence], {"advice": ["exclude_terms"]}
    loses, stopped, grows, sprouts = (fact.subject for fact in world.all("product_ad_spend"))
    shared = ("product_ad_spend", "product_acos", "product_break_even")
    of_loss = _of(world, loses, "product_ad_loss", *shared, "click_cost", "click_worth")
    both = [named("losing_products"), named("losing_products_loss")]
    yield "losing_ads", [*of_loss, *both], {"advice": ["lower_bids"]}
    yield "losing_ads", _of(world, stopped, "product_ad_loss", *shared), {"advice": ["keep_paused"]}
    for subject in (grows, sprouts):
        yield "growing_ads", _of(world, subject, "product_ad_gain", *shared), {"advice": ["raise_bids"]}
    for subject, result, advice in zip(
        (fact.subject for fact in world.all("campaign_budget")),
        ("campaign_ad_loss", "campaign_ad_gain"),
        ("hold_budget", "raise_budget"),
        strict=False,
    ):
        names = ("full_days", "days", "budget", "cost", "sales", "acos", "break_even")
        told = _of(world, subject, *(f"campaign_{name}" for name in names), result)
        yield "full_budget", told, {"advice": [advice]}


def _of(world: World, subject: Subject, *names: str) -> list[Fact]:
    return [world.fact(name, subject.key) for name in names]


def _wrong_subject(world: World, language: str) -> Made:
    changes, values = world.all("sku_profit_change"), world.all("sku_profit_7d")
    first, other = changes[0].subject.key, written(values[1], language)
    yield [claim("sku_profit", changes[0], values[1])], ((first, other),)
    parts, worth = world.all("part_change"), world.all("part_7d")
    line = {"en": "Selling fees", "zh": "销售佣金"}[language]
    yield [claim("profit_parts", parts[1], worth[2])], ((line, written(worth[2], language)),)
    yield [claim("profit_week", values[0])], ((PROFIT[language], WEEK[language], written(values[0], language)),)
    losses, shares = world.all("product_ad_loss"), world.all("product_acos")
    yield [claim("losing_ads", losses[0], shares[1])], ((losses[0].subject.key, written(shares[1], language)),)
    spends, chances = world.all("negative_spend"), world.all("negative_chance")
    figure = written(chances[1], language)
    yield [claim("negative_candidates", spends[0], chances[1])], ((spends[0].subject.key, figure),)
    full, budgets = world.all("campaign_full_days"), world.all("campaign_budget")
    yield [claim("full_budget", full[0], budgets[1])], ((full[0].subject.key, written(budgets[1], language)),)


def _direction(world: World, language: str) -> Made:
    change = world.fact("order_profit_change")
    away = (LESS if change.direction == "up" else MORE)[language]
    for said in ({"direction": "flat"}, {"negated": True}):
        yield [claim("profit_week", world.fact("profit_7d"), change, **said)], ((away, written(change, language)),)
    against = next(fact for fact in world.all("part_change") if fact.direction != change.direction)
    up = change.direction == "up"
    why = {"en": ("What raised", "earn more") if up else ("What lowered", "earn less"),
           "zh": ("增长的来源", "为何增长") if up else ("下降的原因", "为何下降")}  # fmt: skip
    yield [claim("profit_parts", against, change)], tuple((words,) for words in why[language])
    settled = world.fact("settled_profit_change")
    away = (LESS if settled.direction == "up" else MORE)[language]
    yield [claim("settled_profit.vs.up", settled)], ((away, written(settled, language)),)


def _unit(world: World, language: str) -> Made:
    share, money = world.fact("margin_7d"), world.fact("profit_day")
    came = {"en": f"came to {written(share, language)}", "zh": f"利润为{written(share, language)}"}[language]
    yield [claim("profit_week", share)], ((came,),)
    yield [claim("settled_profit", money, unit="thousand")], ((PROFIT[language], written(money, language)),)
    clicks = world.all("negative_clicks")[0]
    yield [claim("losing_ads", clicks)], tuple((words, written(clicks, language)) for words in LOST[language])
    yield [claim("wasted_spend", world.fact("wasted_campaigns"), unit="USD")], (("USD",),)


def _measure(world: World, language: str) -> Made:
    pairs = (("profit_week", "sales_7d"), ("settled_profit", "profit_7d"), ("profit_week", "all_ads_spend"))
    for kind, name in pairs:
        fact = world.fact(name)
        yield [claim(kind, fact)], ((PROFIT[language], written(fact, language)),)
    gain, loss = world.all("product_ad_gain")[0], world.all("product_ad_loss")[0]
    yield [claim("losing_ads", gain)], tuple((words, written(gain, language)) for words in LOST[language])
    yield [claim("growing_ads", loss)], tuple((words, written(loss, language)) for words in EARNED[language])
    yield [claim("wasted_spend", world.fact("ad_spend_30d"))], (_unsold(world.fact("ad_spend_30d"), language),)
    sold = world.fact("ad_sales_30d")
    words = {"en": "d spend", "zh": "广告花费"}[language]
    yield [claim("ad_spend_30d", sold, measure="ad_spend")], ((words, written(sold, language)),)


def _period(world: World, language: str) -> Made:
    day, settled = world.fact("profit_day"), world.fact("settled_profit_7d")
    yield [claim("profit_week", day)], ((WEEK[language], written(day, language)),)
    yield [claim("settled_profit", settled, world.fact("margin_7d"))], ((written(world.fact("margin_7d"), language),),)
    yield [claim("ad_spend_30d", world.fact("ad_spend_7d"))], (("30", written(world.fact("ad_spend_7d"), language)),)
    yield [claim("profit_week", world.fact("profit_7d"), period="2025")], (("2025",),)
    spend = world.all("campaign_spend")[0]
    yield [claim("full_budget", spend, period=30)], ((spend.subject.key, "30", written(spend, language)),)


def _basis(world: World, language: str) -> Made:
    settled, orders = world.fact("settled_profit_change"), world.fact("order_profit_change")
    line = {"en": "Revenue", "zh": "销售收入"}[language]
    yield [claim("profit_parts", world.all("part_change")[0], settled)], ((line, written(settled, language)),)
    yield [claim("settled_profit", world.fact("settled_profit_7d"), orders)], ((written(orders, language),),)
    week, spend = world.fact("ad_spend_vs_previous_7d"), world.fact("ad_spend_30d")
    yield [claim("ad_spend_30d", spend, week)], ((written(week, language),),)
    against = {"en": "last year", "zh": "去年"}[language]
    yield [claim("profit_week", world.fact("profit_7d"), against=against)], ((against,),)
    loss, gain = world.all("product_ad_loss")[0], world.all("product_ad_gain")[0]
    yield [claim("ranking", loss, gain)], (("first", written(loss, language)), ("居首", written(loss, language)))


def _absolutes(world: World, language: str) -> Made:
    never = world.all("campaign_full_days")[2]
    full = {"en": ("used up", "At its budget"), "zh": ("用尽", "预算上限")}[language]
    yield [claim("full_budget", never)], tuple((words, never.subject.key) for words in full)
    everything = {"en": "all ads", "zh": "全部广告"}[language]
    yield [claim("losing_ads", world.all("product_ad_loss")[0], scope=everything)], ((everything,),)
    share = world.fact("wasted_share")
    yield [claim("wasted_spend", share, count="all")], (("all of",), ("全部",))
    gain = world.all("product_ad_gain")[0]
    yield [claim("losing_ads", gain, all=True)], tuple((gain.subject.key, words) for words in LOST[language])


def _negation(world: World, language: str) -> Made:
    sold, cost = world.all("product_ad_sales")[2], world.all("campaign_cost")[1]
    yield [claim("growing_ads", sold, polarity="not")], (("did not", sold.subject.key), ("没有", sold.subject.key))
    none = {"en": "sold nothing", "zh": "没有成交"}[language]
    yield [claim("campaign_without_sales", cost)], ((cost.subject.key, none),)
    yield [claim("wasted_spend", world.fact("wasted_spend"), cost)], ((cost.subject.key,),)
    spend = world.all("product_ad_spend")[2]
    yield [claim("negative_candidates", spend)], (_unsold(spend, language), (spend.subject.key, none))
    yield [claim("losing_ads", world.all("product_ad_sales")[0], sold)], ((sold.subject.key, none),)


def _advice(world: World, language: str) -> Made:
    losses, gains = world.all("product_ad_loss"), world.all("product_ad_gain")
    for kind, fact, advice in (
        ("losing_ads", losses[0], "raise_bids"),
        ("losing_ads", losses[0], "keep_paused"),
        ("losing_ads", losses[1], "lower_bids"),
        ("growing_ads", gains[0], "lower_bids"),
        ("full_budget", world.all("campaign_full_days")[0], "raise_budget"),
        ("full_budget", world.all("campaign_full_days")[1], "hold_budget"),
        ("wasted_spend", world.fact("wasted_spend"), "exclude_terms"),
    ):
        beside = world.all("campaign_ad_loss" if advice == "raise_budget" else "campaign_ad_gain")
        facts = [fact, beside[0]] if kind == "full_budget" else [fact]
        yield [claim(kind, *facts, advice=[advice])], tuple((words,) for words in ADVICE[advice][language])


def _emphasis(world: World, language: str) -> Made:
    good, act = TONES["good"][language], TONES["critical"][language]
    loss, gain, waste = world.all("product_ad_loss")[0], world.all("product_ad_gain")[0], world.fact("wasted_spend")
    yield [claim("losing_ads", loss, emphasis="low", tone="good")], ((good, loss.subject.key),)
    yield [claim("growing_ads", gain, emphasis="high")], ((act, gain.subject.key),)
    yield (
        [claim("wasted_spend", waste, emphasis="high")],
        tuple((tone, written(waste, language)) for tone in (good, act)),
    )
    week = world.fact("profit_7d")
    if week.value < 0:  # type: ignore[operator]
        yield [claim("profit_week", week, emphasis="low")], ((good, written(week, language)),)
    for change in world.all("sku_profit_change"):
        if change.direction == "down":
            yield [claim("sku_profit", change, emphasis="high")], ((good, change.subject.key),)


def _other_store(world: World, language: str) -> Made:
    other = World((world.number + 7) % 12)
    for kind, name in (("profit_week", "profit_7d"), ("wasted_spend", "wasted_spend")):
        foreign = other.fact(name)
        yield [claim(kind, f"{other.book.store_id}:{foreign.id}", store="sakura-jp")], ((written(foreign, language),),)
        yield [claim(kind, "f99999")], (("99999",),)


def _unsold(fact: Fact, language: str) -> tuple[str, str]:
    return {"en": "no sale", "zh": "没有带来成交"}[language], written(fact, language)


STRUCTURAL: Mapping[str, Callable[[World, str], Made]] = {
    "wrong subject": _wrong_subject,
    "direction": _direction,
    "unit": _unit,
    "measure": _measure,
    "period": _period,
    "comparison basis": _basis,
    "absolutes": _absolutes,
    "negation": _negation,
    "advice": _advice,
    "emphasis": _emphasis,
    "facts of another store": _other_store,
}
