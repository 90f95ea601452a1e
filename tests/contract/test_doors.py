"""Every address of `tradewind serve` below /v1 asks who comes, and none that changes something lets a viewer do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from pipelines.accounts.principal import Role
from pipelines.accounts.rights import OF_ROLE, SCOPES
from pipelines.serving.accounts import auth, invitations, keys, oidc, users
from pipelines.serving.callers import needs

ROUTERS = (auth, oidc, users, keys, invitations)
FOR_ALL = {
    *("POST /v1/auth/login", "POST /v1/auth/refresh", "POST /v1/invitations/accept", "GET /v1/auth/jwks"),
    *("GET /v1/auth/oidc/start", "GET /v1/auth/oidc/callback"),
}
"""Who comes here cannot show anything yet."""
OF_ONESELF = {
    *("POST /v1/auth/logout", "POST /v1/auth/password"),
    *("POST /v1/auth/totp", "POST /v1/auth/totp/confirm", "POST /v1/auth/totp/remove"),
}
"""What everybody changes of himself, a viewer, too."""


def scopes_of(dependant: Dependant) -> Iterator[str]:
    """The scopes that an address asks for."""
    for each in dependant.dependencies:
        if isinstance(each.call, needs):
            yield each.call.scope
        yield from scopes_of(each)


def addresses() -> dict[str, set[str]]:
    """Each address below /v1 with the scopes that it asks for."""
    return {
        f"{method} {route.path}": set(scopes_of(route.dependant))
        for module in ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


def test_every_address_asks_who_comes() -> None:
    found = addresses()
    assert len(found) > 20
    assert {name for name, scopes in found.items() if not scopes} == FOR_ALL
    assert all(scopes <= set(SCOPES) for scopes in found.values())


def test_no_address_lets_a_viewer_change_anything_but_himself() -> None:
    for name, scopes in addresses().items():
        if not name.startswith("GET ") and name not in FOR_ALL | OF_ONESELF:
            assert scopes and not scopes & OF_ROLE[Role.VIEWER], name


def test_every_module_of_the_room_is_looked_at() -> None:
    folder = Path(auth.__file__).parent
    names = {path.stem for path in folder.glob("*.py")} - {"__init__", "shared"}
    assert names == {module.__name__.rpartition(".")[2] for module in ROUTERS}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_scopes(role: Role) -> None:
    assert OF_ROLE[role] <= set(SCOPES)
