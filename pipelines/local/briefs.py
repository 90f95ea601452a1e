"""What `tradewind brief` does with written briefs: it opens them in the browser, and sends them. Nothing is decided
here."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from pipelines.errors import SendError
from pipelines.local.progress import Parts, say

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult
    from pipelines.insights.sending.send import Delivery
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

_PLURAL = {True: "brief", False: "briefs"}


def show(console: Console, home: Path, briefs: Sequence[BriefResult]) -> None:
    """Open the page, or of several the index of each tenant; where there is no browser, say where it lies."""
    for page in pages_to_open(home, briefs):
        if has_browser() and webbrowser.open(page.as_uri()):
            say(console, f"Opened {page} in the browser.")
        else:
            say(console, f"There is no browser here. The page is {page}")


def pages_to_open(home: Path, briefs: Sequence[BriefResult]) -> list[Path]:
    """One page if one brief was written, in the first of its languages; else the index of each tenant."""
    from pipelines.insights.pages.index import index_path

    written = [brief for brief in briefs if brief.path]
    if len({(brief.tenant_id, brief.store_id, brief.kind) for brief in written}) == 1 and written[0].path:
        return [written[0].path]
    return [
        index_path(home, tenant_id, written[0].language)
        for tenant_id in dict.fromkeys(brief.tenant_id for brief in written)
    ]


def has_browser() -> bool:
    """Whether a page can be shown. Without a screen Python would start a browser inside the terminal."""
    if os.environ.get("BROWSER") or sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def send(
    console: Console, warehouse: Warehouse, catalog: Catalog, briefs: Sequence[BriefResult], *, again: bool = False
) -> None:
    """Send briefs, and tell to whom. Raises ConfigError where nobody is named, SendError where one was not sent."""
    from pipelines.insights.sending.send import send_briefs

    with Parts(console, transient=True) as parts:
        parts.show("Sending", 0, None)
        deliveries, wrong = send_briefs(warehouse, catalog, briefs, again=again)
    tell(console, deliveries, wrong)


def tell(console: Console, deliveries: Sequence[Delivery], wrong: Sequence[str]) -> None:
    """What was sent to whom, and what was not. Raises SendError if something was not."""
    sent = Counter(each.recipient for each in deliveries if each.outcome == "sent")
    for recipient, count in sent.items():
        say(console, f"Sent {count} {_PLURAL[count == 1]} to {recipient}.")
    before = sum(each.outcome == "before" for each in deliveries)
    if before:
        say(console, f"{before} {_PLURAL[before == 1]} had been sent before, and were not sent again.")
    elsewhere = sum(each.outcome == "elsewhere" for each in deliveries)
    if elsewhere:
        say(console, f"Another process is sending {elsewhere} {_PLURAL[elsewhere == 1]}.")
    for each in deliveries:
        what = f"{each.brief.store_id} {each.brief.kind} {each.brief.day} {each.brief.language} to {each.recipient}"
        if each.outcome == "failed":
            say(console, f"  {what}: not sent. {each.reason or ''}", "yellow")
        elif each.outcome == "unknown":
            say(console, f"  {what}: nobody knows whether it was sent. {each.reason or ''}", "yellow")
    for mistake in wrong:
        say(console, f"  {mistake}", "yellow")
    failed = sum(each.outcome == "failed" for each in deliveries)
    unknown = sum(each.outcome == "unknown" for each in deliveries)
    if failed or unknown or wrong:
        parts = [
            f"{failed} could not be sent, and the next run tries again" if failed else "",
            f"of {unknown} nobody knows; `tradewind brief --send --again` sends them once more" if unknown else "",
            f"{len(wrong)} recipients cannot be written to" if wrong else "",
        ]
        raise SendError("Not all briefs were sent: " + "; ".join(part for part in parts if part) + ".")
