"""What a run may touch: the feeds, stores and days that a user or a schedule has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Selection:
    """What a run may touch. None means all.

    feeds: names. stores: store ids; a feed of accounts or marketplaces runs for those that these stores belong to.
    days: marketplace days; without them everything that is due. force: also what is up to date.
    """

    feeds: tuple[str, ...] | None = None
    stores: tuple[str, ...] | None = None
    days: tuple[date, ...] | None = None
    force: bool = False
