"""What explains a figure: ranges that a single day does not move, parts that add up, causes that point the same way."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.insights.explain.causes import Evidence, causes
from pipelines.insights.explain.contributions import Parts, Sold, of_product, of_store, to_the_cent
from pipelines.insights.explain.unusual import LIMIT, MIN_VALUES, Usual, usual

# --- unusual -------------------------------------------------------------------------------------------------------

SATURDAYS = [Decimal(n) for n in (2000, 2100, 1900, 2050, 1950, 2200, 1800, 2000)]
amounts = st.decimals(0, 100_000, places=2)


def _usual(*values: object, **more: list[Decimal]) -> Usual:
    found = usual([Decimal(str(value)) for value in values], **more)
    assert found
    return found


def test_a_day_is_unusual_beyond_three_and_a_half_robust_deviations() -> None:
    found = _usual(*SATURDAYS)
    # the distances are 0 100 100 50 50 200 200 0, the one in the middle 75
    assert (found.middle, found.scale) == (2000, Decimal("1.4826") * 75)
    assert found.high == 2000 + LIMIT * Decimal("111.195") and found.low == 4000 - found.high
    assert abs(found.score(found.high) - LIMIT) < Decimal("1e-20")
    assert found.score(Decimal(1500)) < -LIMIT < found.score(Decimal(1700))


def test_one_day_of_sale_in_the_history_does_not_widen_what_is_usual() -> None:
    with_sale = _usual(*SATURDAYS[:-1], 9000)
    assert with_sale.score(Decimal(3000)) > LIMIT
    assert with_sale.middle <= 2050


@given(st.lists(amounts, min_size=MIN_VALUES, max_size=12), amounts, st.decimals("0.5", 20, places=2))
def test_a_score_knows_no_unit_and_no_order(values: list[Decimal], value: Decimal, factor: Decimal) -> None:
    found = usual(values)
    if found is None:
        assert len(set(values)) == 1
        return
    assert found.low <= median(values) <= found.high
    assert usual(sorted(values)) == found
    scaled = usual([each * factor for each in values])
    assert scaled and abs(scaled.score(value * factor) - found.score(value)) < Decimal("1e-12")


def test_too_little_history_says_nothing_and_neither_do_equal_days() -> None:
    assert usual(SATURDAYS[: MIN_VALUES - 1]) is None
    assert usual([Decimal(5)] * 8) is None


def test_where_most_days_are_equal_the_mean_deviation_stands_in() -> None:
    found = _usual(10, 10, 10, 10, 10, 10, 10, 18)
    assert found.scale == Decimal("1.2533") * 1
    assert found.score(Decimal(18)) > LIMIT


def test_counts_vary_by_chance_even_if_the_history_does_not_show_it() -> None:
    orders = [Decimal(n) for n in (16, 16, 17, 16, 15, 16, 16, 16)]
    alone, by_chance = _usual(*orders), _usual(*orders, counts=orders)
    assert alone.score(Decimal(24)) > LIMIT > by_chance.score(Decimal(24))
    assert by_chance.scale == 4  # the root of 16
    # sales of 16 orders vary no less, in money
    assert _usual(*(order * 50 for order in orders), counts=orders).scale == 200
    assert _usual(*orders, counts=[Decimal(0)] * 8) == alone


# --- parts ---------------------------------------------------------------------------------------------------------


@st.composite
def sold(draw: st.DrawFn) -> Sold:
    units = draw(st.integers(0, 400))
    amount = draw(amounts) if units else Decimal(0)
    return Sold(amount, units, draw(st.none() | st.integers(1 if units else 0, 9000)))


shops = st.dictionaries(st.sampled_from("ABCDE"), sold())


def _change(before: Sold, after: Sold) -> Fraction:
    return Fraction(after.amount) - Fraction(before.amount)


@given(sold(), sold())
def test_the_parts_of_a_product_add_up_and_turn_with_the_periods(before: Sold, after: Sold) -> None:
    parts, back = of_product(before, after), of_product(after, before)
    assert parts and back
    assert parts.price + parts.units == _change(before, after) == sum(parts.named().values())
    assert {name: -part for name, part in back.named().items()} == parts.named()
    if before.sessions is None or after.sessions is None:
        assert parts.traffic is None and "units" in parts.named()
    else:
        assert parts.traffic is not None and parts.conversion is not None
        assert parts.traffic + parts.conversion == parts.units


@given(sold())
def test_what_is_the_same_has_no_parts(each: Sold) -> None:
    parts = of_product(each, each)
    assert parts and set(parts.named().values()) == {Fraction(0)}


@given(shops, shops, st.none() | st.tuples(st.integers(1, 9999), st.integers(1, 9999)))
def test_the_parts_of_a_store_add_up_and_turn_with_the_periods(
    before: dict[str, Sold], after: dict[str, Sold], visits: tuple[int, int] | None
) -> None:
    parts = of_store(before, after, visits)
    change = sum((each.amount for each in after.values()), Decimal(0)) - sum(
        (each.amount for each in before.values()), Decimal(0)
    )
    assert sum(parts.named().values()) == Fraction(change)
    back = of_store(after, before, visits and (visits[1], visits[0]))
    assert {name: -part for name, part in back.named().items()} == parts.named()
    prices = [of_product(before.get(sku, Sold()), after.get(sku, Sold())) for sku in {**before, **after}]
    assert parts.price == sum(each.price for each in prices if each)
    assert ("traffic" in parts.named()) == (visits is not None)


def test_each_driver_gets_what_it_alone_moved() -> None:
    before = Sold(Decimal(1000), 100, 1000)
    assert of_product(before, Sold(Decimal(1100), 100, 1000)) == Parts(Fraction(100), Fraction(0), *[Fraction(0)] * 2)
    fewer_visits = of_product(before, Sold(Decimal(500), 50, 500))
    assert fewer_visits and (fewer_visits.traffic, fewer_visits.conversion) == (-500, 0)
    fewer_buyers = of_product(before, Sold(Decimal(500), 50, 1000))
    assert fewer_buyers and (fewer_buyers.traffic, fewer_buyers.conversion) == (0, -500)


def test_what_sold_nothing_lost_it_by_units_and_not_by_price() -> None:
    before, gone = Sold(Decimal(900), 30, 300), Sold(Decimal(0), 0, 0)
    parts = of_product(before, gone)
    assert parts and parts.named() == {"traffic": -900, "conversion": 0, "price": 0, "mix": 0}
    seen_but_not_bought = of_product(before, Sold(Decimal(0), 0, 300))
    assert seen_but_not_bought and seen_but_not_bought.conversion == -900
    new = of_product(Sold(), Sold(Decimal(900), 30))
    assert new and new.named() == {"units": 900, "price": 0, "mix": 0}


def test_dearer_products_in_place_of_cheaper_ones_are_the_mix() -> None:
    before = {"CHEAP": Sold(Decimal(100), 10), "DEAR": Sold(Decimal(100), 1)}
    after = {"CHEAP": Sold(Decimal(50), 5), "DEAR": Sold(Decimal(600), 6)}
    assert of_store(before, after, (100, 100)).named() == {"traffic": 0, "conversion": 0, "price": 0, "mix": 450}


def test_money_without_units_is_told_by_no_driver() -> None:
    odd = Sold(Decimal(40), 0)
    assert of_product(Sold(), odd) is None
    assert of_store({}, {"A": odd}, None).named() == {"units": 0, "price": 0, "mix": 40}


def test_units_without_visits_are_not_split() -> None:
    parts = of_product(Sold(Decimal(10), 1, 0), Sold(Decimal(20), 2, 5))
    assert parts and parts.traffic is None and parts.named()["units"] == 10


@given(st.lists(st.fractions(-10_000, 10_000, max_denominator=997), min_size=1, max_size=5), st.sampled_from([0, 2, 3]))
def test_rounded_parts_add_up_to_their_rounded_sum(values: list[Fraction], places: int) -> None:
    parts = {str(number): value for number, value in enumerate(values)}
    rounded = to_the_cent(parts, places)
    whole = to_the_cent({"all": sum(values, Fraction(0))}, places)["all"]
    assert sum(rounded.values()) == whole
    step = Decimal(1).scaleb(-places)
    for name, part in parts.items():
        assert rounded[name] % step == 0
        assert abs(Fraction(rounded[name]) - part) <= Fraction(step) * (len(parts) + 1) / 2
    assert to_the_cent({name: -part for name, part in parts.items()}, places) == {
        name: -part for name, part in rounded.items()
    }


def test_what_rounding_leaves_over_goes_to_the_largest_part() -> None:
    third = Fraction(100, 3)
    assert to_the_cent({"a": third, "b": third * 2, "c": -third}, 2) == {
        "a": Decimal("33.33"),
        "b": Decimal("66.67"),
        "c": Decimal("-33.33"),
    }
    assert to_the_cent({"a": Fraction(1, 2), "b": Fraction(1, 2)}, 0) == {"a": 0, "b": 1}
    assert to_the_cent({"a": Fraction(-5, 2)}, 0) == {"a": -3}


# --- causes --------------------------------------------------------------------------------------------------------

FELL, ROSE = Parts(Fraction(0), Fraction(-300)), Parts(Fraction(0), Fraction(300))
WITH_IT = {
    "stock": Evidence(days_out=(0, 4)),
    "buy_box": Evidence(buy_box=(Decimal(96), Decimal(61))),
    "competitor": Evidence(competitor_cut=Decimal(18)),
    "price": Evidence(price=(Decimal(10), Decimal(11))),
    "clicks": Evidence(clicks=(100, 60)),
}


@pytest.mark.parametrize("cause", WITH_IT)
def test_a_cause_is_told_where_its_figure_points_the_same_way(cause: str) -> None:
    assert causes(FELL, WITH_IT[cause]) == (cause,)
    assert causes(ROSE, WITH_IT[cause]) == ()


@pytest.mark.parametrize(
    ("cause", "evidence"),
    [
        ("stock", Evidence(days_out=(5, 1))),
        ("buy_box", Evidence(buy_box=(Decimal(61), Decimal(96)))),
        ("price", Evidence(price=(Decimal(11), Decimal(10)))),
        ("clicks", Evidence(clicks=(60, 100))),
    ],
)
def test_a_rise_has_causes_too(cause: str, evidence: Evidence) -> None:
    assert causes(ROSE, evidence) == (cause,)
    assert causes(FELL, evidence) == ()


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(),
        Evidence(days_out=(2, 2)),
        Evidence(buy_box=(Decimal(96), Decimal(89))),
        Evidence(price=(Decimal("10.00"), Decimal("10.20"))),
        Evidence(clicks=(100, 90)),
        Evidence(clicks=(12, 3)),
    ],
)
def test_what_did_not_move_far_is_no_cause(evidence: Evidence) -> None:
    assert causes(FELL, evidence) == ()


def test_at_most_two_are_told_the_strongest_first() -> None:
    everything = Evidence((0, 4), (Decimal(96), Decimal(61)), (Decimal(10), Decimal(11)), (100, 60), Decimal(18))
    assert causes(FELL, everything) == ("stock", "buy_box")


def test_a_change_by_price_has_no_cause_among_what_moves_units() -> None:
    dearer = Parts(price=Fraction(200), units=Fraction(-50))
    assert causes(dearer, Evidence(days_out=(3, 0))) == ()
    assert causes(Parts(Fraction(0), Fraction(0)), Evidence(days_out=(0, 3))) == ()
