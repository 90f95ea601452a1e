"""`tradewind verify`: reads archive and warehouse for each feed, in one database snapshot, and reports findings.

The order is: the ledger's pointers, each load (document, raw, staging), then the marts. Nothing is changed. The figures
are compared in `comparing.py`.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg

from pipelines.errors import ConfigError
from pipelines.feeds import Feed, Section
from pipelines.landing.archive.store import Archive
from pipelines.transformation import transform
from pipelines.verify import ledger as ledgers
from pipelines.verify import marts, orders, personal, settlements, tables
from pipelines.verify.comparing import Seen, judge
from pipelines.verify.counted import Reckoned, reckon
from pipelines.verify.findings import Finding, Report, counted, listed
from pipelines.verify.ledger import Ledger, Load
from pipelines.verify.reading import Reading, read
from pipelines.verify.tables import Held, RawPart
from pipelines.verify.watched import chosen

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, PersonalChoice
    from pipelines.warehouse.connection import Warehouse

OnProgress = Callable[[str, int, int], None]
_REBUILD = "`tradewind transform --full-refresh` builds the marts anew, once nothing else is named"
_MOST_NAMED = 20
"""How many days or orders of one mart are named in findings. The others are only counted."""


def audit(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    *,
    feeds: Sequence[str] | None = None,
    stores: Sequence[str] | None = None,
    since: datetime | None = None,
    progress: OnProgress | None = None,
) -> Report:
    """Report what does not add up. It blocks, and reads everything that is asked about.

    feeds, stores: names and ids; None means all. since: read only documents of loads made since this time (with a time
    zone); everything else is compared completely. progress: called with the feed's name, its loads done so far, and the
    number of all its loads. Raises ConfigError for an unknown feed or store.
    """
    wanted = chosen(feeds)
    unknown = sorted(set(stores or ()) - set(catalog.stores))
    if unknown:
        raise ConfigError(
            f"stores.yaml has no store {', '.join(unknown)}. The stores are: {', '.join(catalog.stores)}."
        )
    with warehouse.connect() as conn:
        conn.execute("set transaction isolation level repeatable read, read write")
        choices = {tenant.tenant_id: tenant.personal for tenant in catalog.tenants.values()}
        run = _Run(conn, Archive(settings.archive_url), stores, since, choices, progress or _ignore)
        for feed in wanted:
            run.feed(feed)
        run.marts(set(feeds) if feeds else None)
        conn.rollback()  # Drops a temporary table; nothing else was written.
    return run.report


@dataclass
class _Run:
    """One call of `audit`. stores: None for all. choices: tenant id -> its choice on personal data."""

    conn: psycopg.Connection
    archive: Archive
    stores: Sequence[str] | None
    since: datetime | None
    choices: Mapping[str, PersonalChoice]
    progress: OnProgress

    def __post_init__(self) -> None:
        self.report = Report()
        self.names = ledgers.store_names(self.conn)
        self.scopes = ledgers.scopes_of(self.conn, self.stores) if self.stores is not None else None
        self.is_built = not transform.stale(self.conn)
        if not self.is_built:
            self.report.skipped.append(
                "The marts have not seen every change, so they were not compared: run `tradewind transform`."
            )

    # --- a feed ------------------------------------------------------------------------------------------------------

    def feed(self, feed: Feed) -> None:
        """Check a feed's pointers, documents, raw rows, staging rows and personal columns."""
        ledger = ledgers.ledger_of(self.conn, feed, self.scopes)
        self._pointers(ledger)
        only = sorted(ledger.loads) if self.scopes is not None else None
        zones = {load.load_id: load.time_zone for load in ledger.loads.values()}
        reckoned: dict[str, dict[int, Reckoned]] = {}
        staged: dict[str, dict[int, Held] | None] = {}
        for section in feed.sections:
            table = feed.table(section)
            parts: Iterable[RawPart] = tables.raw_parts(self.conn, feed, section, zones, only)
            if feed.name == settlements.FEED:
                parts = list(parts)
                if self.is_built:
                    self.report.findings += settlements.check(self.conn, ledger, parts, self.names)
            reckoned[table], strangers = reckon(ledger, section, parts)
            for load_id, rows in strangers.items():
                self._add(
                    feed, f"load {load_id}", f"{counted(rows, 'row')} in raw.{table}", "the ledger has no such load"
                )
            staged[table] = tables.staged(self.conn, feed, section, only)
            if staged[table] is None and ledger.loads:
                self.report.skipped.append(f"There is no staging of {table}: run `tradewind transform`.")
        self._loads(ledger, reckoned, staged)
        self._personal(ledger)

    def _loads(
        self,
        ledger: Ledger,
        reckoned: dict[str, dict[int, Reckoned]],
        staged: dict[str, dict[int, Held] | None],
    ) -> None:
        feed = ledger.feed
        ids = sorted(ledger.loads)
        known: dict[str, Reading] = {}
        done = 0
        for batch in ledgers.batches(ids):
            written = ledgers.rejected_counts(self.conn, batch)
            lines = ledgers.rejected_lines(self.conn, list(written))
            for load_id in batch:
                self.progress(feed.name, done, len(ids))
                done += 1
                load = ledger.loads[load_id]
                reading = None
                if not load.pruned and (self.since is None or load.loaded_at >= self.since):
                    reading = known.get(load.sha256) if load_id not in lines else None
                    if reading is None:
                        reading = read(self.archive, feed, load.path, load.sha256, load.charset, lines.get(load_id))
                    if load_id not in lines:
                        known[load.sha256] = reading
                seen = Seen(
                    load,
                    reading,
                    {table: found.get(load_id) or Reckoned() for table, found in reckoned.items()},
                    {table: None if each is None else each.get(load_id) or Held() for table, each in staged.items()},
                    written.get(load_id, 0),
                )
                self.report.loads += 1
                self.report.rows += sum(each.raw.rows for each in seen.reckoned.values())
                verdict = judge(ledger, seen, functools.partial(self._merged, feed, load_id))
                self.report.differences += verdict.differences
                for what, where in verdict.wrong:
                    self._find(feed.name, load, what, where)
        self.progress(feed.name, len(ids), len(ids))

    def _merged(self, feed: Feed, load_id: int, section: Section, merge: tables.Merge) -> int:
        return tables.merged(self.conn, feed, section, merge, load_id)

    def _pointers(self, ledger: Ledger) -> None:
        """Find slices that do not point at the load of their history, or point at a load of another feed or scope."""
        for each in ledger.slices.values():
            about = f"{self.names.get(each.scope_id, each.scope_id)}, slice {each.key}"
            if each.load_id is not None and each.load_id not in ledger.loads:
                self._add(
                    ledger.feed,
                    about,
                    f"it points at load {each.load_id}",
                    "which is not of this feed and scope",
                    each.scope_id,
                )
            elif each.has_history and each.history_load_id != each.load_id:
                now = "no load" if each.load_id is None else f"load {each.load_id}"
                then = "none" if each.history_load_id is None else f"load {each.history_load_id}"
                self._add(
                    ledger.feed,
                    about,
                    f"it points at {now}, and its history says {then}",
                    "the pointer was moved by something that is not a load",
                    each.scope_id,
                )

    def _personal(self, ledger: Ledger) -> None:
        for column, rows, load_id in personal.found(self.conn, ledger.feed, self.choices):
            table = ledger.feed.table(ledger.feed.sections[0])
            self._add(
                ledger.feed,
                f"load {load_id}",
                f"the personal column {column} of raw.{table} has values",
                f"in {counted(rows, 'row')}; this is its first load",
                load_id=load_id,
            )

    # --- the marts ---------------------------------------------------------------------------------------------------

    def marts(self, feeds: Set[str] | None) -> None:
        """Compare the marts with staging: orders one by one, everything else by sums."""
        if not self.is_built:
            return
        if feeds is None or feeds & set(orders.FEEDS):
            self._orders()
        places = None if self.stores is None else [*self.stores, *(self.scopes or [])]
        for each in marts.SUMS:
            if feeds is not None and not feeds & set(each.feeds):
                continue
            found = list(marts.differing(self.conn, each, places))
            for differing in found[:_MOST_NAMED]:
                loads = listed([str(load) for load in differing.loads])
                self._add(
                    each.feeds[0] if len(each.feeds) == 1 else ", ".join(each.feeds),
                    f"{self.names.get(differing.scope_id, differing.scope_id)}, {differing.key}"
                    + (f", load {loads}" if loads else ""),
                    f"marts.{each.mart} has other sums: {differing.what}",
                    _REBUILD,
                    differing.scope_id,
                )
            self._more(", ".join(each.feeds), f"marts.{each.mart}", len(found))

    def _orders(self) -> None:
        found, apart = orders.differing(self.conn)
        self.report.differences += Counter(apart)
        found = [each for each in found if self.scopes is None or each.account_id in self.scopes]
        for each in found[:_MOST_NAMED]:
            lines, units, price = each.delivered
            there = (
                "marts.order_items has none of them"
                if each.marts is None
                else f"marts.order_items has {each.marts[0]:,}, {each.marts[1]:,} and {each.marts[2]:f}"
            )
            self.report.findings.append(
                Finding(
                    each.feed,
                    f"{self.names.get(each.account_id, each.account_id)}, load {each.load_id}",
                    f"order {each.order_id}: {counted(lines, 'line')} in staging, {counted(units, 'unit')}, "
                    f"{price:f}; {there}",
                    _REBUILD,
                    each.account_id,
                    each.load_id,
                )
            )
        self._more(", ".join(orders.FEEDS), "marts.order_items", len(found))

    # --- findings ----------------------------------------------------------------------------------------------------

    def _more(self, feed: str, mart: str, found: int) -> None:
        if found > _MOST_NAMED:
            self.report.findings.append(
                Finding(feed, mart, f"{found - _MOST_NAMED:,} more of it do not add up", _REBUILD)
            )

    def _find(self, feed: str, load: Load, what: str, where: str) -> None:
        name = f" ({load.file_name})" if load.file_name else ""
        about = f"{self.names.get(load.scope_id, load.scope_id)}, load {load.load_id}{name}"
        self.report.findings.append(Finding(feed, about, what, where, load.scope_id, load.load_id))

    def _add(
        self, feed: Feed | str, about: str, what: str, where: str, scope: str = "", load_id: int | None = None
    ) -> None:
        name = feed if isinstance(feed, str) else feed.name
        self.report.findings.append(Finding(name, about, what, where, scope, load_id))


def _ignore(feed: str, done: int, total: int) -> None:
    """Used if the caller wants no progress."""
