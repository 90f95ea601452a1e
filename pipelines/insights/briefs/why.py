"""Rules that kinds of briefs share: why sales changed, told by SKU and for the store.

A SKU that moved is told once: with what stands beside it, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs.kind import claim, dearest, named, order_or_hurry, some
from pipelines.insights.claims.kinds.why import is_out
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import Fact, FactBook

_BESIDE = (
    "stock_on_hand",
    "sku_days_out",
    "sku_days_out_before",
    "buy_box_change",
    "sku_competitor_price_change",
    "sku_price_change",
    "sku_ad_clicks_change",
)


NAMED = 3
"""The most SKUs that a claim about stock names."""


def movers(book: FactBook) -> Iterator[Claim]:
    """The SKUs whose sales changed most, fallen ones first: the first that something stands beside in a claim of its
    own, with what to do; the others in one, so that they take no more of the page."""
    for direction in ("down", "up"):
        changes = [fact for fact in book.all("sku_sales_change") if fact.direction == direction]
        first = next((change for change in changes if _beside(book, change)), None)
        if first is not None:
            sales = book.get("sku_sales_7d", first.subject.key)
            yield claim("sku_sales", first, sales, *_beside(book, first), advice=_advice(book, first))
        others = [change for change in changes if change is not first]
        if others:
            # all but the leading one by their change alone, so that the claim stays short to read
            lead = others[0].subject.key
            parts = named(book, *(f"sku_sales_from_{part}" for part in ("price", "traffic", "conversion")), key=lead)
            yield claim("sku_sales", *others, book.get("sku_sales_7d", lead), *parts, advice=_advice(book, others[0]))


def drivers(book: FactBook) -> Iterator[Claim]:
    """What the change of the store's sales is made of, where they changed at all."""
    change, known = book.get("sales_change"), book.get("sales_vs_previous_7d")
    if change is None or change.direction == "flat" or (known is not None and known.direction == "flat"):
        return
    names = ("traffic", "conversion", "units", "price", "mix")
    yield claim("sales_drivers", change, *named(book, *(f"sales_from_{name}" for name in names)))


def out_of_stock(book: FactBook) -> Iterator[Claim]:
    """How many SKUs are out, and those of which most is at stake. Those that are told as movers with it are left to
    these (`claims/order.py`)."""
    empty = dearest(book, [fact for fact in book.all("stock_on_hand") if fact.value == 0])[:NAMED]
    if empty:
        lead = empty[0].subject.key
        advice = ["start_here", *order_or_hurry(book, lead)]
        beside = named(book, "sku_velocity", "stock_inbound", "cover_with_inbound", key=lead)
        yield claim("out_of_stock", some(book, "skus_out_of_stock"), *empty, *beside, advice=advice)


def buy_box(book: FactBook) -> Iterator[Claim]:
    """The SKUs that lost the buy box, in one claim. Those that are told as movers with it are left to these."""
    lost = [change for change in book.all("buy_box_change") if change.direction == "down"]
    shares = [book.get("buy_box_7d", change.subject.key) for change in lost]
    if lost:
        yield claim("buy_box", *lost, *shares, advice=["compare_offers"])


def _beside(book: FactBook, change: Fact) -> list[Fact]:
    """The facts that the claim about a changed SKU says more by. Stock and buy box are facts whatever became of the
    sales, the others only where they go with the change."""
    found = (book.get(name, change.subject.key) for name in _BESIDE)
    tells = {
        "stock_on_hand": lambda fact: fact.value == 0 and is_out({"on_hand": fact, "change": change}, book),
        "buy_box_change": lambda fact: fact.direction == change.direction,
    }
    return [fact for fact in found if fact is not None and tells.get(fact.name, bool)(fact)]


def _advice(book: FactBook, change: Fact) -> list[str]:
    """What to do about a fall; a rise needs nothing."""
    if change.direction != "down":
        return []
    beside = {fact.name: fact for fact in _beside(book, change)}
    inbound = book.get("stock_inbound", change.subject.key)
    advice = []
    if "stock_on_hand" in beside and inbound is not None:
        advice.append("hurry_inbound" if inbound.value else "order_more")
    if "buy_box_change" in beside:
        advice.append("compare_offers")
    if "sku_competitor_price_change" in beside:
        advice.append("weigh_our_price")
    if "sku_price_change" in beside:
        advice.append("check_our_price")
    if "sku_ad_clicks_change" in beside:
        advice.append("check_ads")
    return advice
