"""Builds and tests the marts: runs dbt on the project in `dbt_project/`, one build at a time, whoever asks for it.

Here is when dbt is run, on what, and what is cleaned up after a build. What there is to do is found in news.py, and how
dbt is started stands in dbt_runs.py; what the marts are is said in SQL there, and nowhere else. dbt is imported when it
is first needed, which takes more than a second: a build that has nothing to do never needs it.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from pipelines.errors import TransformError
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.telemetry import names
from pipelines.telemetry.recording import observe
from pipelines.transformation import dbt_runs, news, profile
from pipelines.transformation.dbt_runs import PARSE_ANEW, OnProgress, Outcome, fingerprint
from pipelines.transformation.news import News
from pipelines.warehouse import counters
from pipelines.warehouse.locks import build_lock
from pipelines.warehouse.reader_limits import kept_from_holding_up

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

PROJECT_DIR = dbt_runs.PROJECT_DIR
# a load that no slice points at is news to the models of its feed, and to none that this test is of
_IN_EVERY_BUILD = ("data_coverage_counts_every_load",)
_COVERAGE = "marts.data_coverage"
LAST_BUILD = "tradewind_last_build_timestamp_seconds"


@dataclass(frozen=True)
class TransformResult:
    """What became of a build.

    ok: every model was built and no test failed. failures, warnings: a sentence each, with the model's or test's name.
    seconds: wall time, waiting for another build included. results: dbt's, of each model and test. nothing_new: there
    was nothing to do, and nothing was done.
    """

    ok: bool
    failures: list[str]
    seconds: float
    warnings: list[str] = field(default_factory=list)
    results: Sequence[Any] = ()
    nothing_new: bool = False


def stale(conn: psycopg.Connection) -> bool:
    """Whether a build has something to do: news (news.py), or models that another version of the project built."""
    return _built_by(conn) != fingerprint() or news.stale(conn)


def what_is_new(settings: Settings, conn: psycopg.Connection) -> News | None:
    """The models that a build would build now; None for all of them. Without dbt: read from the parsed manifest.

    Raises TransformError when the project cannot be parsed.
    """
    if _built_by(conn) != fingerprint():
        return None
    return news.news(conn, dbt_runs.read_nodes(ensure_manifest(settings)))


def transform(
    settings: Settings,
    warehouse: Warehouse,
    *,
    full_refresh: bool = False,
    select: Sequence[str] | None = None,
    models: Collection[str] | None = None,
    only: bool = False,
    tests: Collection[str] = (),
    everything: bool = False,
    as_of: datetime | None = None,
    progress: OnProgress | None = None,
) -> TransformResult:
    """Build and test the marts; waits while another build runs. Errors of dbt come back as `failures`, none is raised.

    Without a choice what has news is built and tested, and where nothing has, dbt is not even imported.

    full_refresh: from raw, instead of what has changed. select: dbt's node selection, for a part of the models. models:
    these (`schema.name`) with their tests, and what has news besides them, unless `only`; tests: these by their names,
    too. everything: all models, whether they have news or not. as_of: build what was known at that moment (without a
    zone: UTC) into schemas of their own (`marts_as_of`, ...); the marts stay as they are. progress: is told how many
    models and tests are done, of how many; from threads of dbt.
    """
    started = time.monotonic()
    chosen_by_news = not (full_refresh or select or models is not None or everything or as_of)
    if chosen_by_news and _has_nothing_new(warehouse):
        return TransformResult(True, [], time.monotonic() - started, nothing_new=True)
    with build_session(settings, warehouse, as_of=as_of) as arguments:
        if full_refresh and as_of is None and "--full-refresh" not in arguments:
            arguments = [*arguments, "--full-refresh"]
        target = target_dir(settings, as_of)
        # nobody reads the manifest and the results of this build as files
        paths = ["--no-write-json", *dbt_runs.paths(target)]
        try:
            # of a past moment the variables are others, and dbt parses by itself
            manifest = dbt_runs.parse(target, dbt_runs.database_name(warehouse.url)) if as_of is None else None
        except TransformError as error:
            return TransformResult(False, [str(error)], time.monotonic() - started)
        if manifest is None or select or everything or (models is None and "--full-refresh" in arguments):
            chosen = ["--select", *select] if select else []
            outcome = dbt_runs.invoke([*arguments, *chosen, *paths], progress, manifest, warehouse)
        else:
            run = _Run(warehouse, arguments, paths, progress, manifest)
            outcome = _build_news(run, models, tests, only=only)
    return _told(outcome, started, warehouse)


def _has_nothing_new(warehouse: Warehouse) -> bool:
    """Whether every model is there, tested and has seen everything; what all of them have seen is then forgotten."""
    with build_lock(warehouse):
        with warehouse.connect() as conn:
            (moment,) = conn.execute("select pg_current_snapshot()::text").fetchone() or ("",)
            if stale(conn) or not news.all_is_tested(conn) or not _all_are_there(conn):
                return False
            news.remember(conn, News(frozenset(), frozenset(news.consumers()), moment))
        _prune(warehouse)
    counters.mark(warehouse, LAST_BUILD, {"outcome": "done"})
    return True


def _all_are_there(conn: psycopg.Connection) -> bool:
    query = "select bool_and(to_regclass(name) is not null) from unnest(%s::text[]) as name"
    return conn.execute(query, (list(news.consumers()),)).fetchone() == (True,)


def test_everything(settings: Settings, warehouse: Warehouse, *, progress: OnProgress | None = None) -> TransformResult:
    """Run all data tests over all rows and build nothing; builds test what they change (macros/tested.sql)."""
    started = time.monotonic()
    with build_session(settings, warehouse):
        arguments = ["test", "--exclude-resource-type", "unit_test", "--vars", "{test_everything: true}"]
        # other variables make dbt parse anew: in a folder of their own
        paths = ["--no-write-json", *dbt_runs.paths(settings.home / "dbt" / "target_everything")]
        outcome = dbt_runs.invoke([*arguments, *paths], progress, warehouse=warehouse)
    return _told(outcome, started, warehouse)


def _told(outcome: Outcome, started: float, warehouse: Warehouse) -> TransformResult:
    seconds = time.monotonic() - started
    observe(names.BUILD_DURATION, {"tradewind.outcome": "failed" if outcome.failures else "done"}, seconds)
    counters.write(warehouse)
    counters.mark(warehouse, LAST_BUILD, {"outcome": "failed" if outcome.failures else "done"})
    for warning in outcome.warnings:
        log.warning("%s", warning)
    return TransformResult(not outcome.failures, outcome.failures, seconds, outcome.warnings, outcome.results)


@dataclass(frozen=True)
class _Run:
    """What a run of dbt is given, but for the choice of models. arguments, paths: options."""

    warehouse: Warehouse
    arguments: list[str]
    paths: list[str]
    progress: OnProgress | None
    manifest: Manifest

    def build(self, *selection: str) -> Outcome:
        return dbt_runs.invoke([*self.arguments, *selection, *self.paths], self.progress, self.manifest, self.warehouse)


def _build_news(run: _Run, models: Collection[str] | None, tests: Collection[str], *, only: bool) -> Outcome:
    """Build and test the models that have news, and `models`: dbt spends its time on a model also when it has nothing
    to do. only: `models` alone; what has news besides them keeps it, and the next build is told of it."""
    told = None
    if "--full-refresh" not in run.arguments:
        with run.warehouse.connect() as conn:
            told = news.news(conn, run.manifest.nodes)
    if told is not None and only and told.models - set(models or ()):
        told = None
    if told is None and models is None:
        return run.build()
    if told is not None and models:
        told = replace(told, models=told.models | set(models), standing=told.standing - set(models))
    outcome = Outcome()
    built = told.models if told is not None else frozenset(models or ())
    if built or tests:
        outcome = run.build(*_selection(built, told.standing if told else (), tests))
    if told is not None and not outcome.failures:
        with run.warehouse.connect() as conn:
            news.remember(conn, told)
    return outcome


def _selection(models: Collection[str], standing: Collection[str], tests: Collection[str]) -> list[str]:
    """dbt's options for these models and all tests of them, and these tests. standing: models that stay as they are."""
    selected = sorted(name.partition(".")[2] for name in models)
    if not standing:
        return ["--select", *selected, *tests]
    # tests of raw values wait for data_coverage, and would be chosen with it; each name takes dbt some milliseconds
    quiet = sorted(name.partition(".")[2] for name in standing if name.startswith("staging."))
    chosen = ["--select", *selected, *tests, *_IN_EVERY_BUILD]
    return [*chosen, "--exclude", *quiet] if quiet and _COVERAGE in models else chosen


