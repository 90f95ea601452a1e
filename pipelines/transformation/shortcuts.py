"""Shorter ways to dbt's own results, without which its start and its looking at SQL are most of a small build.

The result of each is dbt's, which tests compare. They hold while a command runs in this process: the dbt that a user
calls is as it came. What dbt is asked to do stands in dbt_runs.py.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any

# blanks and comments, the word, and what else belongs to it
_WITH = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*with\b(?:\s+recursive\b)?", re.IGNORECASE | re.DOTALL)
# what dbt_runs.py counts its progress by
_COUNTED = ("NodeFinished",)
_CODE: dict[bytes, CodeType] = {}
"""Compiled Jinja, by the hash of its source: of this process, and of those before it."""


@contextmanager
def shortcuts(target: Path, made_of: str, *, checked: bool) -> Iterator[None]:
    """For the while, dbt takes them. target: its folder, where compiled templates stay for the next process.

    made_of: what the project and dbt are, as a hash. checked: dbt has parsed this project, and has checked its settings
    against their schemas then.
    """
    from dbt import compilation
    from dbt.adapters.base.connections import BaseConnectionManager
    from dbt.context.macros import MacroNamespaceBuilder
    from dbt.context.manifest import ManifestContext
    from dbt_common.clients import agate_helper
    from dbt_common.clients.jinja import MacroFuzzEnvironment
    from dbt_common.dataclass_schema import dbtClassMixin
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    compiled, fired, released = MacroFuzzEnvironment.compile, EventManager.fire_event, BaseConnectionManager.release

    def compile_once(environment: Any, source: Any, *named: Any, **options: Any) -> Any:
        if named or options or not isinstance(source, str):
            return compiled(environment, source, *named, **options)
        key = hashlib.sha256(f"{type(environment).__name__}\0{source}".encode()).digest()
        code = _CODE.get(key)
        if code is None:
            code = _CODE[key] = compiled(environment, source)
        return code

    def fire_if_heard(manager: Any, e: Any, level: Any = None, **options: Any) -> None:
        """dbt words each event before it looks whether its log takes such: it takes none below `info`."""
        if (level or e.level_tag()) not in (EventLevel.DEBUG, EventLevel.TEST) or type(e).__name__ in _COUNTED:
            fired(manager, e, level=level, **options)

    def release_open(manager: Any) -> None:
        """A thread's connection stays open for its next model or test; dbt closes them all when it ends."""
        connection = manager.get_if_exists()
        if connection is None or connection.state != "open":
            return
        try:
            connection.handle.rollback()
        except Exception:  # it is broken: dbt throws it away, and says so if even that fails
            released(manager)
        else:
            connection.transaction_open = False

    kept = _Kept(target / "templates", made_of)
    with ExitStack() as stack:
        stack.enter_context(_instead(MacroFuzzEnvironment, "compile", compile_once))
        stack.enter_context(_instead(EventManager, "fire_event", fire_if_heard))
        stack.enter_context(_instead(BaseConnectionManager, "release", release_open))
        stack.enter_context(_instead(compilation, "inject_ctes_into_sql", with_parts))
        stack.enter_context(_instead(MacroNamespaceBuilder, "build_namespace", macros_for))
        stack.enter_context(_instead(ManifestContext, "to_dict", context_of))
        stack.enter_context(_instead(agate_helper, "build_type_tester", type_testers(agate_helper.build_type_tester)))
        if checked:
            stack.enter_context(_instead(dbtClassMixin, "validate", classmethod(lambda cls, data: None)))
        yield
    kept.write()


def with_parts(query: str, parts: Sequence[Any]) -> str:
    """A query with its parts (ephemeral models) before it, as CTEs: dbt has its whole text grouped by sqlparse for it.

    query: one select, which begins with its CTEs if it has any. parts: dbt's InjectedCTE.
    """
    if not parts:
        return query
    ctes = ", ".join(part.sql for part in parts)
    found = _WITH.match(query)
    if found:
        return f"{query[: found.end()]}{ctes}, {query[found.end() :]}"
    return f"with{ctes} {query}"


def macros_for(builder: Any, macros_by_package: Mapping[str, Mapping[str, Any]], context: dict[str, Any]) -> Any:
    """The macros that a node may call, bound to its context: a package at a time, where dbt sorts each macro anew.

    builder: dbt's MacroNamespaceBuilder. macros_by_package: each by its name.
    """
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace

    bound = {
        package: {name: MacroGenerator(macro, context, builder.node, builder.thread_ctx) for name, macro in its.items()}
        for package, its in macros_by_package.items()
    }
    internal: dict[str, Any] = {}
    for package in reversed(builder.internal_package_names_order):
        internal.update(bound.pop(package, {}))
    root, local = builder.root_package, builder.search_package
    return MacroNamespace(
        global_namespace=bound.get(root, {}) if root != local else {},
        local_namespace=bound.get(local, {}),
        global_project_namespace=internal,
        packages=bound,
    )


def context_of(context: Any) -> dict[str, Any]:
    """What a node's SQL can name. The macros come a package at a time, the one that is searched first at last.

    context: dbt's ManifestContext.
    """
    from dbt.context.macro_resolver import TestMacroNamespace
    from dbt.context.manifest import ManifestContext

    known: dict[str, Any] = super(ManifestContext, context).to_dict()
    if isinstance(context.namespace, TestMacroNamespace):
        searched = (context.namespace.project_namespace, context.namespace.local_namespace)
    else:
        searched = tuple(reversed(tuple(context.namespace._search_order())))
    for macros in searched:
        known.update(macros)
    return known


def type_testers(build: Callable[..., Any]) -> Callable[..., Any]:
    """A maker of what finds the types of an answer's columns, by dbt's own, `build`, whose types it makes only once.

    dbt makes them anew for each answer, with a whole calendar for the dates. They hold nothing of an answer.
    """
    import agate

    known: dict[tuple[str, ...], list[Any]] = {}

    def type_tester(text_columns: Iterable[str], string_null_values: Iterable[str] = ("null", "")) -> Any:
        key = tuple(string_null_values)
        if key not in known:
            known[key] = build((), key)._possible_types
        *_, text = types = known[key]
        return agate.TypeTester(force=dict.fromkeys(text_columns, text), types=types)

    return type_tester


class _Kept:
    """The compiled templates that a file holds: read at once, written if there are more in the end."""

    def __init__(self, path: Path, made_of: str) -> None:
        self._path, self._made_of, self._known = path, f"{made_of} {sys.implementation.cache_tag}", 0
        with suppress(OSError, EOFError, ValueError, TypeError):
            made_of, code = marshal.loads(path.read_bytes())  # nosec B302
            if made_of == self._made_of:
                _CODE.update(code)
                self._known = len(code)

    def write(self) -> None:
        if len(_CODE) > self._known:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            new.write_bytes(marshal.dumps((self._made_of, _CODE)))
            new.replace(self._path)


@contextmanager
def _instead(owner: Any, name: str, value: Any) -> Iterator[None]:
    own = vars(owner).get(name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own is None:
            delattr(owner, name)  # it was inherited
        else:
            setattr(owner, name, own)
