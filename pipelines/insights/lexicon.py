"""The words that grounding recognises, by language: numbers, directions, measures, and idioms that resemble them.

Data only. Words are matched without case. Chinese words are matched as substrings, after idioms are removed. The checks
are in `grounding.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.insights.facts import Direction


def _words(*words: str) -> re.Pattern[str]:
    """A pattern for any of these words as a whole word; the longest first."""
    body = "|".join(sorted((part for group in words for part in group.split()), key=len, reverse=True))
    return re.compile(rf"(?<![\w'])(?:{body})(?![\w])", re.IGNORECASE)


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, phrases), key=len, reverse=True)), re.IGNORECASE)


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    numbers: words that state a number. idioms: phrases that are removed before `numbers` and `directions` are looked
    for. directions: words for each direction. imperatives: verbs of advice at the beginning of a clause, which claim no
    direction. valence: words for good or bad that do not say which way a figure went. measures: words for each measure.
    proper: capitalised or Latin words that are no names. letters: the characters that a text may have, apart from names
    and placeholders. breaks: what separates clauses.
    """

    numbers: re.Pattern[str]
    idioms: re.Pattern[str]
    directions: dict[Direction, re.Pattern[str]]
    imperatives: re.Pattern[str]
    valence: re.Pattern[str]
    measures: dict[str, re.Pattern[str]]
    proper: frozenset[str]
    letters: re.Pattern[str]
    breaks: re.Pattern[str]


# Refused in every language: markup, addresses, and instructions to a reader that is a program.
FORBIDDEN = re.compile(
    r"https?:|www\.|://|\bjavascript\b|[<>\[\]`|#*~^\\@_=]|&\w+;"
    r"|\b(?:ignore|disregard|forget)\s+(?:all|any|every|the|previous|prior|above)|\bsystem\s+prompt|\bas\s+an\s+ai\b"
    r"|\binstructions?\b|\bclick\s+(?:here|on|the)\b|\bpasswords?\b|\bapi\s*keys?\b|\bcredentials?\b"
    r"|忽略|无视以|系统提示|提示词|指令|点击(?:这里|此处|链接)|密码|密钥",
    re.IGNORECASE,
)
ROMAN = re.compile(
    r"(?<![A-Za-z])(?=[MDCLXVI]{2,}(?![A-Za-z]))M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![A-Za-z])"
)

_PROPER = frozenset(
    [
        "Amazon",
        "ACoS",
        "TACoS",
        "ROAS",
        "CPC",
        "CTR",
        "PPC",
        "ROI",
        "SKU",
        "SKUs",
        "ASIN",
        "ASINs",
        "FBA",
        "FBM",
        "MFN",
        "Buy",
        "Box",
        "Featured",
        "Offer",
        "Offers",
        "Prime",
        "Ads",
        "Sponsored",
        "Products",
        "Brands",
        "Display",
        "Seller",
        "Central",
        "I",
        "Apify",
    ]
)

