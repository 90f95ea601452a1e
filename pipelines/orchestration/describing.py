"""What an asset says of itself beside its rows: owners, tags, columns, how old it may be, where its code and its
documentation are. Pure; nothing here is read from a warehouse."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines import places
from pipelines.feeds import FEEDS, Feed
from pipelines.feeds.feed import column_name

if TYPE_CHECKING:
    from pipelines.stores import Catalog

DOCUMENTATION = "docs"
"""Name of the metadata that leads to a page of the documentation."""
# Every feed is asked for each night; one that comes by longer periods is late when the next one should have ended.
_LATE = {
    "day": (timedelta(hours=30), timedelta(hours=54)),
    "week": (timedelta(days=9), timedelta(days=11)),
    "month": (timedelta(days=34), timedelta(days=38)),
    "quarter": (timedelta(days=95), timedelta(days=100)),
}
_OF_BUILDS = (timedelta(hours=30), timedelta(hours=54))


def freshness_of(feed: Feed) -> dg.FreshnessPolicy:
    """How old the newest landing of a feed may be: by its period."""
    warn, fail = _LATE[feed.period]
    return dg.FreshnessPolicy.time_window(fail_window=fail, warn_window=warn)


def freshness_of_builds() -> dg.FreshnessPolicy:
    """Of marts and briefs: each night brings something for every store."""
    warn, fail = _OF_BUILDS
    return dg.FreshnessPolicy.time_window(fail_window=fail, warn_window=warn)


def owners_of(feed: Feed, catalog: Catalog) -> list[str]:
    """The tenants whose data it has, as teams: those for whom it is asked; of files, which anybody may import, all."""
    if not feed.is_asked_for:
        return all_owners(catalog)
    return _teams(store.tenant_id for scope in catalog.scopes(feed) for store in scope.stores)


def all_owners(catalog: Catalog) -> list[str]:
    """All tenants, as teams."""
    return _teams(catalog.tenants)


def _teams(tenants: Iterable[str]) -> list[str]:
    return [f"team:{tenant}" for tenant in sorted(set(tenants))]


def tenant_tags(tenants: Iterable[str]) -> dict[str, str]:
    """Tags of a run, one for each tenant whose data it lands: runs can be filtered by it."""
    return {f"tenant/{tenant}": "true" for tenant in sorted(set(tenants))}


def raw_metadata(feed: Feed, table: str) -> dict[str, Any]:
    """Of a raw table: its name in the warehouse, its columns, its feed, its page and the file that describes it."""
    section = next(each for each in feed.sections if feed.table(each) == table)
    known = ["item"] if feed.is_json else [column_name(each) for each in section.known]
    columns = [
        dg.TableColumn("load_id", "bigint", description="The load that brought the row: ops.loads"),
        dg.TableColumn("row_seq", "bigint", description="The row's number in its document"),
        *(dg.TableColumn(name, "jsonb" if feed.is_json else "text") for name in dict.fromkeys(known)),
    ]
    return {
        "feed": feed.name,
        "report_type": feed.report_type,
        "dagster/table_name": f"raw.{table}",
        "dagster/column_schema": dg.TableSchema(columns),
        DOCUMENTATION: page("feeds.md"),
        **code(_module_of(feed.name), feed.short_name, f"the feed {feed.name}"),
    }


def raw_tags(feed: Feed) -> dict[str, str]:
    """By which raw assets can be selected: `tag:shape=windowed`."""
    return {"layer": "raw", "source": feed.source, "shape": feed.shape, "period": feed.period, "scope": feed.scope}


def page(name: str) -> dg.MetadataValue:
    """A page of the documentation, as a path that the UI shows and copies at a click; its name where it is not here."""
    path = places.ROOT / "docs" / name
    return dg.MetadataValue.path(str(path)) if path.is_file() else dg.MetadataValue.text(f"docs/{name}")


def code(path: Path, mark: str, label: str) -> dict[str, Any]:
    """A link to a file. mark: what stands in the line that is meant; the first line where nothing has it."""
    reference = dg.LocalFileCodeReference(file_path=str(path), line_number=_line_of(path, mark), label=label)
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}


def model_metadata(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Of a model of dbt, by its properties in the manifest: its page and the file of its SQL."""
    path = places.DBT_PROJECT / str(properties.get("original_file_path", ""))
    return {DOCUMENTATION: page("marts.md"), **code(path, "", f"{properties.get('name')}.sql")}


@cache
def _line_of(path: Path, mark: str) -> int:
    """The first line that has the name between quotes; a prefix that all names of the file share may be left out."""
    if not mark or not path.is_file():
        return 1
    lines = path.read_text(encoding="utf-8").splitlines()
    for name in (mark, mark.partition("_")[2]):
        for number, line in enumerate(lines, 1):
            if name and (f'"{name}"' in line or f'.{name}"' in line):
                return number
    return 1


@cache
def _module_of(feed: str) -> Path:
    """The file that describes a feed: the module below that of its source that has it among its feeds."""
    package = f"pipelines.feeds.{FEEDS[feed].source}"
    for name, module in sorted(sys.modules.items(), reverse=True):  # a package's modules before the package
        if (name == package or name.startswith(f"{package}.")) and FEEDS[feed] in getattr(module, "FEEDS", ()):
            return Path(str(module.__file__))
    return Path(str(sys.modules[package].__file__))
