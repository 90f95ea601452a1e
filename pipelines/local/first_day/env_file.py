"""Changes variables in a .env, and nothing else of it: comments, order and other lines stay. Mode 0600, always.

A value is never printed. Which variables there are is said in `.env.example`.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from pipelines.errors import ConfigError

MODE = 0o600


def with_variables(text: str, values: Mapping[str, str], title: str) -> str:
    """The text of a .env with these variables: in their lines where they have one, else at its end below a title.

    >>> with_variables("# mine\\nA=1\\n", {"A": "2", "B": "3"}, "new")
    "# mine\\nA='2'\\n\\n# new\\nB='3'\\n"
    """
    added = []
    for name, value in values.items():
        line = f"{name}={quoted(value)}"
        pattern = re.compile(rf"^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*=.*$", re.MULTILINE)
        text, count = pattern.subn(lambda _, line=line: line, text)  # type: ignore[misc]
        if not count:
            added.append(line)
    if not added:
        return text
    before = f"{text.rstrip()}\n\n" if text.strip() else ""
    return "\n".join([f"{before}# {title}", *added]) + "\n"


def quoted(value: str) -> str:
    """A value as dotenv reads it back. Raises ConfigError for a line break, of which a secret has none."""
    if "\n" in value or "\r" in value or "\0" in value:
        raise ConfigError("A value of .env has a line break in it. Copy it again, as one line.")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def read(path: Path) -> dict[str, str]:
    """The variables of a .env that have a value; none where there is no file. Raises ConfigError."""
    try:
        return {name: value for name, value in dotenv_values(path, encoding="utf-8").items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}. Make it a readable UTF-8 file.") from None


def write(path: Path, values: Mapping[str, str], title: str) -> None:
    """Put variables into a .env, which is made if need be. Whoever reads meanwhile finds one of the two, whole."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    replace_text(path, with_variables(text, values, title), mode=MODE)
    if any(read(path).get(name) != value for name, value in values.items()):
        raise ConfigError(f"{path} does not read back as it was written: a line above breaks it. Look at its quotes.")


def replace_text(path: Path, text: str, *, mode: int) -> None:
    """Write a file whole, with this mode, in the place of what is there. A link stays one."""
    path = path.resolve()
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent, text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(part).chmod(mode)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
