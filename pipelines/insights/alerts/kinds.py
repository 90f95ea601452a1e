"""The kinds of alerts: `kinds.yaml` and the queries in `sql/`. What a user wants otherwise is in `rules.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

PASSING = frozenset({"content", "order", "transaction"})
"""What notifications are about that is read for a while only; all else lasts until the next message says otherwise."""

Severity = Literal["critical", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
"""The most urgent first."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alert.

    name: as in insights.alerts. subject: what it is about. holds: 'at_least' or 'at_most': the side of the threshold
    on which it is on. unit: of value and threshold. reads: 'sql', or a function of functions.py. history: days looked
    back at the first look. over_after: days without it until it is over. live: it is read from
    notifications, and looked for as soon as some have come. params: further numbers of the query. facts:
    further figures, with their units.
    """

    name: str
    subject: str
    severity: Severity
    holds: Literal["at_least", "at_most"]
    threshold: Decimal
    unit: str
    reads: str = "sql"
    history: int = 14
    over_after: int = 1
    live: bool = False
    params: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    def is_on(self, value: Decimal, threshold: Decimal) -> bool:
        """Whether a value is on the side of the threshold of which one must hear."""
        return value >= threshold if self.holds == "at_least" else value <= threshold

    @property
    def sql(self) -> str:
        """The text of its query. Live kinds find in `known` what notifications say."""
        query = _text(self.name)
        if not self.live:
            return query
        abouts = dict.fromkeys(re.findall(r"about = '(\w+)'", query))
        lasting = [each for each in abouts if each not in PASSING]
        known = _text("_known").format(abouts=_quoted(abouts), lasting=_quoted(lasting))
        return f"with known as materialized (\n{known})\n{query}"


@cache
def kinds() -> Mapping[str, Kind]:
    """Name -> kind, in the order of kinds.yaml."""
    text = (files(__package__) / "kinds.yaml").read_text(encoding="utf-8")
    return {name: _kind(name, entry) for name, entry in yaml.safe_load(text).items()}


def live_kinds() -> frozenset[str]:
    """The names of the kinds that are read from notifications."""
    return frozenset(name for name, kind in kinds().items() if kind.live)


def _text(name: str) -> str:
    return (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in names)


def _kind(name: str, entry: dict[str, Any]) -> Kind:
    return Kind(name=name, **{**entry, "threshold": Decimal(str(entry["threshold"]))})
