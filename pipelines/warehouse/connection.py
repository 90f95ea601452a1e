"""Connects to the warehouse, which is the embedded Postgres or one of the user's own.

`open_warehouse` is the entry; it migrates the schema. The address of Dagster's own database is found here too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from pipelines.errors import WarehouseError
from pipelines.home import make_private
from pipelines.settings import Settings
from pipelines.warehouse import embedded, migrate
from pipelines.warehouse.statements import Pool
from pipelines.warehouse_tls import HINT, is_about_tls

OLDEST_SERVER = 16  # The first version of Postgres that has pg_input_is_valid.
POOL_SIZE = 10  # The most connections of one process.


@dataclass(frozen=True)
class Warehouse:
    """A migrated warehouse. url: `postgresql://...` with the password, so it must not be logged."""

    url: str

    @contextlib.contextmanager
    def connect(self, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
        """A connection for one block: committed at its end, rolled back on an exception, then closed."""
        with psycopg.connect(self.url, autocommit=autocommit, application_name="tradewind") as conn:
            yield conn

    def async_pool(self, max_size: int = POOL_SIZE) -> Pool:
        """A pool, not yet open: `async with warehouse.async_pool() as pool`. Connections do not autocommit."""
        return Pool(self.url, max_size=max_size, application_name="tradewind")


def open_warehouse(settings: Settings) -> Warehouse:
    """The warehouse of these settings. It is started if it is the embedded one, and migrated.

    Raises WarehouseError if it cannot be started or reached, if its Postgres is too old, or if its schema is of a newer
    Tradewind.
    """
    own = settings.warehouse_url
    with contextlib.suppress(OSError):  # whoever needs the folder is told by what it does there
        make_private(settings.home)
    url = own.get_secret_value() if own is not None else embedded.start(settings.home)
    prepare(url)
    return Warehouse(url)


def prepare(url: str) -> None:
    """Check the server's version and migrate the database. It takes about 10 ms if there is nothing to migrate.

    Raises WarehouseError like `open_warehouse`.
    """
    with _reach(url) as conn:
        version = conn.info.server_version // 10_000
        if version < OLDEST_SERVER:
            raise WarehouseError(
                f"The warehouse at {without_password(url)} is Postgres {version}; Tradewind needs {OLDEST_SERVER} or "
                "newer. Upgrade it, or unset TRADEWIND_WAREHOUSE_URL to use the embedded one."
            )
        current = migrate.is_current(conn)
    if not current:
        migrate.to_head(url)


def dagster_url(settings: Settings) -> str:
    """The address of Dagster's own database, as `postgresql+psycopg2://...`, with the password.

    The scheme names psycopg2, because SQLAlchemy may take psycopg 3 for the plain scheme, and Dagster's NOTIFY fails
    with that. The database is created if it does not exist: in the embedded server, or as `dagster` on the server of
    the user's warehouse. Raises WarehouseError.
    """
    if settings.dagster_url is not None:
        url = settings.dagster_url.get_secret_value()
    elif settings.warehouse_url is None:
        embedded.start(settings.home)
        state = embedded.read_state(settings.home)
        if state is None:
            raise WarehouseError(f"{settings.home / 'postgres.json'} has vanished; start again.")
        url = state.url(embedded.DAGSTER)
    else:
        url = _beside(settings.warehouse_url.get_secret_value())
    return "postgresql+psycopg2" + url.removeprefix("postgresql")


def without_password(url: str) -> str:
    """An address without user and password, which may be shown."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _beside(url: str) -> str:
    """The address of the database `dagster` on the same server. It is created if it does not exist."""
    with _reach(url) as conn:
        conn.autocommit = True
        if conn.execute("select 1 from pg_database where datname = %s", (embedded.DAGSTER,)).fetchone() is None:
            try:
                conn.execute(sql.SQL("create database {}").format(sql.Identifier(embedded.DAGSTER)))
            except psycopg.errors.InsufficientPrivilege:
                raise WarehouseError(
                    f"Dagster needs a database of its own, and the user of {without_password(url)} may not make one. "
                    "Make a database and set TRADEWIND_DAGSTER_URL to it."
                ) from None
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                pass  # Another process has created it meanwhile.
    return urlunsplit(urlsplit(url)._replace(path=f"/{embedded.DAGSTER}"))


@contextlib.contextmanager
def _reach(url: str) -> Iterator[psycopg.Connection]:
    try:
        conn = psycopg.connect(url, connect_timeout=10, application_name="tradewind")
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        if is_about_tls(str(error)) and "sslmode=verify-full" in url:
            raise WarehouseError(
                f"The warehouse at {without_password(url)} cannot be reached: {said}. {HINT}"
            ) from None
        raise WarehouseError(
            f"The warehouse at {without_password(url)} cannot be reached: {said}. Check TRADEWIND_WAREHOUSE_URL (user, "
            "password, host, database) and that the server runs; unset it to use the embedded one."
        ) from None
    with conn:
        yield conn
