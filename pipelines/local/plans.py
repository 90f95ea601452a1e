"""What `tradewind plan` shows: the requests of each feed, why and when, and what they take of which budget.

Everything fits in 80 columns, but for reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.landing.planning.today import MINUTE, SHARE
from pipelines.landing.views.planned import wait_text
from pipelines.local.progress import say

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from pipelines.landing.planning.today import Rounds
    from pipelines.landing.views.becoming_whole import Filling
    from pipelines.landing.views.planned import BudgetUse, PlannedRequest


def print_plan(console: Console, planned: Sequence[PlannedRequest], budgets: Sequence[BudgetUse]) -> None:
    """What would be asked for, by feed, in the order in which it would be; then the budgets that it takes of."""
    by_feed: dict[str, list[PlannedRequest]] = {}
    for each in planned:
        by_feed.setdefault(each.feed, []).append(each)
    for feed, requests in by_feed.items():
        say(console, f"{feed}: {_count(len(requests), 'request')}", "bold")
        say(console, f"  each takes a token of {' and of '.join(requests[0].operations)}", "dim")
        say(console, f"  {'of':17} {'days asked for':22} {'due':>4} {'sent':9} {'done':9} why", "dim")
        for each in requests:
            say(
                console,
                f"  {each.scope_id:17} {each.window_text:22} {each.slices:>4} {each.earliest_text:9} "
                f"{each.done_text:9} {each.reason}",
            )
    if not planned:
        say(console, "Nothing is due.")
        return
    say(console, "Budgets: what it takes, what they hold now, when the last token is there", "bold")
    say(console, f"  {'account':20} {'operation':25} {'takes':>5} {'holds':>5} {'an hour':>8} last", "dim")
    for use in budgets:
        left = "" if use.left is None else f"{max(use.left, 0):.0f}"
        rate = "" if use.rate is None else f"{use.rate * 3600:,.0f}"
        say(
            console,
            f"  {use.account:20} {use.operation:25} {use.tokens:>5} {left:>5} {rate:>8} {wait_text(use.waits)}",
        )
    say(console, f"{_count(len(planned), 'request')} would be made. What exists already is used instead.")


def print_rounds(console: Console, rounds: Sequence[Rounds]) -> None:
    """What the schedules ask for through the day, and the share of the scarcest budget that it takes."""
    if not rounds:
        return
    say(console, f"Through the day, at {MINUTE} past the hour (or `tradewind pull --today`):", "bold")
    say(console, f"  {'account':20} {'requests':>8} {'every':>7}  share", "dim")
    for each in rounds:
        say(
            console,
            f"  {each.account:20} {each.requests:>8} {f'{each.hours} h':>7}  "
            f"{each.share:.1%} of {each.operation}, at most {SHARE:.0%}",
        )


def print_filling(console: Console, stores: Sequence[Filling], now: datetime) -> None:
    """When stores with history to come have it, by the budgets alone. now: UTC."""
    if not stores:
        return
    say(console, "Stores that fill up: the newest days first, then history, newest first", "bold")
    say(console, f"  {'store':20} {'requests':>8}  {'newest':9}  {'all of it':9}  at the earliest", "dim")
    for each in stores:
        say(
            console,
            f"  {each.store_id:20} {each.requests:>8,}  {wait_text(each.newest):9}  {wait_text(each.whole):9}  "
            f"{each.whole_at(now):%Y-%m-%d %H:%M} UTC, by {each.budget}",
        )
    say(console, "  if a run begins now and goes on; Amazon also takes a minute or more for each report", "dim")


def _count(count: int, word: str) -> str:
    return f"{count} {word if count == 1 else f'{word}s'}"
