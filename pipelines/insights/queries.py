"""Finds the SQL text of a fact's query, so that a page can show what a figure was read by.

A fact names its query by a constant of the module that computed it (`SALES_BY_DAY`). The constants of `measures/`, of
the kinds of briefs, of the outlook and of `readings.py` are looked through; no query is written or run here.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType

from pipelines.insights.facts import Fact

NO_QUERY = frozenset({"day"})
"""What a fact names as its query that is read from no table: the brief's own day."""

_PLACES = (
    "pipelines.insights.measures",
    "pipelines.insights.briefs",
    "pipelines.insights.forecast.outlook",
    "pipelines.insights.readings",
)


def sql_of(fact: Fact) -> str:
    """The SQL text of a fact's query, with its parameters as `%(name)s`; '' if it has none or is of another version.

    Where several modules have a query of that name, it is the one that reads the fact's table.
    """
    known = queries().get(fact.query, ())
    return next((sql for sql in known if fact.source in sql), known[0] if known else "")


@cache
def queries() -> Mapping[str, tuple[str, ...]]:
    """Name of a constant -> the SQL texts that are called so."""
    found: dict[str, dict[str, None]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and re.search(r"\b(select|with)\b[\s\S]*\bfrom\b", value):
                found.setdefault(name, {})[textwrap.dedent(value.replace("%%", "%")).strip()] = None
    return {name: tuple(texts) for name, texts in found.items()}


def _modules() -> Iterator[ModuleType]:
    for place in _PLACES:
        package = importlib.import_module(place)
        yield package
        for each in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{place}."):
            yield importlib.import_module(each.name)
