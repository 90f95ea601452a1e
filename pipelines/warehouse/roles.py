"""Postgres roles that read: their rights on schemas, their limits and their passwords.

`tradewind_bi`, for BI tools, sees all marts and insights. `tradewind_tenants` is the group of the tenants' roles
(`tenant_roles.py`), each of which sees its tenant's rows. None of these roles can write. Which rows of a table a role
sees, and the rights on the table, are set by `ops.protect` (migration 0007); dbt calls it for each mart that it builds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import embedded
from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

BI = "tradewind_bi"
TENANTS = "tradewind_tenants"
READABLE = ("marts", "insights")

LIMITS: Mapping[str, str] = {
    # A session left open in a transaction would keep dbt from replacing a table.
    "idle_in_transaction_session_timeout": "60s",
    # In a full refresh, a model waits two minutes for a lock on its table. A query must end before that.
    "statement_timeout": "90s",
    "lock_timeout": "60s",
    "default_transaction_read_only": "on",
    # With another time zone of the server, BI tools may show date_trunc of a day as the day before.
    "TimeZone": "UTC",
}
"""The settings with which a reader's session begins. The session can change them, but `end_overdue` enforces them."""

_WITHOUT_READERS = (
    *("pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared"),
    *("pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock"),
    *("pg_try_advisory_xact_lock_shared", "lo_creat", "lo_create", "lo_from_bytea"),
)
"""Functions of Postgres that every role may call by default and that readers must not: locks can hold up builds, and
large objects can fill the disk."""


def role_url(settings: Settings, warehouse: Warehouse) -> str:
    """The warehouse's address for BI tools, with the password. The role and its rights are created if they are missing.

    Raises WarehouseError if the warehouse's user may not create them.
    """
    with warehouse.connect() as conn:
        password = ensure_roles(conn, settings)
    if password is None:
        raise WarehouseError(
            f"The user of the warehouse may not make or change the role {BI}. Let an administrator grant it "
            "CREATEROLE, or give your BI tool a user of your own with select on the schema marts."
        )
    return address(warehouse, BI, password)


def address(warehouse: Warehouse, role: str, password: str) -> str:
    """The warehouse's URL for a role, with the password."""
    parts = urlsplit(warehouse.url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{host}"))


def ensure_roles(conn: psycopg.Connection, settings: Settings) -> str | None:
    """Create missing roles and rights; nothing is changed if all are there. The caller commits.

    Returns the password of `tradewind_bi`, which is kept in `<home>/tradewind_bi.password`. If the warehouse's user may
    not create roles, it is logged and None is returned; the pipeline works without these roles.
    """
    known = kept_password(settings, BI)
    if known is not None and _is_set_up(conn) and can_log_in(conn, BI, known):
        return known
    password = known or secrets.token_urlsafe(24)
    try:
        with conn.transaction():
            lock_roles(conn)
            create_role(conn, TENANTS)
            create_role(conn, BI)
            set_login(conn, BI, password)
            _grant(conn)
            if settings.warehouse_url is None:
                close_server(conn)
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("The role %s is not set up: %s", BI, error.diag.message_primary)
        return None
    if known is None:
        keep_password(settings, BI, password)
    return password


def _is_set_up(conn: psycopg.Connection) -> bool:
    """Whether roles, limits, rights on existing tables, and default rights for new tables are complete."""
    there = conn.execute(
        "select count(*) from pg_roles where rolname = %s or rolname = %s and rolconfig @> %s",
        (TENANTS, BI, [f"{name}={value}" for name, value in LIMITS.items()]),
    ).fetchone()
    if there != (2,):
        return False
    rows = conn.execute(
        """
        select has_schema_privilege(role.oid, schema.oid, 'usage')
           and has_schema_privilege(%s, schema.oid, 'usage')
           and exists (
               select from pg_default_acl d, aclexplode(d.defaclacl) as acl
               where d.defaclnamespace = schema.oid and d.defaclobjtype = 'r' and acl.grantee = role.oid)
           and not exists (
               select from pg_class t where t.relnamespace = schema.oid and t.relkind in ('r', 'v', 'm', 'p')
               and not (has_table_privilege(role.oid, t.oid, 'select')
                   and (t.relkind not in ('r', 'p') or ops.is_protected(t.oid))))
        from pg_roles role, pg_namespace schema where role.rolname = %s and schema.nspname = any(%s)
        """,
        (TENANTS, BI, list(READABLE)),
    ).fetchall()
    return rows == [(True,)] * len(READABLE)


def lock_roles(conn: psycopg.Connection) -> None:
    """Keep other sessions from changing roles until the transaction ends.

    Two sessions that change roles at once fail with "tuple concurrently updated".
    """
    conn.execute("select pg_advisory_xact_lock(hashtextextended('tradewind.roles', 0))")


def create_role(conn: psycopg.Connection, role: str) -> None:
    """Create a role without login, if it does not exist."""
    if conn.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is None:
        with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation), conn.transaction():
            conn.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))