@contextlib.contextmanager
def build_session(settings: Settings, warehouse: Warehouse, *, as_of: datetime | None = None) -> Iterator[list[str]]:
    """Everything that a `dbt build` needs around it; yields its arguments (without paths).

    Holds the one lock of all builds, makes raw tables that no document has made yet, and sets the environment that
    profiles.yml reads: dbt, in this process or in a child of it, finds the warehouse by it. Leaves a profile for the
    dbt that a user calls (profile.py).
    """
    profile.write_profile(settings, warehouse.url)
    with warehouse.connect() as conn:
        ensure_raw_tables(conn)
    with kept_from_holding_up(warehouse.url), build_lock(warehouse):
        with warehouse.connect() as conn:
            same_models = _built_by(conn) == fingerprint()
        with dbt_runs.environment(warehouse.url, same_models=same_models):
            yield _arguments(same_models, as_of)
        if as_of is None:
            _prune(warehouse)


def _arguments(same_models: bool, as_of: datetime | None) -> list[str]:
    arguments = ["build"]
    if as_of is not None:
        moment = as_of.replace(tzinfo=as_of.tzinfo or UTC).astimezone(UTC)
        return [*arguments, "--vars", f"{{as_of: '{moment.isoformat()}'}}", "--full-refresh", *PARSE_ANEW]
    # tables of other models: their columns, or what they mean, may have changed
    return arguments if same_models else [*arguments, "--full-refresh"]


