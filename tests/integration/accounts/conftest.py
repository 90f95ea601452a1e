"""An office with two tenants and a server that knows them: one of each for all tests of this folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import httpx
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from pipelines.accounts import passwords
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support import oidc
from tests.support.accounts import Office, open_office
from tests.support.postgres import TestServer
from tests.support.serving import served

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """How strong the real ones are is the business of tests/unit/accounts."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64),)))


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[oidc.Issuer]:
    with oidc.issuer() as running:
        yield running


@pytest.fixture(scope="session")
def office(postgres: TestServer, elsewhere: oidc.Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("accounts")
    url = postgres.create()
    settings = Settings(
        home=folder / "home",
        warehouse_url=url,
        stores_path=folder / "stores.yaml",
        public_url="http://127.0.0.1:3100",
        oidc_issuer=elsewhere.url,
        oidc_client_id=oidc.CLIENT,
        oidc_client_secret=oidc.SECRET,
    )
    yield open_office(settings, Warehouse(url))
    postgres.drop(url)


@pytest.fixture(scope="package")
def server(office: Office) -> Iterator[httpx.Client]:
    """Ends with this folder: a server writes down what its process has counted, and that would be other tests'."""
    (office.settings.stores_path.with_name("plans.yaml")).write_text(
        "default: unlimited\nplans: {unlimited: {}, small: {requests_per_minute: 3, requests_per_day: 1000}}\n"
        "tenants: {sakura: small}\n"
    )
    with served(office.settings, office.warehouse) as running:
        yield running.client


@pytest.fixture
def client(server: httpx.Client) -> httpx.Client:
    """The server, as a sender that was never refused."""
    server.headers["X-Forwarded-For"] = f"203.0.113.{next(_numbers)}"
    return server


@pytest.fixture
def email() -> str:
    return f"ana{next(_numbers)}@harbor.example"
