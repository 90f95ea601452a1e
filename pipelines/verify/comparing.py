"""Compares the figures of one load: its document with raw, and raw with staging.

The functions are pure, except that `merged` asks the warehouse. Which raw rows staging should have is decided in
`counted.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.feeds import Feed, Section
from pipelines.verify.counted import NOT_PLACED, Reckoned, is_dated
from pipelines.verify.findings import counted, listed
from pipelines.verify.ledger import Ledger, Load
from pipelines.verify.reading import Counted, Reading
from pipelines.verify.tables import Held
from pipelines.verify.watched import Merge, watched

MOST_REJECTS_KEPT = 20_000
"""How many rejected lines of a load are written to ops.rejected_rows. All are counted in ops.loads."""

REJECTED = "lines that could not be read (ops.rejected_rows)"
EMPTY_LINES = "lines whose fields are all blank"
NOT_CAST = "values that staging cannot read, which are null there"

_REPLAY = "`tradewind replay` fills raw anew from the archive"


@dataclass(frozen=True)
class Seen:
    """All figures of a load. reading: None if the document was not read. reckoned, staged: by raw table."""

    load: Load
    reading: Reading | None
    reckoned: Mapping[str, Reckoned]
    staged: Mapping[str, Held | None]
    rejects_written: int


@dataclass
class Verdict:
    """The result for a load.

    wrong: what does not add up, as (figures, cause or place to look at). differences: reason -> number of rows that
    differ for a good reason.
    """

    wrong: list[tuple[str, str]]
    differences: Counter[str]


def judge(ledger: Ledger, seen: Seen, merged: Callable[[Section, Merge], int]) -> Verdict:
    """Compare a load's figures. merged: returns how many rows are missing in staging because of a rule of its model."""
    verdict = Verdict([], Counter())
    load = seen.load
    if load.pruned:
        _judge_pruned(ledger, seen, verdict)
        return verdict
    if seen.reading is not None and seen.reading.problem:
        verdict.wrong.append((seen.reading.problem, "bring it back from a backup of the archive"))
    _judge_rejects(seen, verdict)
    raw_is_wrong = False
    for section in ledger.feed.sections:
        raw_is_wrong |= _judge_raw(ledger.feed, section, seen, verdict)
    held = sum(each.raw.rows for each in seen.reckoned.values())
    if held != load.rows and not raw_is_wrong:
        verdict.wrong.append(
            (
                f"ops.loads says that it has {counted(load.rows, 'row')}, raw has {held:,}",
                _REPLAY if seen.reading is None else "the row_count of the ledger is not what was loaded",
            )
        )
    for section in ledger.feed.sections:
        _judge_staging(ledger, section, seen, verdict, merged)
    return verdict


def _judge_pruned(ledger: Ledger, seen: Seen, verdict: Verdict) -> None:
    pointing = ledger.pointing.get(seen.load.load_id, [])
    if pointing:
        keys = listed(sorted(each.key for each in pointing))
        verdict.wrong.append((f"its rows were pruned, but slice {keys} points at it", _REPLAY))


def _judge_rejects(seen: Seen, verdict: Verdict) -> None:
    rejected, written = seen.load.rejected, seen.rejects_written
    if written != min(rejected, MOST_REJECTS_KEPT):
        verdict.wrong.append(
            (
                f"{counted(rejected, 'line')} of it could not be read when it was loaded, but ops.rejected_rows has "
                f"{written:,}",
                "it is not known any more which lines they were",
            )
        )
    verdict.differences[REJECTED] += rejected


