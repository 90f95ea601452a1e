"""What `tradewind status` tells of profit: which share of a tenant's units is not whole in it, where, and why.

Read from the marts; what makes a row whole is in dbt_project/models/marts/money/_profit.yml (`is_complete`).
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from pipelines.local.progress import say

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

DAYS = 30
_REMEDIES = {
    "of no configured store": "add it to stores.yaml, or leave it out of your sums",
    "without costs": "`tradewind import FILE --feed manual.product_costs --store {store}`",
    "without fees, settled or estimated": "a settlement or the next report of estimated fees brings them",
    "without an exchange rate": "`tradewind import FILE --feed manual.fx_rates`",
}
_UNITS = """
with last as (select tenant_id, max(date) as day from marts.profit_daily group by tenant_id)
select p.tenant_id, p.store_id, l.day - %(days)s + 1, l.day, coalesce(sum(p.units), 0),
    coalesce(sum(p.units) filter (where not p.is_complete), 0),
    array[
        coalesce(sum(p.units) filter (where p.store_id like 'unmapped:%%'), 0),
        coalesce(sum(p.units_without_cost) filter (where p.store_id not like 'unmapped:%%'), 0),
        coalesce(sum(p.units_without_fees) filter (where p.store_id not like 'unmapped:%%'), 0),
        coalesce(sum(p.units) filter (where p.store_id not like 'unmapped:%%' and p.fx_rate is null), 0)
    ]
from marts.profit_daily as p
join last as l on p.tenant_id = l.tenant_id and p.date > l.day - %(days)s
group by p.tenant_id, p.store_id, l.day order by 1, 2
"""


class StoreUnits(NamedTuple):
    """A store's units in its tenant's last days of profit. missing: of how many what is missing, in the order of
    _REMEDIES; a unit may lack several."""

    tenant_id: str
    store_id: str
    first: date
    last: date
    units: int
    incomplete: int
    missing: list[int]


def units_of_stores(conn: psycopg.Connection) -> list[StoreUnits]:
    """By tenant and store; nothing while the mart is not built, or is of before it told what is whole."""
    there = conn.execute(
        "select exists (select from pg_attribute where attrelid = to_regclass('marts.profit_daily')"
        " and attname = 'is_complete')"
    ).fetchone()
    if not there or not there[0]:
        return []
    return [StoreUnits(*row) for row in conn.execute(_UNITS, {"days": DAYS}).fetchall()]


def print_whole(console: Console, stores: list[StoreUnits], tenants: Collection[str] | None = None) -> None:
    """A line for each tenant some of whose units are not whole, and one for each store and what it lacks."""
    for tenant_id, rows in groupby(stores, key=lambda row: row.tenant_id):
        mine = list(rows)
        units, incomplete = sum(row.units for row in mine), sum(row.incomplete for row in mine)
        if not incomplete or (tenants is not None and tenant_id not in tenants):
            continue
        say(
            console,
            f"Profit of {tenant_id}, {mine[0].first} .. {mine[0].last}: {incomplete:,} of {units:,} units "
            f"({100 * incomplete / units:.1f} %) are not whole in it; sum rows where is_complete.",
            "yellow",
        )
        for row in mine:
            for count, (lack, remedy) in zip(row.missing, _REMEDIES.items(), strict=True):
                if count:
                    say(console, f"  {row.store_id}: {count:,} {lack}: {remedy.format(store=row.store_id)}.")
