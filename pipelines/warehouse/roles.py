"""Who may read: `tradewind_bi`, for BI tools, sees marts and insights and changes nothing.

Roles belong to the server, their rights to the database. Rights on tables that dbt makes later come from default
privileges, so no model grants anything.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse

BI = "tradewind_bi"
READABLE = ("marts", "insights")


def bi_url(settings: Settings, warehouse: Warehouse) -> str:
    """The warehouse's address for BI tools, password included; role and rights are made if they are missing."""
    with warehouse.connect() as conn:
        password = ensure_roles(conn, settings.home)
    parts = urlsplit(warehouse.url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{BI}:{quote(password, safe='')}@{host}"))


def ensure_roles(conn: psycopg.Connection, home: Path) -> str:
    """Make the role and its rights as they should be; returns its password, kept in `<home>/tradewind_bi.password`.

    The caller commits. Raises WarehouseError if the user of the warehouse may not make roles.
    """
    file = home / f"{BI}.password"
    known = file.read_text(encoding="utf-8").strip() if file.exists() else None
    password = known or secrets.token_urlsafe(24)
    role = sql.Identifier(BI)
    try:
        created = _create(conn, role)
        if created or known is None or not _can_log_in(conn, password):
            # the server gets the hash: the password itself stands in no statement and in no log
            hashed = conn.pgconn.encrypt_password(password.encode(), BI.encode(), b"scram-sha-256").decode()
            conn.execute(sql.SQL("alter role {} login password {}").format(role, sql.Literal(hashed)))
        # a session left open in a transaction would keep dbt from replacing a table
        conn.execute(sql.SQL("alter role {} set idle_in_transaction_session_timeout = '60s'").format(role))
        conn.execute(sql.SQL("alter role {} set default_transaction_read_only = on").format(role))
        for name in READABLE:
            schema = sql.Identifier(name)
            conn.execute(sql.SQL("grant usage on schema {} to {}").format(schema, role))
            conn.execute(sql.SQL("grant select on all tables in schema {} to {}").format(schema, role))
            conn.execute(
                sql.SQL("alter default privileges in schema {} grant select on tables to {}").format(schema, role)
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise WarehouseError(
            f"The user of the warehouse may not make or change the role {BI}: {error.diag.message_primary}. Let an "
            "administrator grant it CREATEROLE, or give your BI tool a user of your own with select on marts."
        ) from None
    if known is None:
        _keep(file, password)
    return password


def _create(conn: psycopg.Connection, role: sql.Identifier) -> bool:
    try:
        with conn.transaction():
            conn.execute(sql.SQL("create role {} nologin").format(role))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return False
    return True


def _can_log_in(conn: psycopg.Connection, password: str) -> bool:
    """Whether the password we keep is still the role's."""
    info = conn.info
    try:
        psycopg.connect(
            host=info.host, port=info.port, dbname=info.dbname, user=BI, password=password, connect_timeout=5
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _keep(file: Path, password: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{BI}.")
    with os.fdopen(handle, "w") as written:
        written.write(password + "\n")
    Path(name).replace(file)
