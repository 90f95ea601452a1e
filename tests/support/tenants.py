"""Two tenants on one platform, a row of each in every mart, and a session of one that tries to read the other's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipelines.warehouse import roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.reader_limits import close_server
from pipelines.warehouse.role_names import bi_role, tenants_group
from pipelines.warehouse.role_names import tenant_role as role_in_database
from pipelines.warehouse.tenant_roles import sync_tenant_roles
from tests.support.building import Marts
from tests.support.ledger import order_line

BY_DATE = "amazon_sp.all_orders_by_order_date"
DAY = date(2026, 2, 10)
OWN, OTHER = "made", "rupee"
DATABASE = "platform"
"""The name of the database, which its roles carry."""
BI, TENANTS = bi_role(DATABASE), tenants_group(DATABASE)
STORES = {"made-us": OWN, "unmapped:SELLERNA:amazon.ca": OWN, "rupee-in": OTHER, "unmapped:SELLERIN:amazon.sa": OTHER}
ROLLUPS = {f"*{tenant}": tenant for tenant in (OWN, OTHER)}
"""The store ids of what is about all stores of a tenant, in the tables of briefs only."""
OF_BRIEFS = (
    *("insights.briefs", "insights.brief_versions", "insights.model_calls", "insights.brief_deliveries"),
    *("insights.alert_messages", "insights.alert_mutes"),
)

# values by type, of which a trace is found in whatever a session is told
_NUMBERS = {OWN: 11, OTHER: 77123}
_DAYS = {OWN: "2026-02-10", OTHER: "2031-07-07"}
TRACES = ("rupee", "SELLERIN", "77123", "2031-07")


def stores_in(table: str) -> dict[str, str]:
    """The store ids that a table of the platform has rows of, with their tenants."""
    return STORES | (ROLLUPS if table in OF_BRIEFS else {})


def tenant_role(tenant: str) -> str:
    """The role of a tenant on the platform."""
    return role_in_database(tenant, DATABASE)


class Platform:
    """A warehouse with both tenants' marts. addresses: a URL by role name."""

    def __init__(self, url: str, home: Path) -> None:
        self.marts = Marts(Warehouse(url), home)
        self.addresses: dict[str, str] = {}
        with self.marts.warehouse.connect() as conn:
            roles.ensure_roles(conn, self.marts.settings)
            sync_tenant_roles(conn, [OWN, OTHER])
            close_server(conn)
            # As on a server of the user's own, where whoever attacks can do more.
            conn.execute(sql.SQL("grant temporary on database {} to public").format(sql.Identifier(conn.info.dbname)))
        for role in (tenant_role(OWN), tenant_role(OTHER), BI):
            self.let_in(role)

    def let_in(self, role: str) -> None:
        """Give a role a password."""
        with self.marts.warehouse.connect() as conn:
            roles.set_login(conn, role, "password")
        self.addresses[role] = roles.address(self.marts.warehouse, role, "password")

    def sell(self) -> None:
        """An order of each tenant, and one of each that maps to no store."""
        with self.marts.landing() as ledger:
            for account, channels in (
                ("SELLERNA@na", ("Amazon.com", "Amazon.ca")),
                ("SELLERIN@eu", ("Amazon.in", "Amazon.sa")),
            ):
                currency = "USD" if account == "SELLERNA@na" else "INR"
                lines = [
                    order_line(f"{account}-{channel}", sales_channel=channel, currency=currency) for channel in channels
                ]
                ledger.load(BY_DATE, account, lines, days=[DAY])

    @contextlib.contextmanager
    def session(self, role: str = tenant_role(OWN)) -> Iterator[Session]:
        """A session of a role that has undone what holds it to reading; each statement is its own transaction."""
        with psycopg.connect(self.addresses[role], autocommit=True) as conn:
            conn.execute("set default_transaction_read_only = off")
            yield Session(conn)

    def fill(self) -> list[str]:
        """A row of each store in every table of marts and insights that says whose it is; their names."""
        with self.marts.warehouse.connect() as conn:
            tables = [
                name
                for (name,) in conn.execute(
                    "select c.oid::regclass::text from pg_class as c join pg_attribute as a on a.attrelid = c.oid "
                    "where c.relnamespace::regnamespace::text in ('marts', 'insights') and c.relkind in ('r', 'p') "
                    "and a.attname = 'tenant_id' order by 1"
                )
            ]
            for table in tables:
                conn.execute(sql.SQL("truncate {}").format(sql.SQL(table)))
                for store, tenant in stores_in(table).items():
                    _insert(conn, table, store, tenant)
                conn.execute(f"analyze {table}")
            conn.execute(
                "insert into ops.unmapped_stores select * from unnest(%s::text[], %s::text[]) on conflict do nothing",
                (list(STORES), list(STORES.values())),
            )
        return tables


class Session:
    """Runs statements and keeps everything that it was told: rows, notices, errors with their details."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.told: list[str] = []
        conn.add_notice_handler(lambda notice: self._keep(notice))

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, if it has any. Raises what the server says, after it was kept."""
        try:
            if statement.startswith("copy") and "stdout" in statement:
                with self.conn.cursor().copy(statement.encode()) as copy:
                    rows = [tuple(bytes(row).decode().split("\t")) for row in copy]
            else:
                cursor = self.conn.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            self._keep(error.diag)
            raise
        self.told += map(str, rows)
        return rows

    def traces(self) -> list[str]:
        """What of the other tenant was told."""
        return [line for line in self.told if any(trace in line for trace in TRACES)]

    def _keep(self, said: Any) -> None:
        self.told += filter(None, (said.message_primary, said.message_detail, said.message_hint, said.context))


def _insert(conn: psycopg.Connection[Any], table: str, store: str, tenant: str) -> None:
    values: dict[str, Any] = {}
    for name, kind in conn.execute(
        "select attname, format_type(atttypid, null) from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        (table,),
    ).fetchall():
        if kind == "text":
            # of the tenant's own goods there is one row, whatever its stores
            own = {"store_id": store, "tenant_id": tenant, "central_sku": f"{tenant}-secret {store}"}
            values[name] = own.get(name, f"{tenant}-secret")
        elif kind == "jsonb":
            values[name] = f'{{"of": "{tenant}-secret"}}'
        elif kind == "boolean":
            values[name] = tenant == OTHER
        elif kind == "text[]":
            values[name] = [f"{tenant}-secret"]
        elif kind in ("date", "timestamp with time zone", "timestamp without time zone"):
            values[name] = _DAYS[tenant]
        elif kind in ("integer", "bigint", "numeric", "smallint", "double precision"):
            values[name] = _NUMBERS[tenant]
        else:
            raise TypeError(f"No value is known for {table}.{name}, which is {kind}")
    conn.execute(
        sql.SQL("insert into {} ({}) overriding system value values ({})").format(
            sql.SQL(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join([sql.Placeholder()] * len(values)),
        ),
        list(values.values()),
    )
