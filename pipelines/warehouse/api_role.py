"""`tradewind_api`: the login of `tradewind serve` for reading. It owns nothing, and no row of a mart is its own.

It may take on each tenant's role (`set local role`) and inherits none of them, so that a request which forgot to would
see nothing. Besides it reads the moments of builds. Which rows a tenant's role sees is decided in `tenant_roles.py`.
"""

from __future__ import annotations

import secrets

import psycopg
from psycopg import sql

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.reader_limits import hold, lock_roles
from pipelines.warehouse.role_names import API, api_role


def api_url(settings: Settings, warehouse: Warehouse) -> str:
    """The warehouse's address for the API, with the password, which is kept in `<home>`.

    The role and its rights are created if they are missing. Raises WarehouseError if the warehouse's user may not.
    """
    with warehouse.connect() as conn:
        role = api_role(conn.info.dbname)
        password = roles.kept_password(settings, API)
        try:
            if password is None or not roles.can_log_in(conn, role, password):
                password = secrets.token_urlsafe(24)
                with conn.transaction():
                    lock_roles(conn)
                    roles.create_role(conn, role)
                    roles.set_login(conn, role, password)
                roles.keep_password(settings, API, password)
            with conn.transaction():
                let_in(conn)
                hold(conn)
        except psycopg.errors.InsufficientPrivilege as error:
            raise WarehouseError(
                f"The user of the warehouse may not make or change the role {role} ({error.diag.message_primary}), and "
                "without it the API answers nobody. Let an administrator grant it CREATEROLE."
            ) from None
    return roles.address(warehouse, role, password)


def let_in(conn: psycopg.Connection) -> None:
    """Let the API take on the role of every tenant, and read what it reads as itself. The caller commits.

    If it may already, or has never been set up, nothing is changed.
    """
    role = api_role(conn.info.dbname)
    name = sql.Identifier(role)
    if conn.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is None:
        return
    for (tenant,) in conn.execute(
        "select r.rolname::text from ops.bi_access as b inner join pg_roles as r on r.rolname = b.role::name "
        "where not exists (select from pg_auth_members as m inner join pg_roles as a on a.oid = m.member "
        "where m.roleid = r.oid and a.rolname = %s and m.set_option) order by 1",
        (role,),
    ).fetchall():
        lock_roles(conn)
        conn.execute(sql.SQL("grant {} to {} with inherit false, set true").format(sql.Identifier(tenant), name))
    (may,) = conn.execute(
        "select has_schema_privilege(%(role)s, 'ops', 'usage')"
        " and has_table_privilege(%(role)s, 'ops.build_marks', 'select')",
        {"role": role},
    ).fetchone() or (False,)
    if not may:
        conn.execute(sql.SQL("grant usage on schema ops to {}").format(name))
        conn.execute(sql.SQL("grant select on ops.build_marks to {}").format(name))
