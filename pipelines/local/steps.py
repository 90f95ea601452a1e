"""The steps that `demo`, `pull` and `import` share, each with its progress shown. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines.errors import TransformError
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_catalog
from pipelines.warehouse.connection import Warehouse, open_warehouse
from pipelines.warehouse.roles import ensure_roles
from pipelines.warehouse.stores_sync import sync_stores

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult
    from pipelines.landing.engine import Selection

MARTS = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'marts' and c.relkind in ('r', 'p') order by 1
"""


def open_all(settings: Settings) -> tuple[Warehouse, Catalog]:
    """The warehouse, started if need be and migrated, and the stores of stores.yaml, known to it."""
    catalog = load_catalog(settings)
    warehouse = open_warehouse(settings)
    with warehouse.connect() as conn:
        sync_stores(conn, catalog)
        ensure_roles(conn, settings)
    return warehouse, catalog


async def pull(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, selection: Selection | None = None
) -> int:
    """Land what is due, with a bar per feed; returns how many slices failed."""
    from pipelines.landing.engine import ProgressEvent, Selection, land

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description:42}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[note]}[/dim]"),
        console=console,
    )
    tasks = {}
    with bar:

        def show(event: ProgressEvent) -> None:
            if event.feed not in tasks:
                tasks[event.feed] = bar.add_task(event.feed, total=None, note="")
            bar.update(tasks[event.feed], completed=event.done, total=event.total, note=event.note or "")

        results = [
            result async for result in land(settings, warehouse, catalog, selection or Selection(), progress=show)
        ]
    rows = sum(result.rows for result in results)
    requests = sum(result.requests for result in results)
    slices = sum(len(result.outcomes) for result in results)
    console.print(f"Landed {slices} slices, {rows} rows, with {requests} requests.", highlight=False)
    bad = [
        each for result in results for each in result.outcomes if each.state not in ("loaded", "empty", "unavailable")
    ]
    for each in bad[:20]:
        console.print(
            f"  {each.feed} {each.scope_id} {each.day}: {each.state}: {each.reason}", highlight=False, markup=False
        )
    return sum(each.state == "failed" for each in bad)


def import_manual_files(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, folder: Path
) -> None:
    """Land the files of a drop folder: `fx_rates.csv` and `product_costs.<store_id>.csv`."""
    from pipelines.landing.importer import import_file

    first_store = min(catalog.stores)
    for path in sorted(folder.glob("*.csv")):
        feed, _, store_id = path.stem.partition(".")
        outcome = import_file(settings, warehouse, catalog, path, f"manual.{feed}", store_id or first_store)
        if not outcome.unchanged:
            console.print(f"Imported {path.name}: {outcome.rows} rows.", highlight=False)


def transform_if_stale(console: Console, settings: Settings, warehouse: Warehouse) -> None:
    """Build the marts if a committed change is unseen by one of them.

    Raises TransformError with the names of what failed.
    """
    from pipelines.warehouse import transform

    with warehouse.connect() as conn:
        if not transform.stale(conn):
            console.print("The marts have seen every change: nothing to build.")
            return
    with console.status("Building the marts (dbt)"):
        result = transform.transform(settings, warehouse)
    if not result.ok:
        raise TransformError("The marts were not built whole:\n  " + "\n  ".join(result.failures))
    console.print(f"Built and tested the marts in {result.seconds:.0f} s.", highlight=False)


def write_briefs(
    console: Console,
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    stores: Sequence[str] | None = None,
    **options: object,
) -> list[BriefResult]:
    """Write the daily briefs, in each language."""
    from pipelines.insights.brief import write_briefs as write

    with console.status("Writing the briefs"):
        return write(settings, warehouse, catalog, stores=stores, **options)


def print_marts(console: Console, warehouse: Warehouse) -> None:
    """Each mart with its rows."""
    table = Table(title="Marts", title_justify="left", show_edge=False)
    table.add_column("mart")
    table.add_column("rows", justify="right")
    with warehouse.connect() as conn:
        for (name,) in conn.execute(MARTS).fetchall():
            rows = conn.execute(sql.SQL("select count(*) from marts.{}").format(sql.Identifier(name))).fetchone()
            table.add_row(f"marts.{name}", f"{rows[0] if rows else 0:,}")
    console.print(table)


def print_briefs(console: Console, briefs: Sequence[BriefResult]) -> None:
    """Where each brief lies and who wrote it."""
    table = Table(title="Briefs", title_justify="left", show_edge=False)
    for column in ("store", "day", "language", "written by", "page"):
        table.add_column(column, overflow="fold")
    for brief in briefs:
        table.add_row(brief.store_id, str(brief.day), brief.language, brief.writer, str(brief.path))
    console.print(table)
