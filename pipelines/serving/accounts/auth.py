"""/v1/auth: who am I."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from pipelines.accounts.principal import Principal
from pipelines.serving.callers import needs

router = APIRouter(prefix="/v1/auth", tags=["auth"])


class Me(BaseModel):
    """The caller, as the server knows it. stores: null is all of the tenant."""

    tenant: str
    subject: str
    role: str
    scopes: list[str]
    stores: list[str] | None
    plan: str


@router.get("/me")
async def me(caller: Annotated[Principal, Depends(needs("read"))]) -> Me:
    """Who asks."""
    return Me(
        tenant=caller.tenant_id,
        subject=caller.subject,
        role=caller.role,
        scopes=sorted(caller.scopes),
        stores=None if caller.stores is None else sorted(caller.stores),
        plan=caller.plan,
    )
