"""Chance, keyed by what it is for: the same key gives the same numbers on every machine and in every process.

Every use names its seed, store, day and purpose, so that nothing that happens later can change what came before.
"""

from __future__ import annotations

import math
import uuid
import zlib
from functools import lru_cache
from random import Random


def rng(*key: object) -> Random:
    """A generator for that key. Strings are hashed by `random` with SHA-512: independent of PYTHONHASHSEED."""
    return Random("|".join(map(str, key)))


def number(*key: object, digits: int = 6) -> int:
    """A stable number of at most that many digits (up to 9) for a key: cheap, for identifiers."""
    return zlib.crc32("|".join(map(str, key)).encode()) % 10**digits


@lru_cache(maxsize=8192)
def stable_uuid(*parts: object) -> str:
    """A UUID that is the same for the same parts."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\x1f".join(map(str, parts))))


def poisson(random: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (small means; Knuth)."""
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count
