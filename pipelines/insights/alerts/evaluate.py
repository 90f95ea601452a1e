"""Looks for alerts: reads each store by its rules and keeps what has begun, goes on, or is over. Nothing is sent here.

A store is looked at by one process at a time. What a kind has read before is not read again, but for the last day. So a
process that was away for a week finds what began and ended meanwhile, and one that runs twice finds nothing new.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.errors import WarehouseError
from pipelines.insights.alerts import store as kept
from pipelines.insights.alerts.incidents import Incident, follow
from pipelines.insights.alerts.readings import look
from pipelines.insights.alerts.rules import Rule, Rules, load_rules
from pipelines.insights.marts import Marts, read_marts

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Store
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

SKUS_OF_ASINS = """
    select asin, sku from marts.products where store_id = %(store_id)s and asin = any(%(asins)s::text[]) order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of looking for one kind in one store. begun, over: how many incidents. problem: why it could not be
    looked for."""

    store_id: str
    kind: str
    begun: int = 0
    over: int = 0
    read_to: date | None = None
    problem: str | None = None


def evaluate(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    *,
    stores: Sequence[str] | None = None,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Look for alerts in stores; default: all. only: names of kinds; default: all. progress: called with each store's
    id when it is done.

    Raises ConfigError if alerts.yaml is wrong.
    """
    rules = load_rules(settings.stores_path, catalog)
    outcomes: list[Outcome] = []
    for store_id in stores or list(catalog.stores):
        with _only_one(warehouse, store_id):
            outcomes += _store(warehouse, catalog.stores[store_id], rules, settings.now(), only)
        if progress:
            progress(store_id)
    return outcomes


@contextlib.contextmanager
def _only_one(warehouse: Warehouse, store_id: str) -> Iterator[None]:
    """While no other process looks at the store."""
    with warehouse.connect(autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (f"tradewind.alerts.{store_id}",))
        yield


def _store(
    warehouse: Warehouse, store: Store, rules: Rules, now: datetime, only: Collection[str] | None
) -> list[Outcome]:
    today = now.astimezone(store.zone).date()
    with warehouse.connect() as conn:
        known, read_to = kept.newest(conn, store.store_id), kept.read_to(conn, store.store_id)
    found = []
    with read_marts(warehouse, store.store_id, store.time_zone, store.tenant_id) as marts:
        for rule in rules.of(store, _skus_of(marts, rules.tagged(store))):
            if only is not None and rule.kind.name not in only:
                continue
            before = known.get(rule.kind.name, [])
            found.append((rule, before, *_changes(marts, rule, before, read_to.get(rule.kind.name), today, now)))
    outcomes = []
    with warehouse.connect() as conn:
        for rule, before, changed, to, problem in found:
            kept.keep(conn, store, rule, changed, now)
            kept.looked(conn, store, rule.kind.name, to, now, problem)
            there = {(each.subject, each.first_seen) for each in before}
            begun = sum((each.subject, each.first_seen) not in there for each in changed)
            over = sum(not each.is_open for each in changed)
            outcomes.append(Outcome(store.store_id, rule.kind.name, begun, over, to, problem))
    return outcomes


def _skus_of(marts: Marts, asins: Collection[str]) -> dict[str, list[str]]:
    """ASIN -> its SKUs in the store. Before the marts are built none are known."""
    if not asins:
        return {}
    try:
        with marts.conn.transaction():
            rows = marts.rows(SKUS_OF_ASINS, asins=list(asins))
    except WarehouseError:
        return {}
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["asin"], []).append(row["sku"])
    return found


def _changes(
    marts: Marts, rule: Rule, known: list[Incident], read_to: date | None, today: date, now: datetime
) -> tuple[list[Incident], date | None, str | None]:
    """What has changed of a kind, the last day that was read, and why it could not be read."""
    if not rule.is_wanted:
        return [replace(each, over_on=today, ended="off") for each in known if each.is_open], None, None
    first = read_to or today - timedelta(days=rule.kind.history - 1)
    open_subjects = [each.subject for each in known if each.is_open]
    try:
        with marts.conn.transaction():  # what fails in one kind is no matter of the next
            seen = look(marts, rule, min(first, today), today, open_subjects=open_subjects, now=now)
    except WarehouseError as error:
        return [], None, str(error)
    changed = follow(known, seen.readings, over_after=rule.kind.over_after, read_to=seen.read_to)
    return changed, seen.read_to, None
