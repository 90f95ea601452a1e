"""Shorter ways of dbt give what dbt's own give, and leave dbt as it was."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace

import agate
import jinja2
import psycopg2
import pytest
from dbt import compilation
from dbt.adapters.base.connections import BaseConnectionManager
from dbt.adapters.contracts.connection import Connection
from dbt.adapters.postgres.connections import PostgresConnectionManager
from dbt.clients.jinja import MacroGenerator
from dbt.context.base import BaseContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.events import types
from dbt_common.clients import agate_helper, jinja
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager

from pipelines.transformation import shortcuts
from pipelines.transformation.dbt_runs import PROJECT_DIR

MODELS = [path for path in sorted((PROJECT_DIR / "models").rglob("*.sql")) if "staging" not in path.parts]
PARTS = [SimpleNamespace(id=name, sql=f" __dbt__cte__{name} as (\nselect 1\n)") for name in ("one", "two")]
QUERIES = {
    "a select": "select 1",
    "with": "\n\nwith x as (select 1) select * from x",
    "with, after comments": "-- with y as\n/* with */ WITH x as (select 1) select * from x",
    "recursive": "with recursive x as (select 1) select * from x",
    "a longer word": "-- not this\nselect 1 as without, (with x as (select 1) select * from x) as y",
} | {
    path.stem: re.sub(r"\{[%#].*?[%#]\}|\{\{.*?\}\}(?=[\s.,)])", "", path.read_text(), flags=re.DOTALL)
    for path in MODELS
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_parts_come_before_a_query_as_dbt_puts_them(query):
    assert words(shortcuts.with_parts(query, PARTS)) == words(compilation.inject_ctes_into_sql(query, PARTS))
    assert shortcuts.with_parts(query, []) == query


def words(query: str) -> list[str]:
    return query.replace("__dbt__", " __dbt__").split()


def test_what_is_compiled_once_is_known_to_the_next_process(tmp_path, monkeypatch):
    monkeypatch.setattr(shortcuts, "_CODE", {})
    source = "{% set x = 'ab' %}{{ x ~ x }}"

    def rendered() -> str:
        return jinja.render_template(jinja.get_template(source, {}), {})

    plain = rendered()
    with shortcuts.shortcuts(tmp_path, "this project", checked=True):
        assert rendered() == plain
    shortcuts._CODE.clear()
    with shortcuts.shortcuts(tmp_path, "this project", checked=True), monkeypatch.context() as patched:
        patched.setattr(jinja2.Environment, "_generate", lambda *given, **options: pytest.fail("compiled again"))
        assert rendered() == plain
    shortcuts._CODE.clear()
    with shortcuts.shortcuts(tmp_path, "another project", checked=True):
        assert not shortcuts._CODE
    (tmp_path / "templates").write_bytes(b"half of it")
    with shortcuts.shortcuts(tmp_path, "this project", checked=True):
        assert rendered() == plain


MACROS = {
    "dbt": ("ref_of", "default__ref_of", "shared"),
    "dbt_postgres": ("postgres__ref_of", "shared"),
    "tradewind": ("ref_of", "sliced", "one_more"),
    "other": ("sliced", "shared", "theirs"),
}


@pytest.mark.parametrize("package", MACROS)
def test_a_node_of_any_package_finds_the_macros_that_dbt_lets_it_find(package, monkeypatch):
    known = {
        owner: {name: SimpleNamespace(name=name, package_name=owner, unique_id=f"{owner}.{name}") for name in names}
        for owner, names in MACROS.items()
    }

    def built(build) -> MacroNamespace:
        return build(MacroNamespaceBuilder("tradewind", package, None, ["dbt_postgres", "dbt"]), known, {})

    ours, theirs = built(shortcuts.macros_for), built(MacroNamespaceBuilder.build_namespace)
    assert told(ours) == told(theirs)
    monkeypatch.setattr(BaseContext, "generate_builtins", lambda self: {"ref_of": "a builtin", "var": "another"})
    contexts = []
    for namespace, to_dict in ((ours, shortcuts.context_of), (theirs, ManifestContext.to_dict)):
        context = object.__new__(ManifestContext)
        context._ctx, context.namespace = {}, namespace
        contexts.append({name: told(value) for name, value in to_dict(context).items() if name != "context"})
    assert contexts[0] == contexts[1]


def told(value: object) -> object:
    """Which macros they are, of whatever holds them."""
    if isinstance(value, MacroGenerator):
        return value.macro.unique_id
    return {name: told(each) for name, each in value.items()} if isinstance(value, Mapping) else value


@pytest.mark.parametrize("nulls", [("null", ""), ()])
def test_types_of_an_answer_are_those_that_dbt_finds(nulls):
    names = ("number", "whole", "day", "moment", "truth", "text", "nothing")
    rows = [
        (Decimal("1.50"), 1, "2026-11-20", "2026-11-20T06:30:00Z", True, "0012", None),
        (None, None, "", None, False, "null", ""),
    ]
    for make in (shortcuts.type_testers(agate_helper.build_type_tester),) * 2:
        for texts in ((), ("text",), ("day", "text")):
            ours, theirs = (
                agate.Table(rows, names, column_types=each(texts, string_null_values=nulls))
                for each in (make, agate_helper.build_type_tester)
            )
            assert list(map(tuple, ours.rows)) == list(map(tuple, theirs.rows))
            assert [type(each) for each in ours.column_types] == [type(each) for each in theirs.column_types]


def as_dbt_has_it() -> tuple[object, ...]:
    return (
        *(MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict, agate_helper.build_type_tester),
        *(jinja.MacroFuzzEnvironment.compile, compilation.inject_ctes_into_sql, dbtClassMixin.validate),
        *(EventManager.fire_event, BaseConnectionManager.release),
    )


def test_dbt_is_as_it_was_afterwards(tmp_path):
    before = as_dbt_has_it()
    with pytest.raises(LookupError), shortcuts.shortcuts(tmp_path, "this project", checked=True):
        assert not set(as_dbt_has_it()) & set(before)
        raise LookupError
    assert before == as_dbt_has_it()


def test_what_is_logged_and_counted_is_heard_and_nothing_else_is_worded(tmp_path):
    heard = []
    manager = EventManager()
    manager.add_callback(lambda message: heard.append(message.info.name))
    with shortcuts.shortcuts(tmp_path, "this project", checked=True):
        manager.fire_event(types.NodeFinished())
        manager.fire_event(types.NodeStart())
        manager.fire_event(types.LogStartLine(description="a model", index=1, total=2))
        manager.fire_event(types.LogStartLine(description="a model", index=1, total=2), level=EventLevel.DEBUG)
        manager.fire_event(types.NodeStart(), level=EventLevel.WARN)
    assert heard == ["NodeFinished", "LogStartLine", "NodeStart"]


class Handle:
    """A connection of psycopg2, as far as dbt gives it back."""

    def __init__(self, *, broken: bool = False) -> None:
        self.done: list[str] = []
        self.broken = broken

    def rollback(self) -> None:
        self.done.append("rollback")
        if self.broken:
            raise psycopg2.InterfaceError("connection already closed")

    def close(self) -> None:
        self.done.append("close")


@pytest.mark.parametrize("broken", [False, True], ids=["whole", "broken"])
def test_a_connection_is_given_back_open_without_its_transaction_and_a_broken_one_is_not(tmp_path, broken):
    manager = PostgresConnectionManager(SimpleNamespace(credentials=None), multiprocessing.get_context("spawn"))
    handle = Handle(broken=broken)
    connection = Connection("postgres", "a model", None, handle=handle, state="open", transaction_open=not broken)
    manager.set_thread_connection(connection)
    with shortcuts.shortcuts(tmp_path, "this project", checked=True):
        manager.release()
    assert (connection.state, connection.transaction_open) == ("closed" if broken else "open", False)
    assert handle.done == (["rollback", "close"] if broken else ["rollback"])
