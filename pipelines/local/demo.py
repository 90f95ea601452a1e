"""`tradewind demo`: the whole way once, from three simulated stores to marts and briefs. The steps are elsewhere."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from datetime import datetime
from pathlib import Path

from rich.console import Console

from pipelines.local import steps, tables, world
from pipelines.local.processes import stopping
from pipelines.local.progress import say, waiting
from pipelines.settings import get_settings

DEFAULT_SEED = 7


def run_demo(console: Console, home: Path, *, seed: int, fresh: bool, advance: int) -> None:
    """Land, transform and write up the demo's world; a second call only does what is due.

    home: TRADEWIND_HOME. advance: days by which the world goes on first. Raises TradewindError.
    """
    started = time.monotonic()
    home = home.absolute()
    if fresh:
        wipe(home)
    world.check_seed(home, seed)
    override = os.environ.get("TRADEWIND_NOW")
    now = world.world_now(home, advance, datetime.fromisoformat(override.replace("Z", "+00:00")) if override else None)
    with stopping([]) as children:
        with waiting(console, "Starting the simulated marketplaces"):
            children.append(world.start_world(home, seed, now=now))
        world.use_world(home)
        settings = get_settings()
        with waiting(console, "Starting the warehouse"):
            warehouse, catalog = steps.open_all(settings)
        failed = asyncio.run(steps.pull(console, settings, warehouse, catalog))
        steps.import_manual_files(console, settings, warehouse, catalog, home / "demo" / "manual")
        steps.build_if_stale(console, settings, warehouse)
        briefs = steps.write_briefs(console, settings, warehouse, catalog)
    tables.print_marts(console, warehouse)
    tables.print_briefs(console, briefs)
    say(console, f"\nDone in {time.monotonic() - started:.0f} s. The warehouse stays up until `tradewind down`.")
    say(console, "The address for a BI tool:                  .venv/bin/tradewind url --role bi")
    say(console, "Dagster's UI, with schedules and backfills: make up")
    if failed:
        raise steps.not_landed(failed)


def wipe(home: Path) -> None:
    """Delete the demo's data in `home`, the warehouse included, and nothing else."""
    from pipelines.warehouse import embedded

    embedded.stop(home)
    for name in ("postgres", "archive", "simulator", "demo", "briefs", "dagster", "dbt"):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in ("postgres.json", "tradewind_bi.password"):
        (home / name).unlink(missing_ok=True)