ENGLISH = Lexicon(
    numbers=_words(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
        "seventeen eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety",
        "hundreds? thousands? millions? billions? trillions? dozens? tens couple pairs? score",
        "half halves halved halving third thirds quarter quarters quartered fourth fifth sixth seventh eighth ninth",
        "tenth",
        r"first second secondly thirdly fourthly \w+teenth \w+tieth hundredth thousandth",
        "double doubled doubles doubling triple tripled triples tripling treble trebled quadruple quadrupled quintuple",
        r"twice thrice twofold threefold fourfold fivefold tenfold \w*hundredfold percent percentage pct percentile",
        "monday tuesday wednesday thursday friday saturday sunday january february april june july august september",
        "october november december",
    ),
    idioms=_phrases(
        "up to date",
        "set up",
        "stock up",
        "top up",
        "back up",
        "follow up",
        "catch up",
        "end up",
        "up to",
        "pick up",
        "break down",
        "cut off",
        "at least",
        "at most",
        "more likely",
        "less likely",
        "fall short",
        "fall back",
    ),
    directions={
        "up": _words(
            "up upward upwards rose rise rises risen rising grew grow grows grown growing growth increase increases",
            "increased climbed climbs climbing gained gain gains gaining jumped jumps surged soared raised lifted",
            "boosted higher above more exceeded exceeds outpaced accelerated rebounded recovered expanded ahead",
        ),
        "down": _words(
            "down downward downwards fell fall falls fallen falling dropped drop drops dropping declined decline",
            "declines declining decreased decrease decreases lower lowered lost lose loses losing loss shrank shrink",
            "shrinks slipped slid sank plunged plummeted slumped weakened dipped reduced reduction cut cuts below less",
            "fewer cheaper undercut undercuts behind",
        ),
        "flat": _words("flat unchanged constant stable steady"),
    },
    imperatives=re.compile(r"^\s*(?:raise|reduce|cut|boost|lift)\b", re.IGNORECASE),
    valence=_words(
        "improved improves improve improving improvement better worse worsened worsens worsening deteriorated",
        "strongest weakest best worst",
    ),
    measures={
        "ad_sales": _phrases("ad sales", "attributed sales", "advertising sales"),
        "ad_spend": _phrases(
            "ad spend", "ad spending", "advertising spend", "ad cost", "ad costs", "spend", "spending"
        ),
        "acos": _words("acos"),
        "sales": _words("sales revenue turnover"),
        "orders": _words("orders"),
        "sessions": _words("sessions visits traffic visitors"),
        "conversion": _words("conversion"),
        "buy_box": _phrases("buy box", "featured offer"),
        "price": _words("price prices priced pricing"),
        "stock": _words("cover inventory"),
    },
    proper=_PROPER,
    letters=re.compile(r"[A-Za-z \t\n.,;:!?'\"()\-–—/…’‘“”&éèüöäñ]*"),
    breaks=re.compile(r"[,;:–—]|\b(?:while|but|whereas|although|though|however)\b", re.IGNORECASE),
)

CHINESE = Lexicon(
    numbers=re.compile(
        "[零〇一二两三四五六七八九十百千万亿兆壹贰叁肆伍陆柒捌玖拾佰仟萬億兩廿卅卌半倍双]|翻番|翻了|腰斩|对折|过半|[几数]成|打折|星期日|星期天|周日|"
        + ENGLISH.numbers.pattern,
        re.IGNORECASE,
    ),
    idioms=re.compile(
        "一些|一直|一致|统一|进一步|一旦|一般|一定|唯一|同一|一起|一样|万一|十分(?!之)|逐一|一律|一并|一方面|一下|一贯|一边|一切|陆续"
        "|(?:建议|考虑|可以|应当|需要|可)(?:提高|增加|降低|减少|调低|调高)"
    ),
    directions={
        "up": re.compile(
            "增长|上升|上涨|提高|增加|高于|高出|走高|回升|攀升|涨|多于|超过|超出|提升|扩大|飙升|跃升|更多|更高"
        ),
        "down": re.compile(
            "下降|下跌|减少|降低|低于|低了|走低|下滑|回落|跌|降价|降至|降到|少于|缩减|萎缩|骤降|流失|更少|更低|减弱"
        ),
        "flat": re.compile("持平|不变|平稳|稳定"),
    },
    imperatives=re.compile(r"^\s*(?:请|建议|考虑)"),
    valence=re.compile("改善|好转|恶化|变差|变好|更好|更差|最好|最差"),
    measures={
        "ad_sales": re.compile("广告销售额"),
        "ad_spend": re.compile("广告花费|广告支出|花费|支出"),
        "acos": _words("acos"),
        "sales": re.compile("销售额|营收|营业额"),
        "orders": re.compile("订单"),
        "sessions": re.compile("访问|流量|会话"),
        "conversion": re.compile("转化"),
        "buy_box": re.compile("购物车|黄金购物车"),
        "price": re.compile("价格|售价|降价|涨价"),
        "stock": re.compile("可售天数|库存"),
    },
    proper=_PROPER,
    letters=re.compile(r"[A-Za-z \t\n.,;:!?'\"()\-–—/…’‘“”&，。、；：！？（）《》「」·—～\u3400-\u9fff]*"),
    breaks=re.compile(r"[,，;；:：、]|(?:而|但|不过|然而|同时)"),
)


def lexicon(language: str) -> Lexicon:
    """The words of a language: 'zh' for Chinese, English for any other."""
    return CHINESE if language == "zh" else ENGLISH
