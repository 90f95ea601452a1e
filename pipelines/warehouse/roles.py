"""Postgres roles that read: their rights on schemas and their passwords.

`tradewind_bi`, for BI tools, sees all marts and insights. `tradewind_tenants` is the group of the tenants' roles
(`tenant_roles.py`), each of which sees its tenant's rows. None of these roles can write. Which rows of a table a role
sees, and the rights on the table, are set by `ops.protect` (migration 0023); dbt calls it for each mart that it builds.

The group has no rights of its own: what a role may use by membership, it may also throw away (`drop owned by`), for all
members at once. So tenants read by rights of PUBLIC, and the policies ask who is a member. Names are in
`role_names.py`, limits in `reader_limits.py`.
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
from psycopg.conninfo import conninfo_to_dict

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.reader_limits import close_server, hold, lock_roles
from pipelines.warehouse.role_names import BI, TENANTS, bi_role, tenants_group

log = logging.getLogger(__name__)

READABLE = ("marts", "insights")


def role_url(settings: Settings, warehouse: Warehouse) -> str:
    """The warehouse's address for BI tools, with the password. The role and its rights are created if they are missing.

    Raises WarehouseError if the warehouse's user may not create them.
    """
    with warehouse.connect() as conn:
        password = ensure_roles(conn, settings)
    if password is None:
        raise WarehouseError(
            f"The user of the warehouse may not make or change the role {_bi(warehouse)}. Let an administrator grant "
            "it CREATEROLE, or give your BI tool a user of your own with select on the schema marts."
        )
    return address(warehouse, _bi(warehouse), password)


def _bi(warehouse: Warehouse) -> str:
    return bi_role(str(conninfo_to_dict(warehouse.url).get("dbname") or ""))


def address(warehouse: Warehouse, role: str, password: str) -> str:
    """The warehouse's URL for a role, with the password."""
    parts = urlsplit(warehouse.url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{host}"))


def ensure_roles(conn: psycopg.Connection, settings: Settings) -> str | None:
    """Create missing roles and rights; nothing is changed if all are there. The caller commits.

    Returns the password of the role of BI tools, which is kept in `<home>/tradewind_bi.password`. If the warehouse's
    user may not create roles, it is logged and None is returned; the pipeline works without these roles.
    """
    bi = bi_role(conn.info.dbname)
    known = kept_password(settings, BI)
    ready = known is not None and _is_set_up(conn) and can_log_in(conn, bi, known)
    password = known or secrets.token_urlsafe(24)
    try:
        with conn.transaction():
            if not ready:
                lock_roles(conn)
                _take_over_names(conn)
                create_role(conn, tenants_group(conn.info.dbname))
                create_role(conn, bi)
                set_login(conn, bi, password)
                _grant(conn)
            if settings.warehouse_url is None:
                close_server(conn)
            hold(conn)
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("The role %s is not set up: %s", bi, error.diag.message_primary)
        return None
    if known is None:
        keep_password(settings, BI, password)
    return password


def _is_set_up(conn: psycopg.Connection) -> bool:
    """Whether roles, rights on existing tables, and default rights for new tables are complete."""
    bi, group = bi_role(conn.info.dbname), tenants_group(conn.info.dbname)
    if conn.execute("select count(*) from pg_roles where rolname in (%s, %s)", (bi, group)).fetchone() != (2,):
        return False
    rows = conn.execute(
        """
        select has_schema_privilege(role.oid, schema.oid, 'usage')
           and has_schema_privilege('public', schema.oid, 'usage')
           and exists (
               select from pg_default_acl d, aclexplode(d.defaclacl) as acl
               where d.defaclnamespace = schema.oid and d.defaclobjtype = 'r' and acl.grantee = role.oid)
           and not exists (
               select from pg_class t where t.relnamespace = schema.oid and t.relkind in ('r', 'v', 'm', 'p')
               and not (has_table_privilege(role.oid, t.oid, 'select')
                   and (t.relkind not in ('r', 'p') or ops.is_protected(t.oid))))
        from pg_roles role, pg_namespace schema where role.rolname = %s and schema.nspname = any(%s)
        """,
        (bi, list(READABLE)),
    ).fetchall()
    return rows == [(True,)] * len(READABLE)


def _take_over_names(conn: psycopg.Connection) -> None:
    """Rename roles of an earlier version, whose names carried no database, if only this database uses them.

    pg_shdepend knows of all databases which of them have rights or policies of a role. Passwords stay.
    """
    for old, new in ((BI, bi_role(conn.info.dbname)), (TENANTS, tenants_group(conn.info.dbname))):
        users = conn.execute(
            "select array_agg(distinct d.datname::text) from pg_shdepend as s "
            "inner join pg_roles as r on r.oid = s.refobjid inner join pg_database as d on d.oid = s.dbid "
            "where s.refclassid = 'pg_authid'::regclass and r.rolname = %s "
            "and not exists (select from pg_roles where rolname = %s)",
            (old, new),
        ).fetchone()
        if old != new and users == ([conn.info.dbname],):
            conn.execute(sql.SQL("alter role {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))
            log.warning("The role %s is called %s now: correct the connections of your BI tools", old, new)


def create_role(conn: psycopg.Connection, role: str) -> None:
    """Create a role without login, if it does not exist."""
    if conn.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is None:
        with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation), conn.transaction():
            conn.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))


def set_login(conn: psycopg.Connection, role: str, password: str) -> None:
    """Let a role log in with a password, within the limits of readers (`reader_limits.py`)."""
    name = sql.Identifier(role)
    # Only the hash is sent to the server, so the password is in no statement and no log.
    hashed = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL("alter role {} login password {}").format(name, sql.Literal(hashed)))
    hold(conn)


def _grant(conn: psycopg.Connection) -> None:
    role = sql.Identifier(bi_role(conn.info.dbname))
    for name in READABLE:
        schema = sql.Identifier(name)
        conn.execute(sql.SQL("grant usage on schema {} to public").format(schema))
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
        conn.execute(sql.SQL("grant select on {} to public").format(sql.SQL(view)))


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
