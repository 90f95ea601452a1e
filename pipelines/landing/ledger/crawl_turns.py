"""Turns of crawls: how many may run at once, who goes first, and what a tenant's crawls may cost in a day.

They are kept in `ops.crawls`, so that all processes of a warehouse have one order and one ceiling. A crawl is written
down before it is started, with what it may cost at most, and settled with what its run has used. A process that is
killed therefore forgets nothing that it may have spent, and its turn is free when its session ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.landing.planning.ledger_state import ALIVE

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import AsyncConnectionPool

CAUTIOUS_PRICE: Mapping[str, Decimal] = {"apify.products": Decimal("0.01"), "apify.keyword_search": Decimal("0.1")}
"""USD that a crawl is taken to cost for each subject while no run of about its size has ended. It is a guess of ours:
prices are the actors'. What has run counts as what it has used."""

# Seconds; what is more urgent looks more often: by hand 0.3, by schedule 1.5.
_LOOK_AGAIN_AFTER, _LONGER_BY_URGENCY = 0.3, 0.06

_WAIT = """
insert into ops.crawls (feed, scope_id, request_id, tenants, subjects, urgency, state, claimed_by, asked_at)
values (%(feed)s, %(scope_id)s, %(request_id)s, %(tenants)s, %(subjects)s, %(urgency)s, 'waiting', %(owner)s, %(now)s)
returning crawl_id
"""
_LOCK = "select pg_advisory_xact_lock(hashtextextended('tradewind.crawls', 0))"
# Whether a turn is free, and no other crawl that waits goes first. One that waits for money (it has a reason) goes
# first only among those of its tenants. Crawls of sessions that have ended do not count.
_AHEAD = f"""
select count(*) filter (where state = 'running') < %(at_once)s
    and not coalesce(bool_or(state = 'waiting' and (urgency, crawl_id) < (%(urgency)s, %(crawl_id)s)
        and (reason is null or tenants && %(tenants)s)), false)
from ops.crawls where state in ('waiting', 'running') and claimed_by in ({ALIVE})
"""  # noqa: S608
# The most that one of the ten runs has used that were most alike in size, none of them less than half of this one.
_EXPECTED = """
select max(usage_usd * greatest(1, %(subjects)s::numeric / subjects)) from (
    select usage_usd, subjects from ops.crawls
    where feed = %(feed)s and usage_usd is not null and subjects * 2 >= %(subjects)s
    order by abs(subjects - %(subjects)s), crawl_id desc limit 10
) as alike
"""
# What has been spent, what of it is only reserved for crawls that run now, and how many crawls were started.
_SPENT = f"""
select coalesce(sum(counted_usd / cardinality(tenants)), 0),
    coalesce(sum(counted_usd / cardinality(tenants)) filter (where state = 'running' and claimed_by in ({ALIVE})), 0),
    count(*) filter (where state in ('running', 'ended'))
from ops.crawls
where %(tenant)s = any(tenants) and asked_at >= %(since)s and asked_at < %(until)s
"""  # noqa: S608
_WAITS = """
update ops.crawls set reason = 'It waits until what runs now has told its cost: the ceiling may leave enough for it.'
where crawl_id = %(crawl_id)s
"""
_START = """
update ops.crawls set state = 'running', reason = null, tenants = %(tenants)s, counted_usd = %(counted)s,
    asked_at = %(now)s
where crawl_id = %(crawl_id)s
"""
_REFUSE = (
    "update ops.crawls set state = 'refused', claimed_by = null, reason = %(reason)s where crawl_id = %(crawl_id)s"
)
_LEAVE = "update ops.crawls set claimed_by = null where request_id = %(request_id)s and claimed_by = %(owner)s"
_NOT_STARTED = """
update ops.crawls set state = 'not started', claimed_by = null, counted_usd = 0
where request_id = %(request_id)s and claimed_by = %(owner)s and state in ('waiting', 'running')
"""
_SETTLE = """
update ops.crawls set state = 'ended', claimed_by = null, usage_usd = %(usage)s,
    counted_usd = coalesce(%(usage)s, counted_usd)
where request_id = %(request_id)s and state = 'running'
"""


class BeyondCeiling(SourceError):
    """A crawl would cost its tenants more than they allow for the day. until: when the next day begins, UTC."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message, refused=True)
        self.until = until


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl that wants its turn. request_id: of `ops.requests`. tenants: who bear its cost in equal parts."""

    request_id: int
    feed: str
    scope_id: str
    tenants: tuple[str, ...]
    subjects: int
    urgency: int


