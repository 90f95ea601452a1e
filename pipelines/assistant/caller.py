"""Who asks, and what of the warehouse they may read: every question runs as its tenant's role, in one read-only
transaction with a time limit. The database keeps tenants apart; nothing here filters their rows.

The ledger (`ops`, and the readings of days in `intermediate`) is no tenant's to read. Two tools need something of it:
of which age a day is, and which documents a day came from. They ask `Caller.ledger` for it, by the ids of stores and
loads that the marts have shown to the tenant's role before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipelines.assistant.refusals import Refusal
from pipelines.warehouse.role_names import tenant_role

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    import psycopg

    from pipelines.accounts.principal import Principal

    Connections = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]

SECONDS = 20
"""How long one statement of a tool may take."""

MOST_CONNECTIONS = 4
WAIT_SECONDS = 10.0

_STORES = """
    select store_id, tenant_id, tenant_name, label, country, currency, time_zone, reporting_currency
    from marts.stores where is_configured order by store_id
"""


@dataclass(frozen=True, slots=True)
class KnownStore:
    """A store that the caller may see. currency, reporting_currency: ISO 4217. time_zone: IANA name."""

    store_id: str
    tenant_id: str
    tenant_name: str
    label: str
    country: str | None
    currency: str
    time_zone: str
    reporting_currency: str

    def today(self, now: datetime) -> date:
        """The marketplace day that is going on."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True)
class Readers:
    """Connections to read by. marts: those that take on a tenant's role. ledger: the platform's own."""

    marts: Connections
    ledger: Connections


@contextmanager
def opened(url: str, ledger_url: str) -> Iterator[Readers]:
    """Readers whose connections are kept, because a new one costs as much as a question.

    url: of a login that may take on the roles of all tenants that ask. ledger_url: of the platform itself. Neither may
    be logged.
    """
    from psycopg import IsolationLevel
    from psycopg_pool import ConnectionPool

    def configure(conn: psycopg.Connection[Any]) -> None:
        conn.isolation_level = IsolationLevel.REPEATABLE_READ
        conn.read_only = True

    def pool(of: str) -> ConnectionPool:
        return ConnectionPool(
            of,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            timeout=WAIT_SECONDS,
            configure=configure,
            kwargs={"application_name": "tradewind mcp"},
        )

    with pool(url) as marts, pool(ledger_url) as ledger:
        yield Readers(marts.connection, ledger.connection)


@dataclass(frozen=True)
class Caller:
    """A caller, and what is read by. now: the business time, UTC. home: where dbt's graph lies; None: there is none."""

    readers: Readers
    principal: Principal
    now: Callable[[], datetime]
    home: Path | None = None

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection[Any]]:
        """A transaction as the tenant's role, which sees one moment and cannot write."""
        import psycopg
        from psycopg import sql

        with self.readers.marts() as conn:
            role = tenant_role(self.principal.tenant_id, conn.info.dbname)
            begin = sql.SQL("set local role {}; set local statement_timeout = {}")
            try:
                conn.execute(begin.format(sql.Identifier(role), sql.Literal(SECONDS * 1000)))
            except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege):
                raise Refusal(
                    "Your tenant has no role in the warehouse yet. The next `tradewind pull` makes it."
                ) from None
            yield conn

    @contextmanager
    def ledger(self) -> Iterator[psycopg.Connection[Any]]:
        """A read-only transaction of the platform itself, for what the module says and for nothing else."""
        with self.readers.ledger() as conn:
            conn.execute(f"set local statement_timeout = {SECONDS * 1000}")
            yield conn


def stores_of(caller: Caller, conn: psycopg.Connection[Any]) -> list[KnownStore]:
    """The configured stores that the caller may see, by their ids."""
    only = caller.principal.stores
    found = (KnownStore(*row) for row in conn.execute(_STORES).fetchall())
    return [store for store in found if only is None or store.store_id in only]


def chosen(caller: Caller, conn: psycopg.Connection[Any], wanted: Sequence[str] | str | None) -> list[KnownStore]:
    """The stores that were asked for; all that the caller may see where none was named.

    Raises Refusal for a store that the caller may not see: whether it exists is nobody's business.
    """
    known = {store.store_id: store for store in stores_of(caller, conn)}
    if not known:
        raise Refusal("You may see no store. Ask the owner of the account for a key with stores.")
    names = [wanted] if isinstance(wanted, str) else list(wanted or known)
    for name in names:
        if name not in known:
            raise Refusal(f"There is no store {name!r} that you may see. There are: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names)]


def the_one(caller: Caller, conn: psycopg.Connection[Any], wanted: str | None, *, why: str) -> KnownStore:
    """The one store that a question is about. why: what makes it one.

    Raises Refusal where none was named of several.
    """
    stores = chosen(caller, conn, wanted)
    if len(stores) > 1:
        known = ", ".join(store.store_id for store in stores)
        raise Refusal(f"{why} Name one `store` of: {known}.")
    return stores[0]


def today_of(stores: Sequence[KnownStore], now: datetime) -> date:
    """The day that is going on in the store where it is earliest: the days before have ended in all of them."""
    return min(store.today(now) for store in stores)
