"""Rate budgets: token buckets in Postgres (`ops.buckets`), shared by every process that calls the same API.

A bucket begins with the published rate (`traits.py`). What an API answers (another rate, a 429) updates it for every
process. Tokens are taken by one atomic statement on the database's clock, for all waiters of this process and all their
buckets at once. What is asked for, and when, is not decided here.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.sources.base import BACKFILL, OnWait, Waiting
from pipelines.sources.traits import Limit
from pipelines.warehouse.statements import statement_by_statement

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

log = logging.getLogger(__name__)


class Budget(NamedTuple):
    """One bucket. application: the LWA client id. subject: whom Amazon counts for, a seller account or a profile."""

    application: str
    subject: str
    operation: str
    limit: Limit


# Amazon's bucket begins to refill when the first request arrives there, ours when the request leaves here. Tokens are
# given this much later, so that no request arrives before Amazon's bucket has one. It costs once per burst.
MARGIN_SECONDS = 0.25
# What a backfill leaves in a bucket, for calls of other processes that fetch newer data. These find that token, and
# then get every token that comes, since the backfill waits until there is one more. So today's data does not wait for a
# backfill of another process. A backfill that is alone loses one token.
LEFT_FOR_OTHERS = 1.0
# Another process may learn of a faster rate meanwhile, so that the database is asked again after this time at the
# latest.
MAX_SLEEP_SECONDS = 30.0
MIN_SLEEP_SECONDS = 0.01

_KNOWN = """
insert into ops.buckets (application, subject, operation, tokens, rate, burst)
select application, subject, operation, burst, rate, burst
from unnest(
    %(application)s::text[], %(subject)s::text[], %(operation)s::text[], %(rate)s::float8[], %(burst)s::float8[]
) as asked (application, subject, operation, rate, burst)
order by application, subject, operation
on conflict (application, subject, operation) do update set burst = excluded.burst
    where ops.buckets.burst <> excluded.burst
"""

# Rows are locked in key order, so that two processes cannot deadlock, and read after they are locked. A row that gives
# nothing is not written. A token is given only if it is there besides the margin and what is kept for others. Backfills
# ("patient") are given what the other calls ("pressing") leave.
_TAKE = """
with asked as (
    select * from unnest(
        %(application)s::text[], %(subject)s::text[], %(operation)s::text[], %(want)s::float8[], %(patient)s::float8[],
        %(at_once)s::float8[], %(reserve)s::float8[]
    ) as asked (application, subject, operation, want, patient, at_once, reserve)
), locked as (
    select b.*, asked.want - asked.patient as pressing, asked.patient, asked.want, asked.at_once,
        asked.reserve
    from ops.buckets b join asked using (application, subject, operation)
    order by b.application, b.subject, b.operation
    for update of b
), timed as materialized (
    select locked.*, coalesce(%(now)s::timestamptz, clock_timestamp()) as now from locked
), filled as (
    select timed.*,
        least(burst, tokens + rate * greatest(0, extract(epoch from now - updated_at))) as available,
        least(rate * %(margin)s, greatest(burst - at_once, 0)) + reserve as kept
    from timed
), pressed as (
    select filled.*, kept + least(%(left)s, greatest(burst - 1 - kept, 0)) as kept_from_patient,
        greatest(0, least(pressing, floor(available - kept + 1e-9))) as first
    from filled
), granting as materialized (
    select pressed.*,
        case when blocked_until > now then 0
        else first + greatest(0, least(patient, floor(available - first - kept_from_patient + 1e-9))) end as granted
    from pressed
), taken as (
    update ops.buckets b set tokens = g.available - g.granted, updated_at = greatest(g.now, g.updated_at)
    from granting g
    where (b.application, b.subject, b.operation) = (g.application, g.subject, g.operation) and g.granted > 0
)
select application, subject, operation, granted::integer,
    case when granted >= want then 0 else greatest(
        coalesce(extract(epoch from blocked_until - now), 0),
        extract(epoch from greatest(now, updated_at) - now)
            + (1 + case when granted < pressing then kept else kept_from_patient end - (available - granted)) / rate
    ) end::float8,
    rate
