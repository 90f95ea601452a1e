"""`tradewind serve` and `tradewind webhooks`: takes webhooks, and shows, sends and repeats what goes out. Nothing is
decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.local.progress import say

if TYPE_CHECKING:
    from pipelines.warehouse.connection import Warehouse
    from pipelines.webhooks.outbox import Told
    from pipelines.webhooks.settings_file import Webhooks

app = typer.Typer(help="What subscribers are told: list, send, replay, test.", no_args_is_help=True)
console = Console()
PORT = 3100


@app.callback()
def webhooks() -> None:
    """What subscribers are told: list, send, replay, test."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0: at all of this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = PORT,
) -> None:
    """Answer programs (docs/api.md), take webhooks and tell subscribers of events (docs/webhooks.md), until Ctrl-C."""
    from pipelines.local.homes import open_settings
    from pipelines.serving.run import serve as run

    settings = open_settings(Console(stderr=True))
    say(console, f"The API answers at http://{host}:{port}/v1 (docs/api.md).")
    say(console, f"Webhooks are taken at http://{host}:{port}/webhooks/<endpoint>.")
    run(settings, host=host, port=port)


def _opened() -> tuple[Warehouse, Webhooks]:
    """The warehouse, which knows the subscribers, and webhooks.yaml."""
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened
    from pipelines.webhooks.outbox import know
    from pipelines.webhooks.settings_file import load_webhooks

    settings = open_settings(None)
    warehouse, catalog = opened(settings)
    found = load_webhooks(settings, catalog)
    with warehouse.connect() as conn:
        know(conn, found.subscribers.values())
    return warehouse, found


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also what has arrived.")] = False,
    dead: Annotated[bool, typer.Option("--dead", help="Only what is not tried any more.")] = False,
    most: Annotated[int, typer.Option(metavar="COUNT", min=1, help="At most so many.")] = 50,
) -> None:
    """Print what waits and what is dead, the newest first."""
    from pipelines.webhooks.outbox import listed

    warehouse, _ = _opened()
    states = ["dead"] if dead else ["waiting", "sending", "dead", *(["sent"] if every else [])]
    with warehouse.connect() as conn:
        found = listed(conn, states, most)
    for each in found:
        say(console, _line(each), {"dead": "red", "sent": "dim"}.get(each.state, ""))
    if not found:
        say(console, "Nothing is dead." if dead else "Nothing waits and nothing is dead.")
    elif any(each.state == "dead" for each in found):
        say(console, "`tradewind webhooks replay <id>`, or `--dead` for all, tells it again under the same id.")


def _line(each: Told) -> str:
    tries = "" if each.attempts == 0 else f", {each.attempts} {'attempt' if each.attempts == 1 else 'attempts'}"
    when = f", again at {each.due_at:%Y-%m-%d %H:%M:%S %Z}" if each.state == "waiting" and each.attempts else ""
    why = f": {each.reason}" if each.reason and each.state != "sent" else ""
    return f"{each.event_id}  {each.event} {each.subject} to {each.subscriber}  {each.state}{tries}{when}{why}"


@app.command()
def replay(
    events: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids, as `list` prints them.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that is dead.")] = False,
    to: Annotated[str | None, typer.Option(metavar="SUBSCRIBER", help="Only to this one.")] = None,
) -> None:
    """Tell events again, under the ids that they have. `serve` sends them, or `send`."""
    from pipelines.errors import ConfigError
    from pipelines.webhooks import outbox

    if not events and not dead:
        raise ConfigError("Name the ids of events, as `tradewind webhooks list --all` prints them, or --dead.")
    warehouse, found = _opened()
    if to is not None:
        _check(found, to)
    with warehouse.connect() as conn:
        count = outbox.replay(conn, events or [], dead=dead, subscriber=to)
    if events and not count:
        raise ConfigError("None of these events has been told or is dead; `tradewind webhooks list --all` shows all.")
    say(console, f"Deliveries that are told again: {count:,}.")


@app.command()
def send(
    to: Annotated[str | None, typer.Option(metavar="SUBSCRIBER", help="Only to this one.")] = None,
) -> None:
    """Send what is due now, as `serve` does by itself."""
    from pipelines.webhooks.delivery import Outcome, deliver

    warehouse, found = _opened()
    if to is not None:
        _check(found, to)
    total = Outcome()
    for each in found.subscribers.values():
        if to in (None, each.name):
            total += deliver(warehouse, each)
    say(console, f"{total.sent:,} arrived, {total.failed:,} are tried again later, {total.dead:,} are dead.")


@app.command()
def test(subscriber: Annotated[str, typer.Argument(metavar="SUBSCRIBER", help="Its name in webhooks.yaml.")]) -> None:
    """Send a subscriber an event that tells of nothing, `webhook.test`."""
    from datetime import UTC, datetime

    from pipelines.errors import SendError
    from pipelines.webhooks import outbox
    from pipelines.webhooks.delivery import deliver

    warehouse, found = _opened()
    _check(found, subscriber)
    to = found.subscribers[subscriber]
    with warehouse.connect() as conn:
        number = outbox.emit_test(conn, to, datetime.now(UTC))
    deliver(warehouse, to)
    with warehouse.connect() as conn:
        told = outbox.one(conn, number, subscriber)
    if told.state != "sent":
        raise SendError(f"{subscriber} has not taken it: {told.reason or 'another process sends to it now'}.")
    say(console, f"{subscriber} has taken {told.event_id}.")


def _check(found: Webhooks, name: str) -> None:
    from pipelines.errors import ConfigError
    from pipelines.webhooks.settings_file import FILE

    if name not in found.subscribers:
        there = ", ".join(found.subscribers) or "none"
        raise ConfigError(f"{FILE} has no subscriber {name!r}; there are: {there}.")
