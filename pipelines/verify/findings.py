"""What is found: what does not add up, with where it went, and the differences that are as they should be, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up.

    about: whose it is, in words (`c-us, load 41 (orders.txt)`). what: the figures. where: the cause, or where to look.
    """

    feed: str
    about: str
    what: str
    where: str = ""
    scope_id: str = ""
    load_id: int | None = None

    @property
    def text(self) -> str:
        """A line for a reader."""
        return f"{self.feed} of {self.about}: {self.what}{f': {self.where}' if self.where else ''}"


@dataclass
class Report:
    """What a verification saw.

    differences: name -> how many rows differ for that reason, as they should. skipped: what was not looked at, and why.
    """

    loads: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    differences: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all that was looked at adds up."""
        return not self.findings

    @property
    def summary(self) -> str:
        """One line: how much was looked at, what differs by rights, what was left out."""
        looked = f"{counted(self.loads, 'load')}, {counted(self.rows, 'row')}"
        begin = (
            f"Everything adds up: {looked}." if self.ok else f"{counted(len(self.findings), 'thing')} do not add up."
        )
        named = "; ".join(f"{count:,} {name}" for name, count in sorted(self.differences.items()) if count)
        return (
            " ".join([begin, f"Left out by rights: {named}." if named else "", *self.skipped])
            .replace("  ", " ")
            .strip()
        )


def counted(number: int, word: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number:,} {word if number == 1 else f'{word}s'}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """The first of these, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
