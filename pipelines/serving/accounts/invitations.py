"""/v1/invitations: an owner invites by e-mail address and role; whoever has the token accepts."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field, SecretStr

from pipelines.accounts import invitations
from pipelines.accounts.refusals import Refusal
from pipelines.accounts.rights import OF_ROLE, check_gives, role_of_member
from pipelines.serving.accounts.shared import Admin, Asked, Desk

router = APIRouter(prefix="/v1/invitations", tags=["invitations"])


class Invite(Asked):
    """Whom, and as what: `owner`, `analyst` or `viewer`."""

    email: str = Field(max_length=320)
    role: str = "viewer"


class Made(BaseModel):
    """token: shown this once; hand it on. expires_at: UTC."""

    invitation_id: str
    token: str
    expires_at: datetime


class Invitation(BaseModel):
    """An invitation that still holds. expires_at: UTC."""

    invitation_id: str
    email: str
    role: str
    invited_by: str
    expires_at: datetime


class Accept(Asked):
    """password: a new one, or the one that the user has."""

    token: SecretStr
    password: SecretStr
    name: str = Field(default="", max_length=120)


class Joined(BaseModel):
    """The user, who may log in now."""

    user_id: str


@router.get("")
def listed(caller: Admin, desk: Desk) -> list[Invitation]:
    """The invitations of the tenant that still hold."""
    with desk.warehouse.connect() as conn:
        return [
            Invitation(
                invitation_id=each.invitation_id,
                email=each.email,
                role=each.role,
                invited_by=each.invited_by,
                expires_at=each.expires_at,
            )
            for each in invitations.listed(conn, caller.tenant_id, desk.now)
        ]


@router.post("", status_code=201)
def invite(asked: Invite, caller: Admin, desk: Desk) -> Made:
    """Make an invitation, which holds for a week and once."""
    role = role_of_member(asked.role)
    check_gives(caller, OF_ROLE[role])
    with desk.warehouse.connect() as conn:
        made = invitations.invite(
            *(conn, desk.keyring, desk.actor, caller.tenant_id), email=asked.email, role=role, now=desk.now
        )
    return Made(invitation_id=made.invitation_id, token=made.token, expires_at=made.expires_at)


@router.delete("/{invitation_id}", status_code=204)
def revoke(invitation_id: str, caller: Admin, desk: Desk) -> None:
    """End an invitation."""
    with desk.warehouse.connect() as conn:
        invitations.revoke(conn, desk.actor, caller.tenant_id, invitation_id, desk.now)


@router.post("/accept", status_code=201)
def accept(asked: Accept, desk: Desk) -> Joined:
    """Join the tenant; then log in."""
    try:
        user_id = invitations.accept(
            *(desk.warehouse, desk.keyring, desk.actor),
            token=asked.token.get_secret_value(),
            password=asked.password.get_secret_value(),
            name=asked.name,
            now=desk.now,
        )
    except Refusal as refusal:
        raise desk.refused(refusal) from None
    return Joined(user_id=user_id)
