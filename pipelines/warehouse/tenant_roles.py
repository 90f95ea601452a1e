"""`tradewind_tenant_<tenant>`: a role for each tenant of stores.yaml, which sees its tenant's rows and no others.

A role without a password cannot log in: it gets one when somebody asks for its address. What a role sees is decided by
ops.bi_access, through the policies of migration 0007; the group and the passwords are kept in roles.py.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable

import psycopg
from psycopg import sql

from pipelines.errors import ConfigError, WarehouseError
from pipelines.settings import Settings
from pipelines.stores import Catalog
from pipelines.warehouse import roles
from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

PREFIX = "tradewind_tenant_"
MOST_CONNECTIONS = 20
"""At once, of one tenant: all of the server's have to serve the pipeline too."""


def tenant_role(tenant_id: str) -> str:
    """The name of a tenant's role; stores.yaml holds ids to letters, digits and hyphens, 40 at most."""
    return PREFIX + tenant_id


def sync_tenant_roles(conn: psycopg.Connection, tenants: Iterable[str]) -> None:
    """Let every tenant have its role, and those that are tenants no more none that can log in. The caller commits.

    Changes nothing when all is as it should be. A user of the warehouse that may not make roles is told in the log.
    """
    wanted = {tenant_role(tenant): tenant for tenant in tenants}
    known: dict[str, str] = dict(conn.execute("select role::text, tenant_id from ops.bi_access").fetchall())
    members = {
        name
        for (name,) in conn.execute(
            "select m.rolname::text from pg_auth_members as a join pg_roles as m on m.oid = a.member "
            "join pg_roles as g on g.oid = a.roleid where g.rolname = %s",
            (roles.TENANTS,),
        )
    }
    missing = {role for role in wanted if known.get(role) != wanted[role] or role not in members}
    gone = known.keys() - wanted.keys()
    if not missing and not gone:
        return
    try:
        with conn.transaction():
            roles.lock_roles(conn)
            roles.create_role(conn, roles.TENANTS)
            for role in sorted(missing):
                _make(conn, role, wanted[role])
            for role in sorted(gone):
                _end(conn, role)
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("The tenants' roles are not set up: %s", error.diag.message_primary)


def _make(conn: psycopg.Connection, role: str, tenant: str) -> None:
    roles.create_role(conn, role)
    name = sql.Identifier(role)
    conn.execute(sql.SQL("alter role {} connection limit {}").format(name, sql.Literal(MOST_CONNECTIONS)))
    conn.execute(sql.SQL("grant {} to {}").format(sql.Identifier(roles.TENANTS), name))
    conn.execute("delete from ops.bi_access where role = %s", (role,))
    conn.execute("insert into ops.bi_access (role, tenant_id) values (%s, %s)", (role, tenant))


def _end(conn: psycopg.Connection, role: str) -> None:
    """No rows, no login, no password, no session."""
    conn.execute("delete from ops.bi_access where role = %s", (role,))
    if conn.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is not None:
        name = sql.Identifier(role)
        conn.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(roles.TENANTS), name))
        conn.execute(sql.SQL("alter role {} nologin password null").format(name))
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where usename = %s and datname = current_database()",
            (role,),
        )


def tenant_url(settings: Settings, warehouse: Warehouse, catalog: Catalog, tenant: str) -> str:
    """The warehouse's address for a tenant's role, password included, which is kept in `<home>/<role>.password`.

    Raises ConfigError if there is no such tenant, WarehouseError if the user of the warehouse may not make the role.
    """
    if tenant not in catalog.tenants:
        raise ConfigError(f"stores.yaml has no tenant {tenant!r}. The tenants are: {', '.join(catalog.tenants)}.")
    role = tenant_role(tenant)
    with warehouse.connect() as conn:
        ready = roles.ensure_roles(conn, settings) is not None
        sync_tenant_roles(conn, catalog.tenants)
        if not ready:
            raise WarehouseError(
                f"The user of the warehouse may not make or change the role {role}. Let an administrator grant it "
                "CREATEROLE."
            )
        password = roles.kept_password(settings, role)
        if password is None or not roles.can_log_in(conn, role, password):
            # never an earlier one: it may be known to somebody who was to be shut out
            password = secrets.token_urlsafe(24)
            with conn.transaction():
                roles.lock_roles(conn)
                roles.set_login(conn, role, password)
            roles.keep_password(settings, role, password)
    return roles.address(warehouse, role, password)
