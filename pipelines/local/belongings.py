"""What a home holds that is not the simulator's: what `demo --fresh` would delete, and what keeps a home from being
moved. Asked of the warehouse, and of the archive too, which may know more. Nothing is changed here.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import SecretStr

from pipelines.errors import TradewindError, WarehouseError
from pipelines.home import STORES
from pipelines.landing.archive import manifests
from pipelines.landing.archive.store import Archive
from pipelines.stores import Catalog, load_stores
from pipelines.warehouse import embedded, occupant

_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Belongings:
    """stores: that the demo does not have. loads: documents of scopes that it does not have. imported: the names of
    documents that somebody has imported by hand into its stores. unread: what could not be looked into, in words.
    """

    stores: tuple[str, ...] = ()
    loads: int = 0
    imported: tuple[str, ...] = ()
    unread: str = ""

    @property
    def strange(self) -> bool:
        """Whether the home holds stores or documents of others than the demo."""
        return bool(self.stores or self.loads or self.unread)

    def told(self) -> str:
        """What is there, as the end of a sentence; '' where all is the simulator's."""
        parts = []
        if self.stores:
            parts.append(f"{_count(len(self.stores), 'store')} of yours ({_some(self.stores)})")
        if self.loads:
            parts.append(f"{_count(self.loads, 'document')} of stores that the demo does not have")
        if self.imported:
            parts.append(f"{_count(len(self.imported), 'document')} imported by hand ({_some(self.imported)})")
        if self.unread:
            parts.append(f"data that could not be looked into: {self.unread}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class _Known:
    """The demo's own: its catalogue (None: the file is gone), scopes, and the files of `manual/` that it imports."""

    catalog: Catalog
    scopes: frozenset[str]
    files: frozenset[str]

    def owns(self, feed: str, scope_id: str, origin: str, file_name: str | None) -> bool | None:
        """True: the simulator's; False: of another scope; None: imported by hand into one of its stores."""
        if scope_id not in self.scopes:
            return False
        if origin != "import" or (feed.startswith("manual.") and file_name in self.files):
            return True
        return None


def examine(home: Path, config: Path, *, whole: bool = True) -> Belongings:
    """What `home` holds beside the world whose stores.yaml and manual/ are in `config`. Starts the embedded server.

    whole: if not, no further look is taken once there is a store of others.
    """
    try:
        known = _known(config)
        stores: list[str] = []
        documents: dict[tuple[str, str, str], tuple[str, str | None]] = {}
        if (home / "postgres").exists():
            with psycopg.connect(embedded.start(home), connect_timeout=10) as conn:
                row = conn.execute("select to_regclass('ops.loads') is not null").fetchone()
                if row and row[0]:
                    stores = occupant.other_stores(conn, known.catalog)
                    if stores and not whole:
                        return Belongings(tuple(stores))
                    documents = _loaded(conn)
        if (home / "archive").is_dir():
            documents |= _archived(Archive(str(home / "archive")))
    except (TradewindError, psycopg.Error, OSError) as error:
        return Belongings(unread=" ".join(str(error).split()).rstrip("."))
    owned = {key: known.owns(*key[:2], *about) for key, about in documents.items()}
    return Belongings(
        tuple(stores),
        sum(mine is False for mine in owned.values()),
        tuple(documents[key][1] or "without a name" for key, mine in owned.items() if mine is None),
    )


def has_landed(url: str) -> bool:
    """Whether the warehouse at this address holds any document, whoever's. Raises WarehouseError."""
    try:
        with psycopg.connect(url, connect_timeout=10) as conn:
            row = conn.execute("select to_regclass('ops.loads') is not null").fetchone()
            return bool(row and row[0]) and conn.execute("select from ops.loads limit 1").fetchone() is not None
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        raise WarehouseError(
            f"It cannot be seen what is in the warehouse: {said}. Check TRADEWIND_WAREHOUSE_URL."
        ) from None


def _known(config: Path) -> _Known:
    if (config / STORES).is_file():
        catalog = load_stores(config / STORES, lambda _: SecretStr("its value does not matter here"))
    else:
        catalog = Catalog({}, {}, {}, False)
    stores = catalog.stores.values()
    scopes = {each for s in stores for each in (s.store_id, s.account_id, s.marketplace.marketplace_id)}
    return _Known(
        catalog, frozenset(scopes | {"*"}), frozenset(path.name for path in (config / "manual").glob("*.csv"))
    )


def _loaded(conn: psycopg.Connection) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """By feed, scope and sha256: origin and file name of each document that the ledger knows."""
    query = "select feed, scope_id, sha256, origin, file_name from ops.loads order by load_id"
    return {(feed, scope, sha): (origin, name) for feed, scope, sha, origin, name in conn.execute(query)}


def _archived(archive: Archive) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """The same of the manifests beside the documents."""
    return dict(_entries(manifests.read_all(archive)))


def _entries(lines: Iterable[str]) -> Iterable[tuple[tuple[str, str, str], tuple[str, str | None]]]:
    for line in lines:
        about = json.loads(line)
        with contextlib.suppress(KeyError):  # a line of the ledger, which tells of no document
            yield (about["feed"], about["scope_id"], about["sha256"]), (about["origin"], about["file_name"])


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _some(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    more = f", and {len(listed) - _NAMES_SHOWN} more" if len(listed) > _NAMES_SHOWN else ""
    return ", ".join(listed[:_NAMES_SHOWN]) + more
