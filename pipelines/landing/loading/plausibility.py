"""Judges a document that was read: is a snapshot whole, are too many lines rejected, does a settlement add
up, how many rows are believed.

Pure functions. What follows from a judgement is decided in `load_job.py`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from pipelines.landing.incoming import MOST_ROWS

# A document may answer for thirty days where one day was usual, and a day of a sale may have ten times the orders.
UNUSUAL = 300
ALWAYS_BELIEVED = 1_000_000

MOST_REJECTED = 0.005
"""The greatest part of a document's lines that may be rejected."""

# Two counts of rows are taken for the same if they differ by at most this part of the rows that may be missing.
_SAME_COUNT = 0.2
_LOOK_BACK = 3
_MOST_DIFFERENCES = 20


class Verdict(NamedTuple):
    """What becomes of a snapshot, and a sentence with the reason; '' if the snapshot is accepted without a warning."""

    kind: Literal["accepted", "accepted with a warning", "quarantined"]
    reason: str


def judge_snapshot(
    rows: int, earlier: Sequence[int], least: int, share: float = 0.5, *, quarantined_before: int | None = None
) -> Verdict:
    """Whether a snapshot has enough rows to be believed.

    rows: the snapshot's number of rows. earlier: numbers of rows of the snapshots before it, the newest first; three
    are looked at. least: `Feed.sample_min_rows`; snapshots with fewer rows are not compared with. share:
    `Feed.sample_share`; the snapshot has too few rows if it has less than this part of each of the earlier ones.
    quarantined_before: the number of rows of the last document, if that was quarantined.

    >>> judge_snapshot(40, [100, 101, 99], 5).kind, judge_snapshot(41, [100], 5, quarantined_before=40).kind
    ('quarantined', 'accepted with a warning')
    >>> judge_snapshot(89, [100], 5, 0.9).kind, judge_snapshot(90, [100], 5, 0.9).kind
    ('quarantined', 'accepted')
    >>> judge_snapshot(430, [1000], 5, 0.9, quarantined_before=400).kind
    'quarantined'
    """
    base = [count for count in earlier[:_LOOK_BACK] if count >= least]
    if not base or not all(rows < share * count for count in base):
        return Verdict("accepted", "")
    before = ", ".join(map(str, base))
    few = f"The document has {rows} rows; those before it had {before}."
    near = max(1, _SAME_COUNT * (1 - share) * (quarantined_before or 0))
    if quarantined_before is not None and abs(rows - quarantined_before) <= near:
        return Verdict(
            "accepted with a warning",
            f"{few} It was accepted because the one asked for again has as few ({quarantined_before} then).",
        )
    return Verdict(
        "quarantined",
        f"{few} Fewer than {_part(share)} may be a part only: it is kept aside, and asked for once more.",
    )


def _part(share: float) -> str:
    return "half" if share == 0.5 else f"{100 * share:g} %"


def too_many_rejected(rejected: int, rows: int) -> bool:
    """Whether more than 0.5 % of the lines were rejected."""
    return rejected > MOST_REJECTED * (rejected + rows)


def parse_amount(text: str) -> Decimal | None:
    """The exact number in a text, with a decimal point or a decimal comma; None if the text is no number.

    If the text has both marks, the last one is the decimal mark. A mark that occurs twice groups digits. A single comma
    groups digits if three digits follow it to the end, else it is the decimal mark. A single point is always the
    decimal mark.

    >>> [str(parse_amount(each)) for each in ("1.234,56", "1,234.56", "-12,3", "12.345", "1,234")]
    ['1234.56', '1234.56', '-12.3', '12.345', '1234']
    """
    value = text.strip().replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", value):
        return None
    comma, point = value.rfind(","), value.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (".", ",") if comma > point else (",", ".")
        value = value.replace(thousands, "").replace(decimal, ".")
    elif comma >= 0:
        grouped = value.count(",") > 1 or re.search(r",\d{3}$", value) is not None
        value = value.replace(",", "" if grouped else ".")
    elif value.count(".") > 1:
        value = value.replace(".", "")
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def settlement_differences(rows: Iterable[Sequence[str | None]]) -> list[str]:
    """A sentence for each settlement whose lines do not add up to its total.

    rows: of the raw table, as text: the settlement's id, its total and the line's amount, in the settlement's
    currency. Only the summary row has the total. The rows of one settlement must follow each other.
    """
    found: list[str] = []
    others = 0
    for settlement, lines in itertools.groupby(rows, key=lambda row: row[0] or ""):
        total, summed = None, Decimal(0)
        for _, total_text, amount_text in lines:
            stated = parse_amount(total_text or "")
            total = total if stated is None else stated
            summed += parse_amount(amount_text or "") or 0
        if total is None or total == summed:
            continue
        if len(found) == _MOST_DIFFERENCES:
            others += 1
            continue
        found.append(
            f"Settlement {settlement} says its total is {total}, but its lines sum to {summed}: they differ by "
            f"{summed - total}."
        )
    return [*found, f"{others} more settlements differ from their totals."] if others else found


def most_rows(usual: int | None) -> int:
    """The most rows that a document of a report may have. usual: the most that it had lately; None if nobody knows."""
    return MOST_ROWS if usual is None else min(MOST_ROWS, max(ALWAYS_BELIEVED, UNUSUAL * usual))