def set_login(conn: psycopg.Connection, role: str, password: str) -> None:
    """Let a role log in with a password, within the limits of readers (`LIMITS`)."""
    name = sql.Identifier(role)
    # Only the hash is sent to the server, so the password is in no statement and no log.
    hashed = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL("alter role {} login password {}").format(name, sql.Literal(hashed)))
    for setting, value in LIMITS.items():
        conn.execute(sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value)))


def _grant(conn: psycopg.Connection) -> None:
    role, group = sql.Identifier(BI), sql.Identifier(TENANTS)
    for name in READABLE:
        schema = sql.Identifier(name)
        conn.execute(sql.SQL("grant usage on schema {} to {}, {}").format(schema, role, group))
        conn.execute(sql.SQL("grant select on all tables in schema {} to {}").format(schema, role))
        conn.execute(sql.SQL("alter default privileges in schema {} grant select on tables to {}").format(schema, role))
    # Tenants get no default rights: they may read only tables that have a policy.
    conn.execute(
        "select ops.protect(oid) from pg_class "
        "where relnamespace::regnamespace::text = any(%s) and relkind in ('r', 'p')",
        (list(READABLE),),
    )
    # Views with security_invoker are read with the reader's own rights, so the policies of their tables apply.
    for (view,) in conn.execute(
        "select oid::regclass::text from pg_class where relnamespace::regnamespace::text = any(%s)"
        " and relkind = 'v' and reloptions @> array['security_invoker=true']",
        (list(READABLE),),
    ).fetchall():
        conn.execute(sql.SQL("grant select on {} to {}").format(sql.SQL(view), group))


def close_server(conn: psycopg.Connection) -> None:
    """Take rights from every role that Postgres gives by default and that readers do not need.

    This is done only in the embedded server. On a server of the user's own, other applications may need these rights;
    docs/bi.md has the statements.
    """
    for (function,) in conn.execute(
        "select oid::regprocedure::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace "
        "and proname = any(%s) and has_function_privilege('public', oid, 'execute')",
        (list(_WITHOUT_READERS),),
    ).fetchall():
        conn.execute(sql.SQL("revoke execute on function {} from public").format(sql.SQL(function)))
    for database in (embedded.DAGSTER, "postgres", "template1"):
        if conn.execute(
            "select 1 from pg_database where datname = %s and has_database_privilege('public', oid, 'connect')",
            (database,),
        ).fetchone():
            conn.execute(sql.SQL("revoke connect on database {} from public").format(sql.Identifier(database)))


def end_overdue(conn: psycopg.Connection) -> None:
    """End sessions of readers that a build would have to wait for, even if they have changed their limits.

    These are sessions that hold an advisory lock, or have run one statement, or been idle in a transaction, for longer
    than `LIMITS` allows.
    """
    try:
        with conn.transaction():
            conn.execute(
                """
                select pg_terminate_backend(a.pid)
                from pg_stat_activity as a
                where a.datname = current_database() and (a.usename = %s or a.usename like 'tradewind\\_tenant\\_%%')
                    and (
                        a.state like 'idle in transaction%%' and a.state_change < clock_timestamp() - %s::interval
                        or a.state = 'active' and a.query_start < clock_timestamp() - %s::interval
                        or exists (select from pg_locks as l where l.pid = a.pid and l.locktype = 'advisory'))
                """,
                (BI, LIMITS["idle_in_transaction_session_timeout"], LIMITS["statement_timeout"]),
            )
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("Sessions of BI tools that hold up builds cannot be ended: %s", error.diag.message_primary)


def can_log_in(conn: psycopg.Connection, role: str, password: str) -> bool:
    """Whether this is the role's password."""
    info = conn.info
    try:
        psycopg.connect(
            host=info.host, port=info.port, dbname=info.dbname, user=role, password=password, connect_timeout=5
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def kept_password(settings: Settings, role: str) -> str | None:
    """The password in `<home>/<role>.password`; None if there is no such file."""
    file = settings.home / f"{role}.password"
    return file.read_text(encoding="utf-8").strip() if file.exists() else None


def keep_password(settings: Settings, role: str, password: str) -> None:
    """Write a password to `<home>/<role>.password`, which only its owner can read."""
    file: Path = settings.home / f"{role}.password"
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{role}.")
    with os.fdopen(handle, "w") as written:
        written.write(password + "\n")
    Path(name).replace(file)
