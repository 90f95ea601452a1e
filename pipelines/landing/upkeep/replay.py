"""`tradewind replay`: fills the raw tables again from the archive, without asking any source.

First, loads that the ledger does not know are added to it from the archive (`restoring.py`), all of them or those of
until a moment. Then each load of the ledger is copied again with the same `load_id`, so that slices still point at the
same rows. How a document becomes rows is in `loading/delimited.py` and `loading/json_documents.py`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import zstandard
from psycopg import sql

from pipelines.errors import ArchiveError, DocumentError, WarehouseError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive, Archived
from pipelines.landing.incoming import Incoming, Origin, SliceKey
from pipelines.landing.loading import delimited, json_documents, raw_tables
from pipelines.landing.loading.load_job import LoadJob
from pipelines.landing.personal.columns import stored_choice
from pipelines.landing.planning.periods import periods_between
from pipelines.landing.upkeep import restoring
from pipelines.stores import Scope
from pipelines.warehouse.locks import build_lock

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

_PATIENCE = 600.0  # How many seconds a replay waits for a feed's tables that others use.
_LOCK_TIMEOUT = "800ms"  # Shorter than one second, after which Postgres looks for deadlocks and cancels a session.
_LOADS = """
select l.load_id, l.scope_id, l.origin, l.sha256, l.archive_path, l.charset, l.window_start, l.window_end,
       l.report_created_at, l.row_count,
       coalesce((select s.time_zone from ops.stores s where l.scope_id in (s.store_id, s.account_id, s.marketplace_id)
                 order by s.store_id limit 1), 'UTC'),
       (select jsonb_agg(distinct t.personal) from ops.stores s join ops.tenants t using (tenant_id)
        where l.scope_id in (s.store_id, s.account_id, s.marketplace_id))
from ops.loads l where l.feed = %s and l.pruned_at is null order by l.load_id
"""
_NOT_WHOLE = """
select count(*) from (select load_id, row_count from ops.loads where feed = %s and pruned_at is null) l
full join (select load_id, count(*) as rows from ({}) r group by load_id) r using (load_id)
where coalesce(l.row_count, -1) <> coalesce(r.rows, 0)
"""

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """What a replay did. loads, rows: numbers of what was copied.

    repaired: loads of which raw had too few or too many rows before. restored: loads that the ledger did not know.
    """

    loads: int
    rows: int
    repaired: int
    restored: int = 0


@dataclass(frozen=True, slots=True)
class _Load:
    """A row of ops.loads. time_zone: IANA name, of its scope. choices: those of its tenants on personal data."""

    load_id: int
    scope_id: str
    origin: Origin
    sha256: str
    path: str
    charset: str
    first: date | None
    last: date | None
    report_created_at: datetime
    rows: int
    time_zone: str
    choices: list[dict[str, Any] | None] | None

    def slices(self, feed: Feed) -> list[SliceKey] | None:
        """The slices of the window that it was loaded for; None if it has no window."""
        if self.first is None or self.last is None:
            return None
        days = periods_between(feed.period, self.first, self.last)
        return [SliceKey(slice_key=day.isoformat(), day=day) for day in days]


def replay(
    settings: Settings,
    warehouse: Warehouse,
    *,
    feeds: Iterable[Feed] = FEEDS.values(),
    until: datetime | None = None,
    progress: OnProgress | None = None,
) -> ReplayOutcome:
    """Add to the ledger what only the archive knows, then empty the raw tables of these feeds and fill them. It blocks.

    until: with a time zone; the ledger becomes what it was at that moment, by the documents that had come. Each feed is
    one transaction: after a failure, its tables are as they were. No dbt build can run at the same time, and others
    that need a feed's tables wait. progress: called with the feed's name, its loads done so far, and the number of all
    its loads.

    Raises ArchiveError if documents are missing or give another number of rows than before; all other feeds are
    finished first. Raises WarehouseError if a feed's tables stay in use by others, ConfigError if the ledger knows more
    than it did at `until`; then nothing is changed.
    """
    archive = Archive(settings.archive_url)
    loads = rows = repaired = 0
    problems: list[str] = []
    with build_lock(warehouse), warehouse.connect(autocommit=True) as conn:
        restored = restoring.restore(conn, archive, until)
        for feed in feeds:
            raw_tables.ensure_raw_tables(conn, [feed])
            try:
                done = _replay_feed(conn, archive, feed, progress)
            except ArchiveError as error:
                problems.append(str(error))
                continue
            log.info("replayed %s: %d loads, %d rows, %d repaired", feed.name, done.loads, done.rows, done.repaired)
            loads, rows, repaired = loads + done.loads, rows + done.rows, repaired + done.repaired
    if problems:
        raise ArchiveError("\n".join(problems))
    return ReplayOutcome(loads, rows, repaired, restored.loads)


def _replay_feed(conn: psycopg.Connection, archive: Archive, feed: Feed, progress: OnProgress | None) -> ReplayOutcome:
    """Replay one feed, as soon as its tables are not in use. Raises WarehouseError if they stay in use."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with conn.transaction():
                _lock(conn, feed)
                return _refill(conn, archive, feed, progress)
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > until:
                tables = ", ".join(f"raw.{table}" for table in feed.tables)
                raise WarehouseError(
                    f"{tables} cannot be filled anew: another session has been using it for {_PATIENCE / 60:.0f} "
                    "minutes. End the sessions that hold it (see pg_stat_activity), or wait for the pull that runs; "
                    "then replay again."
                ) from None
            time.sleep(0.2)  # Lets other sessions have the tables.


