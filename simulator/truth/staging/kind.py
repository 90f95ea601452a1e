"""What the truth of a staging model is: its columns, its order, and its rows from the world's events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.truth.known import Known
from simulator.world.publishing import Timing


@dataclass(frozen=True, slots=True)
class StagingTruth:
    """columns: those compared (never load ids or loading times, which only a run knows). key: what orders the rows.

    rows: one dict a row, Python values as in `truth.text`. newest_of: columns of an entity of which a model keeps every
    delivery (orders): only the rows of its newest delivery are compared. last_instant: of a model of snapshots only the
    rows of the newest instant of each store are compared, because only a run knows the earlier ones. empty_at_times: on
    some days of the year nothing is known yet (fees of a month that is charged in the next one).
    by_days: of a report that is asked for by days, when it shows one. The feed's coverage follows from it and from the
    rows (coverages/by_days.py).
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: Callable[[Known], Iterator[dict]]
    newest_of: tuple[str, ...] = ()
    last_instant: bool = False
    empty_at_times: bool = False
    by_days: Timing | None = None
