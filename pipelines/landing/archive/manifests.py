"""Writes and reads what the archive keeps of the ledger: a manifest beside each document, and files of other changes.

A manifest is one JSON object. It is written at the end of the load's transaction, with the rows of `ops.loads`,
`ops.requests`, `ops.slices` and `ops.rejected_rows` as they are then. The ids in it are valid only in that ledger,
which the field `ledger` names. In another ledger, a load is found by feed, scope and `loaded_at`.

Slices that no document has filled (empty, failed, unavailable and so on) are written after each run, to files of JSON
lines below `ledger/`. So the archive alone is enough to restore the warehouse; `upkeep/restoring.py` does it. None of
these rows holds a secret.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import psycopg
import zstandard
from psycopg.types.json import Jsonb

from pipelines.errors import ArchiveError

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.archive.store import Archive, Archived
    from pipelines.landing.incoming import Incoming
    from pipelines.stores import Scope

log = logging.getLogger(__name__)

Kind = Literal["loaded", "confirmed", "quarantined", "refused"]

VERSION = 1
FOLDER = "ledger"
_SEEN = f"{FOLDER}/seen.json"
_ROWS_PER_FILE = 20_000
_BATCH = 500
_STAMPED = re.compile(r"\d{8}T\d{12}Z")
_STAMP = "to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDD\"T\"HH24MISSUS\"Z\"')"

_SLICE = """to_jsonb(s) - '{current_load_id,generation,claimed_by,changed_xid}'::text[] || jsonb_build_object(
    'load_at', (select l.loaded_at from ops.loads l where l.load_id = s.current_load_id),
    'known_from', (select max(h.known_from) from ops.slice_history h where h.feed = s.feed
                   and h.scope_id = s.scope_id and h.slice_key = s.slice_key))"""

# The rejected rows of a refused document have no load. They are found as the rows that this transaction has inserted.
_MANIFEST = f"""
with load as (select * from ops.loads where load_id = %(load_id)s),
slices as (select * from ops.slices where feed = %(feed)s and scope_id = %(scope_id)s and slice_key = any(%(keys)s)),
requests as (
    select * from ops.requests
    where request_id in (select request_id from load union select request_id from slices union select %(request_id)s)
),
rejected as (
    select * from ops.rejected_rows where %(kind)s = 'loaded' and load_id = %(load_id)s
    union all
    select * from ops.rejected_rows
    where %(kind)s = 'refused' and load_id is null and xmin = pg_current_xact_id()::xid
)
select {_STAMP}, (%(about)s::jsonb || jsonb_build_object(
    'ledger', (select system_identifier from pg_control_system()) || '/' || 'ops.loads'::regclass::oid,
    'load', (select to_jsonb(l) - 'pruned_at' from load l),
    'requests', (select coalesce(jsonb_agg(to_jsonb(r) order by r.request_id), '[]') from requests r),
    'slices', (select coalesce(jsonb_agg({_SLICE} order by s.slice_key), '[]') from slices s),
    'rejected', (
        select coalesce(jsonb_agg(to_jsonb(j) - '{{rejected_id,load_id}}'::text[] order by j.rejected_id), '[]')
        from rejected j
    )
))::text
"""  # noqa: S608
_CHANGED = f"""
select jsonb_build_object('version', {VERSION}, 'slices', jsonb_build_array({_SLICE}),
    'requests', (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from ops.requests r where r.request_id = s.request_id)
)::text
from ops.slices s
where s.state <> 'loaded' and s.changed_xid >= coalesce(pg_snapshot_xmin(%(seen)s::pg_snapshot), '0'::xid8)
  and not coalesce(pg_visible_in_snapshot(s.changed_xid, %(seen)s::pg_snapshot), false)
