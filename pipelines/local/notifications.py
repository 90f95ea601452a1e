"""`tradewind notifications`: takes what Amazon has told a queue, looks for alerts of it and sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.local.progress import say

if TYPE_CHECKING:
    from pipelines.landing.run.notices import Taken
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

console = Console()


def notifications(
    follow: Annotated[bool, typer.Option("--follow", help="Wait for more, until Ctrl-C.")] = False,
    send: Annotated[bool, typer.Option("--send/--no-send", help="Send the alerts that begin.")] = True,
) -> None:
    """Take Amazon's notifications from the queue, and look for alerts of what came."""
    from pipelines.errors import ConfigError
    from pipelines.landing.run.notices import drain
    from pipelines.local import steps
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened
    from pipelines.sources.transport.sqs import Queue, QueueFailure

    settings = open_settings(None)
    if settings.sqs_queue_url is None:
        raise ConfigError(
            "No queue is set up: TRADEWIND_SQS_QUEUE_URL is empty. Enter the address of the SQS queue that Amazon "
            "writes into, as docs/setup.md describes."
        )
    seen = 0

    def tell(taken: Taken) -> None:
        nonlocal seen
        seen += taken.messages
        react(console, reachable, warehouse, catalog, taken, send=send)

    try:
        with steps.marketplaces(console, settings) as reachable:
            warehouse, catalog = opened(reachable)
            queue = Queue(str(reachable.sqs_queue_url), reachable.sqs_endpoint)
            drain(reachable, warehouse, catalog, queue, on_taken=tell, keep_on=lambda: follow)
    except QueueFailure as failure:
        raise ConfigError(f"Notifications cannot be read: {failure}") from None
    if not seen:
        say(console, "Nothing of ours is in the queue.")


def react(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, taken: Taken, *, send: bool
) -> None:
    """Tell what came, look for alerts in the stores that it is of, and send what is due."""
    from pipelines.insights.alerts import reaction

    say(console, f"{taken.messages} messages of the queue, of {', '.join(sorted(taken.stores)) or 'no store'}.")
    if not taken.stores:
        return
    found = reaction.react(settings, warehouse, catalog, taken.stores, send=send)
    say(console, f"Alerts: {found.begun:,} have begun, {found.over:,} are over.")
    for problem in found.problems:
        say(console, f"  {problem}", "yellow")
