"""A document on its way through the rooms: plain data types for what is handed on, what was seen, and the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    from pipelines.stores import Store

_MOST_REJECTS = 20_000
_LONGEST_TEXT = 2_000

Origin = Literal["api", "adopted", "listed", "import"]


class LeaseLost(Exception):
    """A slice's generation is no longer the one given: somebody else took it over. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceKey:
    """A slice that the document answers.

    slice_key: ISO day, of snapshots the instant as `YYYY-MM-DDTHH:MM:SSZ`, of listed feeds the remote id; of imports
    what the document says it is (`LoadJob._own_slices`).
    day: marketplace day. instant: of snapshots, UTC.
    generation: of the lease that its owner holds on the row in ops.slices; the write is made only `where generation =
    this`, else LeaseLost. None: no lease (import); the row is made where there is none.
    """

    slice_key: str
    day: date
    instant: datetime | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A document as it arrived.

    open: gives the bytes from the start, each time it is called (it is called more than once): a file opened 'rb', or
    `lambda: io.BytesIO(content)`. gzip: whether they are said to be gzip (their first bytes decide).
    content_type: of the HTTP answer. report_created_at: when the source made it (createdTime), aware; an import's
    --as-of. dated_by_rows: an import without --as-of: that time is the newest update in the rows, if they have one.
    window: marketplace days asked for, both inclusive. instant: of snapshots and crawls, UTC.
    store: of an import, the store that it was given to.
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
    dated_by_rows: bool = False
    store: Store | None = None


@dataclass(slots=True, kw_only=True)
class LoadOutcome:
    """What became of a document.

    load_id: the load that the slices point at now (the earlier one if `unchanged`); None if `quarantined`.
    states: slice_key -> 'loaded' | 'empty' | 'quarantined', as written to ops.slices. warnings: whole sentences, also
    in ops.loads. quarantined: the reason, where a snapshot has too few rows to be believed: the slices are
    'quarantined' with it, nothing else changed, and the next document like it is accepted.
    """

    load_id: int | None
    rows: int
    rejected: int = 0
    undecodable: int = 0
    states: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    unchanged: bool = False
    quarantined: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line or element that was not loaded. text: without personal fields."""

    line: int
    text: str
    reason: str
    order_key: str | None


@dataclass
class Seen:
    """What copying a document brought to light.

    days: marketplace days of the rows. channels, currencies, places: their different values. rejects: the first of
    them; rejected counts all. keys: of JSON elements, by section name.
    """

    charset: str = "utf-8"
    rows: int = 0
    rejected: int = 0
    undecodable: int = 0
    days: set[date] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    rejects: list[Rejected] = field(default_factory=list)
    keys: dict[str, set[str]] = field(default_factory=dict)

    def reject(self, line: int, text: str, reason: str, order_key: str | None = None) -> None:
        self.rejected += 1
        if len(self.rejects) < _MOST_REJECTS:
            self.rejects.append(Rejected(line, text.replace("\0", "�")[:_LONGEST_TEXT], reason, order_key))
