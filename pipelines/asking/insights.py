"""What is asked like a mart and is none: alerts and briefs, which the insights write (docs/alerts.md, docs/bi.md).

Their columns are those of the migrations; a test compares the two. No build makes them, so that answers are not kept.
"""

from __future__ import annotations

from pipelines.asking.contract import Adds, Column, Mart

_OF_ALERTS = """
store_id text! Store.
tenant_id text! Tenant that the store belongs to.
incident_id bigint! Number of the incident.
kind text! What it is: `out_of_stock`, `buy_box_lost` and others (docs/alerts.md).
subject text! What it is about: a SKU, an ASIN, a campaign's id, a search term, a feed, or the store itself.
name text What people call the subject; null where it has no name.
product text SKU or ASIN; null where it is about no product.
severity text! How urgent it is: `critical`, `warning` or `info`.
first_seen date! First marketplace day on which it was seen.
last_seen date! Last marketplace day on which it was seen.
resolved_at date Marketplace day on which it was seen to be over; null while it lasts.
ended text `over`, `gone` or `off`; null while it lasts.
value numeric What was measured on `last_seen`, in `unit`.
threshold numeric The threshold that held on `last_seen`, in `unit`.
unit text! Unit of value and threshold.
currency text Currency of amounts, ISO 4217; null where there are none.
opened_at timestamptz! When it was written down, by the business clock.
ended_at timestamptz When it was seen to be over, by the business clock.
facts jsonb! Further figures of `last_seen`, by name.
"""
_OF_BRIEFS = """
store_id text! Store; `*` and the tenant's id for what is about all of its stores.
tenant_id text! Tenant that the store belongs to.
kind text! Kind of brief: `daily`, `weekly`, `month` and others.
period_start date! First marketplace day that it is about.
period_end date! Last marketplace day that it is about.
language text! Language: `en` or `zh`.
version integer! Counts the versions of the brief, from 1.
writer text! `llm` (a model) or `template` (rules).
grounded boolean! Whether every statement was checked against its figures.
read_at timestamptz! Business time at which the marts were read for it.
created_at timestamptz! When it was written.
body_markdown text! The text.
"""


def _columns(text: str) -> dict[str, Column]:
    found = {}
    for line in text.strip().splitlines():
        name, type, meaning = line.split(" ", 2)
        kind = type.rstrip("!")
        adds = Adds.NEVER if kind == "numeric" else Adds.KEY
        found[name] = Column(name, kind, meaning, not type.endswith("!"), adds)
    return found


ALERTS = Mart(
    name="alerts",
    schema="insights",
    domain="insights",
    meaning="What a seller must hear of: one row per store, kind, subject and first day on which it was seen.",
    key=("store_id", "incident_id"),
    columns=_columns(_OF_ALERTS),
    day="last_seen",
)
BRIEFS = Mart(
    name="briefs",
    schema="insights",
    domain="insights",
    meaning="The newest version of each brief, by its period.",
    key=("store_id", "kind", "period_start", "period_end", "language"),
    columns=_columns(_OF_BRIEFS),
    day="period_end",
)
