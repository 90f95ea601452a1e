"""Builds and tests the marts: runs dbt on the project in `dbt_project/`, one build at a time, whoever asks for it.

Here is how dbt is run and what is cleaned up after a build. What there is to do is found in news.py; what the marts are
is said in SQL there, and nowhere else. dbt is imported when it is first needed: it takes two seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pipelines.errors import TransformError
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.warehouse import news, profile
from pipelines.warehouse.roles import end_overdue

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

PROJECT_DIR = Path(__file__).resolve().parents[2] / "dbt_project"
_LOCK = "tradewind.transform"
_ENVIRONMENT = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "DBNAME"}
OnProgress = Callable[[int, int], None]
_QUIET = ("--log-level", "none", "--log-level-file", "info", "--no-use-colors")
# what models are made from: seeds too, so that another seed is another project
_OF_THE_PROJECT = (".sql", ".yml", ".csv")
# dbt's partial parsing stumbles over a description that has moved to another file
_PARSE_ANEW = ("--no-partial-parse",)
# a load that no slice points at is news to the models of its feed, and to none that this test is of
_IN_EVERY_BUILD = ("data_coverage_counts_every_load",)
_MOST_NAMED = 5
_BROKEN = ("error", "fail", "runtime error")


@dataclass(frozen=True)
class TransformResult:
    """What became of a build.

    ok: every model was built and no test failed. failures, warnings: a sentence each, with the model's or test's name.
    seconds: wall time, waiting for another build included.
    """

    ok: bool
    failures: list[str]
    seconds: float
    warnings: list[str] = field(default_factory=list)


def stale(conn: psycopg.Connection) -> bool:
    """Whether a build has something to do: news (news.py), or models that another version of the project built."""
    return _built_by(conn) != _fingerprint() or news.stale(conn)


def transform(
    settings: Settings,
    warehouse: Warehouse,
    *,
    full_refresh: bool = False,
    select: Sequence[str] | None = None,
    as_of: datetime | None = None,
    progress: OnProgress | None = None,
) -> TransformResult:
    """Build and test the marts; waits while another build runs. Errors of dbt come back as `failures`, none is raised.

    full_refresh: from raw, instead of what has changed. select: dbt's node selection, for a part of the models. as_of:
    build what was known at that moment (without a zone: UTC) into schemas of their own (`marts_as_of`, ...); the marts
    stay as they are. progress: is told how many models and tests are done, of how many; from threads of dbt.
    """
    started = time.monotonic()
    with build_session(settings, warehouse, as_of=as_of) as arguments:
        if full_refresh and as_of is None and "--full-refresh" not in arguments:
            arguments = [*arguments, "--full-refresh"]
        if select:
            arguments = [*arguments, "--select", *select]
        # nobody reads the manifest and the results of this build as files
        paths = ["--no-write-json", *_paths(target_dir(settings, as_of))]
        if as_of or select or "--full-refresh" in arguments:
            failures, warnings = _invoke([*arguments, *paths], progress, warehouse=warehouse)
        else:
            failures, warnings = _build_news(warehouse, arguments, paths, progress)
    for warning in warnings:
        log.warning("%s", warning)
    return TransformResult(not failures, failures, time.monotonic() - started, warnings)


def _build_news(
    warehouse: Warehouse, arguments: list[str], paths: list[str], progress: OnProgress | None
) -> tuple[list[str], list[str]]:
    """Build and test the models that have news: dbt spends its time on a model also when it has nothing to do."""
    from dbt.cli.main import dbtRunner

    parsed = dbtRunner().invoke([*_QUIET, "parse", *paths])
    manifest: Manifest | None = parsed.result if parsed.success else None  # type: ignore[assignment]
    with warehouse.connect() as conn:
        told = news.news(conn, manifest.nodes) if manifest else None
    if told is None:
        return _invoke([*arguments, *paths], progress, warehouse=warehouse)
    failures: list[str] = []
    warnings: list[str] = []
    if told.models:
        selected = ["--select", *sorted(name.partition(".")[2] for name in told.models), *_IN_EVERY_BUILD]
        # tests of raw values wait for data_coverage, and would be chosen with it
        quiet = sorted(name.partition(".")[2] for name in told.standing if name.startswith("staging."))
        selected += ["--exclude", *quiet] if quiet else []
        failures, warnings = _invoke([*arguments, *selected, *paths], progress, manifest, warehouse)
    if not failures:
        with warehouse.connect() as conn:
            news.remember(conn, told)
    return failures, warnings


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
        end_overdue(conn)
    with build_lock(warehouse):
        with warehouse.connect() as conn:
            same_models = _built_by(conn) == _fingerprint()
        with _environment(warehouse.url, same_models=same_models):
            yield _arguments(same_models, as_of)
        if as_of is None:
            _prune(warehouse)


def _arguments(same_models: bool, as_of: datetime | None) -> list[str]:
    arguments = ["build"]
    if as_of is not None:
        moment = as_of.replace(tzinfo=as_of.tzinfo or UTC).astimezone(UTC)
        return [*arguments, "--vars", f"{{as_of: '{moment.isoformat()}'}}", "--full-refresh", *_PARSE_ANEW]
    # tables of other models: their columns, or what they mean, may have changed
    return arguments if same_models else [*arguments, "--full-refresh", *_PARSE_ANEW]


@contextlib.contextmanager
def build_lock(warehouse: Warehouse) -> Iterator[None]:
    """While this is held nothing is built, here or elsewhere; waits for a build that runs."""
    with warehouse.connect(autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (_LOCK,))
        yield


def target_dir(settings: Settings, as_of: datetime | None = None) -> Path:
    """Where dbt keeps what it has parsed and compiled; with `as_of` apart, as other variables make it parse anew."""
    return settings.home / "dbt" / ("target" if as_of is None else "target_as_of")


def ensure_manifest(settings: Settings) -> Path:
    """The path of the project's manifest, parsed anew if the project has changed since. Needs no warehouse.

    Raises TransformError with dbt's words when the project cannot be parsed.
    """
    folder = settings.home / "dbt" / "manifest"
    manifest = folder / "manifest.json"
    sources = [path for path in PROJECT_DIR.rglob("*") if path.suffix in _OF_THE_PROJECT and path.is_file()]
    if manifest.exists() and manifest.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return manifest
    failures, _ = _invoke(["parse", *_PARSE_ANEW, *_paths(folder)])
    if failures:
        raise TransformError("The dbt project cannot be parsed: " + " ".join(failures))
    return manifest


@cache
def _fingerprint() -> str:
    """What the models are, as a hash: of every file that dbt makes them from."""
    known = hashlib.sha256()
    for path in sorted(path for path in PROJECT_DIR.rglob("*") if path.suffix in _OF_THE_PROJECT):
        if not {"target", "logs", "tests"} & set(path.relative_to(PROJECT_DIR).parts):
            known.update(path.relative_to(PROJECT_DIR).as_posix().encode() + b"\0" + path.read_bytes())
    return known.hexdigest()[:16]


def _built_by(conn: psycopg.Connection) -> str:
    """The fingerprint of the models that last built the marts whole, as dbt left it (macros/built_by.sql)."""
    row = conn.execute("select obj_description('marts'::regnamespace, 'pg_namespace')").fetchone()
    return (row[0] or "").rpartition(" ")[2] if row else ""


def _paths(target: Path) -> list[str]:
    return [
        *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
        *("--target-path", str(target), "--log-path", str(target.parent / "logs")),
    ]


def _invoke(
    arguments: list[str],
    progress: OnProgress | None = None,
    manifest: Manifest | None = None,
    warehouse: Warehouse | None = None,
) -> tuple[list[str], list[str]]:
    """Run dbt in this process, silently; (failures, warnings). manifest: of the project, if it has just been parsed.

    warehouse: where what tests found is looked up, to name it.
    """
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner(manifest=manifest, callbacks=[_counting(progress)] if progress else []).invoke(
        [*_QUIET, *arguments]
    )
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception  # dbt takes Ctrl-C for an error of its own
    results = getattr(outcome.result, "results", None) or []
    failures = [_told(result) for result in results if result.status in _BROKEN]
    skipped = sum(result.status == "skipped" and result.node.resource_type == "model" for result in results)
    if skipped:
        failures.append(f"{skipped} models below these were not built.")
    if not outcome.success and not failures:
        failures.append(_first_lines(str(outcome.exception or "dbt ended without success and without a reason.")))
    return failures, [_warning(result, warehouse) for result in results if result.status == "warn"]


def _counting(progress: OnProgress) -> Callable[[Any], None]:
    """A listener to dbt's events that counts what is done."""
    done = total = 0

    def hear(event: Any) -> None:
        nonlocal done, total
        if event.info.name == "LogStartLine":
            total = event.data.total
        elif event.info.name == "NodeFinished":
            done += 1
        else:
            return
        progress(done, total)

    return hear


