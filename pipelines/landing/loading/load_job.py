"""One document while it is loaded: what `delimited.py` and `json_documents.py` share.

`LoadJob` holds what is known of the document, judges it when its rows are copied, decides which slices it fills, and
has the ledger and the manifest written. How documents are read and copied is in the two modules named above.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.types.json import Jsonb

from pipelines.errors import DocumentError
from pipelines.landing.archive import manifests
from pipelines.landing.formats.moments import day_range_text
from pipelines.landing.incoming import MOST_ROWS, LoadOutcome, Seen, SliceKey
from pipelines.landing.ledger import loads
from pipelines.landing.loading import identity, plausibility, raw_tables
from pipelines.landing.loading.ownership import check_channels, check_countries, check_days
from pipelines.landing.loading.spreadsheet_skus import damaged_skus
from pipelines.landing.personal.columns import Judge, left_out, read_by_actors
from pipelines.landing.planning.periods import first_of

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed, Section
    from pipelines.landing.archive.store import Archive, Archived
    from pipelines.landing.formats.notation import Rewriting
    from pipelines.landing.incoming import Incoming
    from pipelines.landing.personal.pseudonyms import Pseudonyms
    from pipelines.stores import PersonalChoice, Scope


_MOST_SHOWN = 100


class Quarantined(Exception):
    """A snapshot has too few rows to be believed. Its copied rows are rolled back."""

    def __init__(self, rows: int, reason: str) -> None:
        super().__init__(reason)
        self.rows = rows
        self.reason = reason


@dataclass
class LoadJob:
    """The load of one document. The attributes with a default are filled while the document is read.

    slices, personal, hash_key: see `document.load_document`.
    archived: the document's place in the archive. strip: the function that removes its personal fields. pseudonyms: the
    hashes of its hashed fields. transcode: the document's charset, if it must be converted to UTF-8 before its bytes
    can be cut into lines. mended: the number of characters that could not be decoded then. rewriting: how a table is
    rewritten to the feed's notation. without: sections that the document does not fill. only_day: the single day (first
    day of the period) of all rows, if rows have no day. warnings: whole sentences for the user. refused: what was seen
    of a document that is refused because of its rejected lines.
    """

    conn: psycopg.Connection
    archive: Archive
    feed: Feed
    scope: Scope
    incoming: Incoming
    slices: Sequence[SliceKey] | None
    personal: PersonalChoice
    hash_key: bytes = b""
    archived: Archived | None = None
    strip: Callable[[Iterator[bytes]], Iterator[bytes]] | None = None
    pseudonyms: Pseudonyms | None = None
    transcode: str | None = None
    rewriting: Rewriting | None = None
    mended: int = 0
    without: list[Section] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refused: Seen | None = None
    only_day: date | None = None

    @cached_property
    def judge(self) -> Judge:
        """Decides which fields of the document are personal."""
        return Judge(self.feed, self.personal)

    @cached_property
    def most_rows(self) -> int:
        """The most rows that are believed; those of a file that is given by hand all are. Ask before COPY begins."""
        if self.is_import:
            return MOST_ROWS
        with self.conn.transaction():
            usual = loads.usual_rows(self.conn, self.feed, self.scope)
        return plausibility.most_rows(usual)

    def prepare_judge(self) -> None:
        """Give the judge the fields that actors' mappings read. Must be called before COPY uses the connection."""
        with self.conn.transaction():
            self.judge = Judge(self.feed, self.personal, read_by_actors(self.conn, self.feed))

    @property
    def is_import(self) -> bool:
        """Whether the document was given by hand (`tradewind import`)."""
        return self.incoming.origin == "import"

    def count_mended(self, characters: int) -> None:
        """Count characters that could not be decoded while the document was converted to UTF-8."""
        self.mended += characters

    @property
    def tenant_id(self) -> str:
        """The tenant of the document; '' for a scope without stores. All stores of an account have the same tenant."""
        return self.scope.stores[0].tenant_id if self.scope.stores else ""

    @property
    def charset_of_last_resort(self) -> str:
        """The charset of the store's marketplace, for documents that name none and are not UTF-8."""
        return self.scope.stores[0].marketplace.charset if self.scope.stores else "utf-8"

    def may_be_known(self) -> bool:
        """Whether there is a load with which this document could be identical."""
        with self.conn.transaction():
            return loads.has_loads(self.conn, self.feed, self.scope, self.slices)

    def confirmed(self, archived: Archived) -> LoadOutcome | None:
        """If a load has the same bytes, mark the slices as checked and copy nothing. None if it must be copied."""
        self.archived = archived
        conn, feed, scope = self.conn, self.feed, self.scope
        with conn.transaction():
            same = loads.same_load(conn, feed, scope, self.slices, archived.sha256, self.only_day)
            if same is None:
                return None
            load_id, rows, warnings = same
            slices = self.slices
            if slices is None and feed.write_disposition == "snapshot":
                slices = self._own_slices(load_id)
                if loads.all_point_at(conn, feed, scope, slices, load_id) or self._is_newest(load_id):
                    slices = None
            states: dict[str, str] = {}
            if slices:
                days = loads.days_of_load(conn, feed, load_id, scope.time_zone)
                states = self._states(slices, days, rows)
                loads.confirm_slices(conn, feed, scope, self.incoming, slices, states, load_id, warnings)
                self._write_manifest("confirmed", archived, load_id, slices)
        return LoadOutcome(load_id=load_id, rows=rows, states=states, warnings=warnings, unchanged=True)

    def settle(self, load_id: int, archived: Archived, seen: Seen) -> LoadOutcome:
        """Judge the copied rows and write the ledger and the manifest, in the load's transaction.

        Raises DocumentError, Quarantined or LeaseLost; the caller's transaction then rolls back.
        """
        conn, feed, scope = self.conn, self.feed, self.scope
        self.archived = archived
        seen.undecodable += self.mended
        self._judge(load_id, seen)
        created = self._created_at(load_id)
        slices, checked = self._slices_to_point(load_id, seen, created)
        states = self._states(slices, seen.days, seen.rows)
        window = self.incoming.window or ((self.only_day, self.only_day) if self.only_day else None)
        keys = self.pseudonyms.depth if self.pseudonyms is not None else None
        told = (self.warnings, created, window, keys)
        loads.write_load(conn, feed, scope, self.incoming, load_id, archived, seen, *told)
        loads.point_slices(
            conn,
            feed,
            scope,
            self.incoming,
            slices,
            states,
            load_id,
            checked_at=checked,
            reason=" ".join(self.warnings) or None,
        )
        days = seen.days | {each.day for each in slices}
        loads.write_change(conn, feed, scope, min(days, default=None), max(days, default=None), load_id)
        loads.request_done(conn, self.incoming)
        self._write_manifest("loaded", archived, load_id, slices)
        return LoadOutcome(
            load_id=load_id,
            rows=seen.rows,
            rejected=seen.rejected,
            undecodable=seen.undecodable,
            states=states,
            warnings=list(self.warnings),
        )

    def quarantine(self, verdict: Quarantined) -> LoadOutcome:
        """Record that the document is quarantined: it is archived, and none of its rows are loaded."""
        slices = self.slices or ()
        assert self.archived is not None
        with self.conn.transaction():
            loads.quarantine(self.conn, self.feed, self.scope, self.incoming, slices, verdict.rows, verdict.reason)
            self._write_manifest("quarantined", self.archived, None, slices)
        return LoadOutcome(
            load_id=None,
            rows=verdict.rows,
            states={each.slice_key: "quarantined" for each in slices},
            quarantined=verdict.reason,
        )

    def write_refusal(self, archived: Archived) -> None:
        """Record where a refused document is archived, and its rejected lines."""
        if self.incoming.request_id is not None:
            self.conn.execute(
                "update ops.requests set details = details || %s where request_id = %s",
                (Jsonb({"archive_path": archived.path, "sha256": archived.sha256}), self.incoming.request_id),
            )
        if self.refused is not None:
            loads.write_rejects(self.conn, self.feed, self.scope, self.incoming, None, self.refused.rejects)
        if self.incoming.request_id is not None or self.refused is not None:
            self._write_manifest("refused", archived, None, ())

    def new_columns(self, headers: Iterable[str]) -> None:
        """Add a warning about columns that no document of this feed had before."""
        if names := list(headers):
            shown = ", ".join(each[:60] for each in names[:_MOST_SHOWN])
            more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
            self.warnings.append(f"The document brings columns that are new: {shown}{more}. They are loaded.")

    def left_out(self, section: Section, names: Iterable[str]) -> None:
        """Record columns that were left out because their names sound personal, and add a warning.

        The connection must be idle; it commits.
        """
        headers = list(dict.fromkeys(names))
        if headers:
            with self.conn.transaction():
                raw_tables.record_left_out(
                    self.conn, self.feed, section, headers, {store.tenant_id for store in self.scope.stores}
                )
            self.warnings.append(left_out(headers))

    def _write_manifest(
        self, kind: manifests.Kind, archived: Archived, load_id: int | None, slices: Sequence[SliceKey]
    ) -> None:
        """Write the manifest; this must be the last step before the commit."""
        manifests.write(
            self.conn,
            self.archive,
            kind,
            self.feed,
            self.scope,
            self.incoming,
            archived,
            load_id=load_id,
            slice_keys=[each.slice_key for each in slices],
        )

    def _judge(self, load_id: int, seen: Seen) -> None:
        """Check a document whose rows are copied, the gravest faults first, and add warnings.

        Raises DocumentError or Quarantined.
        """
        feed = self.feed
        self.refuse_unfit(seen)
        if seen.rejected:
            self.warnings.append(f"{seen.rejected} lines could not be read; {seen.kept_rejects} in ops.rejected_rows.")
        if seen.undecodable:
            self.warnings.append(
                f"{seen.undecodable} characters could not be decoded as {seen.charset}; each is U+FFFD now."
            )
        if feed.shape == "snapshot" and not self.is_import:
            self._judge_snapshot(seen)
        if feed.total_key:
            self._judge_total(load_id)
        if feed.spreadsheet_sku and self.scope.stores:
            warning = damaged_skus(self.conn, feed, self.scope, load_id)
            self.warnings += [warning] if warning else []

    def refuse_unfit(self, seen: Seen) -> None:
        """Raises DocumentError for a document that is not loaded, by what was seen of its rows."""
        feed = self.feed
        check_countries(feed, feed.sections[0], seen.places)
        check_channels(feed, self.scope, seen.channels, seen.currencies, wanted=self.incoming.store)
        shifted = bool(seen.rejected) and any(section.numbers for section in feed.sections)
        if shifted or plausibility.too_many_rejected(seen.rejected, seen.rows):
            self.refused = seen
            first = seen.rejects[0]
            damage = (
                "the lines around them may be shifted too" if shifted else "more than 0.5 %: the document is damaged"
            )
            raise DocumentError(
                f"{seen.rejected} of {seen.rejected + seen.rows} lines cannot be read, {damage}. The first is line "
                f"{first.line}: {first.reason}. {seen.kept_rejects.capitalize()} in ops.rejected_rows.",
                kind="too_many_rejects",
            )
        if self.slices is not None and feed.shape != "snapshot" and feed.shape != "listed":
            check_days(feed, self._periods(seen.days), (each.day for each in self.slices))

    def _judge_snapshot(self, seen: Seen) -> None:
        conn, feed, scope = self.conn, self.feed, self.scope
        earlier = loads.earlier_counts(conn, feed, scope, self.incoming.instant)
        before = loads.quarantined_rows(conn, feed, scope)
        verdict = plausibility.judge_snapshot(
            seen.rows, earlier, feed.sample_min_rows, feed.sample_share, quarantined_before=before
        )
        if verdict.kind == "quarantined":
            raise Quarantined(seen.rows, verdict.reason)
        if verdict.reason:
            self.warnings.append(verdict.reason)

    def _judge_total(self, load_id: int) -> None:
        """Warn of a document whose lines do not add up to its total. It is loaded all the same."""
        with contextlib.closing(identity.amounts(self.conn, self.feed, load_id)) as rows:
            self.warnings += plausibility.settlement_differences(rows)

    def _created_at(self, load_id: int) -> datetime:
        """When the document was made, UTC. For an import without --as-of, the newest update in its rows, if any."""
        if not self.incoming.dated_by_rows or not self.feed.updated_key:
            return self.incoming.report_created_at
        query = sql.SQL(
            "select max(case when pg_input_is_valid({column}, 'timestamptz') then ({column})::timestamptz end) "
            "from {table} as r where load_id = %s"
        ).format(
            column=raw_tables.field_of(self.feed, self.feed.updated_key),
            table=sql.Identifier("raw", self.feed.table(self.feed.sections[0])),
        )
        row = self.conn.execute(query, (load_id,)).fetchone()
        newest = row[0] if row else None
        return newest.astimezone(UTC) if newest is not None else self.incoming.report_created_at

    def _slices_to_point(
        self, load_id: int, seen: Seen, created: datetime
    ) -> tuple[Sequence[SliceKey], datetime | None]:
        """The slices to point at this load, and their checked_at; None leaves that as it is."""
        if self.slices is None:
            if self.feed.write_disposition == "upsert":
                return (), None
            slices: Sequence[SliceKey] = (
                self._own_slices(load_id)
                if self.feed.write_disposition == "snapshot"
                else [SliceKey(slice_key=day.isoformat(), day=day) for day in sorted(self._periods(seen.days))]
            )
        else:
            slices = self.slices
        if self.is_import and self.feed.write_disposition == "replace":
            kept = identity.newer_or_fuller(
                *(self.conn, self.feed, self.scope, slices, created, self.without, load_id),
                partly=self.slices is None,
            )
            for reason in sorted(set(kept.values())):
                days = [each.day for each in slices if kept.get(each.slice_key) == reason]
                self.warnings.append(
                    f"{day_range_text(days)}: {reason}, so the document's rows do not replace it ({len(days)} days)."
                )
            slices = [each for each in slices if each.slice_key not in kept]
        elif self.is_import and self.feed.write_disposition == "snapshot":
            self._warn_of_replaced(slices, load_id)
        elif self.feed.write_disposition == "replace" and self.slices is not None:
            asked = {each.day for each in self.slices}
            if self.feed.writes_dates_as_moments:
                # `slices.data_range` asks for a part of the neighbouring day too, which has a slice of its own.
                asked |= {day + timedelta(days=step) for day in asked for step in (-1, 1)}
            outside = self._periods(seen.days) - asked
            if outside:
                self.warnings.append(
                    f"The document also has rows of {day_range_text(outside)}, which it was not asked for; they do not "
                    "count."
                )
        # An import that lacks a section, or states no days, does not replace a request: its days stay due.
        covers = self.slices is not None and not (self.is_import and self.without)
        return slices, created if covers or self.feed.write_disposition == "snapshot" else None

    def _own_slices(self, load_id: int) -> list[SliceKey]:
        assert self.archived is not None
        return identity.own_slices(self.conn, self.feed, self.scope, self.incoming, load_id, self.archived.sha256)

    def _is_newest(self, load_id: int) -> bool:
        """Whether a load is that of the newest snapshot, for an import that was given no time."""
        if self.feed.identity or not self.incoming.dated_by_rows:
            return False
        return loads.latest_snapshot(self.conn, self.feed, self.scope) == load_id

    def _warn_of_replaced(self, slices: Sequence[SliceKey], load_id: int) -> None:
        """Warn of the loads that these slices pointed at before, which do not count any more."""
        keys = [each.slice_key for each in slices]
        for slice_key, earlier, name in identity.pointed_before(self.conn, self.feed, self.scope, keys, load_id):
            self.warnings.append(
                f"It takes the place of {name or 'a document'} (load {earlier}), which stood for {slice_key} before."
            )

    def _periods(self, days: set[date]) -> set[date]:
        """The first days of the feed's periods in which these days lie."""
        return {first_of(self.feed.period, day) for day in days}

    def _states(self, slices: Sequence[SliceKey], days: set[date], rows: int) -> dict[str, str]:
        """Slice key -> 'loaded' if the document has rows for the slice (of its day, if rows have one), else 'empty'."""
        days = self._periods(days)
        dated = self.feed.shape == "windowed" or (
            self.feed.write_disposition == "replace" and self.feed.shape == "file"
        )
        has_rows = {
            each.slice_key: each.day in days if dated and any(s.day for s in self.feed.sections) else rows > 0
            for each in slices
        }
        return {key: "loaded" if has else "empty" for key, has in has_rows.items()}
