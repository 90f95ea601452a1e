"""Cleans one archived document: writes it anew without personal columns, and corrects raw, ledger and manifests.

A document may belong to several loads, feeds and tenants; a refused document may belong to none that is known. Each
feed and scope is an owner, with the choice of its tenants, and gets a cleaned document of its own. `cleaning.py` walks
through all documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import zstandard
from psycopg import sql

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive, Archived
from pipelines.landing.formats.layout import Layout
from pipelines.landing.formats.redact_json import Keys, Members
from pipelines.landing.formats.redact_lines import strip_line
from pipelines.landing.formats.redact_unread import strip_unread
from pipelines.landing.formats.streams import plain_blocks
from pipelines.landing.incoming import Incoming
from pipelines.landing.loading import delimited, raw_tables
from pipelines.landing.loading.load_job import LoadJob
from pipelines.landing.personal.columns import stored_choice
from pipelines.stores import PersonalChoice, Scope

_LOADS = """
select l.load_id, l.feed, l.scope_id, l.charset, l.pruned_at is not null from ops.loads l
where l.archive_path = %s order by l.load_id
"""
_CHOICES = """
select s.tenant_id, t.personal from ops.stores s join ops.tenants t using (tenant_id)
where %s in (s.store_id, s.account_id, s.marketplace_id)
"""
_EVERYBODY = "select tenant_id, personal from ops.tenants"
_ROWS_AT_ONCE = 5_000


@dataclass(slots=True)
class Cleaned:
    """What cleaning a document did.

    emptied: 'table.column' of raw. loads, rejected: numbers of what was changed. columns: names of removed columns.
    replaced: paths of files to delete after the commit.
    """

    is_changed: bool = False
    emptied: set[str] = field(default_factory=set)
    loads: int = 0
    rejected: int = 0
    columns: set[str] = field(default_factory=set)
    replaced: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Owner:
    """A feed and scope to which the document belongs.

    feed: None if unknown. choice: of the tenants. loads: (load_id, whether its rows are in raw). manifests: path ->
    content.
    """

    feed: Feed | None
    scope_id: str
    choice: PersonalChoice
    tenants: frozenset[str]
    charset: str = "utf-8"
    loads: list[tuple[int, bool]] = field(default_factory=list)
    manifests: dict[str, dict[str, Any]] = field(default_factory=dict)

    def give_up(self) -> None:
        """Keep nothing personal any more. What a hash would replace is cut out: here it stands in plain text."""
        self.choice = replace(self.choice, everything=False)
        if self.feed is not None:
            self.feed = replace(self.feed, personal=(*self.feed.personal, *self.feed.hashed), hashed=())


@dataclass(slots=True)
class Reading:
    """How a document was read: as a table, as JSON (members), or neither."""

    table: delimited.Table | None = None
    delimiter: str = "\t"
    members: Members | None = None

    @property
    def columns(self) -> list[str]:
        """The names of the removed columns or keys."""
        if self.table is not None:
            return [self.table.layout.headers[i] for i in self.table.layout.personal]
        return list(self.members.left_out) if self.members is not None else []


def clean_document(
    conn: psycopg.Connection,
    archive: Archive,
    path: str,
    manifests: Iterable[str],
    expired: frozenset[str] = frozenset(),
) -> Cleaned:
    """Clean one document, its rows, ledger entries and manifests, in the caller's transaction. Deletes no file.

    expired: tenants that have kept personal data for as long as they may: theirs goes too, without leaving a hash.
    """
    cleaned = Cleaned()
    stays = False  # Whether an owner still needs the old document: it keeps personal data, or nothing was removed.
    for owner in owners_of(conn, archive, path, manifests):
        if owner.tenants and owner.tenants <= expired:
            owner.give_up()
        reading = Reading()
        new = _rewritten(conn, archive, path, owner, reading)
        if new is None:
            stays = True
            continue
        cleaned.is_changed = True
        cleaned.columns.update(reading.columns)
        cleaned.loads += len(owner.loads)
        for load_id, has_rows in owner.loads:
            if has_rows:
                _clean_rows(conn, owner, reading, load_id, cleaned)
            cleaned.rejected += _clean_rejected(conn, reading, "load_id = %s", (load_id,))
        _record_left_out(conn, owner, reading)
        point_at(conn, owner, path, new)
        write_manifests(conn, archive, owner, path, new, reading, cleaned)
        cleaned.replaced += owner.manifests
    if cleaned.is_changed and not stays:
        cleaned.replaced.append(path)
    return cleaned


# --- owners of a document ----------------------------------------------------------------------------------------


def owners_of(conn: psycopg.Connection, archive: Archive, path: str, manifests: Iterable[str]) -> list[Owner]:
    owners: dict[tuple[str, str], Owner] = {}

    def owner_of(feed: str, scope_id: str) -> Owner:
        key = (feed, scope_id)
        if key not in owners:
            stored = conn.execute(_CHOICES, (scope_id,)).fetchall() or conn.execute(_EVERYBODY).fetchall()
            owners[key] = Owner(
                FEEDS.get(feed),
                scope_id,
                stored_choice([choice for _, choice in stored]),
                frozenset(tenant for tenant, _ in stored),
            )
        return owners[key]

    for load_id, feed, scope_id, charset, is_pruned in conn.execute(_LOADS, (path,)).fetchall():
        owner = owner_of(feed, scope_id)
        owner.charset = charset
        owner.loads.append((load_id, not is_pruned))
    for name, content in archive.read(list(manifests)).items() if manifests else ():
        try:
            manifest = json.loads(content)
            owner = owner_of(manifest["feed"], manifest["scope_id"])
        except (ValueError, KeyError, TypeError):
            continue  # The manifest is damaged. A replay reports it (`manifests.read_all`).
        owner.manifests[name] = manifest
        if manifest.get("load"):
            owner.charset = manifest["load"].get("charset") or owner.charset
    return list(owners.values()) or [owner_of("", "")]


# --- the document -------------------------------------------------------------------------------------------------


def _rewritten(
    conn: psycopg.Connection, archive: Archive, path: str, owner: Owner, reading: Reading
) -> Archived | None:
    """Archive the document without personal data. None if there is nothing to remove."""
    if owner.choice.everything:
        return None
    try:
        blocks = _stripped(conn, archive, path, owner, reading)
        if blocks is None:
            return None
        new = archive.put(blocks)
    except (OSError, zstandard.ZstdError):
        return None  # The file is damaged. A replay reports it.
    return new if new.path != path else None


def _stripped(
    conn: psycopg.Connection, archive: Archive, path: str, owner: Owner, reading: Reading
) -> Iterator[bytes] | None:
    """The document without personal data; None if it has none."""
    feed = owner.feed
    if feed is not None and feed.is_json and _begins_like_json(archive, path):
        job = job_of(conn, archive, path, owner, feed)
        job.prepare_judge()
        keys = Keys(job.judge)
        for block in plain_blocks(archive.open(path)):
            keys.look(block)
        if not keys.personal:
            return None
        reading.members = Members(job.judge)
        return reading.members.strip(plain_blocks(archive.open(path)))
    if feed is not None and not feed.is_json:
        job = job_of(conn, archive, path, owner, feed)
        try:
            _, table = delimited.look_again(job)
        except DocumentError:
            return strip_unread(plain_blocks(archive.open(path)), owner.choice, owner.charset)
        if all(job.judge.verdict(table.layout.headers[i]) == "kept" for i in table.layout.personal):
            return None
        reading.table = table
        reading.delimiter = job.rewriting.notation.delimiter if job.rewriting is not None else feed.delimiter
        strip = delimited.stripping(table, None)
        return strip(delimited.from_archive(job, Archived("", path, 0), again=True))
    return strip_unread(plain_blocks(archive.open(path)), owner.choice, owner.charset)


def _begins_like_json(archive: Archive, path: str) -> bool:
    with archive.open(path) as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def job_of(conn: psycopg.Connection, archive: Archive, path: str, owner: Owner, feed: Feed) -> LoadJob:
    return LoadJob(
        conn=conn,
        archive=archive,
        feed=feed,
        scope=Scope(owner.scope_id, (), "UTC"),
        incoming=Incoming(
            open=lambda: archive.open(path),
            origin="import",
            report_created_at=datetime.now(UTC),
            content_type=f"text/plain; charset={owner.charset}",
        ),
        slices=None,
        personal=owner.choice,
        hash_key=b"nothing is hashed",
    )


# --- raw tables and rejected lines --------------------------------------------------------------------------------


def _clean_rows(conn: psycopg.Connection, owner: Owner, reading: Reading, load_id: int, cleaned: Cleaned) -> None:
    assert owner.feed is not None
    for section in owner.feed.sections:
        table = owner.feed.table(section)
        held = raw_tables.columns_of(conn, table)
        if reading.table is not None:
            layout = reading.table.layout
            columns = [layout.columns[i] for i in layout.personal if layout.columns[i] in held]
            _clear(conn, table, columns, load_id)
            cleaned.emptied |= {f"{table}.{column}" for column in columns}
        elif reading.members is not None and "item" in held:
            _rewrite_items(conn, table, reading.members, load_id)


def _clear(conn: psycopg.Connection, table: str, columns: list[str], load_id: int) -> None:
    if not columns:
        return
    names = [sql.Identifier(each) for each in columns]
    conn.execute(
        sql.SQL("update {} set {} where load_id = %s and num_nonnulls({}) > 0").format(
            sql.Identifier("raw", table),
            sql.SQL(", ").join(sql.SQL("{} = null").format(each) for each in names),
            sql.SQL(", ").join(names),
        ),
        (load_id,),
    )


def _rewrite_items(conn: psycopg.Connection, table: str, members: Members, load_id: int) -> None:
    name = sql.Identifier("raw", table)
    conn.execute("create temp table if not exists _items (row_seq bigint, item jsonb) on commit drop")
    conn.execute("truncate _items")
    with conn.cursor(name="items") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(sql.SQL("select row_seq, item::text from {} where load_id = %s").format(name), (load_id,))
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            changed = [
                (row_seq, new)
                for row_seq, text in rows
                if (new := b"".join(members.strip([text.encode()])).decode()) != text
            ]
            conn.cursor().executemany("insert into _items values (%s, %s::jsonb)", changed)
    conn.execute(
        sql.SQL("update {} r set item = i.item from _items i where r.load_id = %s and r.row_seq = i.row_seq").format(
            name
        ),
        (load_id,),
    )


def _clean_rejected(conn: psycopg.Connection, reading: Reading, where: str, values: tuple[Any, ...]) -> int:
    """Remove personal fields from rejected lines. Returns how many lines were changed."""
    rows = conn.execute(
        f"select rejected_id, row_text from ops.rejected_rows where {where}".encode(),  # noqa: S608
        values,
    ).fetchall()
    changed = [(text, rejected_id) for rejected_id, old in rows if (text := _line(reading, old)) != old]
    conn.cursor().executemany("update ops.rejected_rows set row_text = %s where rejected_id = %s", changed)
    return len(changed)


def _line(reading: Reading, text: str) -> str:
    """A rejected line or element without personal fields."""
    if reading.members is not None:
        return b"".join(reading.members.strip([text.encode()])).decode("utf-8", "replace")
    if reading.table is None:
        return text
    table = reading.table
    layout: Layout = table.layout
    stripped = strip_line(text.encode(), layout, table.is_placed, None, reading.delimiter.encode())
    return stripped.decode("utf-8", "replace")


# --- the ledger and the manifests ---------------------------------------------------------------------------------


def _record_left_out(conn: psycopg.Connection, owner: Owner, reading: Reading) -> None:
    """Record columns that were removed only because of their names. Users see them until the tenant decides on them."""
    if owner.feed is None:
        return
    headers: list[str] = []
    if reading.table is not None:
        headers = [reading.table.layout.headers[i] for i in reading.table.layout.judged]
    elif reading.members is not None:
        headers = list(reading.members.left_out)
    section = owner.feed.sections[0]
    raw_tables.record_left_out(conn, owner.feed, section, headers, owner.tenants)
    conn.execute(
        "delete from ops.drift where table_name = %s and action = 'loaded' and header = any(%s)",
        (owner.feed.table(section), headers),
    )


def point_at(conn: psycopg.Connection, owner: Owner, path: str, new: Archived) -> None:
    """Make loads, and requests whose document was refused, point at the new document."""
    old = path.removesuffix(".zst").rpartition("/")[2]
    loads = [load_id for load_id, _ in owner.loads]
    conn.execute(
        "update ops.loads set sha256 = %s, archive_path = %s where load_id = any(%s)", (new.sha256, new.path, loads)
    )
    # The slice keys of imported crawls contain a part of their document's hash.
    for table, column in (("slices", "current_load_id"), ("slice_history", "load_id")):
        conn.execute(
            sql.SQL(
                "update {} set slice_key = replace(slice_key, %s, %s) where {} = any(%s) and slice_key like %s"
            ).format(sql.Identifier("ops", table), sql.Identifier(column)),
            (f"/{old[:12]}", f"/{new.sha256[:12]}", loads, f"%/{old[:12]}"),
        )
    if owner.feed is not None:
        conn.execute(
            "update ops.requests set details = details || jsonb_build_object('archive_path', %s::text, "
            "'sha256', %s::text) where feed = %s and scope_id = %s and details ->> 'archive_path' = %s",
            (new.path, new.sha256, owner.feed.name, owner.scope_id, path),
        )


def write_manifests(
    conn: psycopg.Connection,
    archive: Archive,
    owner: Owner,
    path: str,
    new: Archived,
    reading: Reading,
    cleaned: Cleaned,
) -> None:
    """Write the manifests beside the new document.

    The rejected lines of a refused document have no load; they are found by what the manifest says of them.
    """
    old = path.removesuffix(".zst").rpartition("/")[2]
    stem, new_stem = path.removesuffix(".zst"), new.path.removesuffix(".zst")
    for name, manifest in owner.manifests.items():
        for line in manifest.get("rejected") or ():
            if manifest.get("kind") == "refused":
                where = "feed = %s and scope_id = %s and rejected_at = %s and file_line = %s"
                place = (manifest["feed"], manifest["scope_id"], line["rejected_at"], line["file_line"])
                cleaned.rejected += _clean_rejected(conn, reading, where, place)
            line["row_text"] = _line(reading, line["row_text"])
        text = json.dumps(manifest, ensure_ascii=False).replace(path, new.path).replace(old, new.sha256)
        text = text.replace(f"/{old[:12]}", f"/{new.sha256[:12]}")
        archive.write(f"{new_stem}{name.removeprefix(stem)}", text.encode() + b"\n")
