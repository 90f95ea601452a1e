"""Who is refused again and again is not listened to for a while. Kept in memory, by the sender's address."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_REFUSED = 30
"""How many refusals a sender may collect at once; after that, `PER_MINUTE` more are listened to."""

PER_MINUTE = 30.0
MOST_SENDERS = 10_000


def sender_of(address: str) -> str:
    """By what a sender is known: its address of IPv4, or the network of 64 bits of an address of IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


@dataclass
class Limits:
    """A leaky bucket of refusals for each sender. clock: seconds that only grow."""

    clock: Callable[[], float]
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def seconds_to_wait(self, sender: str) -> float:
        """How long nothing of a sender is listened to; 0: it may speak."""
        over = self._level(sender) - MOST_REFUSED + 1
        return max(0.0, over * 60.0 / PER_MINUTE)

    def refused(self, sender: str) -> None:
        """Note that something of a sender was refused. Of very many senders the oldest are forgotten."""
        self._levels[sender] = (self._level(sender) + 1, self.clock())
        self._levels.move_to_end(sender)
        if len(self._levels) > MOST_SENDERS:
            self._levels.popitem(last=False)

    def _level(self, sender: str) -> float:
        level, since = self._levels.get(sender, (0.0, 0.0))
        return max(0.0, level - (self.clock() - since) * PER_MINUTE / 60.0)
