"""Who may read: `tradewind_bi`, for BI tools, sees marts and insights and changes nothing.

Roles belong to the server, their rights to the database. Rights on tables that dbt makes later come from default
privileges, so no model grants anything.
"""

from __future__ import annotations

import contextlib
import logging
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

log = logging.getLogger(__name__)

BI = "tradewind_bi"
READABLE = ("marts", "insights")


def role_url(settings: Settings, warehouse: Warehouse) -> str:
    """The warehouse's address for BI tools, password included; role and rights are made if they are missing.

    Raises WarehouseError if the user of the warehouse may not make them.
    """
    with warehouse.connect() as conn:
        password = ensure_roles(conn, settings)
    if password is None:
        raise WarehouseError(
            f"The user of the warehouse may not make or change the role {BI}. Let an administrator grant it "
            "CREATEROLE, or give your BI tool a user of your own with select on the schema marts."
        )
    parts = urlsplit(warehouse.url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{BI}:{quote(password, safe='')}@{host}"))


def ensure_roles(conn: psycopg.Connection, settings: Settings) -> str | None:
    """Make the role and its rights as they should be; changes nothing when they are. The caller commits.

    Returns the role's password, which is kept in `<home>/tradewind_bi.password`; None, and a line in the log, if the
    user of the warehouse may not make roles: the pipeline works without.
    """
    file = settings.home / f"{BI}.password"
    known = file.read_text(encoding="utf-8").strip() if file.exists() else None
    if known is not None and _is_set_up(conn) and _can_log_in(conn, known):
        return known
    password = known or secrets.token_urlsafe(24)
    try:
        with conn.transaction():
            # two processes that grant at once would fail with "tuple concurrently updated"
            conn.execute("select pg_advisory_xact_lock(hashtextextended('tradewind.roles', 0))")
            _make_role(conn, password)
            _grant(conn)
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("The role %s is not set up: %s", BI, error.diag.message_primary)
        return None
    if known is None:
        _keep(file, password)
    return password


def _is_set_up(conn: psycopg.Connection) -> bool:
    """Whether role, rights on what is there, and rights on what will be made are as they should be."""
    rows = conn.execute(
        """
        select has_schema_privilege(role.oid, schema.oid, 'usage')
           and exists (
               select from pg_default_acl d, aclexplode(d.defaclacl) as acl
               where d.defaclnamespace = schema.oid and d.defaclobjtype = 'r' and acl.grantee = role.oid)
           and not exists (
               select from pg_class t where t.relnamespace = schema.oid and t.relkind in ('r', 'v', 'm', 'p')
               and not has_table_privilege(role.oid, t.oid, 'select'))
        from pg_roles role, pg_namespace schema where role.rolname = %s and schema.nspname = any(%s)
        """,
        (BI, list(READABLE)),
    ).fetchall()
    return rows == [(True,)] * len(READABLE)


def _make_role(conn: psycopg.Connection, password: str) -> None:
    role = sql.Identifier(BI)
    with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation), conn.transaction():
        conn.execute(sql.SQL("create role {} nologin").format(role))
    # the server gets the hash: the password itself stands in no statement and in no log
    hashed = conn.pgconn.encrypt_password(password.encode(), BI.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL("alter role {} login password {}").format(role, sql.Literal(hashed)))
    # a session left open in a transaction would keep dbt from replacing a table
    conn.execute(sql.SQL("alter role {} set idle_in_transaction_session_timeout = '60s'").format(role))
    conn.execute(sql.SQL("alter role {} set default_transaction_read_only = on").format(role))


def _grant(conn: psycopg.Connection) -> None:
    role = sql.Identifier(BI)
    for name in READABLE:
        schema = sql.Identifier(name)
        conn.execute(sql.SQL("grant usage on schema {} to {}").format(schema, role))
        conn.execute(sql.SQL("grant select on all tables in schema {} to {}").format(schema, role))
        conn.execute(sql.SQL("alter default privileges in schema {} grant select on tables to {}").format(schema, role))


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
