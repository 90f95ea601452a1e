"""`tradewind demo`: the whole way once, from three simulated stores to marts and briefs. The steps are elsewhere.

It has a home of its own, and `--fresh` deletes nothing outside of it; of what is in it, what a user has put there is
deleted only after the user was told and has agreed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console

from pipelines.errors import ConfigError
from pipelines.home import read_world
from pipelines.local import belongings, steps, tables, world
from pipelines.local.alerts import look_for_alerts
from pipelines.local.legacy import adopt
from pipelines.local.opening import open_all
from pipelines.local.processes import stopping
from pipelines.local.progress import say, waiting
from pipelines.local.running import interruptible, only_one
from pipelines.places import IS_CHECKOUT
from pipelines.settings import base_home, demo_home, get_settings
from pipelines.telemetry.begin import begin
from pipelines.warehouse import embedded

DEFAULT_SEED = 7


def run_demo(console: Console, *, seed: int | None, fresh: bool, advance: int, yes: bool, as_met: bool = False) -> None:
    """Land, transform and write up the demo's world in the demo's home; a second call only does what is due.

    seed: None for that of the world that is there. advance: days by which the world goes on first. yes: `fresh` may
    delete what is not the simulator's. as_met: a new world is one whose documents come as users have met them.
    Raises TradewindError.
    """
    if note := adopt(base_home()[0]):
        say(console, f"Note: {note}")
    home = demo_home()
    with only_one(home), interruptible():
        if fresh:
            _agree(console, home, yes=yes)
            wipe(home)
        known = read_world(home)
        if seed is None:
            seed = int(known["seed"]) if known else DEFAULT_SEED
        world.check_seed(home, seed)
        _run(console, home, seed, advance, as_met=as_met)


def _run(console: Console, home: Path, seed: int, advance: int, *, as_met: bool) -> None:
    started = time.monotonic()
    override = os.environ.get("TRADEWIND_NOW")
    now = world.world_now(home, advance, datetime.fromisoformat(override.replace("Z", "+00:00")) if override else None)
    with stopping([]) as children:
        with waiting(console, "Starting the simulated marketplaces"):
            children.append(world.start_world(home, seed, now=now, as_met=as_met))
        world.use_world(home)
        settings = get_settings()
        begin(settings, "tradewind")
        with waiting(console, "Starting the warehouse"):
            warehouse, catalog = open_all(settings)
        steps.take_notifications(console, settings, warehouse, catalog)  # what nobody waits for, at once
        failed = asyncio.run(steps.pull(console, settings, warehouse, catalog))
        steps.import_manual_files(console, settings, warehouse, catalog, home / "manual")
        steps.build_if_stale(console, settings, warehouse)
        steps.tell_channels(console, settings, warehouse, catalog)
        look_for_alerts(console, settings, warehouse, catalog)  # briefs tell which last
        briefs = steps.write_briefs(console, settings, warehouse, catalog)
    tables.print_marts(console, warehouse)
    tables.print_briefs(console, briefs)
    say(
        console,
        f"\nDone in {time.monotonic() - started:.0f} s. All of it is in {home}, apart from any stores of yours.",
    )
    say(console, "The warehouse stays up until `tradewind down`.")
    called = ".venv/bin/tradewind" if IS_CHECKOUT else "tradewind"
    say(console, f"What must be heard of:                      {called} alerts list")
    say(console, f"The address for a BI tool:                  {called} url --role bi")
    say(console, f"Dagster's UI, with schedules and backfills: {'make up' if IS_CHECKOUT else 'tradewind up'}")
    if failed:
        raise steps.not_landed(failed)


def _agree(console: Console, home: Path, *, yes: bool) -> None:
    """Come back if the home may be wiped: it holds the simulator's only, or the user, told what else, has agreed.

    Raises ConfigError.
    """
    own = get_settings().warehouse_url
    if own is not None and belongings.has_landed(own.get_secret_value()):
        raise ConfigError(
            "--fresh empties the demo's own home, never the Postgres of yours that TRADEWIND_WAREHOUSE_URL names, and "
            "something has landed in that one. Unset it, or make a new database and name that. Nothing was deleted."
        )
    with waiting(console, "Looking at what is there"):
        there = belongings.examine(home, config=home).told()
    if not there or yes:
        return
    told = (
        f"{home} holds what is not the simulator's, and --fresh would delete it, archived documents included: {there}."
    )
    if not sys.stdin.isatty():
        raise ConfigError(f"{told} Nothing was deleted. To delete it all the same: `tradewind demo --fresh --yes`.")
    say(console, told)
    if not typer.confirm("Delete it?", default=False):
        raise ConfigError("Nothing was deleted.")


def wipe(home: Path) -> None:
    """Delete the world in a demo's home, the warehouse included, and nothing else.

    Everything is put aside first: whoever is killed half-way finds each part whole or gone.
    """
    embedded.stop(home)
    aside = home / ".deleted"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    folders = ("postgres", "archive", "briefs", "dagster", "dbt", "manual")
    names = (*folders, "postgres.json", "stores.yaml", "channels.yaml", ".env")
    for path in [*(home / name for name in names), *home.glob("*.password"), home / "simulator"]:
        if path.exists():
            path.rename(aside / path.name)
    shutil.rmtree(aside)
