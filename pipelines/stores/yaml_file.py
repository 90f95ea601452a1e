"""Reads a YAML file strictly: what is ambiguous, or cannot be stored, is refused with its line.

What the content means is in `reading.py`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigError

# NUL, and halves of characters: Postgres takes neither.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class _Loader(yaml.SafeLoader):
    """A SafeLoader that raises ConfigError for a key that is written twice, instead of keeping the last one, and for
    characters that no database takes."""

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        bad = _UNSTORABLE.search(str(node.value))
        if bad:
            raise ConfigError(
                f"line {node.start_mark.line + 1}: {node.value!r} has the character U+{ord(bad[0]):04X}, which cannot "
                "be stored; leave it out."
            )
        return super().construct_scalar(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise ConfigError(f"line {line}: {key!r} is written twice at the same place; keep one of them.")
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The content of a file, made of plain Python objects only. Raises ConfigError with what is wrong, and where."""
    return read_document(path)[0]


def read_document(path: Path) -> tuple[Any, yaml.Node]:
    """The content of a file, and the node that it was made of, which knows the lines. Raises like `read_yaml`."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            if node is None:  # the file is empty
                return None, yaml.ScalarNode("tag:yaml.org,2002:null", "", yaml.Mark("", 0, 0, 0, "", 0))
            return loader.construct_document(node), node
        finally:
            loader.dispose()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    except ConfigError as error:
        raise ConfigError(f"{path} is wrong: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML:\n{_explained(error)}") from None


_EXAMPLE = """  Right is, for example, with two blanks for each level and none before a key of the first:
    tenants:
      acme:
        name: Acme Ltd"""


def _explained(error: yaml.YAMLError) -> str:
    """Where a parser stumbled, and what that mostly means."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or error)
    if mark is None:
        return f"  {' '.join(said.split())}."
    place = f"  line {mark.line + 1}, column {mark.column + 1}"
    shown = (mark.get_snippet(indent=4) or "").rstrip()
    if "\\t" in said or "tab" in said:
        what = "there is a tab. Write blanks"
    elif any(
        each in said for each in ("mapping values", "block end", "expected <block", "could not find expected ':'")
    ):
        what = "a line is indented otherwise than those of its level, or a colon without a blank after it is missing"
    elif "quoted scalar" in said or "end of stream" in said:
        what = "a quotation mark or a bracket is not closed"
    else:
        what = said
    return "\n".join(filter(None, (f"{place}: {what} ({said}).", shown, _EXAMPLE)))
