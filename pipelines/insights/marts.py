"""Reads the marts of one store in one read-only transaction with a snapshot, so that all figures agree.

The queries are in `measures/`, beside the computations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.errors import WarehouseError

if TYPE_CHECKING:
    import pandas as pd
    import psycopg

    from pipelines.warehouse.connection import Warehouse


@dataclass(frozen=True)
class Marts:
    """The marts of one store or tenant, as they are at one moment. zone: IANA name of the store's time zone."""

    conn: psycopg.Connection[Any]
    store_id: str
    zone: str
    tenant_id: str = ""

    def rows(self, sql: str, **params: object) -> list[dict[str, Any]]:
        """Run a query. `%(store_id)s` and `%(tenant_id)s` are the store's and the tenant's id.

        Raises WarehouseError if a mart is not built.
        """
        import psycopg
        from psycopg.rows import dict_row

        try:
            with self.conn.cursor(row_factory=dict_row) as cursor:
                cursor.execute(sql, {"store_id": self.store_id, "tenant_id": self.tenant_id, **params})
                return cursor.fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
            message = error.diag.message_primary
            raise WarehouseError(
                f"The marts are needed, but {message}. Build them with `tradewind transform`, then ask again."
            ) from None

    def daily(self, sql: str, first: date, last: date, **params: object) -> pd.DataFrame:
        """The rows of a query, with its column `date` as index. Amounts stay exact (Decimal). Days may be missing."""
        import pandas as pd

        rows = self.rows(sql, first=first, last=last, **params)
        if not rows:
            return pd.DataFrame(index=pd.Index([], name="date"))
        return pd.DataFrame.from_records(rows, coerce_float=False).astype(object).set_index("date")


@contextmanager
def read_marts(warehouse: Warehouse, store_id: str, zone: str, tenant_id: str = "") -> Iterator[Marts]:
    """The store's marts, in a transaction that sees one moment and cannot write. zone: IANA name."""
    from psycopg import IsolationLevel

    with warehouse.connect() as conn:
        conn.isolation_level = IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        yield Marts(conn, store_id, zone, tenant_id)


LAST_ORDERS_DAY = """
    select max(date) as day from (
        select date from marts.sales_daily where store_id = %(store_id)s and date <= %(until)s
        union all
        select date from marts.data_coverage
        where store_id = %(store_id)s and date <= %(until)s and feed like 'amazon_sp.all_orders%%'
            and state in ('loaded', 'empty')
            and exists (select from marts.sales_daily where store_id = %(store_id)s and date <= %(until)s)
    ) known
"""


def last_day(marts: Marts, until: date, store_id: str | None = None) -> date | None:
    """The last day up to `until` that has orders, or is known to have none; None if there were never any orders.

    store_id: default that of the marts.
    """
    rows = marts.rows(
        LAST_ORDERS_DAY,
        until=until,
        **({"store_id": store_id} if store_id else {}),
    )
    return rows[0]["day"]