class CrawlTurns:
    """Gives crawls of one run their turns.

    owner: key of the run's advisory lock. at_once: how many crawls may run at once, of all processes. ceilings: tenant
    -> USD that its crawls may cost in a day of UTC. most: tenant -> how many it may start
    in a day, where its plan says.
    """

    def __init__(
        self,
        pool: AsyncConnectionPool,
        owner: int,
        at_once: int,
        ceilings: Mapping[str, Decimal],
        most: Mapping[str, int] | None = None,
    ) -> None:
        self._pool = pool
        self._owner = owner
        self._at_once = at_once
        self._ceilings = ceilings
        self._most = most or {}

    async def wait(self, crawl: Crawl, now: datetime) -> None:
        """Wait until it is this crawl's turn, and reserve what it may cost. now: business time, UTC.

        Those tenants bear the cost that have so much left of their day. If none has, and would have none either if the
        crawls that run now cost nothing, BeyondCeiling is raised.
        """
        values: dict[str, Any] = {
            **{name: getattr(crawl, name) for name in ("request_id", "feed", "scope_id", "subjects", "urgency")},
            "tenants": list(crawl.tenants),
            "owner": self._owner,
            "at_once": self._at_once,
            "now": now,
        }
        async with self._pool.connection() as conn:
            row = await (await conn.execute(_WAIT, values)).fetchone()
        values["crawl_id"] = row[0] if row else None
        while True:
            if await self._try(crawl, values, now):
                return
            await asyncio.sleep(_LOOK_AGAIN_AFTER + _LONGER_BY_URGENCY * crawl.urgency)

    async def _try(self, crawl: Crawl, values: Mapping[str, Any], now: datetime) -> bool:
        refusal = None
        async with self._pool.connection() as conn:
            # without it, two processes would both find the last turn free, and the same money left
            await conn.execute(_LOCK)
            row = await (await conn.execute(_AHEAD, values)).fetchone()
            if row is None or not row[0]:
                return False
            expected = await self._expected(conn, crawl)
            of_day = {tenant: await self._spent(conn, tenant, now) for tenant in crawl.tenants}
            of_day = {
                tenant: day for tenant, day in of_day.items() if tenant not in self._most or day[2] < self._most[tenant]
            }
            spent = {tenant: total for tenant, (total, *_) in of_day.items()}
            bearers = who_can_pay(expected, spent, self._ceilings)
            if bearers:
                await conn.execute(_START, {**values, "tenants": list(bearers), "counted": expected})
            elif who_can_pay(
                expected, {each: all_ - open_ for each, (all_, open_, _) in of_day.items()}, self._ceilings
            ):
                await conn.execute(_WAITS, values)
                return False
            else:
                refusal = beyond(crawl, expected, spent, self._ceilings, now) if of_day else self._too_many(crawl, now)
                await conn.execute(_REFUSE, {**values, "reason": str(refusal)})
        if refusal is not None:
            raise refusal
        return True

    async def settle(self, request_id: int, usage: str | None) -> None:
        """Write down what a run that has ended has used. usage: USD; None: not known, and what was reserved counts."""
        await self._execute(_SETTLE, request_id, usage=None if usage is None else Decimal(usage))

    async def not_started(self, request_id: int) -> None:
        """Give the turn back of a crawl of which no run was made: it costs nothing."""
        await self._execute(_NOT_STARTED, request_id)

    async def leave(self, request_id: int) -> None:
        """Give the turn back of a crawl whose end is not known. What was reserved for it counts until it is settled."""
        await self._execute(_LEAVE, request_id)

    async def _execute(self, statement: str, request_id: int, **values: Any) -> None:
        async with self._pool.connection() as conn:
            await conn.execute(statement, {"request_id": request_id, "owner": self._owner, **values})

    async def _expected(self, conn: psycopg.AsyncConnection, crawl: Crawl) -> Decimal:
        row = await (await conn.execute(_EXPECTED, {"feed": crawl.feed, "subjects": crawl.subjects})).fetchone()
        if row is not None and row[0] is not None:
            return Decimal(row[0])
        return CAUTIOUS_PRICE[crawl.feed] * crawl.subjects

    async def _spent(self, conn: psycopg.AsyncConnection, tenant: str, now: datetime) -> tuple[Decimal, Decimal, int]:
        since = day_of(now)
        values = {"tenant": tenant, "since": since, "until": since + timedelta(days=1)}
        row = await (await conn.execute(_SPENT, values)).fetchone()
        return (Decimal(row[0]), Decimal(row[1]), row[2]) if row else (Decimal(0), Decimal(0), 0)

    def _too_many(self, crawl: Crawl, now: datetime) -> BeyondCeiling:
        until = day_of(now) + timedelta(days=1)
        of = ", ".join(f"{tenant} {self._most[tenant]}" for tenant in sorted(crawl.tenants))
        return BeyondCeiling(
            f"It is one crawl too many: in a day (UTC) the plans of plans.yaml allow {of}, and these were started. It "
            f"goes on after {until:%Y-%m-%d %H:%M} UTC.",
            until,
        )


def day_of(now: datetime) -> datetime:
    """When the day of UTC began in which a moment lies."""
    return datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)


def who_can_pay(expected: Decimal, spent: Mapping[str, Decimal], ceilings: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Those tenants that can bear a cost together in equal parts, as many as can; empty if none can.

    spent: tenant -> USD of the day so far. ceilings: tenant -> USD of a day; one that is not there has none.
    """
    able = sorted(spent, key=lambda tenant: ceilings.get(tenant, Decimal("Infinity")) - spent[tenant])
    while able:
        poorest = able[0]  # of those left: it has the least left of its day
        if spent[poorest] + expected / len(able) <= ceilings.get(poorest, Decimal("Infinity")):
            return tuple(sorted(able))
        able = able[1:]
    return ()


def beyond(
    crawl: Crawl,
    expected: Decimal,
    spent: Mapping[str, Decimal],
    ceilings: Mapping[str, Decimal],
    now: datetime,
) -> BeyondCeiling:
    """The refusal of a crawl, with the sums and what to do."""
    until = day_of(now) + timedelta(days=1)
    of = ", ".join(f"{tenant} {spent[tenant]:.2f} of {ceilings[tenant]:.2f}" for tenant in sorted(spent))
    return BeyondCeiling(
        f"It is beyond the day's ceiling: crawls of this day (UTC) have cost {of} USD, and this one may cost "
        f"{expected:.2f} USD for {crawl.subjects} pages. It goes on after {until:%Y-%m-%d %H:%M} UTC. To crawl more "
        "in a day, raise the tenant's `crawls: {budget_day_usd: ...}` in stores.yaml, or "
        "TRADEWIND_CRAWL_BUDGET_DAY_USD.",
        until,
    )