def _told(result: Any) -> str:
    """A sentence for a model or test that did not do well."""
    node = result.node
    if node.resource_type != "test":
        return f"Model {node.name} failed: {_first_lines(result.message or '')}"
    about = node.description or node.config.meta.get("about") or ""
    message = (
        f"Test {node.name} found {result.failures} rows." if result.failures else _first_lines(result.message or "")
    )
    return f"{message} {about}".strip()


def _warning(result: Any, warehouse: Warehouse | None) -> str:
    """What a test found that holds up nobody: whose it is, what it is, what to do; the test's name last."""
    named = _named(result, warehouse)
    if not named:
        return _told(result)
    return f"{named}. {result.node.description or ''}".strip() + f" (test {result.node.name})"


def _named(result: Any, warehouse: Warehouse | None) -> str:
    """What a test found, where its meta `told` names the column that says it: five of them at most."""
    column = result.node.config.meta.get("told")
    if warehouse is None or column is None or not result.failures:
        return ""
    found = sql.SQL("select distinct {} from ({}) as found order by 1").format(
        sql.Identifier(column), sql.SQL(result.node.compiled_code)
    )
    with warehouse.connect() as conn:
        names = [str(name) for (name,) in conn.execute(found)]
    more = f"; and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return "; ".join(names[:_MOST_NAMED]) + more


