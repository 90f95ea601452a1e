"""Reads a brief's page as its reader would, and says what on it is not so. Knows the facts, and nothing of the code.

A figure is found by how it is written; then the sentence around it must speak of its measure, its subject, its period
and its direction. What a lie would have put there is given by the corpus beside that.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bench.grounding_world import World, written
from pipelines.insights.facts import Fact

# a card that gives a figure of the fact must hold one of these words, in small letters
MEASURES: dict[str, tuple[str, str]] = {
    # profit and advertising: names that begin like others come first
    "sku_profit": ("earn", "利润"),
    "part": ("profit", "利润"),
    "order_profit": ("orders earn|orders themselves earned|profit of orders", "订单利润"),
    "profit_estimated": ("estimate", "预估"),
    "profit_settled": ("settlements", "结算"),
    "profit": ("profit", "利润"),
    "settled_estimated": ("estimates", "预估"),
    "settled": ("settle", "结算"),
    "margin": ("margin|of revenue", "利润率|收入的"),
    "tacos": ("tacos", "tacos"),
    "all_ads": ("ads cost|brands and display|ads of all", "广告"),
    "wasted_spend": ("ad spend", "广告花费"),
    "wasted_share": ("of what sponsored products cost", "占商品推广花费"),
    "wasted_paused": ("paused", "暂停"),
    "wasted_campaigns": ("without a sale", "没有成交"),
    "negative": ("without a sale", "没有成交"),
    "losing": ("cost more than their sales leave", "超过"),
    "product_ad_loss": ("lost", "亏损"),
    "product_ad_gain": ("earned", "净赚"),
    "product_ad_spend": ("ad spend|ads cost", "广告花费"),
    "product_ad_sales": ("sales", "销售额"),
    "product_acos": ("acos", "acos"),
    "product_break_even": ("break", "盈亏平衡"),
    "product_paused": ("paused", "暂停"),
    "click_": ("a click", "点击"),
    "campaign_full": ("used up", "用尽"),
    "campaign_days": ("ran", "投放"),
    "campaign_budget": ("budget of", "每日预算"),
    "campaign_cost": ("cost", "花费"),
    "campaign_sales": ("ad sales", "广告销售额"),
    "campaign_acos": ("acos", "acos"),
    "campaign_break_even": ("break", "盈亏平衡"),
    "campaign_ad_loss": ("lost", "亏损"),
    "campaign_ad_gain": ("earned", "净赚"),
    "sku_sales": ("sales", "销售额"),
    "sku_days_out": ("out of stock", "断货"),
    "sku_price": ("price", "单价"),
    "sku_competitor": ("price", "降价"),
    "sku_ad_clicks": ("click", "点击"),
    "sales": ("sales", "销售额"),
    "units": ("unit", "销量|件"),
    "orders": ("order", "订单"),
    "sessions": ("session|visits", "访问"),
    "conversion": ("conversion", "转化率"),
    "buy_box": ("buy box", "购物车"),
    "ad_spend": ("ad spend", "广告花费"),
    "ad_sales": ("ad sales", "广告销售额"),
    "acos": ("acos", "acos"),
    "campaign": ("without a sale|sold nothing|no sale", "没有成交"),
    "term": ("search term|without a sale", "搜索词|没有成交"),
    "wasted": ("search term", "搜索词"),
    "competitor_price": ("price", "价"),
    "price_gap": ("price|costs", "价|竞品"),
    "own_price": ("price|costs|sell", "价|我方"),
    "days_of_cover": ("last|cover|runs out", "可销售|可售天数"),
    "sku_velocity": ("sold|sells", "有货"),
    "settlement": ("settlement", "结算"),
    "incomplete": ("costs", "成本"),
    "pending": ("payment", "待付款"),
    "stock_inbound": ("way|inbound", "在途"),
    "stock_on_hand": ("hand", "库存|断货|可售件数"),
    "skus_out": ("nothing on hand|out of stock", "无货|断货"),
    "skus_low": ("long|low", "不了多久|偏低"),
    "stock_out_date": ("runs out|until|stock-out|ends", "断货"),
}
# how the lines of the profit are named in the sentence that gives a figure of them
UNNAMED = ("store", "settlement", "feed", "part")
LINES: dict[str, tuple[str, str]] = {
    "revenue": ("revenue", "收入"),
    "selling_fees": ("selling fees", "佣金"),
    "fba_fees": ("fba fees", "配送费"),
    "goods": ("cost of goods", "商品成本"),
    "advertising": ("advertising", "广告费"),
}
UP = (
    "rose|above|gained|raised|more than|higher|grew|rising|gaining|added|brought|[0-9] more",
    "增长|增加|上升|高出|高于|涨价|达到",
)
DOWN = (
    "fell|below|lost|cut|less than|fewer|lower|dropped|falling|losing|took|cost (us)?\\$|[0-9] less",
    "下降|低了|低于|低(?=[0-9A-Z])|降价|减少",
)
ABSOLUTES = (r"\b(all|every|everything|never|always|entire|nobody)\b", "全部|所有|从不|总是|永远|一切")
WEEK = ("over the week|7 days|seven days", "近一周|本周|7天|七天|七日")
MONTH = ("30 days", "30天|30日")
# "all" that means a sum
SUMS = re.compile("in all|ads of all products")


@dataclass
class Card:
    """A finding on the page: its badge, its title and its text, names in their brackets."""

    badge: str = ""
    title: str = ""
    text: str = ""
    own: str = ""

    def sentences(self) -> list[str]:
        parts = re.split(r"(?<=。)|(?<=[.])\s+", self.text)
        return [self.title, *(part for part in parts if part and part.strip())]

    def whole(self) -> str:
        return f"{self.badge} {self.title} {self.text}"


@dataclass
class Seen(HTMLParser):
    """What is visible of a page. cards: its findings; text: everything outside the table of facts."""

    html: str
    cards: list[Card] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        # what is left unread takes most of the time to parse
        self.feed(re.sub(r"<(table|style|svg)\b.*?</\1>", "", self.html, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag == "article":
            self.cards.append(Card())
        if tag not in ("meta", "link", "br", "path"):
            self._open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "title" in tags:
            return
        self.text += data
        classes = {name for _, names in self._open for name in names.split()}
        # a description from outside stands in brackets behind a name, marked as one: it is no statement of the brief
        if "article" not in tags or "ul" in tags or "label" in classes:
            return
        card = self.cards[-1]
        if any("badge" in classes for _, classes in self._open):
            card.badge += data.strip()
        elif any("own" in classes.split() for _, classes in self._open):
            card.own += data
        elif "h3" in tags:
            card.title += data
        elif "p" in tags:
            card.text += data


def untrue(seen: Seen, world: World, language: str) -> list[str]:
    """What the findings say that the facts do not: of each figure that stands for one fact only, and of each number."""
    said: list[str] = []
    figures = {fact.id: written(fact, language) for fact in world.book.facts if fact.name != "day"}
    times = Counter(figures.values())
    alone = [fact for fact in world.book.facts if times[figures.get(fact.id, "")] == 1 and fact.unit != "date"]
    names = {fact.subject.key for fact in world.book.facts if fact.subject.kind not in UNNAMED}
    days = {day for fact in world.book.facts for day in fact.period}
    lengths = {(fact.period[1] - fact.period[0]).days + 1 for fact in world.book.facts}
    allowed = {number for text in figures.values() for number in numbers(text)}
    allowed |= {str(part) for day in days for part in (day.day, day.month)} | {str(length) for length in lengths}
    for card in seen.cards:
        for sentence in card.sentences():
            for fact in alone:
                if stands(figures[fact.id], sentence):
                    said += _of_figure(fact, sentence, card, names, language)
            bare = sentence
            for name in sorted(names, key=len, reverse=True):
                bare = bare.replace(name, "▪")
            said += [f"the number {number} in {sentence!r}" for number in numbers(bare) if number not in allowed]
            if found := re.search(ABSOLUTES[language == "zh"], SUMS.sub("", bare.lower())):
                said.append(f"{found[0]!r} in {sentence!r}")
    return said


def stands(figure: str, text: str) -> bool:
    """Whether a figure stands in a text by itself, not as a part of another."""
    return re.search(rf"(?<![A-Za-z0-9.,]){re.escape(figure)}(?![\d]|[.,]\d)(?!%)", text) is not None


def numbers(text: str) -> list[str]:
    """The numbers of a text, in whatever digits."""
    return re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)


def _of_figure(fact: Fact, sentence: str, card: Card, names: set[str], language: str) -> list[str]:
    place, whole, lower = language == "zh", card.whole().lower(), sentence.lower()
    said = []
    measure = next((words for prefix, words in MEASURES.items() if fact.name.startswith(prefix)), None)
    if measure and not re.search(measure[place], whole):
        said.append(f"{fact.name} without its measure in {sentence!r}")
    here = {name for name in names if name in sentence}
    its = {fact.subject.key, *fact.subject.also}
    if fact.subject.kind == "store" and here:
        said.append(f"{fact.name} of the store beside {here}")
    around = here or {name for name in names if name in card.whole()}
    if fact.subject.kind in ("sku", "asin", "campaign", "search_term", "competitor") and not around & its:
        said.append(f"{fact.name} without its subject in {sentence!r}")
    if fact.subject.key in LINES and not re.search(LINES[fact.subject.key][place], lower):
        said.append(f"{fact.name} without its line in {sentence!r}")
    if fact.signed and fact.direction in ("up", "down"):
        own, other = (UP, DOWN) if fact.direction == "up" else (DOWN, UP)
        sign = "+" if fact.direction == "up" else "\u2212"
        says_sign = sign + written(fact, language) in sentence
        if not says_sign and (not re.search(own[place], lower) or re.search(other[place], lower)):
            said.append(f"{fact.name} the other way in {sentence!r}")
    is_week = re.search(WEEK[place], whole) is not None
    if fact.name.endswith("_7d") and "previous" not in fact.name and not is_week:
        said.append(f"{fact.name} without its week in {sentence!r}")
    if fact.name.endswith("_30d") and not re.search(MONTH[place], whole):
        said.append(f"{fact.name} without its month in {sentence!r}")
    if fact.name.endswith("_day") and re.search(WEEK[place], lower):
        said.append(f"{fact.name} as of the week in {sentence!r}")
    return said
