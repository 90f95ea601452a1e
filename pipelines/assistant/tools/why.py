"""`why_changed`: which parts a change of sales has, for the store and for the products that moved most.

The rules are those of the briefs: `insights/explain/contributions.py` splits the change, `insights/measures/why.py`
reads the marts for it. Here periods are chosen, the products found, and the facts told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.assistant.answers import Answer, both_covered, days_of, figure, paged, signed
from pipelines.assistant.arguments import Against, Days, OneStore, Page
from pipelines.assistant.caller import Caller, KnownStore, the_one
from pipelines.assistant.outside import Ours
from pipelines.assistant.periods import pair_of, parse
from pipelines.assistant.refusals import Refusal
from pipelines.assistant.standing import ORDERS, TRAFFIC, standing
from pipelines.insights.facts import Comparison, Fact, FactBook
from pipelines.insights.marts import Marts

if TYPE_CHECKING:
    import psycopg

    from pipelines.insights.measures.compare import Pair

PRODUCTS = 5
"""How many products that fell, and as many that rose, are explained."""

_TRACKED = "select own_asin, competitor_asin from marts.competitor_comparison where store_id = %(store_id)s"
_FORMULA = (
    "price = change of each SKU's average price x average of its units, added up; traffic = change of sessions x "
    "average units per session x average price; conversion = change of units per session x average sessions x "
    "average price; "
    "units stands for both where visits are not known at the same age; mix = the rest: dearer or cheaper products in "
    "the place of others. Averages are those of both periods (Bennet 1920); the parts add up to the change."
)
_WHAT = {
    "sales_change": "sales",
    "sales_from_price": "price",
    "sales_from_traffic": "traffic",
    "sales_from_conversion": "conversion",
    "sales_from_units": "units",
    "sales_from_mix": "mix",
    "sku_sales_change": "sales",
    **{f"sku_sales_from_{part}": part for part in ("price", "traffic", "conversion", "units")},
}
_BESIDE = {
    "sku_days_out": "days out of stock",
    "sku_days_out_before": "days out of stock in the period before",
    "buy_box_change": "share of page views with the buy box",
    "sku_price_change": "own price",
    "sku_competitor_price_change": "price of a tracked competitor that is cheaper",
    "sku_ad_clicks_change": "clicks on ads",
}


@dataclass(frozen=True)
class _Rooms(Marts):
    """Marts that are read as the tenant's role; the ages of days, which no tenant may read, of the ledger."""

    ledger: psycopg.Connection[Any] | None = None

    def rows(self, sql: str, **params: object) -> list[dict[str, Any]]:
        """As `Marts.rows`."""
        if self.ledger is not None and ("ops." in sql or "intermediate." in sql):
            return Marts(self.ledger, self.store_id, self.zone, self.tenant_id).rows(sql, **params)
        return super().rows(sql, **params)


def why_changed(
    caller: Caller,
    store: OneStore = None,
    period: Days = "last 7 days",
    compared_with: Against = "previous",
    page: Page = 0,
) -> Answer:
    """Why a store's sales changed against an earlier period: the parts by traffic, conversion, price and mix, which add
    up to the change, and the products that moved most with what happened beside them (stock, buy box, prices, clicks).

    Raises Refusal where orders of some day are missing, and for stores and periods that are not known.
    """
    from pipelines.insights.measures.compare import Pair

    with caller.reading() as conn:
        one = the_one(caller, conn, store, why="Sales are explained in the currency of one store.")
        today = one.today(caller.now())
        now, before = pair_of(parse(period, today=today), compared_with, today=today)
        pair = Pair((now.first, now.last), (before.first, before.last))
        coverage, freshness, notes = standing(conn, [one], (ORDERS, TRAFFIC), now)
        coverage = both_covered(coverage, standing(conn, [one], (ORDERS, TRAFFIC), before)[0])
        with _rooms(caller, conn, one) as marts:
            book, waits = explained(marts, one, pair)
    changed = book.get("sales_change")
    if changed is None:
        gaps = (
            f" Missing: {coverage.missing[0].report}, {coverage.missing[0].days} days."
            if coverage and coverage.missing
            else ""
        )
        raise Refusal(
            f"It cannot be said why sales of {one.store_id} changed from {before} to {now}: orders of some day are not "
            f"here, or units that await payment may make up for the fall.{gaps} Ask what_is_missing, or for a later "
            "period."
        )
    previous = changed.comparison.value if changed.comparison else Decimal(0)
    reached = previous + Decimal(changed.value)  # type: ignore[arg-type]
    shown = figure(Decimal(changed.value), "money", one.currency)  # type: ignore[arg-type]
    answer = Answer(
        says=f"Sales of {one.store_id} went from {figure(previous, 'money', one.currency)} to "
        f"{figure(reached, 'money', one.currency)} {one.currency} ({signed(shown)}).",
        unit="money",
        currency=one.currency,
        period=days_of(now),
        compared_with=days_of(before),
        coverage=coverage,
        freshness=freshness,
        notes=[
            "What stands beside a change happened at the same time and points the same way; it is no proof.",
            "Sales are item prices of lines that are neither cancelled nor without a price, as buyers pay them.",
            *(["Units that await payment have no price yet and may still raise the sales."] if waits else []),
            *notes,
        ],
        formula=_FORMULA,
    )
    return paged(answer, list(_rows(book)), page)


