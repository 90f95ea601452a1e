"""Values that must be found nowhere: planted in documents, looked for in the whole of a home."""

from __future__ import annotations

import json
from collections.abc import Iterable

import psycopg
import zstandard

from pipelines.landing.archive.store import Archive

SECRET = "Planted Person"
"""What no place may hold; every planted value has it in it."""


def table(columns: Iterable[str], *, rows: int = 3, delimiter: str = "\t", **values: str) -> str:
    """A table with these columns: given values in those that are named, in all others planted ones."""
    names = list(columns)
    fields = {name.replace("_", "-"): value for name, value in values.items()}
    lines = [delimiter.join(names)]
    for number in range(1, rows + 1):
        lines.append(delimiter.join(fields.get(n, f"{SECRET} {i}").format(n=number) for i, n in enumerate(names)))
    return "\n".join(lines) + "\n"


def everything(conn: psycopg.Connection, archive: Archive) -> dict[str, str]:
    """All that a home holds, as text: every table of raw and ops, every file of the archive, decompressed."""
    found: dict[str, str] = {}
    with conn.transaction():
        tables = conn.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('raw', 'ops') order by 1, 2"
        ).fetchall()
        for schema, name in tables:
            rows = conn.execute(f'select r::text from {schema}."{name}" r'.encode()).fetchall()  # noqa: S608
            found[f"{schema}.{name}"] = "\n".join(text for (text,) in rows)
    for path in archive.find():
        content = archive.read([path])[path]
        if path.endswith(".zst"):
            content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        found[path] = content.decode("utf-8", "replace")
    return found


def places(conn: psycopg.Connection, archive: Archive, log: str = "", secret: str = SECRET) -> list[str]:
    """Where the planted value stands."""
    held = everything(conn, archive) | {"the log": log}
    escaped = json.dumps(secret)[1:-1]
    return [place for place, text in held.items() if secret in text or escaped in text]
