"""Files that docstrings and comments name are there: whoever follows a name to its file finds it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKED = ("pipelines", "simulator")
HOLDING = (*CHECKED, "bench", "dbt_project", "docs", "tests", "tools")
MADE = {"target", "dbt_packages", "logs", "__pycache__"}

# a file's name, with or without folders; not one with a placeholder (`<day>.md`, `*.sql`) or a variable in it
REFERENCE = re.compile(r"(?<![\w./<>{}*-])((?:[\w-]+/)*[\w-]*[A-Za-z][\w-]*\.(?:py|sql|md|yml|j2))\b")


@cache
def _known() -> dict[str, list[str]]:
    """The paths, from the project's folder, of every file that may be named, by the file's name."""
    below = (path for folder in HOLDING for path in (ROOT / folder).rglob("*.*"))
    found = (path.relative_to(ROOT) for path in (*ROOT.glob("*.*"), *below))
    known: dict[str, list[str]] = {}
    for path in found:
        if not MADE & set(path.parts):
            known.setdefault(path.name, []).append(path.as_posix())
    return known


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """Line number and text of each comment, and of each line of each docstring (of attributes too)."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                yield number, lines[number - 1]


def _problem(name: str, folder: str) -> str | None:
    """What is wrong with a file's name in a module of `folder`; None if a reader finds the file.

    A name with folders is the end of a file's path. A bare name is a file of the same folder, or the only file of that
    name in its package.
    """
    ends = [path for path in _known().get(name.rpartition("/")[2], ()) if f"/{path}".endswith(f"/{name}")]
    if not ends:
        return f"{name} does not exist: name the file that has taken its place, or take the sentence out"
    package = [path for path in ends if path.split("/")[0] == folder.split("/")[0]]
    if "/" in name or f"{folder}/{name}" in ends or len(package) <= 1:
        return None
    return f"{name} is one of {', '.join(sorted(package))}: name its folder too"


def _stale(source: str, folder: str) -> list[tuple[int, str]]:
    if not any(_problem(found[1], folder) for found in REFERENCE.finditer(source)):
        return []  # nearly every module: there is no need to look where in it a name is
    return [
        (number, problem)
        for number, text in _prose(source)
        for found in REFERENCE.finditer(text)
        if (problem := _problem(found[1], folder)) is not None
    ]


def _modules() -> list[Path]:
    return sorted(path for folder in CHECKED for path in (ROOT / folder).rglob("*.py"))


def test_files_that_docstrings_and_comments_name_are_there() -> None:
    stale = [
        f"{path.relative_to(ROOT)}:{number}: {problem}"
        for path in _modules()
        for number, problem in _stale(path.read_text(encoding="utf-8"), path.parent.relative_to(ROOT).as_posix())
    ]
    assert not stale, "\n" + "\n".join(stale)


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('"""Read in `delimited_once.py`."""', "delimited_once.py does not exist"),
        ("x = 1  # see docs/no_such_page.md", "docs/no_such_page.md does not exist"),
        ('x = 1\n"""As in `coverage.py`."""', "name its folder too"),
        ('"""See `run/engine.py`, `slices.py` and docs/glossary.md; pages are `<day>.<language>.md`."""', ""),
        ('path = "no_such_file.py"', ""),
    ],
)
def test_a_name_is_wrong_if_a_reader_would_not_find_the_file(source: str, wrong: str) -> None:
    found = _stale(source, "pipelines/landing/planning")
    assert [problem for _, problem in found if wrong in problem] if wrong else not found
