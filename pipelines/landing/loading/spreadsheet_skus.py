"""Finds SKUs in files of costs that a spreadsheet has changed to numbers: 00123 to 123, 123456 to 1.23E+05.

Such a SKU is not corrected. The user gets a warning with the SKU in the file and the known SKU beside it. `damaged` is
the pure rule; `damaged_skus` reads the known SKUs from the warehouse. Blanks around a SKU are removed by staging.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from psycopg import sql

from pipelines.feeds import column_name

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.stores import Scope

BLANKS = " \t\u00a0\u202f\u3000\ufeff"
_NUMBER = re.compile(r"\d+(?:[.,]0+)?|\d(?:[.,]\d+)?[Ee]\+?\d+")
_MOST_SHOWN = 20
_MOST_SKUS = 100_000

# Raw tables that name a seller's SKUs.
_SKUS = (
    ("amazon_sp__merchant_listings", "seller_sku"),
    ("amazon_sp__fba_myi_unsuppressed_inventory", "sku"),
    ("amazon_sp__fba_myi_all_inventory", "sku"),
    ("amazon_sp__all_orders_by_order_date", "sku"),
    ("amazon_sp__all_orders_by_last_update", "sku"),
)


def numbers_in(skus: Collection[str]) -> set[str]:
    """Those of a file's SKUs that look like a number, without blanks around them."""
    return {sku for each in skus if _NUMBER.fullmatch(sku := each.strip(BLANKS))}


def damaged(skus: Collection[str], known: Collection[str]) -> dict[str, str]:
    """Unknown SKU in a file -> the known SKU that a spreadsheet shows like this.

    skus: SKUs of the file that look like a number. known: the seller's SKUs that consist of digits.

    >>> damaged({"123", "1.23E+05", "77", "4.0"}, {"00123", "123456", "77", "4"})
    {'1.23E+05': '123456', '123': '00123', '4.0': '4'}
    """
    found = {}
    for sku in sorted(set(skus) - set(known)):
        meant = [each for each in sorted(known) if _becomes(each, sku)]
        if meant:
            found[sku] = meant[0]
    return found


def damage_warning(found: dict[str, str]) -> str | None:
    """The warning about damaged SKUs; None if there are none."""
    if not found:
        return None
    shown = [f"{sku} (known is {known})" for sku, known in list(found.items())[:_MOST_SHOWN]]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return (
        f"No product has the SKU {', '.join(shown)}{more}: a spreadsheet seems to have made numbers of SKUs. Their "
        "costs count for nothing; format the column as text, write the SKUs as Amazon has them and import it again."
    )


def damaged_skus(conn: psycopg.Connection, feed: Feed, scope: Scope, load_id: int) -> str | None:
    """The warning about damaged SKUs (`Feed.spreadsheet_sku`) in a file that was copied as `load_id`, if it has any."""
    rows = conn.execute(
        sql.SQL(
            "select distinct {column} from {table} where load_id = %s and length({column}) <= 40 "
            "and {column} ~ '[0-9]' limit {most}"
        ).format(
            most=_MOST_SKUS,
            column=sql.Identifier(column_name(feed.spreadsheet_sku)),
            table=sql.Identifier("raw", feed.table(feed.sections[0])),
        ),
        (load_id,),
    ).fetchall()
    numbers = numbers_in([sku for (sku,) in rows])
    if not numbers:
        return None
    scopes = [*{scope.scope_id, *(store.account_id for store in scope.stores)}]
    known: set[str] = set()
    for table, column in _SKUS:
        there = conn.execute("select to_regclass(%s) is not null", (f'raw."{table}"',)).fetchone()
        if there and there[0]:
            query = sql.SQL(
                "select distinct r.{column} from {table} as r inner join ops.loads as l on r.load_id = l.load_id "
                "where l.scope_id = any(%s) and r.{column} ~ '^[0-9]+$'"
            ).format(column=sql.Identifier(column), table=sql.Identifier("raw", table))
            known |= {sku for (sku,) in conn.execute(query, (scopes,))}
    return damage_warning(damaged(numbers, known))


def _becomes(known: str, sku: str) -> bool:
    """Whether a spreadsheet that takes the known SKU for a number may show it as `sku`."""
    text = sku.replace(",", ".")
    if "E" not in text.upper():
        return known.lstrip("0") == text.split(".")[0].lstrip("0")
    digits = text.upper().split("E")[0]
    places = len(digits.partition(".")[2])
    return f"{Decimal(int(known)):.{places}E}" == f"{Decimal(text):.{places}E}"
