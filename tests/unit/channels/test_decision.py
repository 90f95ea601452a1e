"""The decision of what a channel is told: its rules, and what holds whatever the stock and the policies are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.channels.decision import Decision, Offer, Stock, Verdict, decide
from pipelines.channels.model import Listing, Shown
from pipelines.channels.policy import Policy

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRESH = NOW - timedelta(minutes=5)


def offer(shown: int | None, policy: Policy | None = None, sku: str = "KNIFE-8", **more: object) -> Offer:
    """A listing whose orders are known up to just now."""
    figure = None if shown is None else Shown(shown, FRESH, more.pop("waiting", 0))  # type: ignore[arg-type]
    known = {"orders_at": NOW, **more}
    return Offer(Listing("shop", sku, sku), sku, policy or Policy(), figure, **known)  # type: ignore[arg-type]


def one(each: Offer, available: int, *, counted: datetime = FRESH, fba: int = 0) -> Verdict:
    """The verdict on a channel's only listing."""
    return decide([each], {each.central_sku: Stock(each.central_sku, available, counted, fba)}, NOW).verdicts[0]


@pytest.mark.parametrize(
    ("policy", "available", "fba", "target"),
    [
        (Policy(), 40, 7, 40),
        (Policy(fba=True), 40, 7, 47),
        (Policy(buffer=3), 40, 0, 37),
        (Policy(buffer=3, share=Fraction(1, 2)), 40, 0, 18),
        (Policy(cap=10), 40, 0, 10),
        (Policy(buffer=50), 40, 0, 0),
        (Policy(), -4, 0, 0),
    ],
)
def test_a_policy_says_how_much_of_the_stock_is_shown(policy: Policy, available: int, fba: int, target: int) -> None:
    verdict = one(offer(1, policy), available, fba=fba)
    assert (verdict.target, verdict.action) == (target, "send")
    assert verdict.why.endswith(f": {target}.")


@pytest.mark.parametrize(
    ("policy", "shown", "available", "action"),
    [
        (Policy(), 100, 104, "wait"),  # four units, four per cent
        (Policy(), 100, 105, "send"),
        (Policy(), 30, 33, "send"),  # ten per cent
        (Policy(threshold_units=1), 100, 101, "send"),
        (Policy(threshold_percent=1), 100, 101, "send"),
        (Policy(buffer=20), 20, 41, "send"),  # what is shown is at the buffer
        (Policy(buffer=20), 22, 40, "send"),  # and what is to be
        (Policy(cap=100), 104, 300, "wait"),  # lower, and yet there is enough
        (Policy(), 100, 99, "send"),  # lower, and a buyer could order what is not there
        (Policy(buffer=40), 100, 139, "wait"),
        (Policy(paused=True), 100, 0, "wait"),
    ],
)
def test_small_changes_wait_where_that_is_safe(policy: Policy, shown: int, available: int, action: str) -> None:
    assert one(offer(shown, policy), available).action == action


def test_a_count_that_is_too_old_lowers_and_never_raises() -> None:
    old = NOW - timedelta(hours=169)
    assert one(offer(10), 50, counted=old).action == "wait"
    assert one(offer(10), 50, counted=old + timedelta(hours=2)).action == "send"
    assert one(offer(50), 10, counted=old).action == "send"


def test_a_figure_is_raised_only_where_the_channels_own_orders_are_known() -> None:
    assert one(offer(10, orders_at=None), 50).action == "wait"
    assert one(offer(10, orders_at=NOW - timedelta(hours=4)), 50).action == "wait"
    # the channel does not say what its orders hold: they have to be read after its figure was
    assert one(offer(10, waiting=None, orders_at=FRESH - timedelta(seconds=1)), 50).action == "wait"
    assert one(offer(10, waiting=None, orders_at=FRESH), 50).action == "send"
    assert one(offer(50, waiting=None, orders_at=None), 10).action == "send"


def test_what_a_channel_has_sold_and_was_not_read_yet_is_taken_off() -> None:
    assert one(offer(10, waiting=9, reserved=4), 50).target == 45
    assert one(offer(10, waiting=2, reserved=4), 50).target == 50