def _first_lines(message: str) -> str:
    """dbt's message without the code it repeats and the paths of compiled files."""
    lines = [line.strip() for line in message.strip().splitlines()]
    kept = [line for line in lines if line and not line.startswith(("compiled code at", "LINE ", "^"))]
    return " ".join(kept[:4])


@contextlib.contextmanager
def _environment(url: str, *, same_models: bool) -> Iterator[None]:
    known = conninfo_to_dict(url)
    names = {f"TRADEWIND_DBT_{name}": str(known[key]) for key, name in _ENVIRONMENT.items() if known.get(key)}
    names["TRADEWIND_DBT_PROJECT"] = _fingerprint()
    names["TRADEWIND_DBT_SAME_MODELS"] = "1" if same_models else "0"
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _prune(warehouse: Warehouse) -> None:
    """Forget changes that every model has seen, and the marks of models that are no more.

    Right after any build, whole or not: a model that was not built keeps its mark, and with it what it has not seen.
    """
    with warehouse.connect() as conn:
        conn.execute("delete from ops.marks where not consumer = any(%s)", ([*news.consumers(), "tests"],))
        conn.execute("delete from ops.changes where xid < (select min(pg_snapshot_xmin(seen)) from ops.marks)")
        conn.execute("delete from ops.deleted_slices where xid < (select min(pg_snapshot_xmin(seen)) from ops.marks)")
