"""The decision: stock, reservations, policies, what a channel shows -> what is to be sent, and why. One pure function.

Lowering a figure is never dangerous, so only raising one needs fresh knowledge: the count of the stock, and all orders
that the channel had taken when its figure was read. Otherwise goods that a buyer has just ordered would be offered once
more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pipelines.channels.model import Change, Listing, Shown
from pipelines.channels.policy import ZEROS_AT_ONCE, Policy

Action = Literal["send", "wait", "keep", "none"]


@dataclass(frozen=True, slots=True)
class Stock:
    """Of one central SKU. available: own units that may still be promised, below zero if oversold. fba: units at Amazon
    that can be sold. counted_at: when the own ones were counted."""

    central_sku: str
    available: int
    counted_at: datetime
    fba: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing and all that its figure depends on.

    shown: None: the channel keeps no stock of it. reserved: units that its open orders hold and that are taken off the
    available stock already. orders_at: up to when the channel's orders are known; None: none are.
    """

    listing: Listing
    central_sku: str
    policy: Policy
    shown: Shown | None
    reserved: int = 0
    orders_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one listing. target: what it should show; None where it shows nothing. action: `send`; `wait`: it
    differs, and nothing is sent yet; `keep`: it shows what it should; `none`: it keeps no stock. why: a sentence."""

    offer: Offer
    target: int | None
    action: Action
    why: str

    @property
    def change(self) -> Change:
        """What is to be sent. Only for a verdict `send`."""
        shown, target = self.offer.shown, self.target
        assert shown is not None and target is not None
        return Change(self.offer.listing, shown.quantity, target)


@dataclass(frozen=True, slots=True)
class Decision:
    """For one channel. stopped: why nothing is sent at all; None: what the verdicts say is sent."""

    verdicts: tuple[Verdict, ...]
    stopped: str | None = None

    @property
    def changes(self) -> list[Change]:
        """What is sent."""
        return [each.change for each in self.verdicts if each.action == "send"]


def decide(offers: Iterable[Offer], stock: Mapping[str, Stock], now: datetime) -> Decision:
    """What one channel is told. offers: all of its listings. stock: by central SKU; without it nothing is sent."""
    verdicts = tuple(_judge(each, stock.get(each.central_sku), now) for each in offers)
    known = [each for each in verdicts if each.action != "none"]
    gone = [each for each in known if each.action == "send" and each.target == 0]
    # one listing that is sold out is trade, however few the channel has
    if len(gone) < 2 or len(gone) <= ZEROS_AT_ONCE * len(known):
        return Decision(verdicts)
    stopped = (
        f"{len(gone)} of {len(known)} listings would go to zero at once, more than a fifth. Nothing is sent: look "
        "whether the newest count of the stock is whole."
    )
    held = tuple(replace(each, action="wait", why=stopped) if each.action == "send" else each for each in verdicts)
    return Decision(held, stopped)


def _judge(offer: Offer, stock: Stock | None, now: datetime) -> Verdict:
    shown, policy = offer.shown, offer.policy
    if shown is None:
        return Verdict(offer, None, "none", "The channel keeps no stock of it.")
    if stock is None:
        return Verdict(offer, None, "none", f"The own stock has no {offer.central_sku}.")
    # what the channel has sold and we have not heard of yet
    unseen = max(0, shown.waiting - offer.reserved) if shown.waiting is not None else 0
    sellable = stock.available + (stock.fba if policy.fba else 0) - unseen
    target = policy.target(sellable)
    why = _told(stock, policy, unseen, target)
    if target == shown.quantity:
        return Verdict(offer, target, "keep", why)
    if policy.paused:
        return Verdict(offer, target, "wait", f"{why} It is paused.")
    if target > shown.quantity and (doubt := _doubt(offer, shown, stock, now)):
        return Verdict(offer, target, "wait", f"{why} {doubt}")
    oversells = shown.quantity > max(sellable, 0)
    if policy.waits(shown.quantity, target) and not oversells:
        limits = f"{policy.threshold_units} units or {policy.threshold_percent} %"
        return Verdict(offer, target, "wait", f"{why} It waits until it differs by {limits}.")
    return Verdict(offer, target, "send", why)


def _doubt(offer: Offer, shown: Shown, stock: Stock, now: datetime) -> str | None:
    """Why a figure may not be raised now; None: it may."""
    policy, orders_at = offer.policy, offer.orders_at
    if now - stock.counted_at > timedelta(hours=policy.stock_age_hours):
        return f"It is not raised: the stock was counted more than {policy.stock_age_hours} h ago."
    if orders_at is None or now - orders_at > timedelta(hours=policy.orders_age_hours):
        return f"It is not raised: the channel's orders of the last {policy.orders_age_hours} h are not known."
    if shown.waiting is None and orders_at < shown.at:
        return "It is not raised before the channel's orders are read once more: it may have sold some since."
    return None


def _told(stock: Stock, policy: Policy, unseen: int, target: int) -> str:
    """How the figure comes about."""
    parts = [f"{stock.available} of the own stock may be promised"]
    if policy.fba:
        parts.append(f"{stock.fba} are at Amazon")
    if unseen:
        parts.append(f"{unseen} are in orders that were not read yet")
    if policy.buffer:
        parts.append(f"{policy.buffer} are kept back")
    if policy.share != 1:
        parts.append(f"{float(policy.share):.0%} of them are for this channel")
    if policy.cap is not None and target == policy.cap:
        parts.append(f"{policy.cap} at most are shown")
    return ", ".join(parts) + f": {target}."
