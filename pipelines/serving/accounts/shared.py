"""What the addresses of accounts share: how a request is read, the warehouse, the keys, and who acts.

Their functions are plain, not async: FastAPI runs them in threads, where hashing a password holds up nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from pipelines.accounts.asking import Doorkeeper
from pipelines.accounts.audit import Actor
from pipelines.accounts.keyring import Keyring
from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal, forbidden
from pipelines.serving import callers
from pipelines.warehouse.connection import Warehouse


class Asked(BaseModel):
    """What a request says. A word that is not known is a mistake, and not passed over."""

    model_config = ConfigDict(extra="forbid", str_max_length=1000)


@dataclass(frozen=True)
class Office:
    """What a request is worked on with. now: real time, UTC."""

    warehouse: Warehouse
    keyring: Keyring
    actor: Actor
    now: datetime
    request: Request

    def refused(self, refusal: Refusal) -> Refusal:
        """Note a refusal of somebody who is not known yet, and give it back to be raised."""
        callers.refused(self.request, refusal)
        return refusal


def office(request: Request) -> Office:
    """A dependency: see `Office`. Raises Refusal (429) for a sender that was refused too often."""
    callers.check_listened_to(request)
    door: Doorkeeper = request.app.state.door
    caller: Principal | None = getattr(request.state, "caller", None)
    who = caller.subject if caller else "nobody"
    return Office(request.app.state.warehouse, door.keyring, Actor(who, callers.sender(request)), door.now(), request)


def person(caller: Principal) -> str:
    """The id of the user who asks. Raises Refusal (403) for a key: it has no password and no sessions."""
    if not caller.subject.startswith("user:"):
        raise forbidden("people-only", "A key cannot do that; log in as a person at POST /v1/auth/login.")
    return caller.subject.removeprefix("user:")


Desk = Annotated[Office, Depends(office)]
Reader = Annotated[Principal, Depends(callers.needs("read"))]
Admin = Annotated[Principal, Depends(callers.needs("admin"))]


def utc(moment: datetime | None) -> datetime | None:
    """A moment in UTC; one without a zone is taken for UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