def explained(marts: Marts, store: KnownStore, pair: Pair) -> tuple[FactBook, bool]:
    """The facts on a change, and whether units of the period still await payment."""
    from pipelines.insights.measures import competitors, why

    book = FactBook(store.store_id, pair.current[1], store.currency, first=pair.current[0])
    tracked: dict[str, list[str]] = {}
    for row in marts.rows(_TRACKED):
        tracked.setdefault(row["own_asin"], []).append(row["competitor_asin"])
    competitors.collect(marts, book, tracked)
    waits = _add_movers(marts, book, pair)
    why.collect(marts, book, pair)
    return book, waits


@contextmanager
def _rooms(caller: Caller, conn: psycopg.Connection[Any], store: KnownStore) -> Iterator[Marts]:
    with caller.ledger() as ledger:
        yield _Rooms(conn, store.store_id, store.time_zone, store.tenant_id, ledger)


def _add_movers(marts: Marts, book: FactBook, pair: Pair) -> bool:
    """Add the products that fell and rose most, as `measures/why.py` expects them. Returns whether units await
    payment."""
    from pipelines.insights.measures.sales import product_names, sku_subject
    from pipelines.insights.measures.why import SOLD_BY_SKU

    sold: dict[str, list[Decimal]] = {}
    pending = 0
    for row in marts.rows(SOLD_BY_SKU, **pair.bounds):
        amounts = sold.setdefault(row["sku"], [Decimal(0), Decimal(0)])
        amounts[row["is_current"]] = Decimal(row["amount"] or 0)
        pending += int(row["pending"] or 0) if row["is_current"] else 0
    movers = chosen_movers(sold)
    names = product_names(marts, [sku for sku, _ in movers])
    for sku, (before, after) in movers:
        subject = sku_subject(sku, names)
        book.add(
            "sku_sales_change",
            after - before,
            "SOLD_BY_SKU",
            subject=subject,
            period=pair.current,
            comparison=Comparison(pair.basis, before),
            direction="up" if after > before else "down",
        )
    return bool(pending)


def chosen_movers(sold: Mapping[str, list[Decimal]], most: int = PRODUCTS) -> list[tuple[str, list[Decimal]]]:
    """The SKUs whose sales fell and rose most, the largest change first. sold: SKU -> [before, after]."""
    ranked = sorted(sold.items(), key=lambda each: (each[1][1] - each[1][0], each[0]))
    fell = [each for each in ranked if each[1][1] < each[1][0]][:most]
    rose = [each for each in reversed(ranked) if each[1][1] > each[1][0]][:most]
    return sorted(fell + rose, key=lambda each: (-abs(each[1][1] - each[1][0]), each[0]))


def _rows(book: FactBook) -> Iterator[dict[str, Any]]:
    """The store first, then each product with its parts and what stands beside it."""
    total = book.get("sales_change")
    if total is not None:
        yield _row("store", total, [fact for fact in book.facts if fact.subject.kind == "store"])
    for mover in book.all("sku_sales_change"):
        own = [fact for fact in book.facts if fact.subject.key == mover.subject.key and fact.subject.kind == "sku"]
        yield _row("sku", mover, own)


def _row(kind: str, change: Fact, facts: list[Fact]) -> dict[str, Any]:
    value = Decimal(change.value)  # type: ignore[arg-type]
    before = change.comparison.value if change.comparison else Decimal(0)
    parts = {
        _WHAT[fact.name]: figure(Decimal(fact.value), "money", change.currency)  # type: ignore[arg-type]
        for fact in facts
        if fact.name in _WHAT and _WHAT[fact.name] != "sales"
    }
    beside = [_said(fact) for fact in facts if fact.name in _BESIDE]
    return {
        "what": kind,
        "subject": change.subject.key,
        "title": change.subject.label or None,
        "asin": change.subject.also[0] if change.subject.also else None,
        "before": figure(before, "money", change.currency),
        "after": figure(before + value, "money", change.currency),
        "change": figure(value, "money", change.currency),
        **{f"from_{name}": part for name, part in parts.items()},
        "beside": Ours("; ".join(beside)) if beside else None,
    }


def _said(fact: Fact) -> str:
    was = f" (before: {fact.comparison.value:f})" if fact.comparison else ""
    unit = {"percent": " %", "points": " points"}.get(fact.unit, "")
    return f"{_BESIDE[fact.name]}: {fact.value}{unit}{was}"
