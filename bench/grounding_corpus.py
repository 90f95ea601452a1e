"""The corpus of `grounding.py`: answers with a lie in them, by kind and language, and answers that are right.

A lie is planted: the answer goes with what would stand on the page if it were believed. Where it is made of words they
are put wherever an answer has room for words; where it is made of facts, wrong facts are cited for a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench import grounding_money
from bench.grounding_answers import Item, Made, answer, claim
from bench.grounding_words import RIGHT_WORDS, WORDS
from bench.grounding_world import World, written
from pipelines.insights.facts import Fact

PER_KIND = 16  # lies of each kind, part of the catalogue and language, at least


@dataclass(frozen=True)
class Lie:
    """An answer. anywhere: texts that must not be on the page; together: texts that must not stand in one finding's
    sentence, badge and title included."""

    kind: str
    language: str
    world: World
    text: str
    anywhere: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Truth:
    """A right answer. shown: texts that must stand in its findings, all of them."""

    kind: str
    language: str
    world: World
    text: str
    shown: tuple[str, ...]


# where an answer has room for words: a remark, fields that there are not, names that are not, prose around it
PLACES: tuple[Callable[[str, Item], str], ...] = (
    lambda words, good: answer(good | {"remark": words}),
    lambda words, good: answer(good | {"remark": f"Please check this. {words}"}),
    lambda words, good: answer(good | {"text": words}, good),
    lambda words, good: answer(good | {"title": words, "sentences": [words]}),
    lambda words, good: answer(good | {"kind": words}, good),
    lambda words, good: answer(good | {"advice": [words]}),
    lambda words, good: answer(good | {"facts": [*good["facts"], words]}, good),
    lambda words, good: answer(good, summary=words, headline=words),
    lambda words, good: f"{words}\n```json\n{answer(good)}\n```\n{words}",
    lambda words, good: answer({"say": words}, good),
    lambda words, good: answer(good | {"emphasis": words}, good),
    lambda words, good: words,
)


def lies() -> Iterator[Lie]:
    """All lies, the same in every run."""
    number = 0
    for language in ("en", "zh"):
        for kind in WORDS:
            made = 0
            while made < PER_KIND:
                world = WORLDS[number % len(WORLDS)]
                phrases = WORDS[kind][language == "zh"]
                words, place = phrases[made % len(phrases)], PLACES[number % len(PLACES)]
                yield Lie(kind, language, world, place(words, _good(world, number)), anywhere=(words,))
                number, made = number + 1, made + 1
        for kind, make in (*STRUCTURAL.items(), *grounding_money.STRUCTURAL.items()):
            made = 0
            for world in WORLDS:
                for claims, together in make(world, language):
                    # a true claim before it: what is spoiled in part
                    text = answer(_good(world, number), *claims)
                    yield Lie(kind, language, world, text, together=together)
                    number, made = number + 1, made + 1
                if made >= PER_KIND:
                    break


def truths() -> Iterator[Truth]:
    """All right answers: each kind of statement of every world, in both languages."""
    for world in WORLDS[:8]:
        for language in ("en", "zh"):
            for kind, facts, more in (*_right(world), *grounding_money.right(world)):
                shown = tuple(written(fact, language) for fact in facts if fact.name != "day")
                words = RIGHT_WORDS[language == "zh"][world.number % 6] if kind in ("settlement", "sales_day") else ""
                item = claim(kind, *facts, **more) | ({"remark": words} if words else {})
                yield Truth(kind, language, world, answer(item), (*shown, *([words] if words else [])))


def _good(world: World, number: int) -> Item:
    """A claim that is true, of another kind each time."""
    return [
        claim("settlement", world.fact("settlement_amount")),
        claim("missing_data", world.fact("gap_days")),
        claim("profit_not_whole", world.fact("incomplete_units")),
        claim("settled_profit", world.fact("settled_profit_7d")),
        claim("wasted_spend", world.fact("wasted_spend"), world.fact("wasted_share")),
    ][number % 5]


def _wrong_subject(world: World, language: str) -> Made:
    mug, bottle = world.all("sku_sales_change")[:2]
    sales = {fact.subject.key: fact for fact in world.all("sku_sales_7d")}
    figure = written(sales[bottle.subject.key], language)
    yield [claim("sku_sales", mug, sales[bottle.subject.key])], ((mug.subject.key, figure),)
    yield (
        [claim("sales_day", sales[mug.subject.key])],
        ((_said("sales", language), written(sales[mug.subject.key], language), "11"),),
    )
    first, second = world.all("competitor_price")
    yield (
        [claim("competitor_price", world.fact("competitor_price_change"), second)],
        ((first.subject.key, written(second, language)),),
    )
    yield (
        [claim("low_stock", world.all("days_of_cover")[0], world.all("stock_out_date")[1])],
        ((world.all("days_of_cover")[0].subject.key, written(world.all("stock_out_date")[1], language)),),
    )


def _direction(world: World, language: str) -> Made:
    change, other = world.fact("sales_vs_weekday"), {"up": "down", "down": "up"}
    way = other[str(change.direction)]
    words = DIRECTIONS[language][way]
    for said in ({"direction": way}, {"negated": True}, {"sign": "-"}):
        yield [claim("sales_day", change, **said)], tuple((word, written(change, language)) for word in words)
    yield [claim(f"sales_day.vs.{way}", change)], tuple((word, written(change, language)) for word in words)
    lost, part = world.all("sku_sales_change")[1], world.fact("sales_from_traffic")
    away = WORDS_OF_PARTS[language][part.direction == "up"]
    yield [claim("sales_drivers", part, direction="flat")], ((away, written(part, language)),)
    yield [claim("sku_sales.out_still", lost)], ((lost.subject.key, GONE[language]),)
    if world.number % 3 == 0:  # a day within its range
        day = world.fact("sales_day")
        told = tuple((word, written(day, language)) for word in UNUSUAL[language])
        yield [claim("sales_day", day, unusual=True)], told
        yield [claim("sales_day.above", day, world.fact("sales_usual_high"))], told


def _unit(world: World, language: str) -> Made:
    sessions, orders = world.fact("sessions_day"), world.fact("orders_day")
    yield [claim("orders_day", sessions)], ((_said("orders", language), written(sessions, language)),)
    yield [claim("sessions_day", orders)], ((_said("sessions", language), written(orders, language)),)
    yield (
        [claim("sales_day", world.fact("sales_day"), world.fact("orders_day"), world.fact("sessions_day"))],
        ((_said("sales", language), written(sessions, language)),),
    )
    share = world.fact("conversion_day")
    yield [claim("units_day", share, unit="units")], ((_said("units", language), written(share, language)),)


def _measure(world: World, language: str) -> Made:
    pairs = (
        ("ad_spend_week", "ad_spend", "sales_7d"),
        ("ad_sales_week", "ad_sales", "ad_spend_7d"),
        ("acos_week", "acos", "conversion_day"),
        ("sales_week", "sales", "ad_spend_7d"),
        ("settlement", "settlement", "sales_7d"),
        ("sales_day", "sales", "own_price"),
        ("sales_drivers", "sales", "ad_sales_7d"),
        ("sku_sales", "sales", "campaign_spend"),
    )
    for kind, measure, name in pairs:
        fact = world.fact(name)
        yield [claim(kind, fact)], ((_said(measure, language), written(fact, language)),)


def _period(world: World, language: str) -> Made:
    week, day, before = (world.fact(name) for name in ("sales_7d", "sales_day", "sales_previous_7d"))
    yield [claim("sales_day", week)], ((ON_THE_DAY[language], written(week, language)),)
    yield [claim("sales_week", day)], ((WEEK[language], written(day, language)),)
    yield [claim("sales_day", day, before)], ((ON_THE_DAY[language], written(before, language)),)
    yield [claim("sales_week", week, period="2025")], (("2025",),)
    ago = world.fact("sales_week_ago")
    yield [claim("figures", ago, period=[DAY_TEXT, DAY_TEXT])], ((f"{ON_THE_DAY[language]}", written(ago, language)),)


def _basis(world: World, language: str) -> Made:
    day, week = world.fact("sales_day"), world.fact("ad_sales_vs_previous_7d")
    yield [claim("sales_day", day, week)], ((USUAL[language], written(week, language)),)
    change = world.fact("sales_vs_weekday")
    against = {"en": "last year", "zh": "去年"}[language]
    yield [claim("sales_day", day, change, against=against)], ((against,),)
    spend = world.fact("ad_spend_7d")
    yield [claim("ranking", day, spend)], (("first", written(day, language)), ("居首", written(day, language)))
    mug, bottle = world.all("sku_sales_7d")[0], world.all("sku_sales_change")[1]
    yield [claim("ranking", mug, bottle)], (("first", written(mug, language)), ("居首", written(mug, language)))
    yield (
        [claim("sessions_day", world.fact("sessions_day"), change)],
        ((_said("sessions", language), written(change, language)),),
    )


def _absolutes(world: World, language: str) -> Made:
    held = world.all("stock_on_hand")[1]
    gone = {"en": ("nothing on hand", "Nothing is on hand"), "zh": ("无可售库存", "断货")}[language]
    yield [claim("out_of_stock", held)], tuple((held.subject.key, words) for words in gone)
    quiet = {"en": "quiet day", "zh": "平静的日子"}[language]
    yield [claim("nothing", world.fact("day"))], ((quiet,),)
    yield [claim("out_of_stock", world.fact("days_of_cover"))], tuple((held.subject.key, words) for words in gone)
    yield [claim("nothing", world.fact("sales_day"), all=True)], ((quiet,),)
    moved = world.all("sku_sales_change")[1]
    yield [claim("sku_sales", moved, held)], ((moved.subject.key, GONE[language]), (held.subject.key, GONE[language]))


def _negation(world: World, language: str) -> Made:
    words = {"en": "sold nothing", "zh": "没有成交"}[language]
    best, sold = world.all("sku_sales_7d")[0], world.fact("ad_sales_7d")
    yield [claim("campaign_without_sales", best)], ((best.subject.key, words),)
    yield [claim("campaign_without_sales", sold)], ((written(sold, language), words),)
    yield (
        [claim("terms_without_sales", world.fact("sessions_day"))],
        ((written(world.fact("sessions_day"), language), words),),
    )
    rival = world.fact("competitor_price")
    yield [claim("competitor_out", rival)], ((rival.subject.key, {"en": "out of stock", "zh": "断货"}[language]),)
    ours = world.fact("sales_day")
    yield (
        [claim("sales_day", ours, polarity="not")],
        (("did not", written(ours, language)), ("并非", written(ours, language))),
    )


def _advice(world: World, language: str) -> Made:
    words = ADVICE_WORDS[language]
    gaps = world.all("price_gap")
    changes = world.all("competitor_price_change")
    yield [claim("competitor_price", changes[0], gaps[0], advice=["hold_our_price"])], _each(words["hold_our_price"])
    yield [claim("competitor_price", changes[1], gaps[1], advice=["weigh_our_price"])], _each(words["weigh_our_price"])
    empty = world.all("stock_on_hand")[0]
    yield [claim("out_of_stock", empty, advice=["order_more"])], _each(words["order_more"])
    low = world.all("days_of_cover")[0]
    yield [claim("low_stock", low, advice=["hurry_inbound"])], _each(words["hurry_inbound"])
    day = world.fact("sales_day")
    yield [claim("sales_day", day, advice=["check_campaigns", "negative_keywords"])], _each(words["negative_keywords"])


def _emphasis(world: World, language: str) -> Made:
    good = {"en": "Good news", "zh": "好消息"}[language]
    info = {"en": "For your information", "zh": "供参考"}[language]
    act = {"en": "Act today", "zh": "今日处理"}[language]
    empty, lost = world.all("stock_on_hand")[0], world.all("sku_sales_change")[1]
    yield [claim("out_of_stock", empty, emphasis="low")], ((good, empty.subject.key), (info, empty.subject.key))
    yield [claim("sku_sales", lost, emphasis="high", severity="good")], ((good, lost.subject.key),)
    yield [claim("sku_sales", lost, emphasis="good")], ((good, lost.subject.key),)
    won = world.all("sku_sales_change")[0]
    yield [claim("sku_sales", won, emphasis="high")], ((act, won.subject.key),)
    fell = world.fact("buy_box_change")
    yield [claim("buy_box", fell, emphasis="low", tone="good")], ((good, fell.subject.key),)


def _other_store(world: World, language: str) -> Made:
    other = WORLDS[(world.number + 7) % len(WORLDS)]
    foreign = other.fact("sales_day")
    yield [claim("sales_day", f"{other.book.store_id}:{foreign.id}")], ((written(foreign, language),),)
    yield [claim("sales_day", "f99999")], (("99999",),)
    yield [claim("sales_day", foreign, store="sakura-jp")], (("sakura-jp",), (written(foreign, language),))
    yield [claim("figures", *[f"f{n}" for n in range(400, 410)])], ((written(foreign, language),),)


def _each(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((word,) for word in words)


def _said(measure: str, language: str) -> str:
    return NOUNS[measure][language == "zh"]


NOUNS = {
    "sales": ("Sales", "销售额"),
    "orders": ("Orders", "订单"),
    "sessions": ("essions", "访问次数"),
    "units": ("nits", "销量"),
    "ad_spend": ("d spend", "广告花费"),
    "ad_sales": ("d sales", "广告销售额"),
    "acos": ("ACoS", "ACoS"),
    "settlement": ("settlement", "结算"),
}
DIRECTIONS = {
    "en": {"up": ("above", "rose"), "down": ("below", "fell")},
    "zh": {"up": ("高出", "增长"), "down": ("低了", "下降")},
}
ON_THE_DAY, WEEK = {"en": "n Nov 20", "zh": "11月20日"}, {"en": "ver the week", "zh": "近一周"}
USUAL, DAY_TEXT = {"en": "the usual", "zh": "常态"}, "2026-11-20"
# of a part that fell, and of one that rose, what may not be said
WORDS_OF_PARTS = {"en": ("added", "away"), "zh": ("增加", "减少")}
GONE = {"en": "nothing is on hand", "zh": "无可售库存"}
UNUSUAL = {"en": ("unusual",), "zh": ("异常",)}
ADVICE_WORDS = {
    "en": {
        "hold_our_price": ("may be held", "can stay"),
        "weigh_our_price": ("ollow",),
        "order_more": ("rder more",),
        "hurry_inbound": ("come sooner",),
        "negative_keywords": ("negative keyword", "cost most"),
    },
    "zh": {
        "hold_our_price": ("可以不动", "守住"),
        "weigh_our_price": ("跟价",),
        "order_more": ("请补货",),
        "hurry_inbound": ("提前到仓",),
        "negative_keywords": ("否定关键词", "花费最多的广告活动"),
    },
}
STRUCTURAL: dict[str, Callable[[World, str], Made]] = {
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
WORLDS = [World(number) for number in range(12)]


def _right(world: World) -> Iterator[tuple[str, list[Fact], dict[str, Any]]]:
    named = world.fact
    for measure in ("sales", "units", "orders", "sessions", "conversion"):
        yield f"{measure}_day", [named(f"{measure}_day"), named(f"{measure}_vs_weekday")], {"emphasis": "low"}
    year = ("_7d", "_vs_previous_7d", "_vs_year_ago", "_year_ago")
    for kind, measure in (
        *(("week_sales", "sales"), ("units_week", "units"), ("orders_week", "orders"), ("week_traffic", "sessions")),
    ):
        yield kind, [named(f"{measure}{end}") for end in year], {"emphasis": "low"}
    yield "settlements_paid", [named(f"paid_{each}") for each in ("amount", "from", "to", "on")], {}
    yield "coming_week", [named(f"coming_{each}") for each in ("units", "sales", "low", "high")], {}
    for measure in ("sales", "ad_spend", "ad_sales", "acos"):
        yield f"{measure}_week", [named(f"{measure}_7d"), named(f"{measure}_vs_previous_7d")], {"emphasis": "high"}
    for change, sales in zip(world.all("sku_sales_change"), world.all("sku_sales_7d"), strict=True):
        yield "sku_sales", [change, sales], {}
    yield "sku_sales", world.all("sku_sales_change"), {}
    for names in (
        ("sku_days_out_before", "sku_ad_clicks_change"),
        ("sku_days_out", "buy_box_change"),
        ("sku_price_change",),
    ):
        key = named(names[0]).subject.key
        yield "sku_sales", [named("sku_sales_change", key), *(named(name, key) for name in names)], {}
    drivers = [named(f"sales_from_{part}") for part in ("traffic", "conversion", "price", "mix")]
    yield "sales_drivers", [named("sales_change"), *drivers], {}
    ends = {0: ("low", "high"), 1: ("high",), 2: ("low",)}[world.number % 3]
    yield "sales_day", [named("sales_day"), *(named(f"sales_usual_{end}") for end in ends)], {}
    yield "buy_box", [named("buy_box_change"), named("buy_box_7d")], {"advice": ["compare_offers"]}
    empty = world.all("stock_on_hand")[0]
    beside = [named(name, empty.subject.key) for name in ("sku_velocity", "stock_inbound")]
    yield "out_of_stock", [named("skus_out_of_stock"), *beside], {"advice": ["start_here", "hurry_inbound"]}
    yield "low_stock", [*world.all("days_of_cover"), *world.all("stock_out_date")], {"advice": ["order_more"]}
    for spend, clicks in zip(world.all("campaign_spend"), world.all("campaign_clicks"), strict=True):
        yield "campaign_without_sales", [spend, clicks], {"advice": ["check_targets_or_pause"]}
    yield "terms_without_sales", [named("wasted_terms"), named("wasted_terms_spend")], {"advice": ["negative_keywords"]}
    yield "terms_without_sales", world.all("term_spend"), {}
    for change, gap in zip(world.all("competitor_price_change"), world.all("price_gap"), strict=True):
        advice = "weigh_our_price" if gap.direction == "down" else "hold_our_price"
        yield "competitor_price", [change, gap], {"advice": [advice]}
    yield "competitor_out", [named("competitor_out_since")], {"advice": ["be_visible"]}
    yield "settlement", [named("settlement_amount"), named("settlement_from"), named("settlement_to")], {}
    yield "missing_data", [named("gap_days"), named("gap_last_day")], {"advice": ["see_status"]}
    yield "profit_not_whole", [named("incomplete_units"), named("incomplete_share")], {"emphasis": "high"}
    yield "figures", [named("ad_spend_previous_7d"), named("own_price"), named("conversion_week_ago")], {}
    yield "ranking", world.all("campaign_spend"), {}
