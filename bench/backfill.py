"""A backfill against Amazon's limits, and two processes on one backlog. The simulator's budgets are Amazon's, in faster
time; what was asked for, and which buckets were overdrawn, is what the simulator counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import simulated
from bench.figures import Figure, Room

TRAFFIC = "amazon_sp.sales_and_traffic"
DAYS = 730
# Amazon answers for two years less a day.
REQUESTS = 729
# So much faster than Amazon that the limit, not this machine, is what is waited for, and yet for less than two minutes.
SCALE = 400.0
MOST_TIMES = 1.05

BACKLOG_STORES, BACKLOG_DAYS, BACKLOG_SCALE = 4, 20, 300.0
SLOWER_SCALE = BACKLOG_SCALE / 4
"""At 300 times the speed Amazon's `createReport` is refilled five times a second: a request that a busy machine holds
up for a fifth of a second makes the next one come too soon. Two processes that take the same token do so at any speed.
"""


def run(room: Room) -> Iterator[Figure]:
    """`backfill_vs_bound`, `two_process_duplicates`, `two_process_vs_one`."""
    yield _backfill(room)
    yield from _two_processes(room)


def _backfill(room: Room) -> Figure:
    """One store, two years of daily sales and traffic: one request for each day."""
    with simulated.world(room.folder / "backfill", stores=1, products=3, days=DAYS, time_scale=SCALE) as world:
        ended = simulated.run(world, room.folder / "home", room.url, (TRAFFIC,))
        asked, overdrawn = world.asked(), world.overdrawn()
    bound = simulated.rate_bound("createReport", REQUESTS, SCALE)
    note = f"{ended.seconds:.1f} s against {bound:.1f} s for {sum(asked.values())} requests"
    wrong = []
    if sum(asked.values()) != REQUESTS or len(asked) != REQUESTS:
        wrong.append(f"{REQUESTS} different ones suffice")
    if ended.states != {"loaded": REQUESTS}:
        wrong.append(f"slices: {ended.states}")
    if overdrawn:
        wrong.append(f"{overdrawn} overdraws")
    if wrong:
        return Figure("backfill_vs_bound", 99, "times", MOST_TIMES, note=f"FAILED: {'; '.join(wrong)}; {note}")
    return Figure("backfill_vs_bound", round(ended.seconds / bound, 3), "times", MOST_TIMES, note=note)


def _two_processes(room: Room) -> list[Figure]:
    """All daily feeds and twenty days of history: by one process, and by two that begin together."""
    one, two = (_backlog(room, processes, BACKLOG_SCALE) for processes in (1, 2))
    twice, overdrawn = two.asked - two.different, two.overdrawn
    told = f"{two.asked} requests, {' + '.join(map(str, two.shares))} of them by each; one process made {one.asked}"
    if overdrawn:
        told += f"; {overdrawn} overdraws at {BACKLOG_SCALE:g} times the speed"
        slower = _backlog(room, 2, SLOWER_SCALE)
        twice, overdrawn = max(twice, slower.asked - slower.different), slower.overdrawn
        told += f", {overdrawn} at {SLOWER_SCALE:g} times"
    wrong = twice + overdrawn
    if one.asked != two.asked or not all(two.shares):
        wrong = max(wrong, abs(one.asked - two.asked), 1)
    return [
        Figure("two_process_duplicates", wrong, "requests", 0, note=f"requests made twice and overdraws; {told}"),
        Figure(
            "two_process_vs_one",
            round(two.seconds / one.seconds, 3),
            "times",
            MOST_TIMES,
            note=f"{two.seconds:.1f} s against {one.seconds:.1f} s, interpreter and imports included",
        ),
    ]


@dataclass(frozen=True)
class _Backlog:
    """What became of a backlog. asked, different: requests, and how many of them were of different slices."""

    seconds: float
    asked: int
    different: int
    overdrawn: int
    shares: list[int]


def _backlog(room: Room, processes: int, scale: float) -> _Backlog:
    name = f"backlog_{processes}_at_{scale:g}"
    folder, url = room.folder / name, simulated.another_database(room.url, name)
    options: dict[str, Any] = {"stores": BACKLOG_STORES, "products": 3, "days": BACKLOG_DAYS, "time_scale": scale}
    with simulated.world(folder, **options) as world:
        begun = time.monotonic()
        runs = [simulated.start(world, folder / "home", url, simulated.daily_feeds()) for _ in range(processes)]
        ended = [simulated.finish(each) for each in runs]
        seconds, counted = time.monotonic() - begun, world.asked()
        return _Backlog(
            seconds, sum(counted.values()), len(counted), world.overdrawn(), [each.requests for each in ended]
        )
