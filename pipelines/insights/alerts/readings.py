"""Reads what is so on which day: runs the query or function of a kind for a store, and judges its values by the rule.

A kind's query returns a row for each subject and day of which something is known. The readings that matter are kept:
those of subjects on which it is on on some day, or that are open. What follows from them is in `incidents.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.insights.alerts.functions import FUNCTIONS
from pipelines.insights.alerts.incidents import FORGET_AFTER, Reading
from pipelines.insights.alerts.rules import Rule
from pipelines.insights.marts import Marts

# The last row has no subject, and tells the last day of which anything is known.
# Of a product with a tag the threshold may be another; a product for which the kind is off has no readings.
_JUDGED = """
    with reading as (
        {sql}
    ),
    judged as (
        select r.*, r.value {operator} coalesce((%(thresholds)s::jsonb ->> r.product)::numeric, %(threshold)s) as is_on
        from reading as r
        where r.value is not null and {wanted}
    )
    select subject, product, name, date, value, facts, currency
    from (select j.*, bool_or(j.is_on) over (partition by j.subject) as ever from judged as j) as w
    where ever or subject = any(%(open)s::text[])
    union all
    select null, null, null, max(date), null, null, null from judged having count(*) > 0
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a kind shows of a store. read_to: the last day of which anything is known; None: of none."""

    readings: list[Reading]
    read_to: date | None


def look(marts: Marts, rule: Rule, first: date, last: date, *, open_subjects: Collection[str], now: datetime) -> Look:
    """The readings of a store from `first` to `last`, both marketplace days.

    open_subjects: those that last. now: UTC. Raises WarehouseError if a mart is not built.
    """
    if rule.kind.reads == "sql":
        rows = marts.rows(_query(rule), **_parameters(rule, first, last, open_subjects))
    else:
        rows = FUNCTIONS[rule.kind.reads](marts, first, last, now)
    read_to = max((row["date"] for row in rows), default=None)
    return Look([_reading(rule, row) for row in rows if row["subject"] is not None], read_to)


def _query(rule: Rule) -> str:
    operator = ">=" if rule.kind.holds == "at_least" else "<="
    wanted = "coalesce(r.product, '') <> all(%(products)s)" if rule.enabled else "r.product = any(%(products)s)"
    return _JUDGED.format(sql=rule.kind.sql.rstrip(), operator=operator, wanted=wanted)


def _parameters(rule: Rule, first: date, last: date, open_subjects: Collection[str]) -> dict[str, Any]:
    from psycopg.types.json import Jsonb

    otherwise = [product for product, each in rule.by_product.items() if each.enabled is (not rule.enabled)]
    thresholds = {
        product: str(each.threshold) for product, each in rule.by_product.items() if each.threshold is not None
    }
    return {
        **rule.params,
        "read_days": rule.params.get("window_days", 0) + FORGET_AFTER,
        "first": first,
        "last": last,
        "open": list(open_subjects),
        "threshold": rule.threshold,
        "thresholds": Jsonb(thresholds),
        "products": otherwise,
    }


def _reading(rule: Rule, row: dict[str, Any]) -> Reading:
    value, threshold = Decimal(row["value"]), rule.threshold_of(row["product"])
    return Reading(
        subject=row["subject"],
        day=row["date"],
        is_on=rule.kind.is_on(value, threshold) and rule.is_on_for(row["product"]),
        value=value,
        threshold=threshold,
        product=row["product"],
        name=row["name"],
        facts={name: fact for name, fact in (row["facts"] or {}).items() if fact is not None},
        currency=row["currency"],
    )
