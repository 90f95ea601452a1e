"""A tenant with members and keys for tests of accounts, and a server that knows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from pipelines.accounts import api_keys, users
from pipelines.accounts.audit import Actor
from pipelines.accounts.keyring import Keyring, load_keyring
from pipelines.accounts.principal import Role
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse

PASSWORD = "a lamp by the harbor"
HERE = Actor("cli:test", "local")

STORES = """
tenants:
  harbor:
    name: Harbor Goods
    reporting_currency: USD
    accounts:
      - seller_id: A2HARBORNA1US
        region: na
        refresh_token_env: NOT_SET_HERE
        stores: {harbor-us: {marketplace: US}, harbor-ca: {marketplace: CA}}
  sakura:
    name: Sakura
    reporting_currency: JPY
    accounts:
      - {seller_id: A2SAKURA1JP, region: fe, refresh_token_env: NOT_SET_HERE, stores: {sakura-jp: {marketplace: JP}}}
"""


@dataclass
class Office:
    """The tenants harbor and sakura, in a warehouse, and what makes their keys."""

    settings: Settings
    warehouse: Warehouse
    keyring: Keyring

    def key(
        self, *scopes: str, tenant: str = "harbor", stores: Collection[str] | None = None, until: datetime | None = None
    ) -> api_keys.MadeKey:
        """A new key."""
        with self.warehouse.connect() as conn:
            return api_keys.create(
                *(conn, self.keyring, HERE, tenant),
                name="a test",
                scopes=scopes or ("read",),
                stores=stores,
                expires_at=until,
                now=datetime.now(UTC),
            )

    def member(self, email: str, role: Role = Role.OWNER, *tenants: str, password: str = PASSWORD) -> str:
        """A user who is a member of harbor, or of these tenants, with a password; the id."""
        with self.warehouse.connect() as conn:
            user_id = users.ensure_user(conn, email)
            users.set_password(conn, HERE, user_id, password)
            for tenant in tenants or ("harbor",):
                users.join(conn, HERE, tenant, user_id, role)
        return user_id

    def rows(self, query: str, *values: object) -> list[tuple]:
        """What a query of a test finds."""
        with self.warehouse.connect() as conn:
            return conn.execute(query.encode(), values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        """Do something to the warehouse that no caller could."""
        with self.warehouse.connect() as conn:
            conn.execute(statement.encode(), values)

    def audit(self) -> list[tuple[str, str, str | None]]:
        """Who, what and subject of each entry, the oldest first."""
        return self.rows("select who, what, subject from ops.audit order by audit_id")


def open_office(settings: Settings, warehouse: Warehouse) -> Office:
    """An office with stores.yaml in the settings' place."""
    from pydantic import SecretStr

    from pipelines.stores.reading import load_stores
    from pipelines.warehouse.stores_sync import sync_stores

    settings.stores_path.write_text(STORES, encoding="utf-8")
    with warehouse.connect() as conn:
        sync_stores(conn, load_stores(settings.stores_path, lambda _: SecretStr("none")))
    return Office(settings, warehouse, load_keyring(settings))


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def log_in(client: httpx.Client, email: str, **more: str) -> httpx.Response:
    return client.post("/v1/auth/login", json={"email": email, "password": PASSWORD, **more})


def is_problem(answer: httpx.Response, status: int, kind: str) -> bool:
    """Whether an answer is a problem document of that status and kind."""
    told = answer.json()
    assert (answer.status_code, told["type"].rpartition("/")[2]) == (status, kind), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status and told["title"] and told["detail"]
    return True
