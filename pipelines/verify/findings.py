"""The data types of a verification's result: findings, which do not add up, and differences that have a good reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up.

    about: the store and the load or slice, in words (`c-us, load 41 (orders.txt)`). what: the figures. where: the
    cause, or where to look.
    """

    feed: str
    about: str
    what: str
    where: str = ""
    scope_id: str = ""
    load_id: int | None = None

    @property
    def text(self) -> str:
        """The finding as one line of text."""
        return f"{self.feed} of {self.about}: {self.what}{f': {self.where}' if self.where else ''}"


@dataclass
class Report:
    """The result of a verification.

    loads, rows: numbers of what was compared. differences: reason -> number of rows that differ for this good reason.
    skipped: sentences about what was not compared, and why.
    """

    loads: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    differences: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that was compared adds up."""
        return not self.findings

    @property
    def summary(self) -> str:
        """One line: how much was compared, which differences have a good reason, and what was not compared."""
        looked = f"{counted(self.loads, 'load')}, {counted(self.rows, 'row')}"
        begin = (
            f"Everything adds up: {looked}." if self.ok else f"{counted(len(self.findings), 'thing')} do not add up."
        )
        named = "; ".join(f"{count:,} {name}" for name, count in sorted(self.differences.items()) if count)
        return (
            " ".join([begin, f"Left out for good reasons: {named}." if named else "", *self.skipped])
            .replace("  ", " ")
            .strip()
        )


def counted(number: int, word: str) -> str:
    """A number with a word: `1 row`, `2 rows`."""
    return f"{number:,} {word if number == 1 else f'{word}s'}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """The first `most` names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
