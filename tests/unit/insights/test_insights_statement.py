"""A statement adds up as it is shown: its lines, its sums, and what they contribute to a change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipelines.insights.measures.statement import LATER_PARTS, ORDER_PARTS, PARTS, footed, made

DAYS = (date(2026, 11, 14), date(2026, 11, 20))
_amounts = st.decimals("-99999", "99999", places=4)


@given(st.dictionaries(st.sampled_from(PARTS), _amounts, min_size=1), st.sampled_from([0, 2]))
def test_rounded_amounts_add_up_and_none_is_a_unit_off(amounts: dict[str, Decimal], places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    total = round(sum(amounts.values(), Decimal(0)), places)
    lines = footed(amounts, total, places)
    assert sum(lines.values()) == total and lines.keys() == amounts.keys()
    for name, amount in amounts.items():
        assert abs(lines[name] - amount) < unit and lines[name] == round(lines[name], places)
        assert amount or lines[name] == 0, "what there is nothing of stays so"


def test_what_rounding_leaves_goes_to_the_line_that_it_moved_furthest() -> None:
    lines = footed({"revenue": Decimal("10.0049"), "goods": Decimal("-3.001"), "vat": Decimal(0)}, Decimal("7.01"), 2)
    assert lines == {"revenue": Decimal("10.01"), "goods": Decimal("-3.00"), "vat": Decimal(0)}


@given(st.lists(_amounts, min_size=len(PARTS), max_size=len(PARTS)), st.sampled_from(["USD", "JPY"]))
def test_the_lines_of_a_statement_add_up_to_its_sums(amounts: list[Decimal], currency: str) -> None:
    row = dict(zip(PARTS, amounts, strict=True)) | {
        "profit": sum(amounts), "revenue_net": Decimal(100), "units": 10, "units_left_out": 1, "units_estimated": 3,
        "units_told": 9, "units_uneven": 0,
    }  # fmt: skip
    told = made(row, DAYS, currency)
    assert sum(told.parts[part] for part in ORDER_PARTS) == told.order_profit
    assert told.order_profit + sum(told.parts[part] for part in LATER_PARTS) == told.profit
    assert told.is_known and told.left_out_share == 10 and told.margin == told.profit


def test_of_sales_that_are_hardly_known_no_profit_is_told() -> None:
    row = {part: Decimal(1) for part in PARTS} | {"profit": Decimal(10), "revenue_net": Decimal(0)}
    units = {"units": 10, "units_left_out": 5, "units_estimated": 0, "units_told": 5, "units_uneven": 0}
    assert not made({**row, **units}, DAYS, "USD").is_known
    none = made({**row, **units, "units": 0, "units_left_out": 0, "units_told": 0}, DAYS, "USD")
    assert not none.is_known and none.margin is None
