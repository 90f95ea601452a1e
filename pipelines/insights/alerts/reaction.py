"""What follows when stores have news that must not wait: live alerts are looked for, and what is due is sent.

Who takes the news (the command line, Dagster) tells what came of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.insights.alerts.evaluate import evaluate
from pipelines.insights.alerts.kinds import live_kinds
from pipelines.insights.alerts.outbox import send_due, unsent

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse


@dataclass(frozen=True, slots=True)
class Reaction:
    """begun, over: how many incidents. problems: sentences of what could not be looked for, or did not arrive."""

    begun: int
    over: int
    problems: list[str]


def react(
    settings: Settings, warehouse: Warehouse, catalog: Catalog, stores: Collection[str], *, send: bool = True
) -> Reaction:
    """Look for alerts in these stores, and send what is due. A channel that was down is left alone for a while.

    Raises ConfigError if alerts.yaml is wrong.
    """
    found = evaluate(settings, warehouse, catalog, stores=sorted(stores), only=live_kinds())
    problems = list(dict.fromkeys(f"{each.kind}: {each.problem}" for each in found if each.problem))
    if send:
        sent, wrong = send_due(settings, warehouse, catalog, patient=True)
        problems += [*unsent(sent), *wrong]
    return Reaction(sum(each.begun for each in found), sum(each.over for each in found), problems)
