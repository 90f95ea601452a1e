"""Brings hashes of personal data to the newest key: in the archive, in raw, and in what the ledger says of them.

A hash by the old keys is hashed by the new one (`personal/pseudonyms.py`), so no address is needed, and documents that
are loaded later have the same hash for the same buyer. Each document is one transaction; how many keys its hashes are
made with stands in `ops.loads.hash_keys`, so the work can be killed at any point and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
from psycopg import sql

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive, Archived
from pipelines.landing.formats.layout import Layout, column_name
from pipelines.landing.loading import delimited
from pipelines.landing.loading.raw_tables import columns_of
from pipelines.landing.personal.pseudonyms import Pseudonyms
from pipelines.landing.upkeep.cleaning import delete_replaced
from pipelines.landing.upkeep.recleaning import Cleaned, Owner, Reading, job_of, owners_of, point_at, write_manifests

_BEHIND = """
select archive_path, coalesce(hash_keys, 1), array_agg(load_id)
from ops.loads where feed = any(%s) and coalesce(hash_keys, 1) < %s
group by 1, 2 order by 1, 2
"""


def rotate(conn: psycopg.Connection, archive: Archive, keys: bytes) -> int:
    """Hash what was hashed with fewer keys. conn: in autocommit. keys: a line each. Returns the number of documents."""
    chain = keys.split(b"\n")
    feeds = [feed.name for feed in FEEDS.values() if feed.hashed]
    delete_replaced(conn, archive)
    beside: dict[str, list[str]] = {}
    for path in archive.find():
        beside.setdefault(f"{path.split('.', 1)[0]}.zst", []).append(path)
    done = 0
    for path, known, ids in conn.execute(_BEHIND, (feeds, len(chain))).fetchall():
        manifests = [each for each in beside.get(path, ()) if each.endswith(".json")]
        with conn.transaction():
            replaced = _rehash(conn, archive, path, manifests, b"\n".join(chain[known:]), len(chain))
            conn.execute("update ops.loads set hash_keys = %s where load_id = any(%s)", (len(chain), ids))
            conn.execute("insert into ops.replaced_files select unnest(%s::text[]) on conflict do nothing", (replaced,))
        delete_replaced(conn, archive)
        done += bool(replaced)
    return done


def _rehash(
    conn: psycopg.Connection, archive: Archive, path: str, manifests: list[str], keys: bytes, depth: int
) -> list[str]:
    """Write a document with new hashes and bring raw and ledger to it. Returns the files that it replaces.

    A tenant that keeps personal data has addresses, and no hashes, in its documents: they stay as they are.
    """
    replaced: list[str] = []
    stays = False
    for owner in owners_of(conn, archive, path, manifests):
        if owner.feed is None or owner.choice.everything or len(owner.tenants) != 1:
            stays = True
            continue
        (tenant,) = owner.tenants
        pseudonyms = Pseudonyms(keys, tenant, (owner.charset,))
        new = archive.put(_blocks(conn, archive, path, owner, owner.feed, pseudonyms))
        if new.path == path:
            return []  # no address is in it
        for load_id, has_rows in owner.loads:
            if has_rows:
                _rehash_rows(conn, owner.feed, load_id, pseudonyms)
        point_at(conn, owner, path, new)
        for manifest in owner.manifests.values():
            if manifest.get("load"):
                manifest["load"]["hash_keys"] = depth
        write_manifests(conn, archive, owner, path, new, Reading(), Cleaned())
        replaced += owner.manifests
    return replaced if stays or not replaced else [*replaced, path]


def _blocks(
    conn: psycopg.Connection, archive: Archive, path: str, owner: Owner, feed: Feed, pseudonyms: Pseudonyms
) -> Iterator[bytes]:
    job = job_of(conn, archive, path, owner, feed)
    _, table = delimited.look_again(job)
    table = replace(table, layout=replace(table.layout, personal=(), hashed=_places(table.layout, feed)))
    yield from delimited.stripping(table, pseudonyms)(delimited.from_archive(job, Archived("", path, 0), again=True))


def _places(layout: Layout, feed: Feed) -> tuple[int, ...]:
    wanted = {column_name(each) for each in feed.hashed}
    return tuple(place for place, header in enumerate(layout.headers) if column_name(header) in wanted)


def _rehash_rows(conn: psycopg.Connection, feed: Feed, load_id: int, pseudonyms: Pseudonyms) -> None:
    for table in feed.tables:
        held = columns_of(conn, table)
        for column in {column_name(each) for each in feed.hashed} & set(held):
            name, place = sql.Identifier("raw", table), sql.Identifier(column)
            query = sql.SQL("select distinct {} from {} where load_id = %s and {} <> ''").format(place, name, place)
            known = [value for (value,) in conn.execute(query, (load_id,)).fetchall()]
            conn.cursor().executemany(
                sql.SQL("update {} set {} = %s where load_id = %s and {} = %s").format(name, place, place),
                [(pseudonyms[value.encode()].decode(), load_id, value) for value in known],
            )
