"""Accounts as callers of `tradewind serve` meet them: keys, log-ins, roles, limits, and what is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipelines.accounts import api_keys
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.accounts import HERE, Office, open_office
from tests.support.serving import served

PROBLEM = {"type", "title", "status", "detail"}


@pytest.fixture
def office(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> Office:
    own = settings.model_copy(update={"stores_path": tmp_path / "stores.yaml"})
    return open_office(own, warehouse)


@pytest.fixture
def client(office: Office) -> Iterator[httpx.Client]:
    with served(office.settings, office.warehouse) as running:
        yield running.client


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_key_says_who_asks_until_it_is_revoked(office: Office, client: httpx.Client):
    key = office.key("read", "crawl", stores=["harbor-ca"])
    told = {
        **{"tenant": "harbor", "subject": f"key:{key.key_id}", "role": "service", "plan": "unlimited"},
        **{"scopes": ["crawl", "read"], "stores": ["harbor-ca"]},
    }
    assert client.get("/v1/auth/me", headers=bearer(key.text)).json() == told
    assert client.get("/v1/auth/me", headers={"X-API-Key": key.text}).json() == told
    with office.warehouse.connect() as conn:
        api_keys.revoke(conn, HERE, "harbor", key.key_id)
    began = time.monotonic()
    answer = client.get("/v1/auth/me", headers=bearer(key.text))
    assert time.monotonic() - began < 1
    assert answer.status_code == 401 and answer.json()["type"].endswith("/key-revoked")
    assert office.audit() == [
        ("cli:test", "key.created", f"key:{key.key_id}"),
        ("cli:test", "key.revoked", f"key:{key.key_id}"),
    ]
    assert key.text.encode() not in repr(office.rows("select k::text from accounts.api_keys as k")).encode()
