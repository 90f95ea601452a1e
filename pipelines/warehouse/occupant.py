"""Keeps real and simulated data apart: a warehouse holds the user's own stores or one simulated world, never both.

Homes keep them apart too (`pipelines/home.py`), but both homes may name the same Postgres. So the first command with
stores writes into the comment of the schema `ops` whose data the warehouse holds. A command with the other kind of
stores is refused before anything is loaded.
"""

from __future__ import annotations

import contextlib

import psycopg
from psycopg import sql

from pipelines.errors import ConfigError
from pipelines.home import read_world
from pipelines.settings import Settings
from pipelines.stores import Catalog

OWN = "tradewind: stores of stores.yaml"
WORLD = "tradewind: simulated world of seed {seed}, begun {first_now}"


def claim(conn: psycopg.Connection, settings: Settings, catalog: Catalog) -> None:
    """Record whose data the warehouse holds, if that is not recorded yet. The warehouse must be migrated.

    The caller commits. In a warehouse of an earlier version nothing is recorded; the demo may use it if all its stores
    are the demo's.

    Raises ConfigError if the warehouse holds a simulated world and the stores are the user's, or the other way round.
    """
    row = conn.execute("select obj_description('ops'::regnamespace, 'pg_namespace')").fetchone()
    known = str((row and row[0]) or "")
    wanted = _identity(settings)
    if known == wanted:
        return
    if known.startswith("tradewind: "):
        raise _refusal(settings, known)
    if wanted != OWN:
        strangers = other_stores(conn, catalog)
        if strangers:
            raise _refusal(settings, f"stores that are not the demo's ({', '.join(strangers)})")
    # If the schema belongs to another role, which administrators may want, the comment cannot be written. The warehouse
    # can be used all the same.
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege), conn.transaction():
        conn.execute(sql.SQL("comment on schema ops is {}").format(sql.Literal(wanted)))


def other_stores(conn: psycopg.Connection, catalog: Catalog) -> list[str]:
    """The ids of stores in ops.stores that are not in the catalogue, compared by id and account."""
    known = [(store.store_id, store.account_id) for store in catalog.stores.values()]
    columns = [[row[index] for row in known] for index in range(2)]
    query = """
        select store_id from ops.stores
        where (store_id, account_id) not in (select * from unnest(%s::text[], %s::text[])) order by store_id
    """
    return [store_id for (store_id,) in conn.execute(query, columns).fetchall()]


def _identity(settings: Settings) -> str:
    world = read_world(settings.home) if settings.is_demo else None
    return WORLD.format(seed=world["seed"], first_now=world["first_now"]) if world else OWN


def _refusal(settings: Settings, holds: str) -> ConfigError:
    what = "your stores" if holds == OWN else holds.removeprefix("tradewind: ")
    where = "This warehouse" if settings.warehouse_url is None else "The warehouse of TRADEWIND_WAREHOUSE_URL"
    if settings.is_demo:
        return ConfigError(
            f"{where} holds {what}, and the simulated world of {settings.home} never goes where anything else is. "
            "Nothing was changed: give the demo an empty database of your server (TRADEWIND_WAREHOUSE_URL, for this "
            "command only), or unset TRADEWIND_WAREHOUSE_URL: it then has a Postgres of its own."
        )
    return ConfigError(
        f"{where} holds a {what}, and your stores ({settings.stores_path}) never go where made-up ones are. Nothing "
        "was changed. Give your stores a database of their own (TRADEWIND_WAREHOUSE_URL), or another TRADEWIND_HOME."
    )
