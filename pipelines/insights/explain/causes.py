"""What stands beside a change of a product's sales, each with a figure of its own that points the same way.

A cause is no proof: it is what happened at the same time, and what it would do to sales. So one is named only where its
figure supports the direction, where units and not the price moved the money, and where it is large enough not to be
noise. How it is worded is in `claims/`; how the figures are found in `measures/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.insights.explain.contributions import Parts

Cause = Literal["stock", "buy_box", "competitor", "price", "clicks"]

BUY_BOX_POINTS = Decimal(8)  # A share moves by some points from week to week without anyone's doing.
PRICE_PERCENT = Decimal(3)  # Below, coupons and quantities of single orders move the average price.
CLICKS_PERCENT, CLICKS_LEAST = Decimal(20), 20  # Twenty clicks vary by a fifth by chance alone (Poisson).
MOST = 2  # More of them would be a list and no explanation.


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a product in two periods; each pair is (before, after), None where it is not known.

    days_out: days without any stock. buy_box: percent of page views with the buy box, where there are enough views.
    price: average price per unit, in the currency. clicks: on its ads, of days whose clicks are final. competitor_cut:
    by how many percent a tracked competitor cut its price in the later period and undercuts it since; None: none did.
    """

    days_out: tuple[int, int] | None = None
    buy_box: tuple[Decimal, Decimal] | None = None
    price: tuple[Decimal, Decimal] | None = None
    clicks: tuple[int, int] | None = None
    competitor_cut: Decimal | None = None


def causes(parts: Parts, evidence: Evidence) -> tuple[Cause, ...]:
    """What supports the direction of the change, the strongest first, at most MOST.

    An empty shelf sells nothing, so it comes first; then who has the buy box, who is cheaper, what changed in our own
    price, and how many came by ads.
    """
    change = parts.units + parts.price
    if not change or abs(parts.units) < abs(parts.price) or (parts.units > 0) != (change > 0):
        return ()  # it was the price per unit that moved the money
    rose = change > 0
    points: dict[Cause, bool] = {
        "stock": _points(evidence.days_out, rose, more_is_better=False),
        "buy_box": _points(evidence.buy_box, rose, by=BUY_BOX_POINTS),
        "competitor": bool(evidence.competitor_cut) and not rose,
        "price": _points(evidence.price, rose, percent=PRICE_PERCENT, more_is_better=False),
        "clicks": _points(evidence.clicks, rose, percent=CLICKS_PERCENT)
        and max(evidence.clicks or (0,)) >= CLICKS_LEAST,
    }
    return tuple([cause for cause, so in points.items() if so][:MOST])


def _points(
    pair: tuple[Decimal, Decimal] | tuple[int, int] | None,
    rose: bool,
    *,
    by: Decimal = Decimal(0),
    percent: Decimal | None = None,
    more_is_better: bool = True,
) -> bool:
    """Whether a figure moved as far as it must (`by` in its unit, or in percent of what it was), and the way that goes
    with sales that rose or fell."""
    if pair is None or pair[0] == pair[1]:
        return False
    before, now = Decimal(pair[0]), Decimal(pair[1])
    if percent is not None and not before:
        return False  # nothing is no base for percents
    least = by if percent is None else percent * before / 100
    return abs(now - before) >= least and ((now > before) == rose) == more_is_better
