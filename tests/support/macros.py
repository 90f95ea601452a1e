"""Macros of the dbt project rendered without dbt, for tests of those that are plain expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, Template

from pipelines.transformation.transform import PROJECT_DIR

_MACRO = re.compile(r"\{%-? macro (\w+)\(.*?\{%-? endmacro -?%\}", re.DOTALL)


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


def macros(*files: str) -> dict[str, Callable[..., Any]]:
    """Name -> macro of these files (`casts`, `page_texts`); they know each other, and nothing of dbt but `return`."""
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals["return"] = _return
    for file in files:
        text = (PROJECT_DIR / "macros" / f"{file}.sql").read_text(encoding="utf-8")
        for found in _MACRO.finditer(text):
            environment.globals[found[1]] = _called(environment.from_string(found[0]), found[1])
    return environment.globals


def _return(value: Any) -> None:
    raise _Returned(value)


def _called(template: Template, name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return getattr(template.module, name)(*arguments, **named)
        except _Returned as returned:
            return returned.value

    return call
