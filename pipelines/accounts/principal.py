"""Who asks: what every door knows of a caller once its key or token was found right. How that is found is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of a tenant may do: an owner everything, an analyst read and start work, a viewer read; a service
    is a program with a key."""

    OWNER = "owner"
    ANALYST = "analyst"
    VIEWER = "viewer"
    SERVICE = "service"


@dataclass(frozen=True)
class Principal:
    """A caller.

    tenant_id: the tenant whose rows the caller may see; the database enforces it.
    subject: whom the audit names: `user:<id>` or `key:<id>`.
    role: what the caller is in the tenant.
    scopes: what the caller may do here: `read`, `crawl`, `write`, `admin`.
    stores: the ids of the stores that a key is confined to; None is all of the tenant.
    plan: the name of the tenant's plan in plans.yaml.
    """

    tenant_id: str
    subject: str
    role: Role
    scopes: frozenset[str]
    stores: frozenset[str] | None = None
    plan: str = "free"

    def may(self, scope: str) -> bool:
        """Whether the caller may do what needs this scope."""
        return scope in self.scopes
