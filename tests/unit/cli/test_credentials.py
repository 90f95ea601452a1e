"""What `doctor` asks of the sources: one check for each account and application, none for what is not configured."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from pipelines.settings import Settings
from pipelines.sources.credentials import check_accounts
from pipelines.sources.transport import http
from pipelines.stores import Catalog, load_stores

TOKEN = "Atzr|refresh-token-of-somebody"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    path = tmp_path / "stores.yaml"
    path.write_text(
        """
tenants:
  harbor:
    name: Harbor
    reporting_currency: USD
    accounts:
      - seller_id: A2HARBORNA1US
        region: na
        refresh_token_env: SP
        ads_refresh_token_env: ADS
        stores:
          harbor-us: {marketplace: US, ads_profile_id: "1", track: {B0OWNASIN1: []}}
      - seller_id: A5BHARATIN4IN
        region: eu
        stores:
          bharat-in: {marketplace: IN}
"""
    )
    return load_stores(path, lambda name: SecretStr(TOKEN) if name in ("SP", "ADS") else None)


def check(catalog: Catalog, **settings: object) -> dict[str, str | None]:
    return dict(asyncio.run(check_accounts(Settings(**settings), catalog)))  # type: ignore[arg-type]


def test_applications_that_are_not_set_up_are_told_once(catalog):
    told = check(catalog)
    assert list(told) == ["SP-API application", "Amazon Ads application", "Apify"]
    assert "TRADEWIND_LWA_CLIENT_ID and TRADEWIND_LWA_CLIENT_SECRET must both be set" in (
        told["SP-API application"] or ""
    )
    assert "TRADEWIND_ADS_CLIENT_ID" in (told["Amazon Ads application"] or "")
    assert "TRADEWIND_APIFY_TOKEN is not set" in (told["Apify"] or "")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (httpx.Response(200, json={"access_token": "Atza|x", "expires_in": 3600}), None),
        (httpx.Response(400, json={"error": "invalid_grant"}), "does not accept the refresh token of A2HARBORNA1US@na"),
        (httpx.Response(401, json={"error": "invalid_client"}), "Check TRADEWIND_LWA_CLIENT_ID and TRADEWIND_LWA"),
        (httpx.ConnectError("refused"), "Check this machine's network and proxy"),
    ],
)
def test_one_token_is_asked_for_and_no_token_is_told(monkeypatch, catalog, answer, told):
    asked: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if isinstance(answer, Exception):
            raise answer
        return answer

    real = httpx.AsyncClient
    monkeypatch.setattr(http.httpx, "AsyncClient", lambda **_: real(transport=httpx.MockTransport(reply)))
    monkeypatch.setattr("pipelines.sources.amazon.lwa.retrying", lambda **_: http.retrying(repeatable=lambda _: False))
    found = check(catalog, lwa_client_id="id", lwa_client_secret=SecretStr("the-secret"))
    problem = found["SP-API of A2HARBORNA1US@na"]
    assert asked.count("/auth/o2/token") == 1
    assert len(asked) == (4 if told is None else 1)  # with a token: marketplaces, roles, the seller id
    assert (problem is None) if told is None else told in (problem or "")
    assert TOKEN not in str(found)
    assert "the-secret" not in str(found)
