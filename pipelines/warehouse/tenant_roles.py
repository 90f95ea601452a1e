"""`tradewind_tenant_<tenant>`: a Postgres role for each tenant of stores.yaml, which sees only its tenant's rows.

A role gets a password, and can log in, when the user asks for its address. Which rows it sees is decided by
ops.bi_access and the policies of migration 0023. The group of these roles, and passwords, are handled in `roles.py`.

Only roles whose name carries this database are changed or closed: others of the server may be another warehouse's.
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
from pipelines.warehouse import api_role, roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.reader_limits import hold
from pipelines.warehouse.role_names import PREFIX, tenant_role, tenants_group

log = logging.getLogger(__name__)


def sync_tenant_roles(conn: psycopg.Connection, tenants: Iterable[str]) -> None:
    """Create the missing roles of tenants, and close the roles of former tenants. The caller commits.

    If nothing is missing, nothing is changed. If the warehouse's user may not create roles, that is only logged.
    """
    group = tenants_group(conn.info.dbname)
    wanted = {tenant_role(tenant, conn.info.dbname): tenant for tenant in tenants}
    known: dict[str, str] = dict(conn.execute("select role::text, tenant_id from ops.bi_access").fetchall())
    members = {
        name
        for (name,) in conn.execute(
            "select m.rolname::text from pg_auth_members as a join pg_roles as m on m.oid = a.member "
            "join pg_roles as g on g.oid = a.roleid where g.rolname = %s",
            (group,),
        )
    }
    missing = {role for role in wanted if known.get(role) != wanted[role] or role not in members}
    gone = known.keys() - wanted.keys()
    try:
        with conn.transaction():
            if missing or gone:
                roles.lock_roles(conn)
                roles.create_role(conn, group)
            for role in sorted(missing):
                _make(conn, role, wanted[role], group)
            for role in sorted(gone):
                conn.execute("delete from ops.bi_access where role = %s", (role,))
                if role == tenant_role(known[role], conn.info.dbname):
                    _end(conn, role, group)
            api_role.let_in(conn)
            hold(conn)
    except psycopg.errors.InsufficientPrivilege as error:
        log.warning("The tenants' roles are not set up: %s", error.diag.message_primary)


def _make(conn: psycopg.Connection, role: str, tenant: str, group: str) -> None:
    roles.create_role(conn, role)
    conn.execute(sql.SQL("grant {} to {}").format(sql.Identifier(group), sql.Identifier(role)))
    conn.execute("delete from ops.bi_access where role = %s", (role,))
    conn.execute("insert into ops.bi_access (role, tenant_id) values (%s, %s)", (role, tenant))


def _end(conn: psycopg.Connection, role: str, group: str) -> None:
    """Take membership, login and password from the role of a former tenant, and end its sessions."""
    if conn.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is not None:
        name = sql.Identifier(role)
        conn.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(group), name))
        conn.execute(sql.SQL("alter role {} nologin password null").format(name))
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where usename = %s and datname = current_database()",
            (role,),
        )


def drop_tenant_role(conn: psycopg.Connection, tenant: str) -> None:
    """Close the role of a tenant that is being removed, end its sessions, and drop it. conn: in autocommit.

    A role that something else depends on, or that the warehouse's user may not drop, stays without login: that is
    logged. If there is no such role, nothing happens.
    """
    role, group = tenant_role(tenant, conn.info.dbname), tenants_group(conn.info.dbname)
    try:
        with conn.transaction():
            roles.lock_roles(conn)
            conn.execute("delete from ops.bi_access where role = %s", (role,))
            _end(conn, role, group)
        with conn.transaction():
            roles.lock_roles(conn)
            conn.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role)))
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.DependentObjectsStillExist) as error:
        log.warning("The role %s cannot be dropped: %s", role, error.diag.message_primary)


def tenant_url(settings: Settings, warehouse: Warehouse, catalog: Catalog, tenant: str) -> str:
    """The warehouse's address for a tenant's role, with the password, which is kept in `<home>`.

    Raises ConfigError if there is no such tenant, WarehouseError if the warehouse's user may not create the role.
    """
    if tenant not in catalog.tenants:
        raise ConfigError(f"stores.yaml has no tenant {tenant!r}. The tenants are: {', '.join(catalog.tenants)}.")
    with warehouse.connect() as conn:
        role = tenant_role(tenant, conn.info.dbname)
        ready = roles.ensure_roles(conn, settings) is not None
        sync_tenant_roles(conn, catalog.tenants)
        if not ready:
            raise WarehouseError(
                f"The user of the warehouse may not make or change the role {role}. Let an administrator grant it "
                "CREATEROLE."
            )
        password = roles.kept_password(settings, PREFIX + tenant)
        if password is None or not roles.can_log_in(conn, role, password):
            # An earlier password is never used again, because it may be known to a person who was to be shut out.
            password = secrets.token_urlsafe(24)
            with conn.transaction():
                roles.lock_roles(conn)
                roles.set_login(conn, role, password)
            roles.keep_password(settings, PREFIX + tenant, password)
    return roles.address(warehouse, role, password)
