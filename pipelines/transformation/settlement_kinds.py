"""Finds the kind of a settlement's line in Python, by the rule of dbt_project/macros/kinds.sql.

It is used for files that are not imported. The kinds are in the seed settlement_kinds, which `_seeds.yml` explains. A
test checks that both rules give the same kinds. Files are read and printed by pipelines/local/settlements.py.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipelines.places import DBT_PROJECT

SEED = DBT_PROJECT / "seeds" / "settlement_kinds.csv"
UNKNOWN = "unknown"

Triple = tuple[str, str, str]
"""A line's transaction type, amount type and amount description, as in the document."""

_LEFT_OUT = re.compile("[^a-z0-9%\u00c0-\u1fff\u3040-\ufdff]")
_PARTS = ("", "basefee", "basecharge", "discountonfee", "transactiontotalamount")
_TAX_OF_FEE = re.compile("(?!tcs|tds).+(?:[cis]|ut)gst")


def compact(text: str) -> str:
    """The letters and digits of a text, in lower case.

    >>> compact("FBA Long-Term Storage Fee")
    'fbalongtermstoragefee'
    """
    return _pattern(text).replace("%", "")


def _pattern(text: str) -> str:
    # In lower case, a capital dotted i is one letter in Postgres, but two in Python.
    return _LEFT_OUT.sub("", text.replace("\u0130", "i").lower())


def names(triple: Triple) -> Triple:
    """The transaction type, the amount type and the label of a line, in the form that is compared with the seed.

    >>> names(("FBAFees", "AWD Storage Fee", "Base fee"))
    ('fbafees', 'awdstoragefee', 'awdstoragefee')
    >>> names(("Order", "ItemFees", "Commission IGST"))[2]
    'taxonfee'
    """
    transaction, amount_type, description = map(compact, triple)
    if description in _PARTS:
        return transaction, amount_type, amount_type
    if _TAX_OF_FEE.fullmatch(description) and amount_type not in ("itemprice", "promotion"):
        return transaction, amount_type, "taxonfee"
    return transaction, amount_type, description


@dataclass(frozen=True)
class Pattern:
    """A row of the seed. patterns: for transaction type, amount type and label; `%` matches any text."""

    patterns: Triple
    kind: str

    @cached_property
    def rank(self) -> tuple[object, ...]:
        """The order of rows: the most specific row has the lowest rank."""
        label, amount_type, transaction = reversed(self.patterns)
        in_order = (label, amount_type, transaction)
        return (*(-len(each.replace("%", "")) for each in in_order), len("".join(in_order)), *in_order)

    @cached_property
    def _expressions(self) -> list[re.Pattern[str]]:
        return [re.compile(".*".join(map(re.escape, each.split("%")))) for each in self.patterns]

    def matches(self, line: Triple) -> bool:
        """Whether the row matches a line. line: as `names` gives it."""
        return all(each.fullmatch(name) for each, name in zip(self._expressions, line, strict=True))


class Kinds:
    """The rule, with the rows of a seed."""

    def __init__(self, patterns: Iterable[tuple[Triple, str]]) -> None:
        rows = [Pattern((_pattern(a), _pattern(b), _pattern(c)), kind) for (a, b, c), kind in patterns]
        self._patterns = sorted(rows, key=lambda row: row.rank)

    @classmethod
    def of_seed(cls, path: Path = SEED) -> Kinds:
        """Read the seed's file, which may have rows that the user has added."""
        with path.open(encoding="utf-8", newline="") as file:
            return cls(
                ((row["transaction_type"], row["amount_type"], row["amount_description"]), row["kind"])
                for row in csv.DictReader(file)
            )

    def of(self, triple: Triple) -> str:
        """The kind of a line; `unknown` if no row matches it."""
        line = names(triple)
        return next((row.kind for row in self._patterns if row.matches(line)), UNKNOWN)
