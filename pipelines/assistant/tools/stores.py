"""`list_stores`: which stores there are, in which currency and time zone, and up to when there is data."""

from __future__ import annotations

from pipelines.assistant.answers import Answer, paged
from pipelines.assistant.arguments import Page
from pipelines.assistant.caller import Caller, chosen
from pipelines.assistant.outside import Ours
from pipelines.assistant.standing import ADS, LEDGER, ORDERS, TRAFFIC, freshness, newest

_KINDS = {"orders": (ORDERS,), "traffic": (TRAFFIC,), "advertising": ADS, "stock": (LEDGER,)}
"""Kinds of data, and the reports that each is made of."""


def list_stores(caller: Caller, page: Page = 0) -> Answer:
    """Which stores there are: their country, currency, time zone, and up to which day there is data of each kind. Begin
    here."""
    now = caller.now()
    with caller.reading() as conn:
        stores = chosen(caller, conn, None)
        last = newest(conn, stores, [source for sources in _KINDS.values() for source in sources])
    until = {name: freshness([row for row in last if row["source"] in sources]) for name, sources in _KINDS.items()}
    rows = [
        {
            "store": store.store_id,
            "label": Ours(store.label),
            "country": store.country,
            "currency": store.currency,
            "reporting_currency": store.reporting_currency,
            "time_zone": store.time_zone,
            "today": store.today(now),
            **{f"{name}_until": known.data_until.get(store.store_id) for name, known in until.items()},
        }
        for store in stores
    ]
    reporting = sorted({store.reporting_currency for store in stores})
    answer = Answer(
        says=f"{len(stores)} {'store' if len(stores) == 1 else 'stores'}; over several of them money is told in "
        f"{', '.join(reporting)}.",
        unit="count",
        freshness=until["orders"],
        notes=[
            "Days are days of each store's marketplace; `today` has not ended and is in no figure.",
            "`..._until` is the last day of which the reports are here.",
        ],
    )
    return paged(answer, rows, page)