def test_goods_without_stock_and_listings_without_a_figure_are_left_alone() -> None:
    assert one(offer(None), 5).action == "none"
    assert decide([offer(5)], {}, NOW).verdicts[0].action == "none"


def channel(zeros: int, listings: int) -> Decision:
    """A channel of which so many listings would go to zero."""
    offers = [offer(10, sku=str(number)) for number in range(listings)]
    return decide(offers, {str(n): Stock(str(n), 0 if n < zeros else 20, FRESH) for n in range(listings)}, NOW)


@pytest.mark.parametrize(("zeros", "listings", "stops"), [(2, 10, False), (3, 10, True), (2, 9, True), (1, 2, False)])
def test_a_channel_that_would_lose_more_than_a_fifth_is_told_nothing(zeros: int, listings: int, stops: bool) -> None:
    decision = channel(zeros, listings)
    assert (decision.stopped is not None, decision.changes == []) == (stops, stops)


policies = st.builds(
    Policy,
    share=st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100),
    buffer=st.integers(0, 50),
    cap=st.none() | st.integers(0, 100),
    fba=st.booleans(),
    paused=st.booleans(),
    threshold_units=st.integers(0, 20),
    threshold_percent=st.integers(0, 100),
)
moments = st.integers(0, 400).map(lambda hours: NOW - timedelta(hours=hours))
offers = st.builds(
    Offer,
    listing=st.integers(0, 99).map(lambda number: Listing("shop", str(number), str(number))),
    central_sku=st.sampled_from("ABCDEFG"),
    policy=policies,
    shown=st.none() | st.builds(Shown, st.integers(0, 200), moments, st.none() | st.integers(0, 20)),
    reserved=st.integers(0, 20),
    orders_at=st.none() | moments,
)
stocks = st.dictionaries(
    st.sampled_from("ABCDEFG"), st.builds(Stock, st.just(""), st.integers(-20, 200), moments, st.integers(0, 50))
)


@given(st.lists(offers, max_size=12), stocks)
def test_what_holds_whatever_comes(given_offers: list[Offer], stock: dict[str, Stock]) -> None:
    decision = decide(given_offers, stock, NOW)
    assert [each.offer for each in decision.verdicts] == given_offers
    assert decide(given_offers, stock, NOW) == decision
    if decision.stopped:
        assert decision.changes == []
    known = sum(each.action != "none" for each in decision.verdicts)
    zeros = sum(each.to_quantity == 0 for each in decision.changes)
    assert zeros < 2 or zeros * 5 <= known
    for each in decision.verdicts:
        assert each.why.endswith(".")
        if each.action == "none":
            continue
        shown, policy, held = each.offer.shown, each.offer.policy, stock[each.offer.central_sku]
        assert shown is not None and each.target is not None
        sellable = max(0, held.available + (held.fba if policy.fba else 0))
        assert 0 <= each.target <= max(0, sellable - policy.buffer)
        assert policy.cap is None or each.target <= policy.cap
        assert (each.action == "keep") == (each.target == shown.quantity)
        if each.action == "send":
            assert not policy.paused
            assert each.change.from_quantity == shown.quantity != each.change.to_quantity
            if each.target > shown.quantity:
                assert held.counted_at >= NOW - timedelta(hours=policy.stock_age_hours)
                assert each.offer.orders_at is not None
        if each.action == "wait" and not decision.stopped and not policy.paused and shown.quantity > sellable:
            assert each.target > shown.quantity, "a figure that sells what is not there was left"


@given(offers, stocks)
def test_a_channel_that_shows_what_it_was_told_is_told_nothing_more(each: Offer, stock: dict[str, Stock]) -> None:
    verdict = decide([each], stock, NOW).verdicts[0]
    if verdict.action == "send" and each.shown is not None and verdict.target is not None:
        after = replace(each, shown=replace(each.shown, quantity=verdict.target))
        assert decide([after], stock, NOW).verdicts[0].action == "keep"
