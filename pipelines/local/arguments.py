"""What commands are given: options that several of them share, and what is made of their texts.

What a command then does is not here. Checked here is what can be checked without the warehouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from pipelines.landing.planning.selection import Selection
    from pipelines.stores import Catalog

DAY = ["%Y-%m-%d"]
MOMENT = [*DAY, *(f"%Y-%m-%d{t}%H:%M{seconds}{zone}" for t in "T " for seconds in (":%S", "") for zone in ("", "%z"))]
Stores = Annotated[
    list[str] | None, typer.Option("--store", metavar="STORE", help="Only this store (may be given several times).")
]
Feeds = Annotated[
    list[str] | None,
    typer.Option("--feed", metavar="FEED", help="Only this feed, as `amazon_sp.sales_and_traffic` (several times)."),
]
From = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, metavar="DAY", help="First marketplace day, as 2026-03-01.")
]
To = Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="DAY", help="Last marketplace day.")]
Today = Annotated[
    bool, typer.Option("--today", help="Only what the running day has new: orders and stock, as each hour's schedule.")
]


def selection(
    feeds: Sequence[str] | None,
    stores: Sequence[str] | None,
    start: datetime | None,
    end: datetime | None,
    force: bool = False,
    today: bool = False,
) -> Selection:
    """What a run shall look at. Raises ConfigError for an unknown feed, or days that make no range.

    today: only what the running day has new; then days, or a feed that is not asked for through the day, are an error.
    """
    from pipelines.landing.planning.selection import Selection
    from pipelines.landing.planning.today import feeds_of_today
    from pipelines.stores.reading import EARLIEST, LATEST

    for name in feeds or ():
        check_feed(name)
    for name, day in (("--from", start), ("--to", end)):
        if day is not None and not EARLIEST <= day.date() <= LATEST:
            raise ConfigError(f"{name} {day:%Y-%m-%d} is no day of Amazon's: give one from {EARLIEST} to {LATEST}.")
    days = None
    if (start is None) != (end is None):
        raise ConfigError("--from and --to belong together: give both days, or neither for everything that is due.")
    if start is not None and end is not None:
        if end < start:
            raise ConfigError(f"--to {end:%Y-%m-%d} lies before --from {start:%Y-%m-%d}.")
        days = tuple(start.date() + timedelta(days=n) for n in range((end - start).days + 1))
    if today:
        known = [feed.name for feed in feeds_of_today()]
        others = [name for name in feeds or () if name not in known]
        if days is not None or others:
            raise ConfigError(
                f"--today is the running day of {' and '.join(known)}. Leave out "
                f"{'--from and --to' if days is not None else f'--feed {others[0]}'}, or --today."
            )
    return Selection(
        feeds=tuple(feeds) if feeds else None,
        stores=tuple(stores) if stores else None,
        days=days,
        force=force,
        today=today,
    )


def check_feed(name: str) -> None:
    """Raises ConfigError if there is no feed of this name."""
    from pipelines.feeds import FEEDS

    if name not in FEEDS:
        raise ConfigError(f"There is no feed {name}. The feeds are: {', '.join(FEEDS)}.")


def check_stores(catalog: Catalog, stores: Sequence[str] | None) -> None:
    """A typing mistake is not an empty run. Raises ConfigError if stores.yaml lacks one of these."""
    unknown = sorted(set(stores or ()) - set(catalog.stores))
    if unknown:
        raise ConfigError(
            f"stores.yaml has no store {', '.join(unknown)}. The stores are: {', '.join(catalog.stores)}."
        )


def file_or_address(text: str) -> Path | str:
    """A readable file, or an http(s) address as it is. Raises BadParameter."""
    from pipelines.sources.transport.download import is_address

    if is_address(text):
        return text
    path = Path(text)
    if not path.is_file():
        raise typer.BadParameter(f"{text!r} is {'a folder' if path.is_dir() else 'no file'}.")
    return path
