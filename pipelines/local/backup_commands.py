"""The commands `backup` and `restore`. They only parse, call and print; cli.py registers them, backup.py does it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Default: tradewind-<moment>.tar in this folder.")
    ] = None,
) -> None:
    """Write warehouse, archive, briefs, keys and settings files into one file, while everything runs on.

    It holds your business and the key of the hashes: only you can read it, and where it is kept is yours to guard.
    """
    from datetime import UTC, datetime

    from pipelines.local import backup as backups
    from pipelines.local.homes import open_settings
    from pipelines.local.progress import say, waiting
    from pipelines.local.running import interruptible

    console = Console()
    settings = open_settings(console)
    with interruptible(), waiting(console, "Writing the backup"):
        made = backups.back_up(settings, to or Path(backups.default_name(datetime.now(UTC))))
    say(console, f"Backed up {settings.home} into {made.file}: {made.size / 1e6:,.1f} MB.")
    if made.about.archive:
        say(console, f"In it are the databases, {made.documents:,} documents, and the key of the hashes.")
    else:
        say(console, "The archive is not in it: TRADEWIND_ARCHIVE_URL names a place of its own, to be backed up there.")
    say(console, "Not in it are .env and passwords: keep those where you keep secrets.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `tradewind backup` has written.")],
) -> None:
    """Make an empty home of a backup. Where anything is, nothing is changed."""
    from pipelines.local import backup as backups
    from pipelines.local.progress import say, waiting
    from pipelines.local.running import interruptible
    from pipelines.settings import base_home, get_settings

    console = Console()
    with interruptible(), waiting(console, "Restoring"):
        made = backups.restore(file, base_home()[0], get_settings())
    say(console, f"Restored {made.home} from the backup of {made.about.made_at} (Tradewind {made.about.version}).")
    for there, beside in made.kept.items():
        say(console, f"{there} was here and is another: it stays, and the backup's is {beside}.")
    if not made.about.archive:
        say(console, "The archive is not in this backup: set TRADEWIND_ARCHIVE_URL to where it is.")
    if made.about.demo:
        say(console, "`tradewind demo` goes on with this world; it writes the world's .env again.")
    else:
        say(console, "Set the secrets in .env again, then see `tradewind status`.")
    say(console, "BI tools need a new address: `tradewind url --role bi`.")
