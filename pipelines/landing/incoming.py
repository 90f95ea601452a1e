"""The data types with which a document is handed from room to room: as it arrives, what reading it found, the outcome.

Only data lives here. How a document is fetched is in `run/`, how it is loaded in `loading/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, Literal

from pipelines.errors import DocumentError

if TYPE_CHECKING:
    from pipelines.stores import Store

_MOST_REJECTS, _MOST_TEXT_OF_REJECTS = 20_000, 1 << 21

MOST_ROWS = 50_000_000
"""The most rows of one document. Amazon's largest (search terms of a week) have some ten million."""
_LONGEST_TEXT, _SHORT_TEXT = 2_000, 100

MOST_DAYS = 20_000
"""The most days of one document, which are 54 years."""
MOST_VALUES = 10_000
"""The most values of a channel, a currency or a country that are kept to be checked. No document has a hundred."""
MOST_KEYS, _LONGEST_KEYS = 10_000, 1 << 20
"""The most keys of one document's JSON elements. A crawl has some hundred; and the length of all in characters."""

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

    days: marketplace days of the rows. channels, currencies, places: the different values in the rows, the first ten
    thousand. rejected: the number of all rejected rows; rejects: the first of these rows; text_of_rejects: characters
    of all of them. undecodable: lines with bytes that the charset cannot decode. most_rows: more are not taken. keys:
    the keys of JSON elements, by section name.
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
    text_of_rejects: int = 0
    keys: dict[str, set[str]] = field(default_factory=dict)

    def take(self, rows: int) -> None:
        """Count rows. Raises DocumentError as `check` does."""
        self.rows += rows
        self.check()

    def saw(self, name: str, values: Iterable[str]) -> None:
        """Add different values to `channels`, `currencies` or `places`."""
        held: set[str] = getattr(self, name)
        if len(held) < MOST_VALUES:
            held.update(each[:_SHORT_TEXT] for each in values)

    def saw_keys(self, section: str, keys: Iterable[str]) -> None:
        """Add keys of a section's elements. Raises DocumentError('too_many_columns') if they are beyond any meaning."""
        held = self.keys.setdefault(section, set())
        before = len(held)
        held.update(keys)
        if len(held) > before and (len(held) > MOST_KEYS or sum(map(len, held)) > _LONGEST_KEYS):
            raise DocumentError(
                f"The document's rows have more than {MOST_KEYS:,} different keys, or keys of more than "
                f"{_LONGEST_KEYS >> 20} MB, such as {', '.join(each[:40] for each in sorted(held)[:3])}: they are "
                "values and no names of columns. Nothing of it was loaded. Look at the document in the archive.",
                kind="too_many_columns",
            )

    def check(self, more: int = 0) -> None:
        """Raises DocumentError('too_many_rows') if with so many more rows there are more than are taken, or more days
        than a document can be of.
        """
        if len(self.days) > MOST_DAYS:
            raise DocumentError(
                f"The document's rows are of more than {MOST_DAYS:,} days, from {min(self.days)} to {max(self.days)}, "
                "which no report covers: its dates are wrong. Nothing of it was loaded. Look at the document in the "
                "archive, and ask for it again.",
                kind="too_many_rows",
            )
        if self.rows + more > self.most_rows:
            raise DocumentError(
                f"The document has more than {self.most_rows:,} rows, which is far beyond what this report had before. "
                "Look at it in the archive; if it is right, import it by hand (`tradewind import`).",
                kind="too_many_rows",
            )

    @property
    def kept_rejects(self) -> str:
        """Which of the rejected rows are kept, with the verb: 'they are', 'the first 20000 are'."""
        return "they are" if self.rejected == len(self.rejects) else f"the first {len(self.rejects)} are"

    def reject(self, line: int, text: str, reason: str, order_key: str | None = None) -> None:
        """Count a rejected row, and keep it if it is among the first."""
        self.rejected += 1
        if len(self.rejects) < _MOST_REJECTS:
            longest = _LONGEST_TEXT if self.text_of_rejects < _MOST_TEXT_OF_REJECTS else _SHORT_TEXT
            kept = text[:longest].replace("\0", "�")
            self.text_of_rejects += len(kept)
            self.rejects.append(Rejected(line, kept, reason[:500], order_key and order_key[:_SHORT_TEXT]))
