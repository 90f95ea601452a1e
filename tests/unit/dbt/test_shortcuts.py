"""Shorter ways of dbt give what dbt's own give, and leave dbt as it was."""

from __future__ import annotations

import re
from types import SimpleNamespace

import jinja2
import pytest
from dbt import compilation
from dbt_common.clients import jinja
from dbt_common.dataclass_schema import dbtClassMixin

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


def test_dbt_is_as_it_was_afterwards(tmp_path):
    before = (jinja.MacroFuzzEnvironment.compile, compilation.inject_ctes_into_sql, dbtClassMixin.validate)
    with pytest.raises(LookupError), shortcuts.shortcuts(tmp_path, "this project", checked=True):
        raise LookupError
    assert before == (jinja.MacroFuzzEnvironment.compile, compilation.inject_ctes_into_sql, dbtClassMixin.validate)