"""  # noqa: S608
_EXPECTED = f"""
select jsonb_build_object('version', {VERSION}, 'expected', jsonb_agg(to_jsonb(e)))::text
from ops.expected e having count(*) > 0
"""  # noqa: S608


def write(
    conn: psycopg.Connection,
    archive: Archive,
    kind: Kind,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    archived: Archived,
    *,
    load_id: int | None = None,
    slice_keys: Sequence[str] = (),
) -> None:
    """Write a manifest beside a document, as the last step of the transaction whose rows it holds.

    load_id: the document's load, or the earlier load with the same bytes; None if there is none. slice_keys: the slices
    that this transaction has written. If the commit fails after this, a manifest without a load is left. It does no
    harm: the document did arrive, and a replay may load it.
    """
    window = incoming.window
    about = {
        "version": VERSION,
        "kind": kind,
        "feed": feed.name,
        "report_type": feed.report_type,
        "scope_id": scope.scope_id,
        "marketplace_ids": [store.marketplace.marketplace_id for store in scope.stores],
        "time_zone": scope.time_zone,
        "origin": incoming.origin,
        "report_created_at": incoming.report_created_at.isoformat(),
        "content_type": incoming.content_type,
        "file_name": incoming.file_name,
        "window": [day.isoformat() for day in window] if window else None,
        "instant": incoming.instant.isoformat() if incoming.instant else None,
        "sha256": archived.sha256,
        "document": archived.path,
    }
    values = {
        "about": Jsonb(about),
        "kind": kind,
        "feed": feed.name,
        "scope_id": scope.scope_id,
        "load_id": load_id,
        "request_id": incoming.request_id,
        "keys": list(slice_keys),
    }
    row = conn.execute(_MANIFEST, values).fetchone()
    assert row is not None
    stamp, text = row
    archive.write(f"{archived.path.removesuffix('.zst')}.{stamp}.json", text.encode() + b"\n")


def write_changes(conn: psycopg.Connection, archive: Archive) -> int:
    """Write the slices without a load that have changed since the last call. Returns their number.

    conn: must be idle and outside a transaction; it is left like that. The archive keeps a snapshot of the database's
    transactions, by which the next call knows what this one has written.
    """
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        row = conn.execute(
            f"select {_STAMP}, pg_current_snapshot()::text, d.oid::bigint, "  # noqa: S608
            "(select system_identifier::text from pg_control_system()) "
            "from pg_database d where d.datname = current_database()"
        ).fetchone()
        assert row is not None
        stamp, snapshot, *database = row
        known = _seen(archive)
        seen = known.get("snapshot") if known.get("database") == database else None
        written = 0
        with conn.cursor(name="changes") as cursor:
            cursor.itersize = 2_000
            cursor.execute(_CHANGED, {"seen": seen})
            lines = (text for (text,) in cursor)
            for number in itertools.count():
                chunk = list(itertools.islice(lines, _ROWS_PER_FILE))
                if not chunk:
                    break
                written += len(chunk)
                write_lines(archive, f"{FOLDER}/{stamp}-{number:04}.jsonl.zst", chunk)
        expected = [text for (text,) in conn.execute(_EXPECTED).fetchall()]
        if written:
            write_lines(archive, f"{FOLDER}/{stamp}-expected.jsonl.zst", expected)
            archive.write(_SEEN, json.dumps({"snapshot": snapshot, "database": database}).encode() + b"\n")
    return written


def read_all(archive: Archive, until: datetime | None = None) -> Iterator[str]:
    """The JSON text of every manifest and every changed slice in the archive, in any order.

    until: with a time zone; only what was known then (`was_known`). Raises ArchiveError if a file is damaged or was
    written by a newer Tradewind.
    """
    paths = [path for path in archive.find() if path.endswith((".json", ".jsonl.zst")) and path != _SEEN]
    for batch in _batches(paths):
        for path, content in archive.read(batch).items():
            try:
                if path.endswith(".zst"):
                    content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
                for line in content.decode().splitlines():
                    entry = json.loads(line)
                    if entry["version"] != VERSION:
                        raise ArchiveError(
                            f"{path} in the archive has version {entry['version']}, which this Tradewind does not "
                            "know. Update Tradewind and replay again."
                        )
                    if until is None or was_known(path, entry, until):
                        yield line
            except (ValueError, LookupError, TypeError, zstandard.ZstdError):
                raise ArchiveError(
                    f"{path} in the archive is damaged: it is no manifest. Bring it back from a backup of the archive, "
                    "or move it away if the load that it tells of may be missing; then replay again."
                ) from None


def was_known(path: str, entry: Mapping[str, Any], until: datetime) -> bool:
    """Whether the ledger knew an entry of the archive at a moment, by the clock of the warehouse that wrote it.

    A file tells by its name when it was written, at the end of what it tells of. A slice that no document has filled
    may be written some time after it changed, and tells itself when that was.

    >>> at_noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> was_known("ab/ab12.20260301T115959000000Z.json", {"slices": []}, at_noon)
    True
    >>> was_known("ab/ab12.20260301T120001000000Z.json", {"slices": []}, at_noon)
    False
    >>> late = "ledger/20260301T120100000000Z-0000.jsonl.zst"
    >>> was_known(late, {"slices": [{"updated_at": "2026-03-01T11:58:00+00:00"}]}, at_noon)
    True
    """
    if path.startswith(f"{FOLDER}/") and entry.get("slices"):
        return all(datetime.fromisoformat(each["updated_at"]) <= until for each in entry["slices"])
    return datetime.strptime(_STAMPED.findall(path)[-1], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC) <= until


def _seen(archive: Archive) -> dict[str, Any]:
    try:
        found = json.loads(archive.read([_SEEN])[_SEEN])
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_lines(archive: Archive, path: str, lines: Iterable[str]) -> None:
    """Write a file of lines, replacing an existing one. path: ends with `.jsonl.zst`."""
    content = "".join(f"{line}\n" for line in lines).encode()
    archive.write(path, zstandard.ZstdCompressor(write_checksum=True).compress(content))


def _batches(paths: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(paths), _BATCH):
        yield list(paths[start : start + _BATCH])
