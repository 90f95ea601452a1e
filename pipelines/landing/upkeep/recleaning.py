"""One document of the archive, written anew without what is personal by its name; and all that tells of it.

A document may be of several loads, feeds and tenants, or of none that is known (refused ones). Each feed and scope is
an owner, with the choice of its tenants: it gets its own new document. When which document is looked at is told in
`cleaning.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
    """What cleaning a document did. emptied: 'table.column' of raw. replaced: files that are to be deleted once this is
    committed.
    """

    is_changed: bool = False
    emptied: set[str] = field(default_factory=set)
    loads: int = 0
    rejected: int = 0
    columns: set[str] = field(default_factory=set)
    replaced: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Owner:
    """A feed and what goes for its document. loads: (load_id, rows are there). manifests: path -> content."""

    feed: Feed | None
    scope_id: str
    choice: PersonalChoice
    tenants: frozenset[str]
    charset: str = "utf-8"
    loads: list[tuple[int, bool]] = field(default_factory=list)
    manifests: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """How a document was read: as a table with this layout, as JSON, or not at all."""

    table: delimited.Table | None = None
    delimiter: str = "\t"
    members: Members | None = None

    @property
    def columns(self) -> list[str]:
        if self.table is not None:
            return [self.table.layout.headers[i] for i in self.table.layout.personal]
        return list(self.members.left_out) if self.members is not None else []


def clean_document(conn: psycopg.Connection, archive: Archive, path: str, manifests: Iterable[str]) -> Cleaned:
    """Clean one document and what tells of it, within the caller's transaction; files are only added."""
    cleaned = Cleaned()
    stays = False  # for somebody who keeps personal data, or in whose eyes nothing of it is
    for owner in _owners(conn, archive, path, manifests):
        reading = _Reading()
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
        _tell(conn, owner, reading)
        _point(conn, owner, path, new)
        _write_manifests(conn, archive, owner, path, new, reading, cleaned)
        cleaned.replaced += owner.manifests
    if cleaned.is_changed and not stays:
        cleaned.replaced.append(path)
    return cleaned


# --- whose document it is ----------------------------------------------------------------------------------------


def _owners(conn: psycopg.Connection, archive: Archive, path: str, manifests: Iterable[str]) -> list[_Owner]:
    owners: dict[tuple[str, str], _Owner] = {}

    def owner_of(feed: str, scope_id: str) -> _Owner:
        key = (feed, scope_id)
        if key not in owners:
            stored = conn.execute(_CHOICES, (scope_id,)).fetchall() or conn.execute(_EVERYBODY).fetchall()
            owners[key] = _Owner(
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
            told = json.loads(content)
            owner = owner_of(told["feed"], told["scope_id"])
        except (ValueError, KeyError, TypeError):
            continue  # reading it is `manifests.read_all`'s, who says what is wrong with it
        owner.manifests[name] = told
        if told.get("load"):
            owner.charset = told["load"].get("charset") or owner.charset
    return list(owners.values()) or [owner_of("", "")]


# --- the document -------------------------------------------------------------------------------------------------


def _rewritten(
    conn: psycopg.Connection, archive: Archive, path: str, owner: _Owner, reading: _Reading
) -> Archived | None:
    """The document without what is personal, in the archive; None if there is nothing to take out."""
    if owner.choice.everything:
        return None
    try:
        blocks = _stripped(conn, archive, path, owner, reading)
        if blocks is None:
            return None
        new = archive.put(blocks)
    except (OSError, zstandard.ZstdError):
        return None  # a damaged file: `replay` tells of it
    return new if new.path != path else None


def _stripped(
    conn: psycopg.Connection, archive: Archive, path: str, owner: _Owner, reading: _Reading
) -> Iterator[bytes] | None:
    """The document without what is personal; None where it holds nothing of it."""
    feed = owner.feed
    if feed is not None and feed.is_json and _begins_like_json(archive, path):
        job = _job(conn, archive, path, owner, feed)
        job.prepare_judge()
        keys = Keys(job.judge)
        for block in plain_blocks(archive.open(path)):
            keys.look(block)
        if not keys.personal:
            return None
        reading.members = Members(job.judge)
        return reading.members.strip(plain_blocks(archive.open(path)))
    if feed is not None and not feed.is_json:
        job = _job(conn, archive, path, owner, feed)
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


def _job(conn: psycopg.Connection, archive: Archive, path: str, owner: _Owner, feed: Feed) -> LoadJob:
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


def _clean_rows(conn: psycopg.Connection, owner: _Owner, reading: _Reading, load_id: int, cleaned: Cleaned) -> None:
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


def _clean_rejected(conn: psycopg.Connection, reading: _Reading, where: str, values: tuple[Any, ...]) -> int:
    """Rejected lines without personal fields; how many have changed."""
    rows = conn.execute(
        f"select rejected_id, row_text from ops.rejected_rows where {where}".encode(),  # noqa: S608
        values,
    ).fetchall()
    changed = [(text, rejected_id) for rejected_id, old in rows if (text := _line(reading, old)) != old]
    conn.cursor().executemany("update ops.rejected_rows set row_text = %s where rejected_id = %s", changed)
    return len(changed)


def _line(reading: _Reading, text: str) -> str:
    """A rejected line or element, without what is personal."""
    if reading.members is not None:
        return b"".join(reading.members.strip([text.encode()])).decode("utf-8", "replace")
    if reading.table is None:
        return text
    table = reading.table
    layout: Layout = table.layout
    stripped = strip_line(text.encode(), layout, table.is_placed, None, reading.delimiter.encode())
    return stripped.decode("utf-8", "replace")


# --- the ledger and the manifests ---------------------------------------------------------------------------------


def _tell(conn: psycopg.Connection, owner: _Owner, reading: _Reading) -> None:
    """Columns that were left out because of their names alone are told of until somebody decides."""
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


def _point(conn: psycopg.Connection, owner: _Owner, path: str, new: Archived) -> None:
    """Loads, and requests whose document was refused, name the new document."""
    old = path.removesuffix(".zst").rpartition("/")[2]
    loads = [load_id for load_id, _ in owner.loads]
    conn.execute(
        "update ops.loads set sha256 = %s, archive_path = %s where load_id = any(%s)", (new.sha256, new.path, loads)
    )
    # imported crawls are known by their document
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


def _write_manifests(
    conn: psycopg.Connection,
    archive: Archive,
    owner: _Owner,
    path: str,
    new: Archived,
    reading: _Reading,
    cleaned: Cleaned,
) -> None:
    """The manifests beside the new document. Lines of refused documents are known by them alone."""
    old = path.removesuffix(".zst").rpartition("/")[2]
    stem, new_stem = path.removesuffix(".zst"), new.path.removesuffix(".zst")
    for name, told in owner.manifests.items():
        for line in told.get("rejected") or ():
            if told.get("kind") == "refused":
                where = "feed = %s and scope_id = %s and rejected_at = %s and file_line = %s"
                place = (told["feed"], told["scope_id"], line["rejected_at"], line["file_line"])
                cleaned.rejected += _clean_rejected(conn, reading, where, place)
            line["row_text"] = _line(reading, line["row_text"])
        text = json.dumps(told, ensure_ascii=False).replace(path, new.path).replace(old, new.sha256)
        text = text.replace(f"/{old[:12]}", f"/{new.sha256[:12]}")
        archive.write(f"{new_stem}{name.removeprefix(stem)}", text.encode() + b"\n")
