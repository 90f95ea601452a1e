"""Advice that may stand beside a statement, and what must hold of its facts. The words are in the frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipelines.insights.claims.kinds.types import Told, is_open, number
from pipelines.insights.facts import Fact, FactBook


@dataclass(frozen=True, slots=True)
class Advice:
    """meaning: when it helps, for whoever chooses. kinds: of statements it may stand beside. when: what must hold of
    the facts of the first subject, and of the book."""

    meaning: str
    kinds: tuple[str, ...]
    when: Callable[[Told, FactBook], bool]


def _went(role: str, direction: str) -> Callable[[Told, FactBook], bool]:
    """Whether it went that way, of figures that are final."""
    return lambda told, book: role in told and told[role].direction == direction and not is_open(told)


def _inbound(told: Told, book: FactBook) -> float | None:
    """Units on the way of the SKU that is told of; None where nobody knows, or no SKU is named."""
    sku = told.get("on_hand") or told.get("cover")
    fact = book.get("stock_inbound", sku.subject.key) if sku else None
    return None if fact is None else number(fact)


def _has(role: str, direction: str) -> Callable[[Told, FactBook], bool]:
    """Whether it is told of and went that way."""
    return lambda told, book: role in told and told[role].direction == direction


def _is_dearest(on_hand: Fact, book: FactBook) -> bool:
    """Whether of no other SKU that is out more is at stake; where nobody knows, whether it is listed first."""
    out = [fact for fact in book.all("stock_on_hand") if fact.value == 0]
    amounts = [number(book.get("stock_at_risk_a_week", fact.subject.key)) for fact in out]
    return on_hand is out[amounts.index(max(amounts))]


_STOCK = ("out_of_stock", "low_stock", "sku_sales")

ADVICE: Mapping[str, Advice] = {
    "start_here": Advice(
        "the named SKU is the one of which most is at stake of those that are out",
        ("out_of_stock",),
        lambda told, book: "on_hand" in told and _is_dearest(told["on_hand"], book),
    ),
    "order_more": Advice(
        "nothing of the named SKU is on the way", _STOCK, lambda told, book: _inbound(told, book) == 0
    ),
    "hurry_inbound": Advice(
        "some of the named SKU is on the way", _STOCK, lambda told, book: bool(_inbound(told, book))
    ),
    "compare_offers": Advice(
        "the buy box share fell",
        ("buy_box", "sku_sales"),
        # of a SKU that moved the share is told beside the change of its sales
        lambda told, book: (
            told.get("buy_box", told["change"]).direction == "down" and ("share" in told or "buy_box" in told)
        ),
    ),
    "check_listing": Advice(
        "visits or conversion fell, and are final", ("sessions_day", "conversion_day"), _went("change", "down")
    ),
    "check_campaigns": Advice("ACoS rose, and is final", ("acos_week",), _went("change", "up")),
    "check_targets_or_pause": Advice(
        "the campaign got clicks", ("campaign_without_sales",), lambda told, book: number(told.get("clicks")) > 0
    ),
    "negative_keywords": Advice(
        "search terms are among what sold nothing",
        ("terms_without_sales", "wasted_spend"),
        lambda told, book: "term" in told or "count" in told,
    ),
    "exclude_terms": Advice("always fits", ("negative_candidates",), lambda told, book: True),
    "lower_bids": Advice(
        "a campaign that still runs advertises the product",
        ("losing_ads",),
        lambda told, book: "paused" not in told or told["paused"].value < told["spend"].value,  # type: ignore[operator]
    ),
    "keep_paused": Advice(
        "the campaigns that advertised it are paused by now",
        ("losing_ads",),
        lambda told, book: "paused" in told and told["paused"].value == told["spend"].value,
    ),
    "raise_bids": Advice("always fits", ("growing_ads",), lambda told, book: True),
    "raise_budget": Advice(
        "its ads earn more than they cost", ("full_budget",), lambda told, book: number(told.get("gain")) > 0
    ),
    "hold_budget": Advice("its ads lose money", ("full_budget",), lambda told, book: number(told.get("loss")) > 0),
    "weigh_our_price": Advice(
        "the competitor is cheaper than we are now",
        ("competitor_price", "sku_sales", "price_standing"),
        lambda told, book: _has("gap", "down")(told, book) or _has("rival", "down")(told, book),
    ),
    "check_our_price": Advice("our own price rose", ("sku_sales",), _has("price_change", "up")),
    "check_ads": Advice("clicks on the SKU's ads fell", ("sku_sales",), _has("clicks_change", "down")),
    "hold_our_price": Advice(
        "the competitor is still dearer than we are",
        ("competitor_price",),
        lambda told, book: "gap" in told and told["gap"].direction == "up",
    ),
    # the month in money
    "spend_less_on_ads": Advice(
        "the SKU earns money before its advertising",
        ("losing_skus",),
        lambda told, book: number(told.get("before")) > 0,
    ),
    "raise_or_clear": Advice(
        "the SKU loses money before its advertising, too",
        ("losing_skus",),
        lambda told, book: "before" in told and number(told["before"]) <= 0,
    ),
    "import_costs": Advice(
        "nobody has said what units cost", ("left_out_of_profit",), lambda told, book: "no_cost" in told
    ),
    "await_fees": Advice(
        "costs are known, and fees are not", ("left_out_of_profit",), lambda told, book: "no_cost" not in told
    ),
    "import_rates": Advice("always fits", ("shop_without_rate",), lambda told, book: True),
    # the inventory brief
    "place_order": Advice("always fits", ("to_order",), lambda told, book: "units" in told),
    "clear_stock": Advice("units are beyond what sells", ("to_clear",), lambda told, book: "surplus" in told),
    "sell_before_charge": Advice(
        "a surcharge for age is coming", ("to_clear",), lambda told, book: "surcharge" in told
    ),
    "fix_listing": Advice("always fits", ("stranded_stock",), lambda told, book: True),
    "remove_unsellable": Advice(
        "nothing is being removed yet", ("unsellable_stock",), lambda told, book: "removing" not in told
    ),
    "order_earlier": Advice("always fits", ("lost_sales",), lambda told, book: True),
    "be_visible": Advice(
        "our product beside it can be bought, as far as is known",
        ("competitor_out",),
        lambda told, book: not any(book.get("own_out_since", key) for key in told["since"].subject.also),
    ),
    # the competitors brief
    "weigh_rise": Advice(
        "the competitor is dearer than we are", ("price_standing",), lambda told, book: _has("gap", "up")(told, book)
    ),
    "defend_place": Advice("always fits", ("competitor_back",), lambda told, book: True),
    "look_at_page": Advice(
        "the competitor sells better than before",
        ("competitor_rank",),
        lambda told, book: _has("now", "down")(told, book),
    ),
    "check_own_page": Advice("the rank is worse", ("own_rank",), lambda told, book: _has("now", "up")(told, book)),
    "read_reviews": Advice("the rating fell", ("own_rating",), lambda told, book: _has("now", "down")(told, book)),
    "offer_again": Advice("always fits", ("own_page_out",), lambda told, book: True),
    "bid_on_searches": Advice(
        "a competitor stands before us, we are not found, or we left the first page",
        ("search_places", "not_in_searches", "first_page_left"),
        lambda told, book: (
            number(told.get("behind")) > 0 or "since" in told or ("found" in told and not told["found"].value)
        ),
    ),
    "see_status": Advice(
        "always fits", ("missing_data", "late_data", "profit_not_whole", "shop_gaps"), lambda told, book: True
    ),
    "pull_again": Advice("always fits", ("missing_data", "late_data"), lambda told, book: True),
    "import_files": Advice("always fits", ("unavailable_data",), lambda told, book: True),
}
