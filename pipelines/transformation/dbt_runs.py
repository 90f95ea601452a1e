"""How dbt is run: in this process, silently, and how what it found is put into sentences.

dbt is started anew for each build, so most of a small build would be its start. What is known to be the same since the
last one is therefore not looked for again: see `parse` and `_QUICK`. When dbt runs, and on which models, is decided in
transform.py.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC
from functools import cache
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pipelines.errors import TransformError
from pipelines.places import DBT_PROJECT
from pipelines.telemetry import names
from pipelines.telemetry.recording import done, observe, span
from pipelines.transformation.shortcuts import shortcuts

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

    from pipelines.warehouse.connection import Warehouse

PROJECT_DIR = DBT_PROJECT
OnProgress = Callable[[int, int], None]
# dbt's partial parsing stumbles over a description that has moved to another file
PARSE_ANEW = ("--no-partial-parse",)
_QUIET = ("--log-level", "none", "--log-level-file", "info", "--no-use-colors")
# the same order of tests and models, found faster; not --no-populate-cache: threads take half-read schemas for whole
_QUICK = ("--use-fast-test-edges",)
_ENVIRONMENT = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "DBNAME"}
# what models are made from: seeds too, so that another seed is another project
_OF_THE_PROJECT = (".sql", ".yml", ".csv")
_PARSED = "partial_parse.msgpack"
_KEPT = "project.pickle"
# what reading a file says that was cut off, or is none of this
_NOT_WHOLE = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ImportError),
    pickle.UnpicklingError,
)
_ANY_DATABASE = "tradewind"
_MOST_NAMED = 5
# a snapshot in which nothing is visible
_NOTHING = "1:1:"
_BROKEN = ("error", "fail", "runtime error")


@dataclass(frozen=True)
class Outcome:
    """What became of a command. failures, warnings: a sentence each. results: dbt's, of each model and test."""

    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    results: Sequence[Any] = ()


def sources() -> list[Path]:
    """The files that the project is made of."""
    return [path for path in PROJECT_DIR.rglob("*") if path.suffix in _OF_THE_PROJECT and path.is_file()]


@cache
def fingerprint() -> str:
    """What the models are, as a hash: of every file that dbt makes them from."""
    known = hashlib.sha256()
    for path in sorted(sources()):
        if not {"target", "logs", "tests"} & set(path.relative_to(PROJECT_DIR).parts):
            known.update(path.relative_to(PROJECT_DIR).as_posix().encode() + b"\0" + path.read_bytes())
    return known.hexdigest()[:16]


def paths(target: Path) -> list[str]:
    """dbt's options that name its folders."""
    return [
        *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
        *("--target-path", str(target), "--log-path", str(target.parent / "logs")),
    ]


def _target(arguments: Sequence[str]) -> Path:
    return Path(arguments[list(arguments).index("--target-path") + 1])


def database_name(url: str) -> str:
    """The database of an address."""
    return str(conninfo_to_dict(url)["dbname"])


def read_nodes(manifest: Path) -> Mapping[str, Any]:
    """The nodes of a manifest that lies on the disk, with as much of each as news.py needs."""
    nodes = json.loads(manifest.read_bytes())["nodes"]
    return {
        key: SimpleNamespace(
            resource_type=node["resource_type"],
            schema=node["schema"],
            name=node["name"],
            config=SimpleNamespace(materialized=node["config"].get("materialized")),
            depends_on=SimpleNamespace(nodes=node["depends_on"].get("nodes", [])),
        )
        for key, node in nodes.items()
    }


def parse(target: Path, database: str = _ANY_DATABASE) -> Manifest:
    """The project, parsed, for a database of this name. Raises TransformError with dbt's words when it cannot be.

    What dbt keeps in `target` is taken as it is where it was parsed from the same files by the same dbt, which is
    written down beside it. The one thing in it that may be another is the database's name.
    """
    known = target / "parsed_from"
    manifest = _read(target) if known.exists() and known.read_text() == parsed_from() else None
    if manifest is None:
        known.unlink(missing_ok=True)
        parse_anew(target)
        known.write_text(parsed_from())
        manifest = _read(target)
    if manifest is None:
        raise TransformError(f"What dbt has parsed into {target} cannot be read. Delete that folder and start again.")
    _rename_database(manifest, database)
    manifest.build_flat_graph()
    return manifest


