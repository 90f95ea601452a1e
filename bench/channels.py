"""Telling channels the stock, by the decision function itself: a day of 10,000 orders over three channels, in simulated
time.

`oversell_rate`: units sold beyond stock per unit sold. Of 200 SKUs a third are scarce. A channel takes an order while
it shows enough, and shows less at once, as shops do. Its webhook comes after a while; of webhooks 5 % are lost, 2 %
come twice, and late ones overtake others. A call of a channel takes 0.2 to 2 s. Orders without a webhook are read by
the round of every five minutes. Beside it: nobody tells the channels anything, and each hour.

What a channel shows at the day's end is compared with what is there: `stock_differences`, after the last round.
`webhook_to_channels_p95_s`: from a webhook to the other channels' new figures, with a look for news each second as
`tradewind serve` does.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bench.figures import Figure, Room
from pipelines.channels.decision import Offer, Stock, decide
from pipelines.channels.model import Listing, Shown
from pipelines.channels.policy import Policy
from pipelines.serving.telling import LOOK_SECONDS

SKUS, ORDERS, CHANNELS = 200, 10_000, ("amazon", "ebay", "shopify")
DAY = 86_400.0
LOST, DOUBLED = 0.05, 0.02
EVERY = 300.0
START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass
class Day:
    """One simulated day. every: seconds between rounds that read all orders; None: none. webhooks: do they come?"""

    seed: int
    every: float | None
    webhooks: bool
    policy: Policy
    sold: int = 0
    oversold: int = 0
    delays: list[float] = field(default_factory=list)
    _number: itertools.count[int] = field(default_factory=itertools.count)

    def run(self) -> int:
        """Live through it; returns how many figures are not as they should be in the end."""
        self.random = Random(self.seed)
        goods = [f"SKU-{number:03d}" for number in range(SKUS)]
        self.stock = {
            sku: self.random.randint(10, 40) if number % 3 == 0 else self.random.randint(80, 150)
            for number, sku in enumerate(goods)
        }
        self.left = dict(self.stock)
        self.known = dict(self.stock)
        self.shows = {(channel, sku): self.policy.target(self.stock[sku]) for channel in CHANNELS for sku in goods}
        self.unread: dict[int, tuple[str, str, int]] = {}
        self.read_at = START
        self.busy: dict[str, float] = dict.fromkeys(CHANNELS, 0.0)
        self.queue: list[tuple[float, int, Callable[[float], None]]] = []
        for _ in range(ORDERS):
            at, sku = self.random.random() * DAY, self.random.choice(goods)
            self._at(at, lambda now, sku=sku: self._order(now, sku))  # type: ignore[misc]
        if self.every is not None:
            moment = self.every
            while moment <= DAY + self.every:
                self._at(moment, self._read_all)
                moment += self.every
        while self.queue:
            now, _, action = heapq.heappop(self.queue)
            action(now)
        return sum(shown != self.policy.target(self.left[sku]) for (_, sku), shown in self.shows.items())

    def _at(self, moment: float, action: Callable[[float], None]) -> None:
        heapq.heappush(self.queue, (moment, next(self._number), action))

    def _order(self, now: float, sku: str) -> None:
        channel, units = self.random.choice(CHANNELS), self.random.choice((1, 1, 1, 1, 2, 3))
        if self.shows[channel, sku] < units:
            return
        self.shows[channel, sku] -= units
        self.sold += units
        self.oversold += max(0, units - max(0, self.left[sku]))
        self.left[sku] -= units
        number = next(self._number)
        self.unread[number] = (channel, sku, units)
        if self.webhooks and self.random.random() >= LOST:
            for _ in range(2 if self.random.random() < DOUBLED else 1):
                came = now + self.random.uniform(0.1, 3.0)
                self._at(came, lambda then: self._heard(then, number))

    def _heard(self, now: float, number: int) -> None:
        _, sku, units = self.unread.pop(number, ("", "", 0))
        if units:
            self.known[sku] -= units
            looked = now + self.random.random() * LOOK_SECONDS
            self._at(looked, lambda then: self._tell(then, [sku], heard=now))

    def _read_all(self, now: float) -> None:
        for _, sku, units in self.unread.values():
            self.known[sku] -= units
        self.unread.clear()
        self.read_at = START + timedelta(seconds=now)
        self._tell(now, list(self.stock))

    def _tell(self, now: float, skus: list[str], heard: float | None = None) -> None:
        """A call to every channel: decided when it begins, compared and set when it ends. One waits for the other."""
        for channel in CHANNELS:
            self._call(now, channel, skus, heard)

    def _call(self, now: float, channel: str, skus: list[str], heard: float | None) -> None:
        if not self._changes(channel, skus, now):
            return
        begun = max(now, self.busy[channel])
        done = self.busy[channel] = begun + self.random.uniform(0.2, 2.0)

        def begin(then: float) -> None:
            changes = self._changes(channel, skus, then)
            self._at(done, lambda end: self._set(end, channel, changes, heard))

        self._at(begun, begin)

    def _changes(self, channel: str, skus: list[str], now: float) -> list[tuple[str, int, int]]:
        moment = START + timedelta(seconds=now)
        # only the shop says what its open orders hold; of the others the orders of the last round are known
        held = dict.fromkeys(skus, 0)
        for where, sku, units in self.unread.values():
            if where == channel and sku in held:
                held[sku] += units
        offers = []
        for sku in skus:
            shown = Shown(self.shows[channel, sku], moment, held[sku] if channel == "shopify" else None)
            offers.append(Offer(Listing(channel, sku, sku), sku, self.policy, shown, 0, self.read_at))
        stock = {sku: Stock(sku, self.known[sku], moment) for sku in skus}
        changes = decide(offers, stock, moment).changes
        return [(each.listing.item_id, each.from_quantity, each.to_quantity) for each in changes]

    def _set(self, now: float, channel: str, changes: list[tuple[str, int, int]], heard: float | None) -> None:
        """What the channel has sold since the call began is seen by the comparison: nothing is set, and it is decided
        anew."""
        for sku, seen, to in changes:
            if self.shows[channel, sku] != seen:
                self._call(now, channel, [sku], heard)
                continue
            self.shows[channel, sku] = to
            if heard is not None:
                self.delays.append(now - heard)


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


def run(room: Room) -> list[Figure]:
    """The figures of one day, in full of five."""
    days = 5 if room.full else 1
    policy = Policy()

    def lived(every: float | None, *, webhooks: bool) -> tuple[float, int, list[float]]:
        made = [Day(seed, every, webhooks, policy) for seed in range(days)]
        wrong = sum(each.run() for each in made)
        rate = sum(each.oversold for each in made) / sum(each.sold for each in made)
        return rate, wrong, [delay for each in made for delay in each.delays]

    rate, wrong, delays = lived(EVERY, webhooks=True)
    alone, _, _ = lived(None, webhooks=False)
    hourly, _, _ = lived(3600.0, webhooks=False)
    note = f"without any telling {alone:.4f}, hourly {hourly:.4f}; {days} days of {ORDERS:,} orders, {SKUS} SKUs"
    return [
        Figure("oversell_rate", round(rate, 6), "", 0.0005, note=note),
        Figure("stock_differences", wrong, "listings", 0, note=f"of {days * SKUS * len(CHANNELS)}, at the days' ends"),
        Figure("webhook_to_channels_p95_s", round(_p95(delays), 2), "s", 5, note="simulated calls of 0.2 to 2 s"),
    ]
