"""The catalogue as pages: `python -m pipelines.feeds.describe` writes what is made from it. A test keeps them equal.

docs/feeds.md lists the feeds; docs/feed-fields.md explains the fields of a `Feed`, from the docstrings of feed.py.
dbt's sources are the raw tables, and a macro knows where their rows have their day.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

from pipelines.feeds import FEEDS, Feed, Section, column_name

ROOT = Path(__file__).parents[2]
INTRODUCTION = """# The feeds

Made from the catalogue by `make pages`. *Scope* is whom one request is made for; *window* how
many days one request may cover; *latency* how long after a day's end it is asked for; *again at* the ages in days at
which a day is asked for again, because Amazon restates it; *raw* the tables that its documents fill.

| feed | what | report type | shape, scope | window | latency | again at | raw |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
FIELDS = """# The fields of a `Feed`

Made by `make pages` from the docstrings of `pipelines/feeds/feed.py` and from the catalogue. A field without a default
must be given. The example is one of a feed that differs from the default. Facts about Amazon have their source beside
them, as a comment in the feed.
"""
_FIELDS_HEAD = "\n| field | what | values | default | example |\n| --- | --- | --- | --- | --- |\n"
_MOST_SHOWN = 60
_SOURCES_HEAD = """# The raw tables as dbt's sources: made from the catalogue by `make pages`, not by hand.
version: 2
sources:
"""
_DAYS = """\
{#
    Where a row of a delimited raw table has its day: table -> its column, and the notations of the day in it. Made from
    the catalogue by `make pages`, not by hand; `row_day` reads it.
-#}
{% macro raw_days() -%}
    {{
        return(
            {
ENTRIES            }
        )
    }}
{%- endmacro %}
"""
_SOURCES = {
    "amazon_sp": "SP-API reports as they came: a text column for each of a document, or one jsonb `item` per row.",
    "amazon_data_kiosk": "Answers of Data Kiosk as they came: one jsonb `item` per row.",
    "amazon_ads": "Amazon Ads reporting v3 documents as they came: one jsonb `item` per row.",
    "apify": "Items of crawls as they came: one jsonb `item` per row.",
    "ebay": "Objects of lists of the Sell APIs, without the buyer: one jsonb `item` per row.",
    "woocommerce": "Objects of lists of the REST API, without the buyer: one jsonb `item` per row.",
    "shopify": "Nodes of lists of the Admin API as they came: one jsonb `item` per row.",
    "manual": "Files of the user, landed by `tradewind import`.",
}


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _row(feed: Feed) -> str:
    windowed = feed.shape == "windowed"
    cells = (
        f"`{feed.name}`",
        feed.title,
        f"`{feed.report_type}`" if feed.report_type else "a file of yours" if feed.shape == "file" else "messages",
        f"{feed.shape}, {feed.scope}",
        f"{feed.days_per_request} d" if windowed else "",
        _hours(feed.latency) if windowed else "",
        ", ".join(map(str, feed.restate_after)) if windowed else "",
        "<br>".join(f"`raw.{table}`" for table in feed.tables),
    )
    return f"| {' | '.join(cells)} |"


def page() -> str:
    """docs/feeds.md as text."""
    return INTRODUCTION + "\n".join(_row(feed) for feed in FEEDS.values()) + "\n"


def meanings(kind: type) -> dict[str, str]:
    """What each field of a `Feed` or `Section` means, from the lines of its docstring."""
    found: dict[str, str] = {}
    name = ""
    for line in inspect.getdoc(kind).splitlines():  # type: ignore[union-attr]
        if started := re.match(r"(\w+): (.*)", line):
            name, found[started[1]] = started[1], started[2]
        elif name and line.startswith("    "):
            found[name] += " " + line.strip()
    return found


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        days, rest = divmod(value, timedelta(days=1))
        return f"{days} d" if days and not rest else _hours(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return repr(value) if isinstance(value, str) and not value.strip() else str(value)


def _values(hint: Any) -> str:
    listed = getattr(hint, "__args__", ())
    if listed and all(isinstance(each, str) for each in listed):
        return ", ".join(f"`{each}`" for each in listed)
    names = {str: "text", int: "a number", float: "a share", bool: "yes or no", timedelta: "a `timedelta`"}
    if hint in names:
        return names[hint]
    text = str(hint)
    several = "a mapping" if "Mapping" in text else "several, in a tuple" if text.startswith("tuple") else ""
    return several or "a `timedelta`"


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else None


def _example(kind: type, field: dataclasses.Field[Any]) -> str:
    """A short value that differs from the default, and whose it is."""
    for feed in FEEDS.values():
        for each in (feed,) if kind is Feed else feed.sections:
            value = getattr(each, field.name)
            said = _shown(value).replace("|", "\\|")
            is_plain = not isinstance(value, tuple) or not any(isinstance(part, Section) for part in value)
            if value != _default(field) and is_plain and said and len(said) <= _MOST_SHOWN:
                return f"`{said}` ({feed.name})"
    return ""


def _fields_of(kind: type) -> str:
    hints, told = get_type_hints(kind), meanings(kind)
    rows = []
    for field in dataclasses.fields(kind):
        default = _default(field)
        is_given = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        has_none = default in ("", (), {}, None) or field.name == "sections"
        shown = "" if is_given or has_none else f"`{_shown(default)}`"
        cells = (f"`{field.name}`", told[field.name], _values(hints[field.name]), shown, _example(kind, field))
        rows.append(f"| {' | '.join(cells)} |")
    return _FIELDS_HEAD + "\n".join(rows) + "\n"


def fields_page() -> str:
    """docs/feed-fields.md as text."""
    return f"{FIELDS}{_fields_of(Feed)}\n## The fields of a `Section`\n{_fields_of(Section)}"


def sources_page() -> str:
    """dbt_project/models/staging/_sources.yml as text."""
    text = _SOURCES_HEAD
    for source in dict.fromkeys(feed.source for feed in FEEDS.values()):
        text += f'  - name: {source}\n    description: "{_SOURCES[source]}"\n    schema: raw\n    tables:\n'
        for feed in FEEDS.values():
            for table in feed.tables if feed.source == source else ():
                text += f"      - name: {table.removeprefix(f'{source}__')}\n        identifier: {table}\n"
    return text


def days_page() -> str:
    """dbt_project/macros/raw_days.sql as text."""
    days = {
        feed.table(section): [column_name(section.day), *section.day_formats]
        for feed in FEEDS.values()
        for section in feed.sections
        if section.day and not feed.is_json
    }
    entries = "".join(f'                "{table}": {json.dumps(each)},\n' for table, each in days.items())
    return _DAYS.replace("ENTRIES", entries)


PAGES = {
    ROOT / "docs" / "feeds.md": page,
    ROOT / "docs" / "feed-fields.md": fields_page,
    ROOT / "dbt_project" / "models" / "staging" / "_sources.yml": sources_page,
    ROOT / "dbt_project" / "macros" / "raw_days.sql": days_page,
}
"""What is made from the catalogue: file -> its text."""


if __name__ == "__main__":
    for path, made in PAGES.items():
        path.write_text(made(), encoding="utf-8")
