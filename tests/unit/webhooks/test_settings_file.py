"""webhooks.yaml: what is wrong is told in a sentence with its place, and never with a secret."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.settings import Settings
from pipelines.stores.reading import load_stores
from pipelines.webhooks.settings_file import Webhooks, load_webhooks
from tests.support.references import ROOT
from tests.support.serving import STORES

SECRET = "a-secret-nobody-may-see"


def read(folder: Path, text: str) -> Webhooks:
    stores = folder / "stores.yaml"
    stores.write_text(STORES, encoding="utf-8")
    (folder / "webhooks.yaml").write_text(text, encoding="utf-8")
    return load_webhooks(Settings(stores_path=stores), load_stores(stores, lambda _: SecretStr("x")))


def told(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as error:
        read(folder, text)
    assert SECRET not in str(error.value)
    return str(error.value)


def endpoint(**changes: str) -> str:
    entry = {
        "channel": "shopify",
        "tenant": "harbor",
        "account": "harbor.myshopify.com",
        "secrets": "[S_ONE]",
    } | changes
    return f"endpoints: {{shop: {{{', '.join(f'{key}: {value}' for key, value in entry.items() if value)}}}}}"


def subscriber(**changes: str) -> str:
    entry = {"tenant": "harbor", "url": "https://x.example/h", "events": "[stock.low]", "secrets": "[S_ONE]"} | changes
    return f"subscribers: {{erp: {{{', '.join(f'{key}: {value}' for key, value in entry.items() if value)}}}}}"


def test_without_the_file_nothing_comes_in_and_nobody_is_told(tmp_path: Path):
    stores = tmp_path / "stores.yaml"
    stores.write_text(STORES, encoding="utf-8")
    found = load_webhooks(Settings(stores_path=stores), load_stores(stores, lambda _: SecretStr("x")))
    assert (dict(found.endpoints), dict(found.subscribers)) == ({}, {})
    assert found.files == (tmp_path / "webhooks.yaml",), "whoever waits for it sees it come"


def test_the_example_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("SHOPIFY_WEBHOOKS", "EBAY_VERIFICATION_TOKEN", "EBAY_APP_ID", "EBAY_APP_SECRET", "ERP_WEBHOOKS"):
        monkeypatch.setenv(f"TRADEWIND_{name}", "x" * 40)
    for name in ("WAREHOUSE_WEBHOOKS", "WAREHOUSE_WEBHOOKS_BEFORE"):
        monkeypatch.setenv(f"TRADEWIND_{name}", "x" * 40)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "woocommerce.txt").write_text("y" * 50 + "\n")
    shutil.copy(ROOT / "webhooks.example.yaml", tmp_path / "copied.yaml")
    found = read(tmp_path, (tmp_path / "copied.yaml").read_text(encoding="utf-8"))
    assert [each.channel for each in found.endpoints.values()] == ["shopify", "woocommerce", "ebay", "tradewind"]
    assert found.endpoints["harbor-woocommerce"].secrets == (SecretStr("y" * 50),)
    assert len(found.endpoints["harbor-warehouse"].secrets) == 2
    assert [each.name for each in found.subscribers.values()] == ["harbor-erp"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (endpoint(channel="etsy"), "endpoints.shop.channel: 'etsy' is not allowed"),
        (endpoint(tenant="sakura"), "endpoints.shop: stores.yaml has no tenant 'sakura'; there are harbor."),
        (endpoint(account="harbor.example"), "endpoints.shop.account: 'harbor.example' is no shop"),
        (endpoint(secrets=""), "endpoints.shop.secrets: this is missing; name one secret"),
        (endpoint(secrets="[]"), "endpoints.shop.secrets"),
        (endpoint(secrets="[S_ONE, S_ONE, S_ONE]"), "endpoints.shop.secrets"),
        (endpoint(secrets="[NOT_SET]"), "endpoints.shop.secrets: the variable NOT_SET is not set"),
        (endpoint(secrets="[S_SHORT]"), "the secret that S_SHORT names has fewer than 16 characters"),
        (endpoint(secrets="['file:none.txt']"), "none.txt cannot be read (FileNotFoundError)"),
        (endpoint(secrets=f"['{SECRET}']"), "name a variable, file:<path> or secretsmanager:<name>#<key>, never the"),
        (endpoint(public_url="https://x.example"), "endpoints.shop.public_url: only eBay's endpoints have it"),
        (endpoint(colour="red"), "endpoints.shop.colour: there is no such setting here."),
        (endpoint(channel="ebay"), "endpoints.shop.secrets: eBay signs with its own key"),
        (endpoint(channel="ebay", secrets=""), "endpoints.shop.app_id: this is missing"),
        (endpoint(channel="ebay", secrets="", verification_token="S_SHORT"), "it must be 32 to 80 letters, digits"),
        (subscriber(url="x.example"), "subscribers.erp.url: this is no address"),
        (subscriber(url="ftp://x.example"), "subscribers.erp.url: this is no address"),
        (subscriber(url="'https://x.example/\u00e9'"), "subscribers.erp.url: this is no address"),
        (subscriber(url="http://x.example"), "events go by https:// only"),
        (subscriber(url="https://u:p@x.example"), "an address with a user or a password would be shown"),
        (subscriber(events="[weather.changed]"), "subscribers.erp.events.0: 'weather.changed' is not allowed"),
        (subscriber(events="[]"), "subscribers.erp.events"),
        ("endpoints: {Shop: {}}", "a name is lower-case letters, digits and single hyphens"),
        ("endpoints: 5", "endpoints"),
        ("- a", "is wrong"),
        ("endpoints: {a: {}, a: {}}", "'a' is written twice"),
    ],
)
def test_mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str):
    monkeypatch.setenv("S_ONE", SECRET)
    monkeypatch.setenv("S_SHORT", "short")
    assert sentence in told(tmp_path, text)
