"""The deterministic writer: the rules of the daily brief. They choose claims from the facts, as a model would.

What a claim says and how is in `claims/`; which of them are made, of which facts, with which advice, is here. The rules
know no language: the same claims are worded in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.kinds.types import Severity
from pipelines.insights.claims.schema import MAX_CLAIMS, Claim, Refusal
from pipelines.insights.facts import Fact, FactBook

WRITER_VERSION = "template-3"
ALWAYS_TOLD = frozenset({"sales_day", "missing_data", "late_data", "profit_not_whole"})
"""Kinds that a brief has whoever writes it, where there are facts for them."""
_ORDER: dict[Severity, int] = {"critical": 0, "warning": 1, "good": 2, "info": 3}


def write(book: FactBook) -> tuple[list[Bound], list[Refusal]]:
    """The claims of the day, the headline first, then the most urgent; what is missing is always told. Refusals are
    defects of the rules."""
    headline, *sections = _sections(book)
    claims = [claim for section in (headline, *sections) for claim in section]
    shown, refusals = judge(enumerate(claims), book, by_rules=True)
    first = [bound for bound in shown if bound.kind.name == "sales_day"]
    missing = [bound for bound in shown if bound.kind.name in ALWAYS_TOLD and bound not in first]
    rest = [bound for bound in shown if bound not in first and bound not in missing]
    rest.sort(key=lambda bound: _ORDER[bound.severity])
    chosen = first + rest[: MAX_CLAIMS - len(first) - len(missing)] + missing
    if not chosen:
        chosen, refusals = judge(
            [(0, _claim("nothing", book.get("day")))] if book.get("day") else [], book, by_rules=True
        )
    return chosen, refusals


def _sections(book: FactBook) -> Iterator[list[Claim]]:
    sections = (_sales, _traffic, _movers, _buy_box, _stock, _ads, _waste, _competitors, _settlement, _gaps)
    for section in sections:
        yield [claim for claim in section(book) if claim.facts]


def _claim(kind: str, *facts: Fact | None, advice: Iterable[str] = ()) -> Claim:
    """A claim of those of the facts that there are."""
    ids = [fact.id for fact in facts if fact is not None]
    return Claim.model_construct(kind=kind, facts=ids, emphasis="normal", advice=list(advice), remark=None)


def _some(book: FactBook, name: str) -> Fact | None:
    """A count, unless it is zero."""
    fact = book.get(name)
    return fact if fact is not None and fact.value else None


def _named(book: FactBook, *names: str, key: str | None = None) -> list[Fact | None]:
    return [book.get(name, key) for name in names]


def _sales(book: FactBook) -> Iterator[Claim]:
    if book.get("sales_day"):
        names = (
            "sales_day",
            "sales_vs_weekday",
            "sales_weekday_average",
            "orders_day",
            "units_day",
            "pending_units_day",
        )
        week = _named(book, "sales_7d", "sales_vs_previous_7d") if book.get("sales_vs_previous_7d") else []
        yield _claim("sales_day", *_named(book, *names), *week)


def _traffic(book: FactBook) -> Iterator[Claim]:
    if book.get("sessions_day") and (book.get("sessions_vs_weekday") or book.get("traffic_final_on")):
        names = ("sessions_day", "sessions_vs_weekday", "conversion_day", "conversion_vs_weekday", "traffic_final_on")
        yield _claim("sessions_day", *_named(book, *names))


def _movers(book: FactBook) -> Iterator[Claim]:
    for direction in ("up", "down"):
        changes = [fact for fact in book.all("sku_sales_change") if fact.direction == direction]
        # the others are told by their change alone, so that the claim stays short to read
        sales = book.get("sku_sales_7d", changes[0].subject.key) if changes else None
        yield _claim("sku_sales", *changes, sales)


def _buy_box(book: FactBook) -> Iterator[Claim]:
    for change in book.all("buy_box_change"):
        share = book.get("buy_box_7d", change.subject.key)
        yield _claim("buy_box", change, share, advice=["compare_offers"])


def _stock(book: FactBook) -> Iterator[Claim]:
    nothing = [fact for fact in book.all("stock_on_hand") if fact.value == 0][:1]
    for fact in nothing:
        out = _some(book, "skus_out_of_stock")
        of_sku = _named(book, "sku_velocity", "stock_inbound", key=fact.subject.key)
        yield _claim("out_of_stock", out, fact, *of_sku, advice=["start_here"])
    soon = list(book.all("days_of_cover"))[:3]
    if soon:
        dates = [book.get("stock_out_date", fact.subject.key) for fact in soon]
        yield _claim("low_stock", _some(book, "skus_low_cover"), *soon, *dates)


def _ads(book: FactBook) -> Iterator[Claim]:
    if book.get("ad_spend_7d") and (book.get("ad_spend_vs_previous_7d") or book.get("ads_open_days")):
        names = (
            "ad_spend_7d",
            "ad_spend_vs_previous_7d",
            "acos_7d",
            "acos_vs_previous_7d",
            "ads_open_days",
            "ads_final_on",
        )
        yield _claim("ad_spend_week", *_named(book, *names))


def _waste(book: FactBook) -> Iterator[Claim]:
    for spend in list(book.all("campaign_spend"))[:2]:
        clicks = book.get("campaign_clicks", spend.subject.key)
        yield _claim("campaign_without_sales", spend, clicks, advice=["check_targets_or_pause"])
    total = _named(book, "wasted_terms", "wasted_terms_spend")
    yield _claim("terms_without_sales", *total, book.get("term_spend"), advice=["negative_keywords"])


def _competitors(book: FactBook) -> Iterator[Claim]:
    cuts = [change for change in book.all("competitor_price_change") if change.direction == "down"]
    for change in cuts[:2]:
        key = change.subject.key
        names = ("competitor_price", "competitor_changed_on", "price_gap")
        yield _claim("competitor_price", change, *_named(book, *names, key=key))
    for since in list(book.all("competitor_out_since"))[:1]:
        yield _claim("competitor_out", since, advice=["be_visible"])


def _settlement(book: FactBook) -> Iterator[Claim]:
    amount = book.get("settlement_amount")
    if amount:
        yield _claim("settlement", amount, *_named(book, "settlement_from", "settlement_to", key=amount.subject.key))


def _gaps(book: FactBook) -> Iterator[Claim]:
    for days in list(book.all("gap_days"))[:1]:
        yield _claim("missing_data", days, book.get("gap_last_day", days.subject.key))
    late = list(book.all("data_until"))
    yield _claim("late_data", *late)
    yield _claim("profit_not_whole", *_named(book, "incomplete_units", "incomplete_share"))
