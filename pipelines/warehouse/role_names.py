"""Names of the roles that read. Roles belong to the whole server, so their names carry the database.

Two warehouses on one server (a copy for tests, another seller's) then have roles of their own, and neither can end the
logins of the other or set their passwords. In the database `tradewind`, which is the usual one, names carry nothing.
Migration 0023 has the same rule as ops.reader_role. The roles themselves are made in `roles.py` and `tenant_roles.py`.
"""

from __future__ import annotations

import hashlib

from pipelines.warehouse.embedded import WAREHOUSE

BI = "tradewind_bi"
TENANTS = "tradewind_tenants"
PREFIX = "tradewind_tenant_"
API = "tradewind_api"
_LONGEST = 63  # In bytes: NAMEDATALEN - 1. Postgres cuts longer names, and two of them may then be one.


def bi_role(database: str) -> str:
    """The role that sees all rows of a database."""
    return in_database(BI, database)


def api_role(database: str) -> str:
    """The login of the read API, which reads nothing by itself and takes on a tenant's role for each request."""
    return in_database(API, database)


def tenants_group(database: str) -> str:
    """The group of the roles of a database's tenants."""
    return in_database(TENANTS, database)


def tenant_role(tenant_id: str, database: str = WAREHOUSE) -> str:
    """The role of a tenant. Its id has at most 40 letters, digits and hyphens (`stores/reading.py`), no underscore."""
    return in_database(PREFIX + tenant_id, database)


def in_database(role: str, database: str) -> str:
    """The name of a role in a database; the end of one that would be too long is a hash.

    >>> in_database("tradewind_bi", "tradewind"), in_database("tradewind_bi", "shop")
    ('tradewind_bi', 'tradewind_bi_shop')
    """
    name = role if database == WAREHOUSE else f"{role}_{database}"
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{name.encode()[: _LONGEST - 9].decode(errors='ignore')}_{digest}"