def target_dir(settings: Settings, as_of: datetime | None = None) -> Path:
    """Where dbt keeps what it has parsed and compiled; with `as_of` apart, as other variables make it parse anew."""
    return settings.home / "dbt" / ("target" if as_of is None else "target_as_of")


def ensure_manifest(settings: Settings) -> Path:
    """The path of the project's manifest, parsed anew if the project has changed since. Needs no warehouse.

    Raises TransformError with dbt's words when the project cannot be parsed.
    """
    folder = settings.home / "dbt" / "manifest"
    manifest = folder / "manifest.json"
    if manifest.exists() and manifest.stat().st_mtime > max(path.stat().st_mtime for path in dbt_runs.sources()):
        return manifest
    dbt_runs.write_manifest(target_dir(settings), manifest)
    return manifest


def _built_by(conn: psycopg.Connection) -> str:
    """The fingerprint of the models that last built the marts whole, as dbt left it (macros/built_by.sql)."""
    row = conn.execute("select obj_description('marts'::regnamespace, 'pg_namespace')").fetchone()
    return (row[0] or "").rpartition(" ")[2] if row else ""


def _prune(warehouse: Warehouse) -> None:
    """Forget changes that every model has seen, and the marks of models that are no more.

    Right after any build, whole or not: a model that was not built keeps its mark, and with it what it has not seen.
    """
    with warehouse.connect() as conn:
        conn.execute("delete from ops.marks where not consumer = any(%s)", ([*news.consumers(), "tests"],))
        conn.execute("delete from ops.changes where xid < (select min(pg_snapshot_xmin(seen)) from ops.marks)")
        conn.execute("delete from ops.deleted_slices where xid < (select min(pg_snapshot_xmin(seen)) from ops.marks)")
