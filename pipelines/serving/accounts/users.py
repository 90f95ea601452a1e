"""/v1/users: the members of the caller's tenant. An owner changes them; everybody sees them who may read."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from pipelines.accounts import audit, users
from pipelines.accounts.rights import OF_ROLE, check_gives, role_of_member
from pipelines.serving.accounts.shared import Admin, Asked, Desk

router = APIRouter(prefix="/v1/users", tags=["users"])


class Member(BaseModel):
    """A member of the tenant. since: UTC."""

    user_id: str
    email: str
    name: str
    role: str
    second_factor: bool
    since: datetime


class NewRole(Asked):
    """`owner`, `analyst` or `viewer`."""

    role: str


class Entry(BaseModel):
    """A line of the audit. at: UTC."""

    at: datetime
    who: str
    what: str
    subject: str | None
    came_from: str | None
    details: dict[str, object]


@router.get("")
def members(caller: Admin, desk: Desk) -> list[Member]:
    """The members of the tenant."""
    with desk.warehouse.connect() as conn:
        return [
            Member(
                user_id=each.user_id,
                email=each.email,
                name=each.name,
                role=each.role,
                second_factor=each.second_factor,
                since=each.since,
            )
            for each in users.members(conn, caller.tenant_id)
        ]


@router.patch("/{user_id}", status_code=204)
def change_role(user_id: str, asked: NewRole, caller: Admin, desk: Desk) -> None:
    """Give a member another role, which holds from the next request on."""
    role = role_of_member(asked.role)
    check_gives(caller, OF_ROLE[role])
    with desk.warehouse.connect() as conn:
        users.set_role(conn, desk.actor, caller.tenant_id, user_id, role)


@router.delete("/{user_id}", status_code=204)
def remove(user_id: str, caller: Admin, desk: Desk) -> None:
    """End a membership, with its sessions."""
    with desk.warehouse.connect() as conn:
        users.leave(conn, desk.actor, caller.tenant_id, user_id)


@router.get("/audit")
def newest_changes(caller: Admin, desk: Desk) -> list[Entry]:
    """The hundred newest changes of the tenant's accounts, the newest first."""
    with desk.warehouse.connect() as conn:
        return [
            Entry(
                at=each.at,
                who=each.who,
                what=each.what,
                subject=each.subject,
                came_from=each.came_from,
                details=dict(each.details),
            )
            for each in audit.newest(conn, caller.tenant_id)
        ]