def _lock(conn: psycopg.Connection, feed: Feed) -> None:
    """Lock all tables of a feed for this transaction. It waits for loads under way, so they are in the ledger then."""
    conn.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(_LOCK_TIMEOUT)))
    conn.execute(sql.SQL("lock table {} in access exclusive mode").format(_tables(feed)))
    conn.execute("set local lock_timeout = 0")


def _refill(conn: psycopg.Connection, archive: Archive, feed: Feed, progress: OnProgress | None) -> ReplayOutcome:
    report = progress or _ignore
    (total,) = _row(conn, "select count(*) from ops.loads where feed = %s and pruned_at is null", feed.name)
    held = sql.SQL(" union all ").join(
        sql.SQL("select load_id from {}").format(sql.Identifier("raw", table)) for table in feed.tables
    )
    (repaired,) = _row(conn, sql.SQL(_NOT_WHOLE).format(held), feed.name)
    conn.execute(sql.SQL("truncate {}").format(_tables(feed)))
    rows = 0
    for number, load in enumerate(_loads(conn, feed), 1):
        report(feed.name, number - 1, total)
        rows += _copy_again(conn, archive, feed, load)
    report(feed.name, total, total)
    for table in feed.tables:
        conn.execute(sql.SQL("analyze {}").format(sql.Identifier("raw", table)))
        conn.execute("select brin_summarize_new_values(%s::regclass)", (f'raw."{table}_load"',))
    return ReplayOutcome(total, rows, repaired)


def _loads(conn: psycopg.Connection, feed: Feed) -> Iterator[_Load]:
    """The feed's loads. They are read a hundred at a time, because there may be a million."""
    with conn.cursor(name="loads") as cursor:
        cursor.execute(_LOADS, (feed.name,))
        for row in cursor:
            yield _Load(*row)


def _copy_again(conn: psycopg.Connection, archive: Archive, feed: Feed, load: _Load) -> int:
    """Copy the rows of one load again. Returns their number. Raises ArchiveError."""
    job = LoadJob(
        conn=conn,
        archive=archive,
        feed=feed,
        scope=Scope(load.scope_id, (), load.time_zone),
        incoming=Incoming(
            open=lambda: archive.open(load.path),
            origin=load.origin,
            report_created_at=load.report_created_at,
            content_type=f"text/plain; charset={load.charset}",  # The charset that was found when it was loaded.
            window=(load.first, load.last) if load.first and load.last else None,
        ),
        slices=load.slices(feed),
        personal=stored_choice(load.choices),
        archived=Archived(load.sha256, load.path, 0),
    )
    try:
        copy_again = json_documents.copy_again if feed.is_json else delimited.copy_again
        seen = copy_again(job, load.load_id)
    except FileNotFoundError:
        raise _lost(feed, load, "is not in the archive") from None
    except OSError as error:
        raise _lost(feed, load, f"cannot be read from the archive ({error.strerror or error})") from None
    except zstandard.ZstdError:
        raise _lost(feed, load, "is damaged in the archive") from None
    except DocumentError as error:
        raise _lost(feed, load, f"is not in the archive as it was loaded ({error})") from None
    if seen.rows != load.rows:
        raise _lost(feed, load, f"gives {seen.rows} rows now, and gave {load.rows} when it was loaded")
    return seen.rows


def _lost(feed: Feed, load: _Load, what: str) -> ArchiveError:
    days = f" ({load.first} .. {load.last})" if load.first else ""
    return ArchiveError(
        f"Load {load.load_id} of {feed.name}, {load.scope_id}{days}, cannot be replayed: its document {load.path} "
        f"{what}. The raw rows of this feed stay as they were. Bring the file back from a backup of the archive and "
        f"replay again."
    )


def _tables(feed: Feed) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier("raw", table) for table in feed.tables)


def _row(conn: psycopg.Connection, query: str | sql.Composed, *parameters: object) -> tuple:
    row = conn.execute(query.encode() if isinstance(query, str) else query, parameters).fetchone()
    assert row is not None
    return row


def _ignore(feed: str, done: int, total: int) -> None:
    """Used if the caller wants no progress."""
