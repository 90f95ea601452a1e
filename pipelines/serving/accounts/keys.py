"""/v1/keys: API keys of the caller's tenant, for those who may `admin`."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pipelines.accounts import api_keys
from pipelines.accounts.rights import check_gives, check_scopes
from pipelines.serving.accounts.shared import Admin, Asked, Desk, utc

router = APIRouter(prefix="/v1/keys", tags=["keys"])


class NewKey(Asked):
    """stores: null is all of the tenant. expires_at: without a zone it is UTC; null is never."""

    name: str
    scopes: list[str] = Field(default=["read"], max_length=10)
    stores: list[str] | None = Field(default=None, max_length=1000)
    expires_at: datetime | None = None


class MadeKey(BaseModel):
    """key: shown this once."""

    key_id: str
    key: str


class Key(BaseModel):
    """What is known of a key. state: `valid`, `expired` or `revoked`. Moments are UTC; last_used_at is to the hour."""

    key_id: str
    name: str
    scopes: list[str]
    stores: list[str] | None
    state: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@router.get("")
def keys(caller: Admin, desk: Desk) -> list[Key]:
    """The keys of the tenant, the newest first."""
    with desk.warehouse.connect() as conn:
        return [
            Key(
                key_id=each.key_id,
                name=each.name,
                scopes=list(each.scopes),
                stores=None if each.stores is None else list(each.stores),
                state=each.state(desk.now),
                created_by=each.created_by,
                created_at=each.created_at,
                expires_at=each.expires_at,
                last_used_at=each.last_used_at,
            )
            for each in api_keys.listed(conn, caller.tenant_id)
        ]


@router.post("", status_code=201)
def create(asked: NewKey, caller: Admin, desk: Desk) -> MadeKey:
    """Make a key. It can do at most what the caller can."""
    check_gives(caller, check_scopes(asked.scopes))
    with desk.warehouse.connect() as conn:
        made = api_keys.create(
            *(conn, desk.keyring, desk.actor, caller.tenant_id),
            name=asked.name,
            scopes=asked.scopes,
            stores=asked.stores,
            expires_at=utc(asked.expires_at),
            now=desk.now,
        )
    return MadeKey(key_id=made.key_id, key=made.text)


@router.delete("/{key_id}", status_code=204)
def revoke(key_id: str, caller: Admin, desk: Desk) -> None:
    """End a key: it is refused from the next request on."""
    with desk.warehouse.connect() as conn:
        api_keys.revoke(conn, desk.actor, caller.tenant_id, key_id)
