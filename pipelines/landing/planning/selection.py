"""What a run may touch: the feeds, stores and days that a user or a schedule has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.landing.planning.crawls import SCHEDULED


@dataclass(frozen=True)
class Selection:
    """What a run may touch. None means all.

    feeds: names of feeds. stores: store ids. A feed whose scope is an account or a marketplace runs for those that
    these stores belong to. days: marketplace days; None means all days that are due. force: ask also for what is up to
    date. subjects: of crawls, only these ASINs or keywords. urgency: of crawls, as in `planning/crawls.py`. again: only
    what an earlier run has taken up and not brought: what it has failed at, and may be tried again, or has left. today:
    only what the running day has new (`planning/today.py`). impatient: what has failed or was refused before is
    asked for now, however long its pause still is; of crawls nothing is. Unlike `force` it asks for nothing that is
    here.
    """

    feeds: tuple[str, ...] | None = None
    stores: tuple[str, ...] | None = None
    days: tuple[date, ...] | None = None
    force: bool = False
    today: bool = False
    subjects: tuple[str, ...] | None = None
    urgency: int = SCHEDULED
    again: bool = False
    impatient: bool = False

    @property
    def is_all_due(self) -> bool:
        """Whether all is selected that is due of these feeds and stores, and is not here yet."""
        return self.days is None and self.subjects is None and not self.again and not self.today
