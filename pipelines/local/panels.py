"""In which order and under which headings `tradewind --help` lists the commands: as somebody comes to need them.

What a command does stands in its own module. One that is named nowhere here is listed last, under `Further`.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

PANELS = {
    "The first day": ("demo", "init", "doctor", "import"),
    "Every day": ("up", "down", "pull", "crawl", "transform", "brief", "notifications"),
    "Look": ("status", "plan", "verify", "settlements", "url"),
    "Watch and be told": ("track", "alerts"),
    "Channels": ("channels",),
    "Doors for programs, assistants and people": ("serve", "mcp", "keys", "users", "webhooks"),
    "Tenants": ("tenant",),
    "Upkeep": ("rotate", "backup", "restore", "replay", "distribute"),
}
"""Heading -> its commands."""
FURTHER = "Further"


class Panels(TyperGroup):
    """The commands of `tradewind`, each under its heading."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        headings = {name: heading for heading, names in PANELS.items() for name in names}
        for name, command in self.commands.items():
            command.rich_help_panel = headings.get(name, FURTHER)  # type: ignore[attr-defined]  # typer's help reads it

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the headings."""
        named = [name for names in PANELS.values() for name in names if name in self.commands]
        return [*named, *(name for name in self.commands if name not in named)]
