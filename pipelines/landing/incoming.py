"""The data types with which a document is handed from room to room: as it arrives, what reading it found, the outcome.

Only data lives here. How a document is fetched is in `run/`, how it is loaded in `loading/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, Literal

from pipelines.errors import DocumentError

if TYPE_CHECKING:
    from pipelines.stores import Store

_MOST_REJECTS = 20_000

MOST_ROWS = 50_000_000
"""The most rows of one document. Amazon's largest (search terms of a week) have some ten million."""
_LONGEST_TEXT = 2_000

Origin = Literal["api", "adopted", "listed", "import", "queue"]


class LeaseLost(Exception):
    """The slice has another generation than the caller's lease: another run has taken it over. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceKey:
    """A slice that the document answers.

    slice_key: the ISO day; for snapshots the instant as `YYYY-MM-DDTHH:MM:SSZ`; for listed feeds the report's id at
    the source. An import takes it from the document (`loading/identity.py`).
    day: the marketplace day. instant: for snapshots, UTC.
    generation: the number of the run's lease on the row in ops.slices. The row is written only if it still has this
    number; otherwise LeaseLost is raised. None for an import, which has no lease: a missing row is then created.
    """

    slice_key: str
    day: date
    instant: datetime | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A document as it arrived.

    open: returns a stream of all bytes each time it is called; it is called more than once. A file opened 'rb', or
    `lambda: io.BytesIO(content)`. gzip: whether the sender says that the bytes are gzip; the first bytes decide.
    content_type: the header of the HTTP answer. report_created_at: when the source made the document (createdTime),
    with a time zone; for an import, its --as-of. dated_by_rows: True for an import without --as-of, whose time is the
    newest update in its rows, if the rows have one.
    window: the marketplace days asked for, both inclusive. instant: for snapshots and crawls, UTC.
    store: for an import, the store that the user named.
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

    load_id: the load that the slices point at now. If `unchanged`, that is the earlier load with the same bytes; if
    `quarantined`, None. states: slice_key -> 'loaded' | 'empty' | 'quarantined', as written to ops.slices.
    warnings: whole sentences, also written to ops.loads. quarantined: the reason why a snapshot is not believed: it has
    far fewer rows than before. Its slices get the state 'quarantined' and this reason, and nothing else changes. The
    next document of about the same size is accepted.
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
    """A line or JSON element that was not loaded. text: its content without personal fields."""

    line: int
    text: str
    reason: str
    order_key: str | None


@dataclass
class Seen:
    """What was found while a document was copied into raw.

    days: marketplace days of the rows. channels, currencies, places: the different values in the rows.
    rejected: the number of all rejected rows; rejects: the first of these rows. undecodable: lines with bytes that
    the charset cannot decode. most_rows: more are not taken. keys: the keys of JSON elements, by section name.
    """

    charset: str = "utf-8"
    rows: int = 0
    rejected: int = 0
    undecodable: int = 0
    most_rows: int = MOST_ROWS
    days: set[date] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    rejects: list[Rejected] = field(default_factory=list)
    keys: dict[str, set[str]] = field(default_factory=dict)

    def take(self, rows: int) -> None:
        """Count rows. Raises DocumentError as `check` does."""
        self.rows += rows
        self.check()

    def check(self, more: int = 0) -> None:
        """Raises DocumentError('too_many_rows') if with so many more rows there are more than are taken."""
        if self.rows + more > self.most_rows:
            raise DocumentError(
                f"The document has more than {self.most_rows:,} rows, which is far beyond what this report had before. "
                "Look at it in the archive; if it is right, import it by hand (`tradewind import`).",
                kind="too_many_rows",
            )

    def reject(self, line: int, text: str, reason: str, order_key: str | None = None) -> None:
        """Count a rejected row, and keep it if it is among the first."""
        self.rejected += 1
        if len(self.rejects) < _MOST_REJECTS:
            self.rejects.append(Rejected(line, text.replace("\0", "�")[:_LONGEST_TEXT], reason, order_key))
