"""Checks that each settlement of any document is in the marts, and that its lines add up to its stated total."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import psycopg

from pipelines.verify.findings import Finding
from pipelines.verify.ledger import Ledger
from pipelines.verify.tables import RawPart

FEED = "amazon_sp.settlements_v2"

_MARTS = """
select coalesce(s.account_id, a.account_id), m.settlement_id, m.total_amount, m.lines_amount, m.currency
from marts.settlements m
left join ops.stores s using (store_id)
left join lateral (
    select account_id from ops.stores o
    where s.store_id is null and o.seller_id = split_part(m.store_id, ':', 2) order by account_id limit 1
) a on true
"""


def check(conn: psycopg.Connection, ledger: Ledger, parts: Iterable[RawPart], names: dict[str, str]) -> list[Finding]:
    """Settlements that are missing in marts.settlements, and settlements whose lines do not add up to their total.

    parts: the raw rows, by settlement; amounts in the settlement's currency. names: scope id -> its stores, as text.
    """
    in_marts = {(account, settlement): rest for account, settlement, *rest in conn.execute(_MARTS.encode())}
    brought: dict[tuple[str, str], list[int]] = {}
    in_documents: dict[tuple[str, str], Decimal] = {}
    known = [(ledger.loads[part.load_id], part) for part in parts if part.load_id in ledger.loads]
    for load, part in sorted(known, key=lambda each: (each[0].created_at, each[0].load_id)):
        if not part.document:
            continue
        key = (load.scope_id, part.document)
        brought.setdefault(key, []).append(part.load_id)
        # The newest document of a settlement comes last. Its total and its lines are in the same rows.
        in_documents[key] = part.held.sums.get("total-amount", Decimal(0)) - part.held.sums.get("amount", Decimal(0))
    found = []
    for (scope, settlement), loads in sorted(brought.items()):
        if (scope, settlement) not in in_marts:
            pointed = any(ledger.pointing.get(load) for load in loads)
            found.append(
                Finding(
                    FEED,
                    f"{names.get(scope, scope)}, load {loads[-1]}",
                    f"settlement {settlement} is in raw and not in marts.settlements",
                    "`tradewind transform --full-refresh` builds the marts anew, once nothing else is named"
                    if pointed
                    else "no slice points at a load that has it",
                    scope,
                    loads[-1],
                )
            )
            continue
        total, lines, currency = in_marts[(scope, settlement)]
        if total is not None and total != lines:
            of_document = in_documents[(scope, settlement)] != 0
            found.append(
                Finding(
                    FEED,
                    f"{names.get(scope, scope)}, load {loads[-1]}",
                    f"settlement {settlement} states a total of {total:f} {currency}, and its lines sum to {lines:f}",
                    "so it is in the document itself" if of_document else "the document adds up; the marts do not",
                    scope,
                    loads[-1],
                )
            )
    return found
