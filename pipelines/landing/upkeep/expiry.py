"""Deletes what has been kept long enough, by class of data. Run daily by the job `retention`, or by hand.

- Buyers' data that a tenant keeps (`keep_personal_data`): 30 days from the first day that a document tells of, which is
  no later than 30 days after the shipment of what is bought in it, unless the tenant keeps it by law.
- All else of a tenant that names `retention.months`: documents and raw rows by the last day they tell of, and rows of
  marts and briefs by their day. Files of the tenant's own (`manual.*`) stay: they tell of today, however old they are.
- Logs: 12 months.

Amazon's Data Protection Policy asks for these times. What a load left behind is a slice that says so, and the planner
does not ask for such days again (`stores/reading.py`). Each load is one transaction: the work may be killed anywhere.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.raw_tables import columns_of
from pipelines.landing.upkeep.cleaning import delete_replaced
from pipelines.landing.upkeep.recleaning import clean_document
from pipelines.stores import Catalog, Tenant
from pipelines.stores.retention import BUYERS_DAYS, LOG_DAYS, cutoff

_SCOPES = """
select store_id from ops.stores where tenant_id = %(tenant)s
union select account_id from ops.stores where tenant_id = %(tenant)s
union select shop_id from ops.shops where tenant_id = %(tenant)s
"""
_FIRST_DAY = (
    "coalesce(l.window_start, (l.instant at time zone 'UTC')::date, (l.report_created_at at time zone 'UTC')::date)"
)
_LAST_DAY = _FIRST_DAY.replace("window_start", "window_end")
_BUYERS_DUE = f"""
select l.archive_path, array_agg(l.load_id) from ops.loads as l
where l.scope_id = any(%(scopes)s) and l.buyers_erased_at is null and {_FIRST_DAY} < %(before)s
group by 1 order by 1
"""  # noqa: S608
_LOADS_DUE = f"""
select l.load_id, l.feed, l.scope_id, l.archive_path from ops.loads as l
where l.scope_id = any(%(scopes)s) and l.feed not like 'manual.%%' and {_LAST_DAY} < %(before)s
order by l.load_id
"""  # noqa: S608
_DAYS = ("date", "period_end", "last_seen")
_DATED = """
select c.oid::regclass::text, (array_agg(a.attname::text order by array_position(%(days)s, a.attname::text))
    filter (where a.attname::text = any(%(days)s) and a.atttypid = 'date'::regtype))[1]
from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid
where c.relnamespace::regnamespace::text in ('marts', 'intermediate', 'insights') and c.relkind in ('r', 'p')
    and a.attnum > 0 and not a.attisdropped
group by c.oid
having bool_or(a.attname = 'store_id') and bool_or(a.attname::text = any(%(days)s) and a.atttypid = 'date'::regtype)
order by 1
"""
_OF_LOADS = """
select c.oid::regclass::text from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid
where c.relnamespace = 'intermediate'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'load_id'
"""


@dataclass(slots=True)
class Expired:
    """What went. cleaned: documents from which buyers' data was taken. loads: that went as a whole. rows: of raw, marts
    and insights. documents: of the archive. pages: of briefs. logs: files."""

    cleaned: int = 0
    loads: int = 0
    rows: int = 0
    documents: int = 0
    pages: int = 0
    logs: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cleaned} documents without their buyers' data, {self.loads} loads, {self.documents} documents, "
            f"{self.rows} rows, {self.pages} pages and {self.logs} log files deleted"
        )


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of a tenant and still there. buyers: documents. loads: of all else. oldest: the day of the oldest."""

    buyers: int
    loads: int
    oldest: date | None


def due(conn: psycopg.Connection, tenant: Tenant, today: date) -> Due:
    """What should be gone by now. today: a day of the business clock, in UTC."""
    scopes, before = _scopes(conn, tenant.tenant_id), cutoff(tenant.retention, today)
    buyers = conn.execute(_BUYERS_DUE.encode(), {"scopes": scopes, "before": today - timedelta(BUYERS_DAYS)}).fetchall()
    loads = conn.execute(_LOADS_DUE.encode(), {"scopes": scopes, "before": before or date.min}).fetchall()
    oldest = conn.execute(
        f"select min({_FIRST_DAY}) from ops.loads as l "  # noqa: S608
        "where l.scope_id = any(%s) and l.feed not like 'manual.%%'",
        (scopes,),
    ).fetchone()
    return Due(len(buyers) if _erases(tenant) else 0, len(loads), oldest[0] if oldest else None)


def expire(conn: psycopg.Connection, archive: Archive, catalog: Catalog, home: Path, today: date) -> Expired:
    """Delete what is due of every tenant. conn: in autocommit. today: a day of the business clock, in UTC."""
    expired = Expired()
    delete_replaced(conn, archive)
    beside: Mapping[str, list[str]] | None = None
    for tenant in catalog.tenants.values():
        scopes, before = _scopes(conn, tenant.tenant_id), cutoff(tenant.retention, today)
        if (before is not None or _erases(tenant)) and beside is None:
            beside = _manifests(archive)
        if before is not None:
            _expire_loads(conn, archive, scopes, before, beside or {}, expired, tenant)
            _expire_rows(conn, [*scopes, f"*{tenant.tenant_id}"], before, expired)
            _expire_pages(home / "briefs" / tenant.tenant_id, before, expired)
        if _erases(tenant):
            _erase_buyers(conn, archive, tenant, scopes, today - timedelta(BUYERS_DAYS), expired)
    _expire_logs(home / "logs", expired)
    return expired


