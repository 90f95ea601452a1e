"""Coverage of the feeds by days: a day is loaded if its staging model has rows of it, else empty.

It is so of every model whose truth says when its report shows a day (`by_days` of `StagingTruth`). What is told in
another way (orders by update, snapshots, weeks) has its module beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from weakref import WeakKeyDictionary

from simulator.truth.known import Known
from simulator.truth.staging import STAGING
from simulator.world.model import SimAccount, SimStore

LOADED, EMPTY = "loaded", "empty"
_FOUND: WeakKeyDictionary[Known, dict[str, set[tuple[str, date]]]] = WeakKeyDictionary()


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    for model, truth in STAGING.items():
        if truth.by_days is not None:
            there = _days(known, model)
            owner = account.account_id if "account_id" in truth.columns else store.store_id
            for day in known.ended(account, truth.by_days.latency):
                yield _feed(model), day, LOADED if (owner, day) in there else EMPTY


def _feed(model: str) -> str:
    """`stg_amazon_sp__customer_returns` is of the feed `amazon_sp.customer_returns`."""
    return ".".join(model.removeprefix("stg_").split("__")[:2])


def _days(known: Known, model: str) -> set[tuple[str, date]]:
    """(account or store, day) of the rows of a model's truth."""
    found = _FOUND.setdefault(known, {})
    if model not in found:
        owner = "account_id" if "account_id" in STAGING[model].columns else "store_id"
        found[model] = {(row[owner], row["date"]) for row in STAGING[model].rows(known)}
    return found[model]
