"""What the commands' arguments are read into, where typer has no type for it."""

from __future__ import annotations

from pathlib import Path

import typer


def file_or_address(text: str) -> Path | str:
    """A readable file, or an http(s) address as it is. Raises BadParameter."""
    from pipelines.sources.transport.download import is_address

    if is_address(text):
        return text
    path = Path(text)
    if not path.is_file():
        raise typer.BadParameter(f"{text!r} is {'a folder' if path.is_dir() else 'no file'}.")
    return path
