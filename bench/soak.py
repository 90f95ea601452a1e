"""The soak: the same world landed twice, once in peace and once with every fault at 5 %, for as many runs as it takes.

The marts at the end must be the same, row by row, and below them what is true in raw and the state of each slice. Every
report that the simulator made must be known to the ledger: by its id, or as one of the sendings of which it says that
no answer came. At full size it is 2,000 slices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql

from bench import simulated
from bench.figures import Figure, Room
from pipelines.feeds import FEEDS, Feed, column_name
from pipelines.landing.formats.moments import marketplace_day
from pipelines.landing.imports.importer import import_file
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.settings import get_settings
from pipelines.stores import Catalog, load_catalog
from pipelines.transformation.transform import transform
from pipelines.warehouse.connection import Warehouse
from simulator.faults.mutations import HARMLESS
from simulator.faults.rules import SCENARIOS

STORES, STORES_AT_FULL_SIZE = 4, 25
SLICES_OF_A_STORE = 80
MOST_RUNS = 25
# Silence of two seconds is a time-out then.
TIMEOUT_SECONDS = 1.5
# Longer than any minimum interval: what was asked for too soon is not too soon in the next run.
PAUSE_SECONDS = 4 * 3600 + 60
BEFORE, NOW = "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"
WITH_EARLIER = ("amazon_sp.merchant_listings", "amazon_sp.fba_myi_unsuppressed_inventory")
"""Snapshots of which half can be missing: what is less than half shows only beside an earlier one."""

_HOW_IT_CAME = ("load_id", "loaded_at", "reason")
# a ledger day is closed when its report was made late enough, and a run that had to be repeated is later
_WHEN_IT_CAME = {"inventory_ledger_balance": ("status",)}

Rows = Counter[tuple[str, str, date | None, str]]
"""(table, scope id, day, row): how often."""


def run(room: Room) -> list[Figure]:
    """`soak_differences`, `soak_unexplained_requests`."""
    feeds, stores = simulated.daily_feeds(), STORES_AT_FULL_SIZE if room.full else STORES
    ends = []
    for name in ("peace", "faults"):
        url = simulated.another_database(room.url, f"soak_{name}")
        folder = room.folder / name
        with simulated.world(folder, now=BEFORE, stores=stores, products=12, days=2, time_scale=2000) as world:
            simulated.run(world, folder / "home", url, WITH_EARLIER, BEFORE)
            world.set_now(NOW)
            runs = 0
            while True:
                world.set_faults(faults(first=not runs) if name == "faults" else [])
                simulated.run(world, folder / "home", url, feeds, NOW, timeout=TIMEOUT_SECONDS)
                runs += 1
                if not unfinished(url) or runs == MOST_RUNS:
                    break
                try_again(url)
                world.skip(PAUSE_SECONDS)
            catalog = load_catalog(get_settings(home=folder / "home", stores_path=world.config / "stores.yaml"))
            ends.append((true_rows(url, catalog, feeds), states(url), marts(url, catalog, world.config), runs))
            log = world.log()
            calls, struck = len(log), sum(bool(each["faults"]) for each in log)
            unknown = unexplained(url, catalog, log)
    (rows, slices, built, _), (rows_with, slices_with, built_with, runs) = ends
    differing = (
        differences(built, built_with)
        + differences(rows, rows_with)
        + [key for key in slices.keys() | slices_with.keys() if slices.get(key) != slices_with.get(key)]
    )
    here = sum(state in ("loaded", "empty") for state in slices_with.values())
    counted = f"{here} slices, {rows_with.total()} rows of raw and {built_with.total()} of marts"
    note = f"{counted} after {runs} runs, {calls} calls, {struck} of them with faults"
    if here < stores * SLICES_OF_A_STORE:
        differing.append(f"only {here} slices")
    if differing:
        note += f"; for example {differing[0]}"
    told = f"reports made without the ledger's knowing: {unknown[0]}" if unknown else "each report is in the ledger"
    return [
        Figure("soak_differences", len(differing), "rows and slices", 0, note=note),
        Figure("soak_unexplained_requests", len(unknown), "requests", 0, note=told),
    ]


def faults(*, first: bool) -> list[dict[str, Any]]:
    """Every fault at 5 %, as far as anybody could tell the truth from it.

    Less than half of the same snapshot twice is believed, so that only the first delivery may be cut; a column that no
    feed needs may be left out by Amazon, so that only needed ones are.
    """
    sections = [(feed, feed.sections[0]) for feed in FEEDS.values()]
    needed = {feed.report_type for feed, one in sections if feed.is_json or one.known[0] in one.required}
    rules = [rule for rule in SCENARIOS["everything5"] if first or rule["do"] != "half_rows"]
    return [
        {**rule, "match": {"report_type": sorted(needed)}} if rule["do"] == "drop_column" else rule for rule in rules
    ]


def marts(url: str, catalog: Catalog, config: Path) -> Counter[tuple[str, str]]:
    """Build the marts; (mart, row): how often, without what names a load or tells how it came."""
    with TemporaryDirectory() as home:
        settings, warehouse = get_settings(home=Path(home), warehouse_url=url), Warehouse(url)
        import_file(settings, warehouse, catalog, config / "manual" / "fx_rates.csv", "manual.fx_rates", None)
        result = transform(settings, warehouse)
    if not result.ok:
        raise RuntimeError(f"The marts cannot be built: {result.failures}")
    with psycopg.connect(url) as conn:
        tables = conn.execute("select tablename from pg_tables where schemaname = 'marts'").fetchall()
        return Counter(
            (table, row)
            for (table,) in tables
            for (row,) in conn.execute(
                sql.SQL("select (to_jsonb(t) - {}::text[])::text from {} t").format(
                    [*_HOW_IT_CAME, *_WHEN_IT_CAME.get(table, ())], sql.Identifier("marts", table)
                )
            )
        )


def unfinished(url: str) -> int:
    """Slices that a later run has to do something about."""
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "select count(*) from ops.slices where state not in ('loaded', 'empty', 'unavailable')"
        ).fetchone()
    assert row is not None
    return int(row[0])


def try_again(url: str) -> None:
    """As if all pauses between attempts had passed."""
    with psycopg.connect(url) as conn:
        conn.execute("update ops.slices set next_try_at = null where next_try_at is not null")


def states(url: str) -> dict[tuple[str, str, date, str], str]:
    """The state of each slice; of snapshots by their day, because an attempt has an instant of its own."""
    with psycopg.connect(url) as conn:
        rows = conn.execute("select feed, scope_id, day, slice_key, state from ops.slices").fetchall()
    return {
        (feed, scope, day, "" if FEEDS[feed].shape == "snapshot" and state != "unavailable" else key): state
        for feed, scope, day, key, state in rows
    }


def true_rows(url: str, catalog: Catalog, feeds: Iterable[str]) -> Rows:
    """Every row that is true now, without the field that faults may bend as they do no harm there."""
    found: Rows = Counter()
    with psycopg.connect(url) as conn:
        ensure_raw_tables(conn, [FEEDS[name] for name in feeds])
        for feed in (FEEDS[name] for name in feeds):
            zones = {scope.scope_id: scope.time_zone for scope in catalog.scopes(feed)}
            days: dict[int, tuple[str, set[date]]] = {}
            for scope, day, load_id in conn.execute(
                "select scope_id, day, load_id from ops.current_loads(%s)", (feed.name,)
            ):
                days.setdefault(load_id, (scope, set()))[1].add(day)
            for section in feed.sections:
                table = feed.table(section)
                query = sql.SQL("select load_id, to_jsonb(r) - 'load_id' - 'row_seq' from {} r").format(
                    sql.Identifier("raw", table)
                )
                for load_id, row in conn.execute(query):
                    if load_id not in days:
                        continue
                    scope, of_load = days[load_id]
                    day = min(of_load)
                    if section.day and feed.write_disposition == "replace" and feed.shape == "windowed":
                        fields = row["item"] if feed.is_json else row
                        text = fields[section.day if feed.is_json else column_name(section.day)]
                        own = marketplace_day(text, section.day_formats, zones[scope])
                        if own not in of_load:
                            continue
                        day = own
                    found[table, scope, day, _text(feed, row)] += 1
    return found


def _text(feed: Feed, row: dict[str, Any]) -> str:
    if feed.is_json:
        fields = {key: value for key, value in row["item"].items() if key not in ("note", "amazon-new-field")}
    else:
        bent = _bent_column(feed, row)
        fields = {
            key: value
            for key, value in row.items()
            # empty fields at the end of a line may be left out
            if key not in (bent, "amazon_new_field") and value not in (None, "")
        }
    return repr(sorted(fields.items(), key=lambda item: item[0]))


def _bent_column(feed: Feed, row: Mapping[str, Any]) -> str:
    """The column that `simulator.faults.mutations` bends, found as it finds it."""
    headers = feed.sections[0].known
    return column_name(next((name for name in HARMLESS if name in headers), headers[-1]))


def differences(one: Counter[Any], other: Counter[Any]) -> list[str]:
    """What one has more of than the other."""
    return [f"lost: {key}" for key in (one - other).elements()] + [f"new: {key}" for key in (other - one).elements()]


def unexplained(url: str, catalog: Catalog, log: Iterable[Mapping[str, Any]]) -> list[str]:
    """Reports that the simulator made, and of which the ledger knows neither the id nor that an answer did not come."""
    with psycopg.connect(url) as conn:
        asked = conn.execute(
            "select feed, scope_id, remote_id, coalesce((details ->> 'unanswered')::int, 0) from ops.requests"
        ).fetchall()
    owners = {(feed.name, scope.scope_id): scope.stores[0] for feed in FEEDS.values() for scope in catalog.scopes(feed)}
    known: set[tuple[str, str]] = set()
    allowed: Counter[tuple[str, str]] = Counter()
    for feed, scope_id, remote_id, unanswered in asked:
        store = owners[feed, scope_id]
        owner = str(store.ads_profile_id) if FEEDS[feed].source == "amazon_ads" else store.seller_id
        known.add((owner, remote_id))
        allowed[owner, FEEDS[feed].report_type] += unanswered
    left = []
    for each in log:
        if each["operation"] != "createReport" or "reportId" not in each["detail"]:
            continue
        kind = (each["seller"], each["detail"]["reportType"])
        if (each["seller"], each["detail"]["reportId"]) in known:
            continue
        if allowed[kind]:
            allowed[kind] -= 1
        else:
            left.append(f"{each['detail']} of {each['seller']}, faults {each['faults']}")
    return left
