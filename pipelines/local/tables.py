"""What the command line tells in tables and lists: marts, briefs, the state of the stores. Nothing is computed.

Everything fits in 80 columns, but for reasons and paths, which are whole lines that no table cuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from psycopg import sql
from rich.console import Console

from pipelines.feeds import FEEDS
from pipelines.landing.formats.moments import day_range_text
from pipelines.local.progress import say

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult
    from pipelines.landing.run.results import FeedResult, SliceOutcome
    from pipelines.landing.views.coverage import DriftedColumn
    from pipelines.landing.views.status import StatusRow
    from pipelines.local.tracking import Tracked
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

_MARTS = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'marts' and c.relkind in ('r', 'p') order by 1
"""
_PROBLEMS_SHOWN = 20
_GAPS_SHOWN = 3
_NO_MODEL = "no model is set"  # which is no news
_WRITERS = {"template": "by rules", "llm": "by the model"}


def print_marts(console: Console, warehouse: Warehouse) -> None:
    """Each mart with its rows."""
    say(console, f"\n{'Marts':40} {'rows':>12}", "bold")
    with warehouse.connect() as conn:
        for (name,) in conn.execute(_MARTS).fetchall():
            rows = conn.execute(sql.SQL("select count(*) from marts.{}").format(sql.Identifier(name))).fetchone()
            say(console, f"  {f'marts.{name}':38} {rows[0] if rows else 0:>12,}")


def print_tracked(console: Console, rows: Sequence[Tracked]) -> None:
    """What is tracked: each store's own products, and below each its competitors, with tags."""
    store = None
    for row in rows:
        if row.store_id != store:
            store = row.store_id
            count = len({each.competitor for each in rows if each.store_id == store})
            say(console, f"{store}: {count:,} products", "bold")
        indent = "  " if row.own == row.competitor else "    "
        say(console, f"{indent}{row.competitor}  {' '.join(row.tags)}".rstrip())
    if not rows:
        say(console, "Nothing is tracked. `tradewind track add OWN_ASIN COMPETITOR_ASIN...` begins.")


def print_briefs(console: Console, briefs: Sequence[BriefResult]) -> None:
    """Where each brief lies and who wrote it; of a store without one, why."""
    say(console, "\nBriefs", "bold")
    for brief in briefs:
        about = f"all stores of {brief.tenant_id}" if brief.store_id.startswith("*") else brief.store_id
        if brief.path is None:
            say(console, f"  {about} {brief.kind}: none. {brief.reason or ''}".rstrip())
            continue
        why = f": {brief.reason}" if brief.reason and brief.reason != _NO_MODEL else ""
        kept = ", as it was" if brief.reused else f", version {brief.version}" if brief.version > 1 else ""
        left_out = f", {brief.refused} of its answer not shown" if brief.refused and brief.writer == "llm" else ""
        written = f"{_WRITERS[brief.writer]}{_spent(brief)}{why}{kept}{left_out}"
        say(console, f"  {about} {brief.kind} {brief.day} {brief.language} ({written})")
        say(console, f"    {brief.path}")


def _spent(brief: BriefResult) -> str:
    """Tokens and USD of a brief; nothing where no model was paid."""
    if not brief.tokens_in:
        return ""
    cost = "" if brief.cost_usd is None else f", {brief.cost_usd:.4f} USD"
    return f", {brief.tokens_in:,} + {brief.tokens_out:,} tokens{cost}"