from granting
"""

_RATE = """
update ops.buckets set
    tokens = least(burst, tokens + rate * greatest(0, extract(epoch from clock_timestamp() - updated_at))),
    rate = %(rate)s,
    updated_at = greatest(clock_timestamp(), updated_at)
where application = %(application)s and subject = %(subject)s and operation = %(operation)s and rate <> %(rate)s
"""

_TOLD = """
update ops.buckets set tokens = %(left)s, rate = %(rate)s, burst = %(most)s, updated_at = clock_timestamp()
where application = %(application)s and subject = %(subject)s and operation = %(operation)s
"""

_EMPTY = """
update ops.buckets set
    tokens = greatest(0, 1 - rate * %(probe)s::float8),
    updated_at = greatest(updated_at, clock_timestamp() + make_interval(secs => %(retry_after)s)),
    blocked_until = case when %(blocked)s > 0
        then greatest(blocked_until, clock_timestamp() + make_interval(secs => %(blocked)s)) else blocked_until end
where application = %(application)s and subject = %(subject)s and operation = %(operation)s
"""
# Longer than any bucket takes to refill.
_NO_PROBE = 1e9


class Grant(NamedTuple):
    """What a bucket gave: tokens, seconds until the next one (0 if all were given), and tokens a second."""

    granted: int
    wait: float
    rate: float


async def know(conn: AsyncConnection, budgets: Sequence[Budget]) -> None:
    """Create the buckets of these budgets that do not exist yet; they are full."""
    await conn.execute(
        _KNOWN,
        _keys(budgets)
        | {"rate": [float(each.limit.rate) for each in budgets]}
        | {"burst": [float(each.limit.burst) for each in budgets]},
    )


async def take(
    conn: AsyncConnection,
    budgets: Sequence[Budget],
    want: Sequence[int],
    *,
    patient: Sequence[int] | None = None,
    at_once: Sequence[int] | None = None,
    reserve: float = 0,
    now: datetime | None = None,
) -> dict[Budget, Grant]:
    """Take up to `want` tokens of each budget, atomically. Their buckets exist (`know`), and each is named once.

    patient: how many of them are for backfills, which leave LEFT_FOR_OTHERS. at_once: how many the next call needs
    (default: one); a full bucket gives them. reserve: tokens that must stay. now: replaces the database's clock, for
    tests of the arithmetic.
    """
    cursor = await conn.execute(
        _TAKE,
        _keys(budgets)
        | {"want": [float(n) for n in want], "patient": [float(n) for n in patient or [0] * len(budgets)]}
        | {"at_once": [float(n) for n in at_once or [1] * len(budgets)]}
        | {"reserve": [float(reserve)] * len(budgets), "left": LEFT_FOR_OTHERS}
        | {"margin": MARGIN_SECONDS, "now": now},
    )
    rows = {tuple(row[:3]): Grant(*row[3:]) for row in await cursor.fetchall()}
    return {each: rows[each[:3]] for each in budgets}


def _keys(budgets: Sequence[Budget]) -> dict[str, object]:
    return {
        "application": [each.application for each in budgets],
        "subject": [each.subject for each in budgets],
        "operation": [each.operation for each in budgets],
    }


@dataclass(slots=True)
class _Queue:
    """Waiters of one budget in this process: a heap of (priority, arrival, future, tokens).

    kept: tokens that were given and are not enough yet for the first waiter.
    """

    waiters: list[tuple[int, int, asyncio.Future[None], int]] = field(default_factory=list)
    not_before: float = 0.0
    kept: int = 0

    def prune(self) -> int:
        """Drop waiters that were cancelled; how many are left."""
        if any(entry[2].done() for entry in self.waiters):
            self.waiters = [entry for entry in self.waiters if not entry[2].done()]
            heapq.heapify(self.waiters)
        return len(self.waiters)

    def wanted(self) -> int:
        """The tokens that the waiters lack."""
        return max(0, sum(tokens for *_, tokens in self.waiters) - self.kept)

    def at_once(self) -> int:
        """The tokens that the first waiter lacks."""
        return max(1, self.waiters[0][3] - self.kept)

    def patient(self) -> int:
        """How many of these tokens are for backfills."""
        return min(self.wanted(), sum(tokens for priority, _, _, tokens in self.waiters if priority >= BACKFILL))


class RateLimiter:
    """Access to the buckets for one event loop of one process; any number of tasks may wait.

    Within this process, waiters are served by priority. Between processes, whoever asks first is served first, except
    that a backfill lets all others go first (LEFT_FOR_OTHERS) once an answer of Amazon has named the rate.
    """

    def __init__(self, pool: AsyncConnectionPool, source: str, *, on_wait: OnWait | None = None) -> None:
        self._pool = pool
        self._source = source
        self._on_wait = on_wait
        self._queues: dict[Budget, _Queue] = {}
        self._known: set[Budget] = set()
        self._rates: dict[Budget, float] = {}
        self._learned: set[Budget] = set()  # those whose rate this process has read in an answer
        self._arrival = itertools.count()
        self._wake = asyncio.Event()
        self._server: asyncio.Task[None] | None = None

    async def acquire(self, budget: Budget, priority: int = 0, tokens: int = 1) -> None:
        """Wait until so many tokens are taken for this call. A wait that is cancelled takes none."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(budget, _Queue())
        heapq.heappush(queue.waiters, (priority, next(self._arrival), future, tokens))
        if self._server is None or self._server.done():
            self._server = asyncio.create_task(self._serve(), name=f"rate budgets of {self._source}")
        self._wake.set()
        await future

    async def try_acquire(self, budget: Budget, *, reserve: float = 0) -> bool:
        """Take a token if one is there now beside `reserve` others, and no call of this process waits for it."""
        if budget in self._queues:
            return False
        grants = await self._take([budget], [1], reserve=reserve)
        return grants[budget].granted == 1

    async def observe(self, budget: Budget, rate: str | None) -> None:
        """Learn the rate of an `x-amzn-RateLimit-Limit` header (requests a second); anything else is ignored."""
        try:
            learned = float(rate or "")
        except ValueError:
            return
        if not 1e-6 < learned < 1e6:
            return
        self._learned.add(budget)
        if self._rates.get(budget) == learned:
            return
        log.info("%s %s of %s: rate is now %s/s", self._source, budget.operation, budget.subject, rate)
        await self._update(budget, _RATE, {"rate": learned})
        self._rates[budget] = learned
        self._retry_now(budget)

    async def told(self, budget: Budget, left: float, rate: float, most: float) -> None:
        """Learn what an answer tells of a budget that is counted in points: tokens left, tokens a second, most tokens.

        What other processes have taken and not sent yet is not in `left`; a call that finds too little is refused, and
        waits again.
        """
        if 0 <= left <= most and rate > 0:
            self._learned.add(budget)
            self._rates[budget] = rate
            await self._update(budget, _TOLD, {"left": left, "rate": rate, "most": most})
            self._retry_now(budget)

    async def exhausted(self, budget: Budget, retry_after: float = 0.0, strikes: int = 0) -> None:
        """Empty the bucket for all processes, because a call was answered with 429.

        retry_after: seconds that Amazon names; the next token is there when they have passed. strikes: how many 429s
        the same call had before this one; the bucket stays closed longer each time. As long as no answer has named the
        rate, the bucket may be probed after 1, 2, 4... seconds, if the published rate is slower than that.
        """
        log.info("%s %s of %s: throttled, Retry-After %s", self._source, budget.operation, budget.subject, retry_after)
        refill = 1 / self._rates.get(budget, budget.limit.rate)
        # a first 429 is answered by the refill alone
        blocked = min(60.0, max(0.5, refill) * 2.0 ** (strikes - 1)) if strikes else 0.0
        if retry_after > 0:
            values = {"retry_after": retry_after, "blocked": retry_after, "probe": 0.0}
        elif budget in self._learned:
            values = {"retry_after": 0.0, "blocked": blocked, "probe": _NO_PROBE}
        else:
            probe = min(60.0, 2.0**strikes)
            values = {"retry_after": 0.0, "blocked": min(blocked, probe), "probe": probe}
        await self._update(budget, _EMPTY, values)
        self._retry_now(budget)

    async def aclose(self) -> None:
        """Stop; calls that still wait are cancelled."""
        if self._server is not None:
            self._server.cancel()
            await asyncio.gather(self._server, return_exceptions=True)
        for queue in self._queues.values():
            for _, _, future, _ in queue.waiters:
                future.cancel()
        self._queues.clear()

    def _retry_now(self, budget: Budget) -> None:
        """Ask the database for this budget's waiters at once: the wait that was computed no longer holds."""
        if queue := self._queues.get(budget):
            queue.not_before = 0.0
            self._wake.set()

    async def _serve(self) -> None:
        """Serve all queues until none is left: one statement for those that are due, then sleep until the next is."""
        clock = asyncio.get_running_loop().time
        while self._queues:
            await asyncio.sleep(0)  # whoever asks in this round of the loop is served with it
            self._wake.clear()
            now = clock()
            due: list[Budget] = []
            want: list[int] = []
            patient: list[int] = []
            at_once: list[int] = []
            for budget, queue in list(self._queues.items()):
                if queue.not_before > now:
                    continue
                if queue.prune():
                    due.append(budget)
                    want.append(queue.wanted())
                    patient.append(queue.patient() if budget in self._learned else 0)
                    at_once.append(queue.at_once())
                else:
                    del self._queues[budget]
            if due:
                try:
                    grants = await self._take(due, want, patient=patient, at_once=at_once)
                except Exception as error:
                    self._fail(due, error)
                    continue
                for budget, grant in grants.items():
                    self._deliver(budget, grant, clock())
            if self._queues:
                pause = min(queue.not_before for queue in self._queues.values()) - clock()
                try:
                    async with asyncio.timeout(max(pause, 0)):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    def _deliver(self, budget: Budget, grant: Grant, now: float) -> None:
        queue = self._queues[budget]
        granted = queue.kept + grant.granted
        while queue.waiters and (granted >= queue.waiters[0][3] or queue.waiters[0][2].done()):
            _, _, future, tokens = heapq.heappop(queue.waiters)
            if not future.done():
                future.set_result(None)
                granted -= tokens
        queue.kept = granted
        if not queue.waiters:
            del self._queues[budget]
            return
        # of a call that takes many tokens, until the last of them is there
        lacking = (queue.waiters[0][3] - queue.kept - 1) / grant.rate
        queue.not_before = now + min(max(grant.wait, lacking, MIN_SLEEP_SECONDS), MAX_SLEEP_SECONDS)
        if self._on_wait is not None and grant.wait >= 1:
            self._on_wait(
                Waiting(
                    source=self._source,
                    subject=budget.subject,
                    operation=budget.operation,
                    seconds=grant.wait,
                    waiters=len(queue.waiters),
                )
            )

    def _fail(self, budgets: Sequence[Budget], error: Exception) -> None:
        for budget in budgets:
            for _, _, future, _ in self._queues.pop(budget).waiters:
                if not future.done():
                    future.set_exception(error)

    async def _take(self, budgets: Sequence[Budget], want: Sequence[int], **options: Any) -> dict[Budget, Grant]:
        async with statement_by_statement(self._pool) as conn:
            if new := [each for each in budgets if each not in self._known]:
                await know(conn, new)
                self._known.update(new)
            grants = await take(conn, budgets, want, **options)
        self._rates.update((budget, grant.rate) for budget, grant in grants.items())
        return grants

    async def _update(self, budget: Budget, statement: str, values: dict[str, float]) -> None:
        async with statement_by_statement(self._pool) as conn:
            await conn.execute(
                statement,
                {
                    "application": budget.application,
                    "subject": budget.subject,
                    "operation": budget.operation,
                    **values,
                },
            )
