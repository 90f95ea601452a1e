"""Builds and tests the marts: runs dbt on the project in `dbt_project/`, one build at a time, whoever asks for it.

Here is how dbt is run, what counts as stale, and what is cleaned up after a build. What the marts are is said in SQL
there, and nowhere else. dbt is imported when it is first needed: it takes two seconds.
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
from psycopg.conninfo import conninfo_to_dict

from pipelines.errors import TransformError
from pipelines.feeds import FEEDS
from pipelines.landing.raw_tables import ensure_raw_tables

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

PROJECT_DIR = Path(__file__).resolve().parents[2] / "dbt_project"
_LOCK = "tradewind.transform"
_ENVIRONMENT = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "DBNAME"}
OnProgress = Callable[[int, int], None]
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
    """Whether a committed change is unseen by a model: a load, a slice, a store, what is tracked. Some milliseconds.

    Also true where a model has never been built, its mark is of another cluster (a restored dump), or the models were
    built by another version of the project.
    """
    if _built_by(conn) != _fingerprint():
        return True
    seen = conn.execute(
        "select consumer from ops.marks where cluster = (select system_identifier from pg_control_system())"
    ).fetchall()
    if not set(_consumers()) <= {consumer for (consumer,) in seen}:
        return True
    row = conn.execute(
        """
        with marks as (select seen from ops.marks where consumer = any(%(consumers)s)),
        lowest as (select min(pg_snapshot_xmin(seen)) as xid from marks)
        select exists (
            select 1 from ops.changes as c
            where c.producer = any(%(feeds)s) and c.xid >= (select xid from lowest)
                and exists (select 1 from marks where not pg_visible_in_snapshot(c.xid, seen))
        ) or exists (
            select 1 from ops.slices as s
            where s.changed_xid >= (select xid from lowest) and s.feed not like 'manual.%%'
                and exists (select 1 from marks where not pg_visible_in_snapshot(s.changed_xid, seen))
        ) or exists (
            select 1 from ops.deleted_slices as d
            where d.xid >= (select xid from lowest)
                and exists (select 1 from marks where not pg_visible_in_snapshot(d.xid, seen))
        ) or exists (
            (select s.store_id, s.tenant_id, s.account_id, s.marketplace_id, s.sales_channel, s.currency, s.time_zone,
                t.reporting_currency from ops.stores as s join ops.tenants as t using (tenant_id))
            except
            (select store_id, tenant_id, account_id, marketplace_id, sales_channel, currency, time_zone,
                reporting_currency from intermediate.int_stores)
        ) or exists (
            (select store_id, competitor_asin from ops.tracked_asins except
                select store_id, asin from intermediate.int_tracked_asins)
            union all
            (select store_id, asin from intermediate.int_tracked_asins except
                select store_id, competitor_asin from ops.tracked_asins)
        )
        """,
        {"consumers": list(_consumers()), "feeds": list(FEEDS)},
    ).fetchone()
    return bool(row and row[0])


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
        failures, warnings = _invoke([*arguments, "--no-write-json", *_paths(target_dir(settings, as_of))], progress)
    for warning in warnings:
        log.warning("%s", warning)
    return TransformResult(not failures, failures, time.monotonic() - started, warnings)


@contextlib.contextmanager
def build_session(settings: Settings, warehouse: Warehouse, *, as_of: datetime | None = None) -> Iterator[list[str]]:
    """Everything that a `dbt build` needs around it; yields its arguments (without paths).

    Holds the one lock of all builds, makes raw tables that no document has made yet, and sets the environment that
    profiles.yml reads: dbt, in this process or in a child of it, finds the warehouse by it.
    """
    with warehouse.connect() as conn:
        ensure_raw_tables(conn)
    with build_lock(warehouse):
        with warehouse.connect() as conn:
            same_models = _built_by(conn) == _fingerprint()
        with _environment(warehouse.url, same_models=same_models):
            yield _arguments(same_models, as_of)
        if as_of is None:
            _prune(warehouse)


def _arguments(same_models: bool, as_of: datetime | None) -> list[str]:
    # unit tests need no data: they are for those who change the models
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if as_of is not None:
        moment = as_of.replace(tzinfo=as_of.tzinfo or UTC).astimezone(UTC)
        return [*arguments, "--vars", f"{{as_of: '{moment.isoformat()}'}}", "--full-refresh"]
    # tables of other models: their columns, or what they mean, may have changed
    return arguments if same_models else [*arguments, "--full-refresh"]


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
    sources = [path for path in PROJECT_DIR.rglob("*") if path.suffix in (".sql", ".yml") and path.is_file()]
    if manifest.exists() and manifest.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return manifest
    failures, _ = _invoke(["parse", *_paths(folder)])
    if failures:
        raise TransformError("The dbt project cannot be parsed: " + " ".join(failures))
    return manifest


@cache
def _fingerprint() -> str:
    """What the models are, as a hash: of every file that dbt makes them from."""
    known = hashlib.sha256()
    for path in sorted(path for path in PROJECT_DIR.rglob("*") if path.suffix in (".sql", ".yml")):
        if not {"target", "logs", "tests"} & set(path.relative_to(PROJECT_DIR).parts):
            known.update(path.relative_to(PROJECT_DIR).as_posix().encode() + b"\0" + path.read_bytes())
    return known.hexdigest()[:16]


def _built_by(conn: psycopg.Connection) -> str:
    """The fingerprint of the models that last built the marts whole, as dbt left it (macros/built_by.sql)."""
    row = conn.execute("select obj_description('marts'::regnamespace, 'pg_namespace')").fetchone()
    return (row[0] or "").rpartition(" ")[2] if row else ""


@cache
def _consumers() -> tuple[str, ...]:
    """The models that keep a mark: `marts.sales_daily`, ..."""
    models = PROJECT_DIR / "models"
    return tuple(
        sorted(
            f"{schema}.{path.stem}" for schema in ("intermediate", "marts") for path in (models / schema).rglob("*.sql")
        )
    )


def _paths(target: Path) -> list[str]:
    return [
        *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
        *("--target-path", str(target), "--log-path", str(target.parent / "logs")),
    ]


def _invoke(arguments: list[str], progress: OnProgress | None = None) -> tuple[list[str], list[str]]:
    """Run dbt in this process, silently; (failures, warnings)."""
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner(callbacks=[_counting(progress)] if progress else []).invoke(
        ["--log-level", "none", "--log-level-file", "info", "--no-use-colors", *arguments]
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
    return failures, [_told(result) for result in results if result.status == "warn"]


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
        conn.execute("delete from ops.marks where not consumer = any(%s)", ([*_consumers(), "tests"],))
        conn.execute("delete from ops.changes where xid < (select min(pg_snapshot_xmin(seen)) from ops.marks)")
        conn.execute("delete from ops.deleted_slices where xid < (select min(pg_snapshot_xmin(seen)) from ops.marks)")
