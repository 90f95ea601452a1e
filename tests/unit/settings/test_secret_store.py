"""Secrets of AWS Secrets Manager, by references in stores.yaml and in settings; a server of moto plays AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from pipelines import secret_store
from pipelines.errors import ConfigError
from pipelines.settings import Settings
from pipelines.stores import load_stores
from tests.support.references import ROOT

TOKEN = "Atzr|the-token-of-harbor"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    secret_store.resolve.cache_clear()
    secret_store._stored.cache_clear()
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        client.create_secret(Name="tradewind/harbor", SecretString=json.dumps({"sp": TOKEN, "ads": "another"}))
        client.create_secret(Name="tradewind/lwa", SecretString="the secret of the application")
        client.create_secret(Name="tradewind/bytes", SecretBinary=b"x")
        yield
    secret_store.resolve.cache_clear()
    secret_store._stored.cache_clear()


def test_a_store_and_a_setting_take_their_secrets_from_there(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "stores.example.yaml").read_text(encoding="utf-8")
    text = text.replace("TRADEWIND_SP_REFRESH_TOKEN_HARBOR_NA", "secretsmanager:tradewind/harbor#sp")
    (tmp_path / "stores.yaml").write_text(text, encoding="utf-8")
    for name in ("SP_REFRESH_TOKEN_HARBOR_EU", "ADS_REFRESH_TOKEN_HARBOR"):
        monkeypatch.setenv(f"TRADEWIND_{name}", "another")
    account = load_stores(tmp_path / "stores.yaml", settings.secret).accounts["A2HARBORNA1US@na"]
    assert account.refresh_token is not None
    assert account.refresh_token.get_secret_value() == TOKEN
    made = Settings(lwa_client_secret="secretsmanager:tradewind/lwa")  # type: ignore[arg-type]
    assert made.lwa_client_secret is not None
    assert made.lwa_client_secret.get_secret_value() == "the secret of the application"


def test_a_variable_may_hold_a_reference(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_HARBOR", "secretsmanager:tradewind/harbor#ads")
    found = settings.secret("TOKEN_OF_HARBOR")
    assert found is not None
    assert found.get_secret_value() == "another"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("secretsmanager:tradewind/nobody", "ResourceNotFoundException"),
        ("secretsmanager:tradewind/harbor#eu", "no key 'eu'"),
        ("secretsmanager:tradewind/lwa#sp", "no key 'sp'"),
        ("secretsmanager:tradewind/bytes", "is no text"),
        ("secretsmanager:", "names no secret"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_shown(reference: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        secret_store.resolve(reference)
    assert TOKEN not in str(caught.value)


def test_each_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret_store.resolve("secretsmanager:tradewind/harbor#sp") == TOKEN
    monkeypatch.setattr(boto3.session, "Session", None)
    assert secret_store.resolve("secretsmanager:tradewind/harbor#ads") == "another"
