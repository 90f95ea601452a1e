"""Removes personal columns from what earlier versions stored, once for each home: in the archive, raw and the ledger.

Earlier versions did not judge columns by their names. This module walks through the archive; one document is cleaned
in `recleaning.py`. Each document is one transaction: the cleaned document is archived, its loads point at it, the
columns are emptied in raw and in rejected lines, and its manifests are written anew. The old files are deleted after
the commit; until then, the ledger lists them. So the work can be stopped at any point, and the next start goes on.
Documents that arrive meanwhile are judged when they are loaded, and are not touched here.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from pipelines.landing.archive.store import Archive
from pipelines.landing.loading import raw_tables
from pipelines.landing.upkeep.recleaning import Cleaned, clean_document

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

_NAME = "personal columns"
_DOCUMENT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}\.zst")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What was removed from a home. documents, loads, rejected: numbers of what was changed. columns: their names."""

    documents: int
    loads: int
    rejected: int
    columns: tuple[str, ...]

    def __str__(self) -> str:
        names = ", ".join(self.columns[:12]) + (", ..." if len(self.columns) > 12 else "")
        return (
            "Personal columns that were kept before they were judged by name have been taken out: "
            f"{self.documents} documents of the archive written anew, {self.loads} loads and {self.rejected} rejected "
            f"lines cleaned{f' ({names})' if names else ''}. docs/bad-input.md says how to keep such columns."
        )


def clean_home(settings: Settings, warehouse: Warehouse, progress: Progress | None = None) -> Cleaning | None:
    """Clean the home, if that was not done before. None if there was nothing to remove. It blocks.

    The tenants of stores.yaml must be in the warehouse already, because what they choose to keep stays. progress:
    called with the number of documents looked at and the number of all. If several processes call this at once, one
    does the work and the others wait.
    """
    with warehouse.connect(autocommit=True) as conn:
        if _is_done(conn):
            return None
        conn.execute("select pg_advisory_lock(hashtextextended('tradewind cleaning', 0))")
        if _is_done(conn):
            return None
        return _clean(conn, Archive(settings.archive_url), progress or _ignore)


def _is_done(conn: psycopg.Connection) -> bool:
    row = conn.execute("select done_at is not null from ops.cleanings where name = %s", (_NAME,)).fetchone()
    return bool(row and row[0])


def _clean(conn: psycopg.Connection, archive: Archive, progress: Progress) -> Cleaning | None:
    conn.execute("insert into ops.cleanings (name) values (%s) on conflict do nothing", (_NAME,))
    delete_replaced(conn, archive)
    row = conn.execute("select at_path from ops.cleanings where name = %s", (_NAME,)).fetchone()
    assert row is not None
    documents = list(_documents(archive))
    for number, (path, manifests) in enumerate(documents, 1):
        if path > row[0]:
            with conn.transaction():
                cleaned = clean_document(conn, archive, path, manifests)
                _note(conn, path, cleaned)
            if cleaned.replaced:
                delete_replaced(conn, archive)
        progress(number, len(documents))
    row = conn.execute("select emptied from ops.cleanings where name = %s", (_NAME,)).fetchone()
    for table, column in (each.split(".", 1) for each in (row[0] if row else ())):
        raw_tables.drop_if_empty(conn, table, column)
    conn.execute("update ops.cleanings set done_at = clock_timestamp() where name = %s", (_NAME,))
    found = conn.execute(
        "select documents, loads, rejected, columns from ops.cleanings where name = %s", (_NAME,)
    ).fetchone()
    assert found is not None
    documents_changed, loads, rejected, columns = found
    cleaning = Cleaning(documents_changed, loads, rejected, tuple(columns))
    if not cleaning.documents:
        return None
    log.warning("%s", cleaning)
    return cleaning


def _documents(archive: Archive) -> Iterator[tuple[str, list[str]]]:
    """Each document of the archive with the manifests beside it, sorted by path."""
    for stem, paths in itertools.groupby(archive.find(), lambda path: path.split(".", 1)[0]):
        beside = list(paths)
        document = f"{stem}.zst"
        if document in beside and _DOCUMENT.fullmatch(document):
            yield document, [path for path in beside if path.endswith(".json")]


def _note(conn: psycopg.Connection, path: str, cleaned: Cleaned) -> None:
    """Record how far the walk is, what was changed, and which files are to be deleted after the commit."""
    conn.execute(
        "update ops.cleanings set at_path = %s, documents = documents + %s, loads = loads + %s, "
        "rejected = rejected + %s, columns = (select coalesce(array_agg(distinct c order by c), '{}') "
        "from unnest(columns || %s::text[]) c), emptied = (select coalesce(array_agg(distinct c order by c), '{}') "
        "from unnest(emptied || %s::text[]) c) where name = %s",
        (
            *(path, int(cleaned.is_changed), cleaned.loads, cleaned.rejected),
            *(list(cleaned.columns), list(cleaned.emptied), _NAME),
        ),
    )
    conn.execute("insert into ops.replaced_files select unnest(%s::text[]) on conflict do nothing", (cleaned.replaced,))


def delete_replaced(conn: psycopg.Connection, archive: Archive) -> None:
    """Delete replaced files, then remove them from the list. If it stops between, deleting them again does no harm."""
    paths = [path for (path,) in conn.execute("select path from ops.replaced_files order by path").fetchall()]
    archive.remove(paths)
    conn.execute("delete from ops.replaced_files where path = any(%s)", (paths,))


def _ignore(done: int, total: int) -> None:
    """Used if the caller wants no progress."""
