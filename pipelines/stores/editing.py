"""Adds an entry to a YAML file and takes one out, as text: everything else, comments included, stays as it was written.

Each change is proved before it is returned: the new text is read, and must hold what the old one held, plus or minus
that entry. What cannot be changed so (a section in braces, an alias of the entry) is refused. Nothing is written here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import yaml

from pipelines.errors import ConfigError


def with_entry(text: str, section: str, key: str, entry: Mapping[str, Any]) -> str:
    """The text with `key: entry` at the end of a top-level section, which is made where it is missing.

    Raises ConfigError if the key is there, or the section is no block of entries.

    >>> print(with_entry("tenants: # ours\\n  a: {}  # first\\n", "tenants", "b", {"name": "B"}), end="")
    tenants: # ours
      a: {}  # first
      b:
        name: B
    """
    before = yaml.safe_load(text) or {}
    if key in (before.get(section) or {}):
        raise ConfigError(f"{section} has {key!r} already; nothing was changed.")
    lines = _lines(text)
    node = _section(text, section)
    if node is None or not node[1].value:
        lines, at, indent = _opened(lines, node, section)
    else:
        at, indent = _end(lines, node[1].value[-1]), node[1].value[0][0].start_mark.column
    block = yaml.safe_dump({key: dict(entry)}, sort_keys=False, allow_unicode=True, width=110)
    lines[at:at] = textwrap.indent(block, " " * indent).splitlines(keepends=True)
    expected = {**before, section: {**(before.get(section) or {}), key: dict(entry)}}
    return _proved("".join(lines), expected, f"{section}.{key}")


def without_entry(text: str, section: str, key: str) -> str:
    """The text without an entry of a top-level section, and without the comments that stand in it or right above it.

    The same text if there is no such entry. Raises ConfigError if the section is not written as a block of entries.

    >>> print(without_entry("tenants:\\n  a:\\n    x: 1\\n    # y: 2\\n  # of b\\n  b: 3\\n", "tenants", "b"), end="")
    tenants:
      a:
        x: 1
        # y: 2
    """
    before = yaml.safe_load(text) or {}
    if key not in (before.get(section) or {}):
        return text
    node = _section(text, section)
    assert node is not None
    pairs = node[1].value
    pair = next(each for each in pairs if each[0].value == key)
    lines = _lines(text)
    first, last = pair[0].start_mark.line, _end(lines, pair)
    indent = pair[0].start_mark.column
    while first > node[0].start_mark.line + 1 and lines[first - 1].startswith(" " * indent + "#"):
        first -= 1
    del lines[first:last]
    left = {name: value for name, value in before[section].items() if name != key}
    if not left:
        head = node[0].start_mark.line
        lines[head] = lines[head].replace(f"{section}:", f"{section}: {{}}", 1)
    return _proved("".join(lines), {**before, section: left}, f"{section}.{key}")


Pair = tuple[yaml.Node, yaml.MappingNode]


def _lines(text: str) -> list[str]:
    return (text if text.endswith("\n") or not text else f"{text}\n").splitlines(keepends=True)


def _section(text: str, section: str) -> Pair | None:
    """The nodes of a section's key and of its entries; None where it is missing or empty."""
    root = yaml.compose(text, yaml.SafeLoader)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == section and isinstance(value, yaml.MappingNode):
            if value.flow_style and value.value:
                raise ConfigError(
                    f"{section} is written in braces, which cannot be changed without losing its form. Write its "
                    "entries on lines of their own, or change it by hand."
                )
            return key, value
    return None


def _opened(lines: list[str], node: Pair | None, section: str) -> tuple[list[str], int, int]:
    """Lines in which the section can take its first entry, where that comes, and its indent."""
    if node is not None:  # `section: {}`
        at = node[0].start_mark.line
        lines = [*lines[:at], lines[at].replace("{}", "", 1).rstrip() + "\n", *lines[at + 1 :]]
        return lines, at + 1, 2
    bare = next((i for i, line in enumerate(lines) if line.split("#")[0].rstrip() == f"{section}:"), None)
    if bare is not None:
        return lines, bare + 1, 2
    return [*lines, f"{section}:\n"], len(lines) + 1, 2


def _end(lines: list[str], pair: tuple[yaml.Node, yaml.Node]) -> int:
    """The line after an entry: behind its last value and the comments that are indented as its content is."""
    end = max(_last(node) for node in pair)
    indent = pair[0].start_mark.column
    at = end
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
        at += 1
        if lines[at - 1].strip() and len(lines[at - 1]) - len(lines[at - 1].lstrip()) > indent:
            end = at
    return end


def _last(node: yaml.Node) -> int:
    """The line after a node's last value. A block's own end mark lies behind comments that are not its own."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        parts = [each for part in node.value for each in (part if isinstance(part, tuple) else (part,))]
        return max(map(_last, parts))
    return int(node.end_mark.line + (node.end_mark.column > 0))


def _proved(text: str, expected: Mapping[str, Any], place: str) -> str:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if found != expected:
        raise ConfigError(
            f"{place} cannot be changed without touching something else (an alias, or a form that is not known). "
            "Nothing was written: change the file by hand."
        )
    return text
