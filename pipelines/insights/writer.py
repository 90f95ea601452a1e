"""Writes findings from the facts by rules, without a model.

The sentences are in `locales/`. Which of them are used, and with which facts, is decided here. The findings are checked
by the same grounding as a model's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import ModuleType

from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.grounding import MAX_FINDINGS, Finding, Severity
from pipelines.insights.locales import locale

WRITER_VERSION = "template-2"
_SLOT = re.compile(r"\{(\w+?)(\.name)?\}")
URGENT_CHANGE_PERCENT = 25  # A fall of sales by more than this is a warning.


def write(book: FactBook, language: str) -> list[Finding]:
    """The findings of the day, the most urgent first."""
    draft = _Draft(book, locale(language), language)
    for section in (_sales, _traffic, _movers, _buy_box, _stock, _ads, _waste, _competitors, _settlement):
        section(draft)
    headline, rest = draft.findings[:1], draft.findings[1:]
    draft.findings = []
    _gaps(draft)
    missing = draft.findings  # Missing data is always reported, however many other findings there are.
    order: dict[Severity, int] = {"critical": 0, "warning": 1, "good": 2, "info": 3}
    rest.sort(key=lambda finding: order[finding.severity])
    chosen = headline + rest[: MAX_FINDINGS - 1 - len(missing)] + missing
    if not chosen:
        draft.start("info", "nothing", day=book.get("day"))
    return chosen or draft.findings


class _Draft:
    """The findings written so far."""

    def __init__(self, book: FactBook, words: ModuleType, language: str) -> None:
        self.book, self.words, self.language = book, words, language
        self.findings: list[Finding] = []

    def start(self, severity: Severity, key: str, **facts: Fact | None) -> bool:
        """Begin a finding. Returns False, and adds nothing, if its title or its first sentence lacks a fact."""
        title, sentences = self.words.FINDINGS[key]
        filled_title, filled = _fill(title, facts), [_fill(sentence, facts) for sentence in sentences]
        if filled_title is None or filled[0] is None:
            return False
        cited = _used([title, *sentences], facts)
        text = self._join(sentence for sentence in filled if sentence)
        self.findings.append(Finding(filled_title, text, cited, severity))
        return True

    def more(self, key: str, **facts: Fact | None) -> None:
        """Add sentences to the last finding. A sentence that lacks a fact is left out."""
        sentences = self.words.FINDINGS[key][1]
        filled = [sentence for sentence in (_fill(each, facts) for each in sentences) if sentence]
        if not filled:
            return
        last = self.findings[-1]
        cited = tuple(dict.fromkeys((*last.facts, *_used(sentences, facts))))
        self.findings[-1] = Finding(last.title, self._join([last.text, *filled]), cited, last.severity)

    def _join(self, sentences: object) -> str:
        return ("" if self.language == "zh" else " ").join(sentences)  # type: ignore[arg-type]

    def by_name(self, *names: str) -> dict[str, Fact | None]:
        return {name: self.book.get(name) for name in names}


def _fill(sentence: str, facts: Mapping[str, Fact | None]) -> str | None:
    """A sentence with the ids of facts in its slots; None if a fact is missing."""
    if any(facts.get(match[1]) is None for match in _SLOT.finditer(sentence)):
        return None
    return _SLOT.sub(lambda match: f"{{{facts[match[1]].id}{match[2] or ''}}}", sentence)  # type: ignore[union-attr]


def _used(sentences: list[str], facts: Mapping[str, Fact | None]) -> tuple[str, ...]:
    """The ids of the facts in the sentences, without those of sentences that are left out."""
    said = [sentence for sentence in sentences if _fill(sentence, facts) is not None]
    slots = [match[1] for sentence in said for match in _SLOT.finditer(sentence)]
    ids = [fact.id for slot in slots if (fact := facts[slot]) is not None]
    # Facts with a direction are cited too, even if the text only says their direction.
    compared = [fact.id for fact in facts.values() if fact is not None and fact.direction]
    return tuple(dict.fromkeys([*ids, *compared]))


def _sales(draft: _Draft) -> None:
    facts = draft.by_name("day", "sales_day", "sales_weekday_average", "sales_vs_weekday")
    change = facts["sales_vs_weekday"]
    severity: Severity = "info"
    if change is None or change.direction is None:
        started = draft.start("info", "sales_new", day=facts["day"], sales_day=facts["sales_day"])
    else:
        fell_far = change.value <= -URGENT_CHANGE_PERCENT  # type: ignore[operator]
        severity = "good" if change.direction == "up" else "warning" if fell_far else "info"
        started = draft.start(severity, f"sales_{change.direction}", **facts)
    if not started:
        return
    draft.more("sales_orders", **draft.by_name("orders_day", "units_day"))
    week = draft.by_name("sales_7d", "sales_vs_previous_7d")
    if week["sales_vs_previous_7d"]:
        draft.more(f"sales_week_{week['sales_vs_previous_7d'].direction}", **week)
    pending = draft.by_name("pending_units_day")
    draft.more("sales_pending", **pending)
    if change is None and pending["pending_units_day"]:
        draft.more("sales_undecided", **draft.by_name("sales_weekday_average"))


def _traffic(draft: _Draft) -> None:
    facts = draft.by_name("sessions_day", "sessions_vs_weekday", "traffic_final_on")
    change = facts["sessions_vs_weekday"]
    conversion = draft.by_name("conversion_day", "conversion_vs_weekday")
    if change is None:
        if facts["traffic_final_on"] and draft.start("info", "traffic_open", **facts):
            draft.more("conversion_open", **conversion)
            draft.more("traffic_uncompared", **facts)
        return
    severity: Severity = "warning" if change.value <= -URGENT_CHANGE_PERCENT else "info"  # type: ignore[operator]
    if draft.start(severity, f"traffic_{change.direction}", **facts):
        if conversion["conversion_vs_weekday"]:
            draft.more(f"conversion_{conversion['conversion_vs_weekday'].direction}", **conversion)
        draft.more("traffic_same_age", **facts)


def _movers(draft: _Draft) -> None:
    for direction, severity in (("up", "good"), ("down", "warning")):
        changes = [fact for fact in draft.book.all("sku_sales_change") if fact.direction == direction]
        if not changes:
            continue
        first = changes[0]
        sales = draft.book.get("sku_sales_7d", first.subject.key)
        # The sales figure has the same direction, because it has the same comparison.
        draft.start(severity, f"mover_{direction}", change=first, sales=sales)  # type: ignore[arg-type]
        for change in changes[1:]:
            draft.more(f"mover_{direction}_more", change=change)


def _buy_box(draft: _Draft) -> None:
    for change in draft.book.all("buy_box_change"):
        share = draft.book.get("buy_box_7d", change.subject.key)
        if draft.start("warning", "buy_box", change=change, share=share):
            draft.more("buy_box_open", **draft.by_name("traffic_open_days"))


def _stock(draft: _Draft) -> None:
    out, low = draft.book.get("skus_out_of_stock"), draft.book.get("skus_low_cover")
    held = list(draft.book.all("stock_on_hand"))
    nothing = [fact for fact in held if fact.value == 0]
    if out and out.value and nothing:
        draft.start("critical", "stock_out", count=out, sku=nothing[0])
        key = nothing[0].subject.key
        velocity, inbound = draft.book.get("sku_velocity", key), draft.book.get("stock_inbound", key)
        draft.more("stock_out_velocity", velocity=velocity, inbound=inbound)
    soon = list(draft.book.all("days_of_cover"))
    if low and low.value and soon:
        urgent: Severity = "critical" if soon[0].value <= 7 else "warning"  # type: ignore[operator]
        for number, cover in enumerate(soon[:3]):
            slots = {"sku": cover, "cover": cover, "out": draft.book.get("stock_out_date", cover.subject.key)}
            if number == 0:
                draft.start(urgent, "stock_low", count=low, **slots)
            else:
                draft.more("stock_low_more", **slots)


def _ads(draft: _Draft) -> None:
    facts = draft.by_name("ad_spend_7d", "ad_spend_vs_previous_7d", "ads_open_days", "ads_final_on")
    change = facts["ad_spend_vs_previous_7d"]
    acos = draft.by_name("acos_7d", "acos_vs_previous_7d")
    if change is None:
        if facts["ads_open_days"] and draft.start("info", "ads_open", **facts):
            draft.more("acos_open", **acos)
            draft.more("ads_uncompared", **facts)
        return
    if draft.start("info", f"ads_{change.direction}", **facts):
        if acos["acos_vs_previous_7d"]:
            draft.more(f"acos_{acos['acos_vs_previous_7d'].direction}", **acos)
        draft.more("ads_same_age", **facts)


def _waste(draft: _Draft) -> None:
    for spend in list(draft.book.all("campaign_spend"))[:2]:
        clicks = draft.book.get("campaign_clicks", spend.subject.key)
        if draft.start("warning", "campaign_idle", spend=spend, clicks=clicks) and spend.open_days:
            draft.more("still_attributed")
    term = draft.book.get("term_spend")
    slots = draft.by_name("wasted_terms", "wasted_terms_spend")
    started = draft.start(
        "info", "terms_wasted", count=slots["wasted_terms"], total=slots["wasted_terms_spend"], term=term
    )
    if started and term and term.open_days:
        draft.more("still_attributed")


def _competitors(draft: _Draft) -> None:
    cuts = [change for change in draft.book.all("competitor_price_change") if change.direction == "down"]
    for change in cuts[:2]:
        key = change.subject.key
        price, when = draft.book.get("competitor_price", key), draft.book.get("competitor_changed_on", key)
        gap = draft.book.get("price_gap", key)
        below = gap is not None and gap.direction == "down"
        draft.start("warning" if below else "info", "competitor_cut", price=price, change=change, when=when)
        if gap and gap.direction in ("up", "down"):
            own = draft.book.get("own_price", gap.subject.also[0]) if gap.subject.also else None
            draft.more("competitor_below" if below else "competitor_above", gap=gap, own=own)
    for since in list(draft.book.all("competitor_out_since"))[:1]:
        draft.start("good", "competitor_out", since=since)


def _settlement(draft: _Draft) -> None:
    slots = draft.by_name("settlement_amount", "settlement_from", "settlement_to")
    draft.start(
        "info",
        "settlement",
        amount=slots["settlement_amount"],
        first=slots["settlement_from"],
        last=slots["settlement_to"],
    )


def _gaps(draft: _Draft) -> None:
    for days in list(draft.book.all("gap_days"))[:1]:
        draft.start("info", "gaps", days=days, last=draft.book.get("gap_last_day", days.subject.key))
    for until in draft.book.all("data_until"):
        draft.start("info", "until", until=until)
    for units in draft.book.all("incomplete_units"):
        facts = {"units": units, "share": draft.book.get("incomplete_share")}
        if draft.findings:  # All missing data is reported in one finding.
            draft.more("not_whole", **facts)
        else:
            draft.start("info", "not_whole", **facts)
