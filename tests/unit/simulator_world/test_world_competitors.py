"""What happens to competitors' pages in every seed's world: each kind of event, and what a comparison must bear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from simulator.seeded_world import World
from simulator.truth import rows
from tests.support.seeds import of_seeds

SEEDS = (7, 11, 23)
KINDS = {
    *("first_seen", "out_of_stock", "back_in_stock", "title_changed", "rating_changed", "buy_box_changed"),
    *("bsr_entered", "bsr_left", "bsr_category_changed", "bsr_improved", "bsr_worsened"),
    *("price_drop", "price_rise", "deal_started", "deal_ended", "list_price_changed", "crawl_failing"),
    *("image_changed", "coupon_started", "coupon_ended", "new_seller", "first_page_entered", "first_page_left"),
}


@pytest.fixture(params=of_seeds(*SEEDS))
def seeded(request: pytest.FixtureRequest, world_of: Callable[[int], World]) -> World:
    return world_of(request.param)


def test_every_kind_of_event_happens(seeded: World, now: datetime) -> None:
    events = rows("competitor_events", seeded, now)
    assert {event["kind"] for event in events} == KINDS
    assert {event["store_id"] for event in events if event["is_own"]} == {"harbor-us", "harbor-de", "sakura-jp"}
    behind = [event for event in events if event["kind"] in ("price_drop", "price_rise") and event["compared_date"]]
    back = {(event["asin"], event["date"]): event for event in events if event["kind"] == "back_in_stock"}
    assert any((event["asin"], event["date"]) in back for event in behind), "a price that is another after a stock-out"


def test_some_pairs_cannot_be_compared(seeded: World, now: datetime) -> None:
    pairs = rows("competitor_comparison", seeded, now)
    assert {pair["competitor_is_stale"] for pair in pairs} == {True, False}
    assert {pair["bsr_rank_difference"] is None for pair in pairs} == {True, False}
    assert {(pair["price_difference_amount"] or 0) > 0 for pair in pairs} == {True, False}
    assert any(0 < (pair["competitor_cheaper_ratio_30d"] or 0) < 1 for pair in pairs)
    assert any(pair["competitor_days_out_of_stock_30d"] for pair in pairs)
    rivals = [pair["competitor_asin"] for pair in pairs]
    assert len(set(rivals)) < len(rivals), "a competitor of two own products"