def _erases(tenant: Tenant) -> bool:
    """Whether buyers' data is there and is to go. Of other tenants it is left out before anything is stored."""
    return tenant.personal.everything and not tenant.retention.buyers_kept_by_law


def _scopes(conn: psycopg.Connection, tenant_id: str) -> list[str]:
    return [scope for (scope,) in conn.execute(_SCOPES, {"tenant": tenant_id}).fetchall()]


def _manifests(archive: Archive) -> dict[str, list[str]]:
    """Document -> the manifests beside it."""
    found: dict[str, list[str]] = {}
    for stem, paths in itertools.groupby(archive.find(), lambda path: path.split(".", 1)[0]):
        found[f"{stem}.zst"] = [path for path in paths if path.endswith(".json")]
    return found


def _erase_buyers(
    conn: psycopg.Connection, archive: Archive, tenant: Tenant, scopes: list[str], before: date, expired: Expired
) -> None:
    beside = _manifests(archive)
    for path, ids in conn.execute(_BUYERS_DUE.encode(), {"scopes": scopes, "before": before}).fetchall():
        with conn.transaction():
            cleaned = clean_document(conn, archive, path, beside.get(path, []), frozenset({tenant.tenant_id}))
            conn.execute("update ops.loads set buyers_erased_at = clock_timestamp() where load_id = any(%s)", (ids,))
            _replaced(conn, cleaned.replaced)
        expired.cleaned += cleaned.is_changed
        delete_replaced(conn, archive)


def _expire_loads(
    conn: psycopg.Connection,
    archive: Archive,
    scopes: list[str],
    before: date,
    beside: Mapping[str, list[str]],
    expired: Expired,
    tenant: Tenant,
) -> None:
    reason = f"older than the {tenant.retention.months} months for which stores.yaml keeps data of {tenant.tenant_id}"
    derived = [table for (table,) in conn.execute(_OF_LOADS).fetchall()]
    for load_id, feed, scope_id, path in conn.execute(
        _LOADS_DUE.encode(), {"scopes": scopes, "before": before}
    ).fetchall():
        with conn.transaction():
            for table in FEEDS[feed].tables if feed in FEEDS else ():
                if columns_of(conn, table):
                    expired.rows += _delete(conn, sql.Identifier("raw", table), load_id)
            for name in derived:
                expired.rows += _delete(conn, sql.SQL(name), load_id)
            _delete(conn, sql.Identifier("ops", "rejected_rows"), load_id)
            _delete(conn, sql.Identifier("ops", "slice_history"), load_id)
            conn.execute(
                "with gone as (update ops.slices set state = 'unavailable', reason = %s, current_load_id = null "
                "where current_load_id = %s returning day) "
                "insert into ops.changes (producer, scope_id, window_start, window_end) "
                "select %s, %s, min(day), max(day) from gone having count(*) > 0",
                (reason, load_id, feed, scope_id),
            )
            _delete(conn, sql.Identifier("ops", "loads"), load_id)
            is_shared = (
                conn.execute("select from ops.loads where archive_path = %s limit 1", (path,)).fetchone() is not None
            )
            gone = [] if is_shared else [path]
            _replaced(conn, [*gone, *_own_manifests(archive, beside.get(path, ()), scope_id, before)])
            expired.documents += len(gone)
        expired.loads += 1
    delete_replaced(conn, archive)


def _own_manifests(archive: Archive, paths: Iterable[str], scope_id: str, before: date) -> list[str]:
    """Manifests of this scope that tell of nothing younger: equal bytes may have come again, of other days."""
    found = []
    for path, content in archive.read(list(paths)).items() if paths else ():
        about = json.loads(content)
        day = (about.get("window") or [None])[-1] or about.get("instant") or about.get("report_created_at") or ""
        if about.get("scope_id") == scope_id and str(day)[:10] < before.isoformat():
            found.append(path)
    return found


def _delete(conn: psycopg.Connection, table: sql.Composable, load_id: int) -> int:
    return conn.execute(sql.SQL("delete from {} where load_id = %s").format(table), (load_id,)).rowcount


def _replaced(conn: psycopg.Connection, paths: Iterable[str]) -> None:
    """Note files that are to be deleted after the commit."""
    conn.execute("insert into ops.replaced_files select unnest(%s::text[]) on conflict do nothing", (list(paths),))


def _expire_rows(conn: psycopg.Connection, stores: list[str], before: date, expired: Expired) -> None:
    for table, day in conn.execute(_DATED, {"days": list(_DAYS)}).fetchall():
        query = sql.SQL("delete from {} where store_id = any(%s) and {} < %s").format(
            sql.SQL(table), sql.Identifier(day)
        )
        expired.rows += conn.execute(query, (stores, before)).rowcount


def _expire_pages(folder: Path, before: date, expired: Expired) -> None:
    """Pages are called by the last day of their period: `2026-03-01.en.html`."""
    for page in folder.rglob("????-??-??.*.html"):
        if page.name[:10] < before.isoformat():
            page.unlink(missing_ok=True)
            expired.pages += 1


def _expire_logs(folder: Path, expired: Expired) -> None:
    """Log files that nothing was written to for so long; by the real clock."""
    oldest = time.time() - LOG_DAYS * 86_400
    for file in folder.rglob("*") if folder.is_dir() else ():
        if file.is_file() and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
            expired.logs += 1
