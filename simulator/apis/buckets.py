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

    def take(self, key: tuple[str, ...], rate: float, burst: float) -> bool:
        """Take a token. False, counted as an overdraw, when there is none: the request must be answered 429."""
        now = self._clock()
        tokens, since = self._state.get(key, (burst, now))
        tokens = min(burst, tokens + (now - since) * rate * self._scale)
        if tokens < 1.0:
            self._state[key] = (tokens, now)
            self.overdrawn[key] += 1
            return False
        self._state[key] = (tokens - 1.0, now)
        return True

    def empty(self, key: tuple[str, ...]) -> None:
        """Leave no token: what a throttle that was asked for looks like from outside."""
        self._state[key] = (0.0, self._clock())