def _judge_raw(feed: Feed, section: Section, seen: Seen, verdict: Verdict) -> bool:
    """Compare the document with raw. Returns whether they differ."""
    table = feed.table(section)
    if seen.reading is None or seen.reading.problem:
        return False
    document = seen.reading.sections.get(table, Counted())
    raw = seen.reckoned[table].raw
    # Rejected lines that are not in ops.rejected_rows: they were read here, but are not in raw.
    unknown = max(seen.load.rejected - seen.reading.unread, 0) if len(feed.sections) == 1 else 0
    rows = document.rows - unknown
    if raw.rows != rows:
        if raw.rows == 0 and _may_be_left_out(feed, section, seen.load):
            verdict.differences[NOT_PLACED] += rows
            return False
        if document.empty and raw.rows == rows - document.empty:
            verdict.differences[EMPTY_LINES] += document.empty
        else:
            went = "rows are missing in raw" if raw.rows < rows else "rows are in raw more than once"
            verdict.wrong.append(
                (f"{_lines(section, rows)} in the document, {raw.rows:,} in raw", f"{went}; {_REPLAY}")
            )
            return True
    wrong = [
        f"{name} sums to {_plain(document.sums.get(name))} in the document, {_plain(raw.sums.get(name))} in raw"
        for name in watched(feed, section).sums
        if not unknown and document.sums.get(name, Decimal(0)) != raw.sums.get(name, Decimal(0))
    ]
    if wrong:
        verdict.wrong.append(("; ".join(wrong), f"values in raw are not those of the document; {_REPLAY}"))
    return bool(wrong)


def _may_be_left_out(feed: Feed, section: Section, load: Load) -> bool:
    """Whether a section may be missing in raw: an import of several days leaves out rows without a day."""
    is_one_period = load.first is not None and load.first == load.last
    return load.origin == "import" and len(feed.sections) > 1 and not is_dated(feed, section) and not is_one_period


def _judge_staging(
    ledger: Ledger, section: Section, seen: Seen, verdict: Verdict, merged: Callable[[Section, Merge], int]
) -> None:
    table = ledger.feed.table(section)
    reckoned, staged = seen.reckoned[table], seen.staged.get(table)
    for reason, rows in reckoned.left_out.items():
        verdict.differences[reason] += rows
    if staged is None:
        return
    document = seen.reading.sections.get(table) if seen.reading is not None and not seen.reading.problem else None
    steps = (
        f"{_lines(section, document.rows)} in the document, {reckoned.raw.rows:,} in raw"
        if document
        else (f"{_lines(section, reckoned.raw.rows)} in raw")
    )
    steps += f", {staged.rows:,} in staging"
    if reckoned.lost:
        verdict.wrong.append((steps, _lost(ledger, seen.load, reckoned)))
    missing = reckoned.expected.rows - staged.rows
    for merge in watched(ledger.feed, section).merges if missing > 0 else ():
        explained = min(merged(section, merge), missing)
        if explained > 0:
            verdict.differences[merge.reason] += explained
            missing -= explained
    if missing:
        verdict.wrong.append(
            (steps, f"{reckoned.expected.rows:,} of them should be in staging by the slices that point at this load")
        )
    elif staged.rows == reckoned.expected.rows:
        _judge_sums(ledger.feed, section, reckoned.expected, staged, verdict)


def _judge_sums(feed: Feed, section: Section, expected: Held, staged: Held, verdict: Verdict) -> None:
    for name, column in watched(feed, section).sums.items():
        here, there = expected.numbers.get(name, 0), staged.numbers.get(name, 0)
        verdict.differences[NOT_CAST] += max(expected.filled.get(name, 0) - there, 0)
        if there >= here and expected.sums.get(name, Decimal(0)) != staged.sums.get(name, Decimal(0)):
            verdict.wrong.append(
                (
                    f"{name} sums to {_plain(expected.sums.get(name))} in raw, {_plain(staged.sums.get(name))} in "
                    f"staging ({column})",
                    "the staging model reads its values in another way",
                )
            )


def _lost(ledger: Ledger, load: Load, reckoned: Reckoned) -> str:
    rows = sum(reckoned.lost.values())
    if not ledger.pointing.get(load.load_id):
        moved = [ledger.slices.get(each) for each in ledger.held.get(load.load_id, [])]
        before = listed(sorted({each.key for each in moved if each is not None}))
        return f"no slice points at this load{f' any more; {before} did' if before else ''}"
    names = listed(sorted(each for each in reckoned.lost if each is not None))
    of = f" of {names}" if names else ""
    return f"{counted(rows, 'row')}{of} are of no slice that has a load"


def _lines(section: Section, rows: int) -> str:
    return counted(rows, "line") + (f" of {section.name}" if section.name else "")


def _plain(value: Decimal | None) -> str:
    return f"{value or Decimal(0):f}"
