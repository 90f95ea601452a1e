"""Token buckets, as Amazon keeps one per application, selling partner and operation.

Refill is the published rate times the simulator's time scale; the burst is Amazon's. Time is real (monotonic) seconds.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable


class Buckets:
    """All buckets of the server, made full when they are first used."""

    def __init__(self, scale: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._scale = scale
        self._clock = clock
        self._state: dict[tuple[str, ...], tuple[float, float]] = {}
        self.overdrawn: Counter[tuple[str, ...]] = Counter()

    def rate(self, rate: float) -> float:
        """A published rate (per second) as this server applies it."""
        return rate * self._scale

    def take(self, key: tuple[str, ...], rate: float, burst: float, count: float = 1.0) -> bool:
        """Take so many tokens. False, counted as an overdraw, when they are not there: the request is refused."""
        tokens = self.level(key, rate, burst)
        if tokens < count:
            self._state[key] = (tokens, self._clock())
            self.overdrawn[key] += 1
            return False
        self._state[key] = (tokens - count, self._clock())
        return True

    def level(self, key: tuple[str, ...], rate: float, burst: float) -> float:
        """The tokens that are there now."""
        now = self._clock()
        tokens, since = self._state.get(key, (burst, now))
        return min(burst, tokens + (now - since) * rate * self._scale)

    def give(self, key: tuple[str, ...], count: float, burst: float) -> None:
        """Put tokens back that were taken and not used."""
        tokens, since = self._state[key]
        self._state[key] = (min(burst, tokens + count), since)

    def empty(self, key: tuple[str, ...]) -> None:
        """Leave no token: what a throttle that was asked for looks like from outside."""
        self._state[key] = (0.0, self._clock())
