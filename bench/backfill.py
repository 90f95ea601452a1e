"""A backfill against Amazon's limits, and two processes on one backlog. The simulator's budgets are Amazon's, in faster
time; what was asked for, and which buckets were overdrawn, is what the simulator counted.
"""

from __future__ import annotations

import time
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


def run(room: Room) -> list[Figure]:
    """`backfill_vs_bound`, `two_process_duplicates`, `two_process_vs_one`."""
    return [_backfill(room), *_two_processes(room)]


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
    """All daily feeds and a month of history: by one process, and by two that begin together."""
    seconds, twice, shares, asked = [], 0, [0, 0], [0, 0]
    for processes in (1, 2):
        folder = room.folder / f"backlog-{processes}"
        url = simulated.another_database(room.url, f"backlog_{processes}")
        options: dict[str, Any] = {
            "stores": BACKLOG_STORES,
            "products": 3,
            "days": BACKLOG_DAYS,
            "time_scale": BACKLOG_SCALE,
        }
        with simulated.world(folder, **options) as world:
            begun = time.monotonic()
            runs = [simulated.start(world, folder / "home", url, simulated.daily_feeds()) for _ in range(processes)]
            ended = [simulated.finish(each) for each in runs]
            seconds.append(time.monotonic() - begun)
            counted = world.asked()
            asked[processes - 1] = sum(counted.values())
            twice = sum(counted.values()) - len(counted) + world.overdrawn()
            shares = [each.requests for each in ended]
    told = f"{asked[1]} requests, {' + '.join(map(str, shares))} of them by each; one process made {asked[0]}"
    if asked[0] != asked[1] or not all(shares):
        twice = max(twice, abs(asked[0] - asked[1]), 1)
    return [
        Figure("two_process_duplicates", twice, "requests", 0, note=f"requests made twice and overdraws; {told}"),
        Figure(
            "two_process_vs_one",
            round(seconds[1] / seconds[0], 3),
            "times",
            MOST_TIMES,
            note=f"{seconds[1]:.1f} s against {seconds[0]:.1f} s, interpreter and imports included",
        ),
    ]
