"""A fleet of stores in one process: a day of all daily feeds, against Amazon's limits and a budget of CPU a slice.

The stores are small, so that what is measured is what a slice costs beyond its rows.
"""

from __future__ import annotations

from bench import simulated
from bench.figures import Figure, Room

STORES, STORES_AT_FULL_SIZE = 200, 1_000
# Reports take a second or two then, so that some are polled more than once, as in real life.
SCALE = 40.0
SLICE_SECONDS = 0.030
OVERHEAD_SECONDS = 30.0
MOST_MB = 1500


def run(room: Room) -> list[Figure]:
    """`fleet_vs_bound`, `fleet_peak_mb`, `slice_cpu_ms`."""
    stores = STORES_AT_FULL_SIZE if room.full else STORES
    feeds = simulated.daily_feeds()
    with simulated.world(room.folder / "world", stores=stores, products=3, days=1, time_scale=SCALE) as world:
        ended = simulated.run(world, room.folder / "home", room.url, feeds)
        asked, overdrawn, calls = world.asked(), world.overdrawn(), world.counts()["requests"]
        used = world.cpu_seconds()
    landed = sum(ended.states.get(state, 0) for state in ("loaded", "empty"))
    by_limits = max(
        simulated.rate_bound(operation, calls[f"sp.{operation}"] / stores, SCALE) for operation in simulated.PUBLISHED
    )
    bound = max(1.1 * by_limits, landed * SLICE_SECONDS + OVERHEAD_SECONDS)
    polls = calls.get("sp.getReport", 0) + calls.get("ads.getReport", 0)
    wrong = []
    if landed != ended.slices:
        wrong.append(f"slices: {ended.states}")
    if sum(asked.values()) != len(asked):
        wrong.append(f"{sum(asked.values()) - len(asked)} requests made twice")
    if overdrawn:
        wrong.append(f"{overdrawn} overdraws")
    note = (
        f"{ended.seconds:.0f} s for {landed} slices of {len(feeds)} feeds of {stores} stores; "
        f"the limits alone: {by_limits:.0f} s; the simulator used {used:.0f} s of CPU"
    )
    times = 99.0 if wrong else round(ended.seconds / bound, 3)
    return [
        Figure("fleet_vs_bound", times, "times", 1, note=f"FAILED: {'; '.join(wrong)}; {note}" if wrong else note),
        Figure("fleet_peak_mb", round(ended.megabytes, 1), "MB", MOST_MB, note="peak memory of the one process"),
        Figure(
            "slice_cpu_ms",
            round(1000 * ended.cpu / max(landed, 1), 2),
            "ms",
            1000 * SLICE_SECONDS,
            note="user and system time of the whole process, its imports and its plan included, the server's not; "
            f"{sum(calls.values()) / max(landed, 1):.1f} calls for each slice, {polls / max(landed, 1):.1f} of them "
            "polls",
        ),
    ]
