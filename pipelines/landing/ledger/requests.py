"""Writes what was asked for, what became of it, and what is left to do, in `ops.requests` and `ops.slices`.

Each method is one transaction, and most are one statement. Each write about leased slices has the condition that the
slice still has the lease's generation. A run that has lost its leases therefore changes nothing and gets `LeaseLost`.
Leases are taken in `leases.py`, loads are written in `loads.py`, and what to do is decided in `planning/` and `run/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from pipelines.landing.incoming import LeaseLost
from pipelines.landing.ledger import request_sql
from pipelines.warehouse.statements import statement_by_statement

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.feeds import Feed
    from pipelines.landing.ledger.leases import Lease
    from pipelines.landing.planning.slices import KnownSlice
    from pipelines.sources.base import RemoteReport

LISTING = "list"
"""Key of the slice that records that the source's list for a listed feed could not be read. Deleted on success."""


class NewSlice(NamedTuple):
    """A slice that has no row yet. options: report options of this slice alone; None if it has none."""

    scope_id: str
    slice_key: str
    day: date
    options: Mapping[str, str] | None = None


class Ledger:
    """Writes all that a run records, except leases and loads.

    Calls may run at the same time; each uses one connection of the pool.
    """

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def add_due(self, feed: str, wanted: Sequence[NewSlice]) -> None:
        """Insert each slice that has no row, with the state 'due'.

        Slices with options, the parts of a period, are inserted only if the period has no slice: once its parts are
        there, they stay as they are.
        """
        if not wanted:
            return
        values = {
            "feed": feed,
            "scopes": [each.scope_id for each in wanted],
            "keys": [each.slice_key for each in wanted],
            "days": [each.day for each in wanted],
            "options": [None if each.options is None else Jsonb(dict(each.options)) for each in wanted],
        }
        async with self._pool.connection() as conn:
            if any(each.options is not None for each in wanted):
                await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", (feed,))
                await conn.execute(request_sql.PARTS_KNOWN, values)
            await conn.execute(request_sql.ADD_DUE, values)

    async def expect(self, feed: Feed, spans: Mapping[str, tuple[date, date]]) -> None:
        """Record the oldest and the newest period that should have a slice. spans: scope id -> their first days."""
        if spans:
            values = {
                "feed": feed.name,
                "period": feed.period,
                "scopes": list(spans),
                "firsts": [span[0] for span in spans.values()],
                "lasts": [span[1] for span in spans.values()],
            }
            await self._execute(request_sql.EXPECT, values)

    async def looked(self, feed: str, days: Mapping[str, date]) -> None:
        """Record that a run has looked for all that there is, and is through with it. days: scope id -> its day."""
        values = {"feed": feed, "scopes": list(days), "days": list(days.values())}
        await self._execute(request_sql.LOOKED, values)

    async def missing(self, feed: str, scope_id: str, days: Sequence[date], reason: str) -> None:
        """Insert slices as 'unavailable', for periods without a slice that cannot be had any more."""
        if days:
            await self._execute(
                request_sql.MISSING, {"feed": feed, "scope_id": scope_id, "days": list(days), "reason": reason}
            )

    async def waiting(self, feed: str, scope_id: str, days: Sequence[date], reason: str) -> None:
        """Insert slices without a part as 'due', for periods that cannot be asked for yet."""
        if days:
            await self._execute(
                request_sql.WAITING, {"feed": feed, "scope_id": scope_id, "days": list(days), "reason": reason}
            )

    async def gone(self, feed: str, scope_id: str, rows: Sequence[KnownSlice], reason: str) -> None:
        """Set slices that cannot be had any more to 'unavailable'. Their last reason is added to this one."""
        if rows:
            await self._execute(request_sql.GONE, {"feed": feed, "scope_id": scope_id, "reason": reason, **_rows(rows)})

    async def requested(self, lease: Lease, report: RemoteReport) -> None:
        """Record the report with which the source has answered the request. Raises LeaseLost.

        If another request of ours has this report already, the slices join that request.
        """
        values = {
            **_of(lease),
            "remote_id": report.remote_id,
            "created_at": report.created_at,
            "origin": lease.origin,
            "details": Jsonb(dict(report.details)),
            "reason": f"The source answered with report {report.remote_id}, which an earlier request had asked for.",
        }
        try:
            await self._guarded(request_sql.REQUESTED, values, lease)
        except psycopg.errors.UniqueViolation:
            async with self._pool.connection() as conn:
                row = await (await conn.execute(request_sql.JOIN, values)).fetchone()
            if row is None:
                raise LeaseLost(_lost(lease)) from None
            lease.request_id = row[0]
        lease.state, lease.remote_id, lease.remote_created_at = "requested", report.remote_id, report.created_at

    async def ready(self, lease: Lease, report: RemoteReport) -> None:
        """Record that the report is finished and its document can be fetched. Raises LeaseLost."""
        values = {"document_id": report.document_id, "created_at": report.created_at}
        await self._guarded(request_sql.READY, {**_of(lease), **values, "details": Jsonb(dict(report.details))}, lease)
        lease.state, lease.document_id, lease.remote_created_at = "ready", report.document_id, report.created_at

    async def ended(
        self,
        lease: Lease,
        state: str,
        reason: str,
        *,
        request_state: str,
        next_try_at: datetime | None,
        details: Mapping[str, Any] | None = None,
        keep: bool = False,
    ) -> None:
        """Record the end of a request that brought no data, and release its lease. Raises LeaseLost.

        state: of the slices: 'failed', 'refused', or 'due' again. request_state: of the request. next_try_at: UTC.
        keep: the slices were asked for although they were up to date. They keep their data and state and get only the
        reason.
        """
        values = {"state": state, "reason": reason, "request_state": request_state, "next_try_at": next_try_at}
        more = {"keep": keep, "details": Jsonb(dict(details or {}))}
        await self._guarded(request_sql.ENDED, {**_of(lease), **values, **more}, lease)

    async def quarantined(self, lease: Lease, next_try_at: datetime | None) -> None:
        """Record when quarantined slices are asked for again (UTC), and release their lease."""
        await self._execute(request_sql.QUARANTINED, {**_of(lease), "next_try_at": next_try_at})

    async def put_back(self, lease: Lease, reason: str, details: Mapping[str, Any], next_try_at: datetime) -> None:
        """Release the lease and keep the states, so that the next run goes on with the same request. Raises LeaseLost.

        details: added to those of the request. next_try_at: when a run is started for it, UTC; one that is started
        before goes on with it too.
        """
        values = {"reason": reason, "details": Jsonb(dict(details)), "next_try_at": next_try_at}
        await self._guarded(request_sql.PUT_BACK, {**_of(lease), **values}, lease)

    async def ours(
        self, feed: str, scope_id: str, reports: Iterable[RemoteReport], *, without_load: bool = False
    ) -> frozenset[str]:
        """The ids of those reports that belong to requests of ours.

        without_load: only those that were not loaded: their request has not ended well, or the document was
        quarantined. Reports are matched by id and not by time, because a request may be sent long after its intent.
        """
        values = {"feed": feed, "scope_id": scope_id, "remote_ids": [report.remote_id for report in reports]}
        async with statement_by_statement(self._pool) as conn:
            statement = request_sql.REMOTE_IDS_WITHOUT_LOAD if without_load else request_sql.REMOTE_IDS
            rows = await (await conn.execute(statement, values)).fetchall()
        return frozenset(row[0] for row in rows)

    async def empty(self, lease: Lease, checked_at: datetime, *, keep_loads: bool) -> None:
        """Record that the source has no data for the slices. Raises LeaseLost.

        checked_at: when the source said so, UTC. keep_loads: the slices keep their loads, for upsert feeds, whose loads
        complete each other.
        """
        values = {"checked_at": checked_at, "keep": keep_loads, "reason": "The source has no data for these days."}
        async with self._pool.connection() as conn:
            row = await (await conn.execute(request_sql.EMPTY, {**_of(lease), **values})).fetchone()
        if row is None or row[0] != len(lease.slices):
            raise LeaseLost(_lost(lease))

    async def refuse(
        self,
        feed: str,
        scope_id: str,
        rows: Sequence[tuple[str, int]],
        reason: str,
        next_try_at: datetime | None,
        request_id: int,
    ) -> list[str]:
        """Set slices to 'refused' with the reason of a request that was refused for the same feed and scope.

        rows: slice keys and generations. Returns the keys of the slices that were free and are refused now.
        """
        values = {"feed": feed, "scope_id": scope_id, "reason": reason, "next_try_at": next_try_at}
        keys = {"keys": [row[0] for row in rows], "generations": [row[1] for row in rows], "request_id": request_id}
        async with statement_by_statement(self._pool) as conn:
            return [row[0] for row in await (await conn.execute(request_sql.REFUSE, values | keys)).fetchall()]

    async def listing_failed(
        self,
        feed: str,
        scope_id: str,
        day: date,
        state: str,
        reason: str,
        *,
        now: datetime,
        next_try_at: datetime | None,
        attempts: int,
        details: Mapping[str, Any],
    ) -> None:
        """Record, in a slice with the key LISTING, that the source's list for a listed feed could not be read."""
        values = {"feed": feed, "scope_id": scope_id, "key": LISTING, "day": day, "state": state, "reason": reason}
        times = {"now": now, "next_try_at": next_try_at, "attempts": attempts, "details": Jsonb(dict(details))}
        await self._execute(request_sql.LISTING_FAILED, values | times)

    async def listed(self, feed: str, scope_id: str) -> None:
        """Delete the slice with the key LISTING: the source's list could be read."""
        await self._execute(
            "delete from ops.slices where feed = %(feed)s and scope_id = %(scope_id)s and slice_key = %(key)s",
            {"feed": feed, "scope_id": scope_id, "key": LISTING},
        )

    async def others_asking(self, lease: Lease) -> bool:
        """Whether another request for the same window is in state 'requesting': being sent, or without an answer."""
        window = lease.window or (None, None)
        async with statement_by_statement(self._pool) as conn:
            values = {**_of(lease), "start": window[0], "end": window[1]}
            return await (await conn.execute(request_sql.OTHERS_ASKING, values)).fetchone() is not None

    async def same_made_since(self, lease: Lease, since: datetime, until: datetime) -> datetime | None:
        """When the newest report of another request of ours for the same window or snapshot was made, UTC.

        Only reports made from `since` to `until` count. None if there is none.
        """
        window = lease.window or (None, None)
        values = {**_of(lease), "start": window[0], "end": window[1], "since": since, "until": until}
        values["slice"] = Jsonb(lease.details["slice"]) if "slice" in lease.details else None
        async with statement_by_statement(self._pool) as conn:
            row = await (await conn.execute(request_sql.SAME_WINDOW, values)).fetchone()
        return row[0] if row else None

    async def _execute(self, statement: str, values: Mapping[str, Any]) -> None:
        async with statement_by_statement(self._pool) as conn:
            await conn.execute(statement, values)

    async def _guarded(self, statement: str, values: Mapping[str, Any], lease: Lease) -> None:
        """Execute a statement. Raises LeaseLost if it changed nothing, because no slice is leased by this run now."""
        async with statement_by_statement(self._pool) as conn:
            changed = await conn.execute(statement, values)
            if changed.rowcount == 0:
                raise LeaseLost(_lost(lease))


def _of(lease: Lease) -> dict[str, Any]:
    return {"feed": lease.feed, "scope_id": lease.scope_id, "request_id": lease.request_id, **lease.keys}


def _rows(rows: Sequence[KnownSlice]) -> dict[str, Any]:
    return {"keys": [row.slice_key for row in rows], "generations": [row.generation for row in rows]}


def _lost(lease: Lease) -> str:
    return f"{lease.feed} of {lease.scope_id}: another run has taken over request {lease.request_id}."
