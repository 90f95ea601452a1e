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
    try:
        # _Loader is a SafeLoader, so this loads no Python objects.
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # nosec B506
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    except ConfigError as error:
        raise ConfigError(f"{path} is wrong: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {' '.join(str(error).split())}.") from None
