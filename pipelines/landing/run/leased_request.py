"""One request that this run has leased, with what its steps and its endings share.

The steps are in `report_job.py`. How the request ends if its document is not loaded is in `endings.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.landing.planning import slices
from pipelines.sources.base import TODAY, RemoteReport

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.ledger.leases import Lease
    from pipelines.landing.run.context import RunContext
    from pipelines.landing.run.queues import Priority
    from pipelines.landing.run.state import FeedRun
    from pipelines.stores import Scope


class LeasedRequest:
    """A lease with its run, feed and scope, and the number of sendings that had no answer.

    feed: the run's feed with the report options of this lease's slices added; the source and the document's checks
    need them. order: the urgency. credential: fingerprint of the credentials with which the source is asked.
    unanswered: how often the request was sent without an answer. Each of these sendings may have made a report, which
    is not the report that is used. unconfirmed: True while the last sending had no answer and its report has not been
    looked for. Nothing may be asked for again before that.
    """

    def __init__(
        self,
        run: RunContext,
        feed_run: FeedRun,
        scope: Scope,
        lease: Lease,
        order: Priority = (TODAY, 0),
        credential: str | None = None,
    ) -> None:
        own = lease.options
        self.run = run
        self.feed_run = feed_run
        self.feed: Feed = replace(feed_run.feed, options={**feed_run.feed.options, **own}) if own else feed_run.feed
        self.scope = scope
        self.lease = lease
        self.order = order
        self.credential = credential
        self.source = run.sources[self.feed.source]
        self.unanswered: int = lease.details.get("unanswered", 0)
        self.unconfirmed = False

    @property
    def unanswered_detail(self) -> dict[str, int]:
        """The number of sendings without an answer, as `ops.requests.details` holds it; empty if there is none."""
        return {"unanswered": self.unanswered} if self.unanswered else {}

    @property
    def age(self) -> timedelta:
        """How long ago the source made the report; if that time is unknown, how long ago it was asked for."""
        return self.run.settings.now() - (self.lease.remote_created_at or self.lease.intent_at)

    @property
    def instants(self) -> tuple[datetime, datetime] | None:
        """dataStartTime and dataEndTime of the request, UTC; None for a request without a window and a lookback.

        They depend only on the lease, so a resumed request has the same two as when it was sent first.
        """
        if self.lease.window is None:
            at, back = self.lease.intent_at, self.feed.lookback
            return (at - back, at) if back is not None else None
        return slices.data_range(
            *self.lease.window,
            self.scope.time_zone,
            self.lease.intent_at,
            whole_dates=self.feed.whole_dates,
            from_midnight=self.feed.writes_dates_as_moments,
        )

    def outcome(
        self, slice_key: str, day: date, state: str, reason: str | None, *, rows: int = 0, retryable: bool = False
    ) -> None:
        """Note what became of one of its slices."""
        self.run.outcome(
            self.feed_run, self.scope.scope_id, slice_key, day, state, reason, rows=rows, retryable=retryable
        )

    def queue(self, kind: str, job: Callable[[], Awaitable[None]]) -> None:
        """Put one of its steps into the queue 'ask' or 'fetch' of its account."""
        self.run.queue(kind, self.feed_run, self.scope, self.order, job)

    async def find_existing(self, since: datetime) -> list[RemoteReport]:
        """The reports of this feed and scope that the source has made since a time (UTC). Raises SourceError."""
        return await self.source.find_existing([self.feed], self.scope, since, priority=self.order[0])
