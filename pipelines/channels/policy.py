"""What a policy is: how much of the stock a listing may show, and how eagerly it is told. Pure.

How policies are written down, and which one a listing has, is in `policies_file.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

ZEROS_AT_ONCE = Fraction(1, 5)
"""The share of a channel's SKUs that may go to zero at once; if more would, something else is wrong."""


@dataclass(frozen=True, slots=True)
class Policy:
    """For one listing.

    share: of what may be sold after the buffer was taken off, 0 to 1. buffer: units that are never offered. cap: the
    most units that are shown; None: no limit. fba: Amazon's stock is offered too, sent by Multi-Channel Fulfillment.
    paused: nothing is sent. threshold_units, threshold_percent: a change that reaches neither waits. stock_age_hours,
    orders_age_hours: how old the count of the stock, and what is known of the orders, may be; with older ones figures
    are only lowered.
    """

    share: Fraction = Fraction(1)
    buffer: int = 0
    cap: int | None = None
    fba: bool = False
    paused: bool = False
    threshold_units: int = 5
    threshold_percent: int = 10
    stock_age_hours: int = 168
    orders_age_hours: int = 3

    def target(self, sellable: int) -> int:
        """The units that are to be shown where `sellable` may be sold."""
        offered = max(0, int((sellable - self.buffer) * self.share))
        return offered if self.cap is None else min(offered, self.cap)

    def waits(self, shown: int, target: int) -> bool:
        """Whether a change is too small to be sent for its own sake."""
        if min(shown, target) <= self.buffer:
            return False
        change = abs(target - shown)
        return change < self.threshold_units and change * 100 < self.threshold_percent * shown


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """For one channel. write: `off`: it is not told anything; `propose`: `tradewind channels plan` shows what would be
    sent, and `apply` sends it; `on`: it is sent by itself. location: see `model.Channel`. policy: of the SKUs that have
    none of their own."""

    write: Literal["off", "propose", "on"] = "propose"
    location: str = ""
    policy: Policy = Policy()