def write_manifest(target: Path, path: Path) -> None:
    """The project as it is parsed in `target`, as the JSON file that Dagster reads. Raises TransformError."""
    manifest = parse(target)
    from dbt.flags import get_flags

    if not hasattr(get_flags(), "SEND_ANONYMOUS_USAGE_STATS"):
        get_flags().SEND_ANONYMOUS_USAGE_STATS = False  # noted in the file; dbt sets it where it was invoked before
    path.parent.mkdir(parents=True, exist_ok=True)
    manifest.write(str(path))


def _read(target: Path) -> Manifest | None:
    """What is kept there; None if it is not whole, or if nothing is."""
    with _collecting_rarely():
        from dbt.contracts.graph.manifest import Manifest

        try:
            return Manifest(**pickle.loads((target / _KEPT).read_bytes()))  # nosec B301
        except _NOT_WHOLE:
            return None


def parse_anew(target: Path) -> None:
    """Let dbt parse all files and keep in `target` what it made of them: six seconds of CPU. Raises TransformError."""
    failures = invoke(["parse", "--no-write-json", *PARSE_ANEW, *paths(target)]).failures
    if failures:
        raise TransformError("The dbt project cannot be parsed: " + " ".join(failures))
    keep(target)


def keep(target: Path) -> None:
    """Keep what dbt parsed into `target` in a form that is read at once.

    To read dbt's own file, each process first makes the code that reads each kind of node: most of a second of CPU.
    """
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack((target / _PARSED).read_bytes())
    # by name: dbt's own way to pickle it leaves fields out; private ones are found out again
    known = {each.name: getattr(manifest, each.name) for each in fields(manifest) if not each.name.startswith("_")}
    new = target / f"{_KEPT}.{os.getpid()}"
    new.write_bytes(pickle.dumps(known))
    new.replace(target / _KEPT)


def _rename_database(manifest: Manifest, name: str) -> None:
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        if node.database != name:
            if node.relation_name:
                node.relation_name = node.relation_name.replace(f'"{node.database}".', f'"{name}".', 1)
            node.database = name


@cache
def parsed_from() -> str:
    """The files and the dbt that a parsed project is made of, as a hash."""
    return hashlib.sha256("\0".join((fingerprint(), _dbt_version(), _generic_tests())).encode()).hexdigest()


@cache
def _generic_tests() -> str:
    """The fingerprint leaves the tests out, as they change no table; what is parsed they do change."""
    known = hashlib.sha256()
    for path in sorted((PROJECT_DIR / "tests").rglob("*.sql")):
        known.update(path.name.encode() + b"\0" + path.read_bytes())
    return known.hexdigest()


@cache
def _dbt_version() -> str:
    return " ".join(metadata.version(name) for name in ("dbt-core", "dbt-postgres", "dbt-adapters", "dbt-common"))


def invoke(
    arguments: Sequence[str],
    progress: OnProgress | None = None,
    manifest: Manifest | None = None,
    warehouse: Warehouse | None = None,
) -> Outcome:
    """Run dbt in this process, silently. manifest: of the project, if it has just been parsed.

    warehouse: where what tests found is looked up, to name it.
    """
    tested = _tested(warehouse) if warehouse else None
    with _collecting_rarely():
        from dbt.cli.main import dbtRunner

        runner = dbtRunner(manifest=manifest, callbacks=[_counting(progress)] if progress else [])
        quick = _QUICK if arguments[0] == "build" else ()
        with span(f"dbt {arguments[0]}"), shortcuts(_target(arguments), parsed_from(), checked=manifest is not None):
            outcome = runner.invoke([*_QUIET, *arguments, *quick])
            _record(getattr(outcome.result, "results", None) or [])
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception  # dbt takes Ctrl-C for an error of its own
    results = getattr(outcome.result, "results", None) or []
    failures = [sentence(result) for result in results if result.status in _BROKEN]
    skipped = sum(result.status == "skipped" and result.node.resource_type == "model" for result in results)
    if skipped:
        failures.append(f"{skipped} models below these were not built.")
    if not outcome.success and not failures:
        failures.append(_first_lines(str(outcome.exception or "dbt ended without success and without a reason.")))
    return Outcome(
        failures, [_warning(result, warehouse, tested) for result in results if result.status == "warn"], results
    )


