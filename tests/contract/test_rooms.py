"""No module of ours imports, by whatever way round, a module that imports it.

Counted are imports at the top of a module and imports inside of functions. Imports that only type checkers see are
counted where the row below says so. That a module's import runs the `__init__` of the packages around it is not
counted. Which room may import which is held by import-linter (pyproject.toml).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("package", "for_types_too"), [("simulator", True), ("bench", True), ("pipelines", False)])
def test_no_module_imports_itself_by_way_of_others(package, for_types_too):
    cycle = found_cycle(ROOT, package, for_types_too=for_types_too)
    assert not cycle, f"Move what both need into a module below them: {' imports '.join(cycle)}"


@pytest.mark.parametrize(
    ("text", "for_types_too", "is_cycle"),
    [
        ("from rooms import upper", False, True),
        ("import rooms.upper as u", False, True),
        ("from rooms.upper import NAME", False, True),
        ("from .upper import NAME", False, True),
        ("from . import upper", False, True),
        ("def late():\n    from rooms import upper", False, True),
        ("if TYPE_CHECKING:\n    from rooms import upper", False, False),
        ("if TYPE_CHECKING:\n    from rooms import upper", True, True),
        ("import rooms", False, False),
        ("from elsewhere import upper", False, False),
    ],
)
def test_a_cycle_is_found_in_whatever_way_it_is_written(tmp_path, text, for_types_too, is_cycle):
    room = tmp_path / "rooms"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "upper.py").write_text("from rooms.middle import NAME\n")
    (room / "middle.py").write_text("from rooms import lower\n\nNAME = lower\n")
    (room / "lower.py").write_text(text + "\n")
    cycle = found_cycle(tmp_path, "rooms", for_types_too=for_types_too)
    assert set(cycle) == ({"rooms.upper", "rooms.middle", "rooms.lower"} if is_cycle else set())


def found_cycle(root: Path, package: str, *, for_types_too: bool) -> list[str]:
    """The modules of one cycle in that package, each importing the next; empty where there is none."""
    files = {_module(root, file): file for file in sorted((root / package).rglob("*.py"))}
    imported: dict[str, set[str]] = {}
    for module, file in files.items():
        around = module if file.name == "__init__.py" else module.rpartition(".")[0]
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {name for node in _nodes(tree, for_types_too) for name in _candidates(node, around)}
        imported[module] = {found for name in names if (found := _known(name, files))} - {module}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        # graphlib gives each module before those that import it
        return list(reversed(error.args[1]))
    return []


def _module(root: Path, file: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _nodes(tree: ast.AST, for_types_too: bool) -> Iterator[ast.AST]:
    """Every node, without what stands under `if TYPE_CHECKING` unless that is wanted."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not for_types_too:
            for each in node.orelse:
                yield each
                yield from _nodes(each, for_types_too)
            continue
        yield node
        yield from _nodes(node, for_types_too)


def _candidates(node: ast.AST, around: str) -> Iterator[str]:
    """The dotted names that an import names; the last part of a `from` import may be a module or a name in one."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = around.split(".")[: len(around.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _known(name: str, files: dict[str, Path]) -> str | None:
    """The module of that name, or the one that holds the name; None for one that is not of the package."""
    holder = name.rpartition(".")[0]
    return name if name in files else holder if holder in files else None
