"""One document, one load, one transaction: archive, COPY, point the slices at the load, mark the change.

`load_document` is the only way into the raw tables, for the engine and for `tradewind import` alike. What bytes mean is
told by `formats.py` and its neighbours, whose document it is by `belonging.py`, raw tables are made by `raw_tables.py`.
What to ask for, when to ask again and how failures are written down is not decided here (`engine.py`, `ledger.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.landing.archive import Archive
    from pipelines.stores import Scope

Origin = Literal["api", "adopted", "listed", "import"]


class ClaimLost(Exception):
    """A slice's generation is no longer the one given: somebody else took it over. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceKey:
    """A slice that the document answers.

    slice_key: ISO day, of snapshots the instant as `YYYY-MM-DDTHH:MM:SSZ`, of listed feeds the remote id. day: marketplace
    day. instant: of snapshots, UTC. generation: of the claim that its owner holds on the row in ops.slices; the write is
    made only `where generation = this`, else ClaimLost. None: no claim (import); the row is made where there is none.
    """

    slice_key: str
    day: date
    instant: datetime | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A document as it arrived.

    open: gives the bytes from the start, each time it is called (it is called more than once): a file opened 'rb', or
    `lambda: io.BytesIO(content)`. gzip: whether they are gzip; None looks at the first bytes. content_type: of the HTTP answer.
    report_created_at: when the source made it (createdTime), aware; an import's --as-of. window: marketplace days asked for,
    both inclusive. instant: of snapshots and crawls, UTC.
    """

    open: Callable[[], BinaryIO]
    origin: Origin
    report_created_at: datetime
    content_type: str | None = None
    gzip: bool | None = None
    file_name: str | None = None
    request_id: int | None = None
    window: tuple[date, date] | None = None
    instant: datetime | None = None


@dataclass(slots=True, kw_only=True)
class LoadOutcome:
    """What became of a document.

    load_id: the load that the slices point at now (the earlier one if `unchanged`); None if `quarantined`.
    states: slice_key -> 'loaded' | 'empty' | 'quarantined', as written to ops.slices. warnings: whole sentences, also in
    ops.loads. quarantined: the reason, where a snapshot has too few rows to be believed: the slices are 'quarantined' with it,
    nothing else changed, and the next document like it is accepted.
    """

    load_id: int | None
    rows: int
    rejected: int = 0
    undecodable: int = 0
    states: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    unchanged: bool = False
    quarantined: str | None = None


def load_document(
    conn: psycopg.Connection,
    archive: Archive,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    *,
    slices: Sequence[SliceKey],
    keep_personal: bool = False,
) -> LoadOutcome:
    """Land one document. Blocking (call it through `asyncio.to_thread`); commits by itself.

    conn: idle, outside a transaction; it is idle again afterwards. slices: those that the document answers; after success
    they are `loaded` or `empty`, checked_at = report_created_at, claim released (claimed_by, next_try_at null, attempts 0,
    request_id = incoming.request_id). None of them (upsert imports): rows and ops.changes only. keep_personal: the tenant
    keeps personal data; else the feed's personal columns reach neither the raw tables nor the archive.

    Raises DocumentError (nothing of it is loaded, the document is in the archive, the slices are as they were: their
    failure is the caller's to write), ClaimLost (nothing is loaded).
    """
    raise NotImplementedError
