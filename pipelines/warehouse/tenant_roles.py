"""`tradewind_tenant_<tenant>`: a Postgres role for each tenant of stores.yaml, which sees only its tenant's rows.

A role gets a password, and can log in, when the user asks for its address. Which rows it sees is decided by
ops.bi_access and the policies of migration 0007. The group of these roles, and passwords, are handled in `roles.py`.
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
"""The most connections of one tenant's role. The pipeline needs some of the server's connections too."""


def tenant_role(tenant_id: str) -> str:
    """The name of a tenant's role. Tenant ids have at most 40 letters, digits and hyphens (`stores/reading.py`)."""
    return PREFIX + tenant_id


def sync_tenant_roles(conn: psycopg.Connection, tenants: Iterable[str]) -> None:
    """Create the missing roles of tenants, and close the roles of former tenants. The caller commits.

    If nothing is missing, nothing is changed. If the warehouse's user may not create roles, that is only logged.
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
    """Take rows, login and password from the role of a former tenant, and end its sessions."""
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
    """The warehouse's address for a tenant's role, with the password, which is kept in `<home>/<role>.password`.

    Raises ConfigError if there is no such tenant, WarehouseError if the warehouse's user may not create the role.
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
            # An earlier password is never used again, because it may be known to a person who was to be shut out.
            password = secrets.token_urlsafe(24)
            with conn.transaction():
                roles.lock_roles(conn)
                roles.set_login(conn, role, password)
            roles.keep_password(settings, role, password)
    return roles.address(warehouse, role, password)