def _record(results: Sequence[Any]) -> None:
    """How long each model and test took, as dbt itself has timed it."""
    for each in results:
        if not (hasattr(each, "execution_time") and hasattr(each, "node")) or each.status == "skipped":
            continue
        kind, broken = each.node.resource_type, each.status in _BROKEN
        observe(
            names.NODE_DURATION,
            {"dbt.resource_type": str(kind), "tradewind.outcome": "failed" if broken else "done"},
            each.execution_time,
        )
        timed = [(one.started_at, one.completed_at) for one in each.timing if one.started_at and one.completed_at]
        if timed:
            done(
                f"dbt {kind} {each.node.name}",
                {"dbt.unique_id": each.node.unique_id},
                min(began for began, _ in timed).replace(tzinfo=UTC),
                max(ended for _, ended in timed).replace(tzinfo=UTC),
                failed=str(each.status) if broken else None,
            )


@contextlib.contextmanager
def _collecting_rarely() -> Iterator[None]:
    """dbt makes objects by the million, and nearly all of them stay: looking through them again and again for what
    could be freed takes a sixth of its time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


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


def sentence(result: Any) -> str:
    """A sentence for a model or test that did not do well."""
    node = result.node
    if node.resource_type != "test":
        return f"Model {node.name} failed: {_first_lines(result.message or '')}"
    message = (
        f"Test {node.name} found {result.failures} rows." if result.failures else _first_lines(result.message or "")
    )
    return f"{message} {_about(node)}".strip()


def _warning(result: Any, warehouse: Warehouse | None, tested: str | None) -> str:
    """What a test found that holds up nobody: whose it is, what it is, what to do; the test's name last."""
    named = _named(result, warehouse, tested)
    if not named:
        return sentence(result)
    return f"{named}. {_about(result.node)}".strip() + f" (test {result.node.name})"


def _about(node: Any) -> str:
    """What to do where a test finds something: as its yml says it, or for every test of its kind as that says it."""
    return node.description or node.config.meta.get("about") or ""


def _tested(warehouse: Warehouse) -> str | None:
    """What all tests have looked at, a snapshot (macros/tested.sql); None where they never passed."""
    with warehouse.connect() as conn:
        row = conn.execute("select seen::text from ops.current_marks where consumer = 'tests'").fetchone()
    return row[0] if row else None


def _named(result: Any, warehouse: Warehouse | None, tested: str | None) -> str:
    """What a test found, where its meta `told` names the column that says it: five of them at most.

    tested: what had been looked at before the test. A build in which all have passed has set that mark by now, and the
    test would find nothing any more: it is asked with the mark as it was, in a transaction that is taken back.
    """
    column = result.node.config.meta.get("told")
    if warehouse is None or column is None or not result.failures:
        return ""
    found = sql.SQL("select distinct {} from ({}) as found order by 1").format(
        sql.Identifier(column), sql.SQL(result.node.compiled_code)
    )
    with warehouse.connect() as conn, conn.transaction(force_rollback=True):
        conn.execute("update ops.marks set seen = %s::pg_snapshot where consumer = 'tests'", (tested or _NOTHING,))
        names = [str(name) for (name,) in conn.execute(found)]
    more = f"; and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return "; ".join(names[:_MOST_NAMED]) + more


def _first_lines(message: str) -> str:
    """dbt's message without the code it repeats and the paths of compiled files."""
    lines = [line.strip() for line in message.strip().splitlines()]
    kept = [line for line in lines if line and not line.startswith(("compiled code at", "LINE ", "^"))]
    return " ".join(kept[:4])


@contextlib.contextmanager
def environment(url: str, *, same_models: bool) -> Iterator[None]:
    """What profiles.yml and the macros read, for the while. same_models: the marts were built by this project."""
    known = conninfo_to_dict(url)
    names = {f"TRADEWIND_DBT_{name}": str(known[key]) for key, name in _ENVIRONMENT.items() if known.get(key)}
    # dbt's adapter leaves TLS to libpq, which reads these
    names |= {f"PG{key.upper()}": str(known[key]) for key in ("sslmode", "sslrootcert") if known.get(key)}
    names["TRADEWIND_DBT_PROJECT"] = fingerprint()
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