def print_status(
    console: Console, rows: Iterable[StatusRow], catalog: Catalog, *, stores: Sequence[str] | None = None
) -> None:
    """What is here, by store: a feed of an account or a marketplace stands under each of its stores.

    stores: only these.
    """
    told: dict[str, list[StatusRow]] = {store_id: [] for store_id in stores or catalog.stores}
    for row in rows:
        for name in _names(row.of, catalog):
            if stores is None or name in stores:
                told.setdefault(name, []).append(row)
    missing: dict[tuple[str, str], int] = {}
    for name, lines in told.items():
        say(console, _heading(name, catalog), "bold")
        if not lines:
            store = catalog.stores.get(name)
            if store is not None and store.has_api:
                say(console, "  Nothing is here yet; `tradewind pull` brings it.")
            else:
                say(console, "  No day is known to be covered; `tradewind import --from DAY --to DAY` says so.")
            continue
        say(console, f" {'feed':43} {'here':>4} {'from .. to':22} {'gaps':>4}", "dim")
        for row in sorted(lines, key=lambda row: _order(row.feed)):
            span = f"{row.first}..{row.last}" if row.first else ""
            style = "yellow" if row.gaps else ""
            say(console, f" {row.feed:43} {row.days_here:>4} {span:22} {row.missing:>4}", style)
            for gap in row.gaps[:_GAPS_SHOWN]:
                say(console, f"    {gap}")
            if len(row.gaps) > _GAPS_SHOWN:
                say(
                    console,
                    f"    and {len(row.gaps) - _GAPS_SHOWN} more kinds; `tradewind plan --explain` tells of each.",
                )
            for gap in row.gone[:_GAPS_SHOWN]:
                say(console, f"    {gap}")
            missing[row.of, row.feed] = row.missing
    total = sum(missing.values())
    say(console, f"{total} {_plural('slice', total)} missing." if total else "Nothing is missing.")


def print_left_out(console: Console, columns: Iterable[DriftedColumn]) -> None:
    """Columns that were left out because of their names, until somebody decides on them."""
    for column in columns:
        if column.left_out:
            say(console, f"  raw.{column}.", "yellow")


def print_problems(console: Console, results: Iterable[FeedResult]) -> int:
    """What could not be landed and why, alike ones together; returns how many slices a later run has to try again.

    These are the failed ones, and those whose report is there and could not be had in this run.
    """
    bad = [each for result in results for each in result.outcomes if each.state not in _FINE]
    alike = list(_alike(bad))
    for (feed, scope_id, state, reason), days in alike[:_PROBLEMS_SHOWN]:
        say(console, f"  {feed} {scope_id} {day_range_text(days)}: {state}: {reason or 'no reason is known.'}")
    if len(alike) > _PROBLEMS_SHOWN:
        say(console, f"  ... and {len(alike) - _PROBLEMS_SHOWN} more; `tradewind status` tells all.")
    return sum(each.state == "failed" or (each.state in _ON_THE_WAY and each.retryable) for each in bad)


LANDED = ("loaded", "empty")
_ON_THE_WAY = ("requesting", "requested", "ready")
_FINE = (*LANDED, "unavailable")


def _alike(outcomes: Iterable[SliceOutcome]) -> Iterator[tuple[tuple[str, str, str, str | None], list]]:
    groups: dict[tuple[str, str, str, str | None], list] = {}
    for each in outcomes:
        groups.setdefault((each.feed, each.scope_id, each.state, each.reason), []).append(each.day)
    yield from groups.items()


def _order(feed: str) -> int:
    """Where a feed stands in the catalogue."""
    known = list(FEEDS)
    return known.index(feed) if feed in known else len(known)


def _names(scope_id: str, catalog: Catalog) -> list[str]:
    """The stores that a scope stands for; itself where none of them is configured."""
    if scope_id == "*":
        return ["*"]
    return [
        store.store_id
        for store in catalog.stores.values()
        if scope_id in (store.store_id, store.account_id, store.marketplace.marketplace_id)
    ] or [scope_id]


def _heading(name: str, catalog: Catalog) -> str:
    if name == "*":
        return "all stores"
    if name in catalog.shops:
        shop = catalog.shops[name]
        return f"{name} ({shop.domain}, {shop.currency})"
    store = catalog.stores.get(name)
    if store is None:
        return f"{name} (not in stores.yaml)"
    return f"{name} ({store.account_id}, {store.marketplace.sales_channel}, {store.currency})"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
