"""Which documents of the archive are a tenant's: found by their manifests and by the ledger, and deleted.

Bytes that two tenants have sent are one document: it stays while another one's manifest or load names it. What runs
have learned without a document is in files of lines below `ledger/`; of these the tenant's lines are taken out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import zstandard

from pipelines.landing.archive import manifests
from pipelines.landing.archive.store import Archive
from pipelines.landing.upkeep.tenant_rows import Owned

_AT_ONCE = 500
_PATHS = """
select archive_path, scope_id = any(%(scopes)s::text[]) from ops.loads
union
select details ->> 'archive_path', scope_id = any(%(scopes)s::text[]) from ops.requests where details ? 'archive_path'
"""


@dataclass(frozen=True, slots=True)
class Documents:
    """What the archive holds of a tenant, as paths. documents: nobody else's. manifests: also beside shared documents.
    files: of lines, in which some are the tenant's. lines: how many."""

    documents: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    lines: int = 0

    def counts(self) -> dict[str, int]:
        """How many of each, under the names by which a removal tells them."""
        return {
            "documents of the archive": len(self.documents),
            "manifests of the archive": len(self.manifests),
            "entries of the archive's ledger": self.lines,
        }


def find(conn: psycopg.Connection, archive: Archive, owned: Owned) -> Documents:
    """Look through the whole archive. Raises ArchiveError if a file of its ledger is damaged."""
    everything = archive.find()
    is_mine: dict[str, set[bool]] = {}
    for path, mine in conn.execute(_PATHS, owned.values()).fetchall():
        is_mine.setdefault(path, set()).add(mine)
    own: list[str] = []
    beside = [path for path in everything if path.endswith(".json") and not path.startswith(f"{manifests.FOLDER}/")]
    for path, content in _read(archive, beside):
        mine = _scope(content) in owned.scopes
        is_mine.setdefault(f"{path.split('.', 1)[0]}.zst", set()).add(mine)
        if mine:
            own.append(path)
    files, lines = [], 0
    for path in (path for path in everything if path.startswith(f"{manifests.FOLDER}/") and path.endswith(".zst")):
        _, gone = _split(archive, path, owned)
        if gone:
            files.append(path)
            lines += gone
    there = set(everything)
    documents = [path for path, owners in is_mine.items() if owners == {True} and path in there]
    return Documents(tuple(sorted(documents)), tuple(own), tuple(files), lines)


def remove(archive: Archive, found: Documents, owned: Owned) -> None:
    """Delete what was found. Documents go before their manifests, by which they are found again after a kill."""
    archive.remove(found.documents)
    archive.remove(found.manifests)
    for path in found.files:
        kept, _ = _split(archive, path, owned)
        if kept:
            manifests.write_lines(archive, path, kept)
        else:
            archive.remove([path])


def _read(archive: Archive, paths: list[str]) -> Iterator[tuple[str, bytes]]:
    for start in range(0, len(paths), _AT_ONCE):
        yield from archive.read(paths[start : start + _AT_ONCE]).items()


def _scope(manifest: bytes) -> str | None:
    try:
        return str(json.loads(manifest)["scope_id"])
    except (ValueError, KeyError, TypeError):
        return None  # damaged: a replay reports it


def _split(archive: Archive, path: str, owned: Owned) -> tuple[list[str], int]:
    """The lines of a file of the ledger that stay, and how many entries of the tenant are in it."""
    text = zstandard.ZstdDecompressor().decompressobj().decompress(archive.read([path])[path]).decode()
    kept, gone = [], 0
    for line in text.splitlines():
        entry = json.loads(line)
        for part in ("slices", "requests", "expected"):
            rows = entry.get(part) or []
            left = [row for row in rows if row.get("scope_id") not in owned.scopes]
            gone += (len(rows) - len(left)) if part != "requests" else 0
            if part in entry:
                entry[part] = left
        if entry.get("slices") or entry.get("expected"):
            kept.append(json.dumps(entry, ensure_ascii=False) if gone else line)
    return kept, gone
