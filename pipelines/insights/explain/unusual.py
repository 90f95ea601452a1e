"""Whether a value is unusual among earlier ones: the robust z-score, and the range in which values are usual.

The rule is the modified z-score of Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), section 3.3, as the
NIST/SEMATECH e-Handbook of Statistical Methods has it in 1.3.5.17: the distance from the median in units of the median
absolute deviation (MAD), and more than 3.5 of them is unusual. Median and MAD do not move with a single day of sale or
outage in the history, as average and standard deviation do. Which days are alike enough to be compared is not decided
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

LIMIT = Decimal("3.5")  # By Iglewicz and Hoaglin. Of eight normal days, one in twenty more lies beyond by chance.
MIN_VALUES = 6  # With fewer, half of them may lie alike by chance, and the MAD says nothing of how far values spread.
MAD_TO_SIGMA = Decimal("1.4826")  # makes the MAD of normal values their standard deviation: 1 / 0.6745
MEAN_TO_SIGMA = Decimal("1.2533")  # the same for the mean absolute deviation: the root of pi / 2


@dataclass(frozen=True, slots=True)
class Usual:
    """How earlier values spread. middle: their median. scale: a robust standard deviation, above 0. Both are in the
    unit of the values."""

    middle: Decimal
    scale: Decimal

    @property
    def low(self) -> Decimal:
        """The least value that is usual. What is counted or sold is not below 0."""
        return max(self.middle - LIMIT * self.scale, Decimal(0))

    @property
    def high(self) -> Decimal:
        """The greatest value that is usual."""
        return self.middle + LIMIT * self.scale

    def score(self, value: Decimal) -> Decimal:
        """The robust z-score of a value: how many standard deviations it lies above the median; below it is
        negative."""
        return (value - self.middle) / self.scale


def usual(values: Sequence[Decimal], *, counts: Sequence[Decimal] | None = None) -> Usual | None:
    """How values of alike days spread, none of which is negative; None where that cannot be said: there are fewer than
    MIN_VALUES, or all are equal.

    counts: how many independent events are behind each value, as orders are behind sales; for what is counted, the
    values themselves. Events that come by chance vary by the root of their number (Poisson), whatever a short history
    shows, so the scale is not below that. Where the MAD is 0, because more than half of the values are equal, the mean
    absolute deviation stands in for it.
    """
    if len(values) < MIN_VALUES:
        return None
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    scale = MAD_TO_SIGMA * median(distances) or MEAN_TO_SIGMA * sum(distances, Decimal(0)) / len(distances)
    typical = median(counts) if counts else Decimal(0)
    if typical > 0:
        scale = max(scale, middle / typical.sqrt())
    return Usual(middle, scale) if scale else None
