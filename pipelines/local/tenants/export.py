"""Writes all that a tenant has into one zip: its documents, its tables as CSV, its briefs, and a manifest of them all.

    stores.yaml             its entry, which names variables and holds no secret
    documents/<feed>/...    as they came, without what was left out of the archive
    tables/<table>.csv      marts, insights and the ledger; all other tables are made of the documents
    briefs/...              pages
    manifest.json           every file with its rows or bytes and its sha256

Nothing is changed. All tables are read in one transaction, so they agree with each other.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import yaml
from psycopg import sql

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.upkeep import tenant_rows
from pipelines.landing.upkeep.tenant_rows import Owned

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

_ROOMS = ("marts.", "insights.", "ops.")
_BLOCK = 1 << 20
_DOCUMENTS = """
select distinct on (archive_path) archive_path, feed,
    coalesce(window_start::text, to_char(instant, 'YYYY-MM-DD'), 'undated')
from ops.loads where scope_id = any(%(scopes)s::text[])
union all
select distinct on (details ->> 'archive_path') details ->> 'archive_path', feed, 'not-loaded'
from ops.requests
where scope_id = any(%(scopes)s::text[]) and details ? 'archive_path'
    and not exists (select from ops.loads as l where l.archive_path = details ->> 'archive_path')
order by 2, 3, 1
"""


@dataclass
class Exported:
    """An export that was made. size: of the file, in bytes. missing: documents that the archive lacks."""

    file: Path
    size: int = 0
    documents: int = 0
    tables: int = 0
    rows: int = 0
    pages: int = 0
    missing: list[str] = field(default_factory=list)


def export(settings: Settings, warehouse: Warehouse, owned: Owned, target: Path) -> Exported:
    """Write the export; it has its name when it is whole, and only its owner may read it.

    Raises ConfigError if `target` is there or its folder is not, OSError.
    """
    target = target.expanduser().absolute()
    if not target.parent.is_dir():
        raise ConfigError(f"There is no folder {target.parent} for the export. Make it, or name another with --to.")
    if target.exists():
        raise ConfigError(f"{target} is there already, and an export overwrites nothing. Name another file with --to.")
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    made = Exported(target)
    try:
        with (
            os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            _write(_Zip(archive), settings, warehouse, owned, made)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    made.size = target.stat().st_size
    return made


class _Zip:
    """A zip that remembers what was written into it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, blocks: Iterable[bytes | memoryview], **about: Any) -> dict[str, Any]:
        """Write a file of blocks as they come. Returns its line of the manifest."""
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for block in blocks:
                digest.update(block)
                size += len(block)
                file.write(block)
        line = {"file": name, "bytes": size, "sha256": digest.hexdigest(), **about}
        self.files.append(line)
        return line


def _write(out: _Zip, settings: Settings, warehouse: Warehouse, owned: Owned, made: Exported) -> None:
    entry = _entry(settings, owned.tenant_id)
    if entry is not None:
        out.add("stores.yaml", [yaml.safe_dump(entry, sort_keys=False, allow_unicode=True).encode()])
    with warehouse.connect() as conn, conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        for table in tenant_rows.tables(conn):
            rows = tenant_rows.count(conn, table, owned) if table.condition and table.name.startswith(_ROOMS) else 0
            if rows:
                out.add(f"tables/{table.name}.csv", _csv(conn, table, owned), rows=rows)
                made.tables += 1
                made.rows += rows
        documents = conn.execute(_DOCUMENTS, owned.values()).fetchall()
    archive = Archive(settings.archive_url)
    for path, feed, day in documents:
        try:
            document = archive.open(path)
        except FileNotFoundError:
            made.missing.append(path)
            continue
        name = f"documents/{feed}/{day}_{path.rpartition('/')[2][:12]}{_suffix(feed)}"
        out.add(name, _blocks(document), feed=feed)
        made.documents += 1
    pages = settings.home / "briefs" / owned.tenant_id
    for page in sorted(pages.rglob("*")) if pages.is_dir() else ():
        if page.is_file():
            out.add(f"briefs/{page.relative_to(pages).as_posix()}", [page.read_bytes()])
            made.pages += 1
    about = {
        "tradewind": "tenant export",
        "version": version("tradewind"),
        "tenant": owned.tenant_id,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "counts": {"documents": made.documents, "tables": made.tables, "rows": made.rows, "pages": made.pages},
        "missing_documents": made.missing,
        "files": list(out.files),
    }
    out.add("manifest.json", [json.dumps(about, indent=1, ensure_ascii=False).encode() + b"\n"])


def _csv(conn: psycopg.Connection, table: tenant_rows.Table, owned: Owned) -> Iterator[bytes | memoryview]:
    query = sql.SQL("copy (select * from {} where {}) to stdout (format csv, header)").format(
        sql.Identifier(*table.name.split(".", 1)), sql.SQL(table.condition or "false")
    )
    with conn.cursor() as cursor, cursor.copy(query, owned.values()) as copy:
        yield from copy


def _blocks(document: BinaryIO) -> Iterator[bytes]:
    with document as file:
        while block := file.read(_BLOCK):
            yield block


def _suffix(feed: str) -> str:
    known = FEEDS.get(feed)
    if known is None:
        return ".txt"
    return ".json" if known.is_json else ".csv" if known.delimiter == "," else ".tsv"


def _entry(settings: Settings, tenant_id: str) -> dict[str, Any] | None:
    path = settings.stores_path
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    tenants = content.get("tenants") if isinstance(content, dict) else None
    return {"tenants": {tenant_id: tenants[tenant_id]}} if tenants and tenant_id in tenants else None
