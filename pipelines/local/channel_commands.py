"""`tradewind channels`: what each channel shows of the stock and should show, and why. Nothing is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.local.progress import say, waiting

if TYPE_CHECKING:
    from pipelines.channels.ledger import Update
    from pipelines.channels.policies_file import Policies
    from pipelines.channels.sync import Outcome
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

app = typer.Typer(help="The one stock at all channels: plan, apply, status, history, map, pause.", no_args_is_help=True)
console = Console()
errors = Console(stderr=True)

Names = Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]...", help="Ids; default: all of them.")]


@app.callback()
def channels() -> None:
    """The one stock at all channels: plan, apply, status, history, map, pause."""


def _opened() -> tuple[Settings, Warehouse, Catalog, Policies]:
    from pipelines.channels.policies_file import load_policies
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened

    settings = open_settings(None)
    warehouse, catalog = opened(settings)
    return settings, warehouse, catalog, load_policies(settings, catalog)


def _round(names: Sequence[str] | None, *, send: bool, full: bool) -> list[Outcome]:
    """A round for these channels. Raises what kept one of them, after the others were printed."""
    from pipelines.channels import rounds
    from pipelines.local.steps import marketplaces

    settings, warehouse, catalog, policies = _opened()
    wanted = rounds.chosen(catalog, policies, names)
    if not wanted:
        say(console, "There is no channel to tell: enter a shop under `channels` of stores.yaml (docs/channels.md).")
        return []
    told = {each.channel_id for each in wanted} if send else set()
    with marketplaces(errors, settings) as reached, waiting(errors, "Looking at what the channels show"):
        outcomes, problems = asyncio.run(rounds.look(reached, warehouse, wanted, policies, full=full, send=told))
    for each in outcomes:
        _print(each, policies, send=send)
    if problems:
        raise problems[0]
    return outcomes


@app.command()
def plan(names: Names = None) -> None:
    """Read what the channels show, and print what they would be told, and why. Nothing is sent."""
    _round(names, send=False, full=True)


@app.command()
def apply(names: Names = None) -> None:
    """Send what `plan` shows, as it is decided now, and read it back. What was given up is tried once more."""
    outcomes = _round(names, send=True, full=True)
    failed = sum(each.failed for each in outcomes)
    if failed:
        raise typer.Exit(1)


def _print(outcome: Outcome, policies: Policies, *, send: bool) -> None:
    name, decision = outcome.channel.channel_id, outcome.decision
    mode = policies.settings(name).write
    if outcome.busy:
        say(console, f"{name}: another process is telling it the stock just now. Try again in a minute.", "yellow")
        return
    if decision.stopped:
        say(console, f"{name}: {decision.stopped}", "bold red")
    waits = [each for each in decision.verdicts if each.action == "wait"]
    kept = sum(each.action == "keep" for each in decision.verdicts)
    for each in decision.verdicts:
        if each.action == "send" or each.action == "wait":
            shown = each.offer.shown.quantity if each.offer.shown else 0
            mark = "" if each.action == "send" else "  (waits)"
            sku = each.offer.listing.channel_sku or each.offer.listing.item_id
            say(console, f"  {sku}: {shown} -> {each.target}{mark}  {each.why}", "" if not mark else "dim")
    if send:
        told = f"told {outcome.sent:,}, failed {outcome.failed:,}"
        say(console, f"{name}: {told}, {len(waits):,} wait, {kept:,} are right.")
    else:
        changes = len(decision.changes)
        how = "`tradewind channels apply` sends them" if mode != "on" else "they are sent by themselves"
        say(console, f"{name}: {changes:,} to tell ({how}), {len(waits):,} wait, {kept:,} are right.")


@app.command()
def status() -> None:
    """When each channel was looked at, how many listings differ, and since when. Nothing is asked of the channels."""
    from pipelines.channels import rounds, standing

    _, warehouse, catalog, policies = _opened()
    with warehouse.connect() as conn:
        found = {each.channel_id: each for each in standing.statuses(conn)}
    for name in sorted({*rounds.channels(catalog, policies), *found}):
        each, mode = found.get(name), policies.settings(name).write
        if each is None:
            say(console, f"{name} ({mode}): not looked at yet; `tradewind channels plan`.", "yellow")
            continue
        when = max(moment for moment in (each.last_full_at, each.last_incremental_at) if moment is not None)
        say(
            console,
            f"{name} ({mode}): {each.listings:,} listings, {each.differing:,} differ"
            + (f", the oldest since {each.oldest_difference_at:%Y-%m-%d %H:%M %Z}" if each.oldest_difference_at else "")
            + f"; looked at {when:%Y-%m-%d %H:%M %Z}; in the hour before {each.updates_last_hour:,} told, "
            f"{each.failed_last_hour:,} failed.",
        )
        if each.stopped_reason:
            say(console, f"  {each.stopped_reason}", "bold red")
        if each.unmapped:
            say(console, f"  {each.unmapped:,} listings are not mapped: `tradewind channels map {name}`.", "yellow")
    if not found and not rounds.channels(catalog, policies):
        say(console, "There is no channel beside Amazon: docs/channels.md says how one is entered.")


@app.command()
def history(
    sku: Annotated[str, typer.Argument(help="A channel's SKU, or your own.")],
    most: Annotated[int, typer.Option(metavar="COUNT", min=1, help="At most so many.")] = 50,
) -> None:
    """Print all that channels were told of a SKU, the newest first: from, to, why, and what came of it."""
    from pipelines.channels.ledger import history as read

    _, warehouse, _, _ = _opened()
    with warehouse.connect() as conn:
        found = read(conn, sku, most)
    for each in found:
        say(console, _line(each), {"failed": "red", "refused": "red", "void": "dim"}.get(each.state, ""))
        say(console, f"    {each.why}" + (f" [{each.answer}]" if each.answer else ""), "dim")
    if not found:
        say(console, f"No channel was told anything of {sku!r} yet.")


def _line(each: Update) -> str:
    tries = f", {each.attempts} attempts" if each.attempts > 1 else ""
    where = f"{each.listing.channel_id} {each.listing.channel_sku or each.listing.item_id}"
    return (
        f"{each.update_id}  {each.decided_at:%Y-%m-%d %H:%M:%S %Z}  {where}: {each.from_quantity} -> {each.to_quantity}"
        f"  {each.state}{tries}"
    )


@app.command("map")
def map_(
    channel: Annotated[str, typer.Argument(help="Id of the channel.")],
    channel_sku: Annotated[str | None, typer.Argument(help="Its SKU; without it what is not mapped is listed.")] = None,
    own_sku: Annotated[str | None, typer.Argument(help="Your own SKU; '' takes the mapping back.")] = None,
) -> None:
    """List what is not mapped to your own SKUs, with proposals, or map one: `map harbor-shop HG-0006 KNIFE-8`."""
    from pipelines.channels import choices
    from pipelines.errors import ConfigError

    _, warehouse, catalog, _ = _opened()
    if channel not in catalog.shops:
        raise ConfigError(f"stores.yaml has no shop {channel!r}; SKUs at Amazon are mapped where they are equal.")
    if (channel_sku is None) != (own_sku is None):
        raise ConfigError("Name the channel's SKU and your own one, or neither.")
    with warehouse.connect() as conn:
        if channel_sku is not None and own_sku is not None:
            choices.map_sku(conn, channel, channel_sku, own_sku)
            told = f"is {own_sku}" if own_sku else "is not mapped here any more"
            say(console, f"{channel_sku} of {channel} {told}, from the next build on (`tradewind transform`).")
            return
        found = choices.unmapped(conn, channel)
    for sku, title, proposed, why in found:
        hint = f"  -> {proposed}? (by {why})" if proposed else ""
        say(console, f"  {sku or '(no SKU)'}  {title or ''}{hint}")
    say(console, f"{len(found):,} listings of {channel} are not mapped.")


@app.command()
def pause(
    channel: Annotated[str, typer.Argument(help="Id of the channel.")],
    sku: Annotated[str, typer.Argument(help="The channel's SKU; without it all of the channel.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Take a pause back.")] = False,
) -> None:
    """Tell a channel, or one SKU at it, nothing until `--resume`."""
    from pipelines.channels import choices
    from pipelines.errors import ConfigError

    _, warehouse, catalog, _ = _opened()
    if channel not in catalog.shops and channel not in catalog.stores:
        raise ConfigError(f"stores.yaml has no shop and no store {channel!r}.")
    with warehouse.connect() as conn:
        choices.pause(conn, channel, sku, resume=resume)
    what = f"{sku} at {channel}" if sku else channel
    say(console, f"{what} is told the stock again." if resume else f"{what} is told nothing until `pause --resume`.")
