"""`channels` in stores.yaml: the shops that it gives, and one clear sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.channels import rounds
from pipelines.channels.policies_file import Policies, load_policies
from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.settings import get_settings
from pipelines.stores import Catalog, load_stores

TEXT = """\
tenants:
  harbor:
    name: Harbor Goods
    reporting_currency: USD
    channels:
      harbor-shop:
        kind: shopify
        domain: harbor-goods.myshopify.com
        client_id: 0123456789abcdef0123456789abcdef
        client_secret_env: SECRET
        time_zone: America/New_York
        currency: USD
        skus: {HG-0006: "00-7"}
    accounts:
      - seller_id: A2HARBORNA1US
        region: na
        stores: {harbor-us: {marketplace: US}}
"""


def read(tmp_path: Path, text: str = TEXT, secrets: bool = True) -> Catalog:
    path = tmp_path / "stores.yaml"
    path.write_text(text, encoding="utf-8")
    return load_stores(path, lambda name: SecretStr("shpss_secret") if secrets else None)


def test_a_shop_is_asked_with_the_choices_of_its_tenants_stores(tmp_path: Path) -> None:
    catalog = read(tmp_path)
    shop = catalog.shops["harbor-shop"]
    assert (shop.tenant_id, shop.domain, shop.skus) == ("harbor", "harbor-goods.myshopify.com", {"HG-0006": "00-7"})
    (scope,) = catalog.scopes(FEEDS["shopify.orders"])
    assert (scope.scope_id, scope.time_zone, scope.shop) == ("harbor-shop", "America/New_York", shop)
    assert [store.store_id for store in scope.stores] == ["harbor-us"]


def test_a_shop_without_a_token_is_not_asked(tmp_path: Path) -> None:
    catalog = read(
        tmp_path,
        TEXT.replace("        client_id: 0123456789abcdef0123456789abcdef\n        client_secret_env: SECRET\n", ""),
    )
    assert list(catalog.shops) == ["harbor-shop"] and catalog.scopes(FEEDS["shopify.orders"]) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: shopify", "kind: shoplify", "channels.harbor-shop.kind: 'shoplify' is not allowed"),
        (
            "harbor-goods.myshopify.com",
            "www.harbor.com",
            "the one that Shopify gave it, like harbor-goods.myshopify.com",
        ),
        ("America/New_York", "New York", "a time zone has a name like America/New_York"),
        ("currency: USD\n        skus", "currency: dollars\n        skus", "a currency is three capital letters"),
        ('"00-7"}', "007}", "is a number to YAML, which may have changed it; put the SKU in quotes"),
        ("        time_zone: America/New_York\n", "", "channels.harbor-shop.time_zone: this is missing"),
        ("0123456789abcdef0123456789abcdef", "harbor", "a client id is 32 digits and letters from a to f"),
        (
            "client_secret_env",
            "access_token_env",
            "give client_id and client_secret_env of an app, or access_token_env",
        ),
        ("kind: shopify", "kind: shopify\n        shop: x", "channels.harbor-shop.shop: there is no such setting here"),
        (
            "      harbor-shop:",
            "      harbor-us:",
            "this id is used twice; ids are unique among all stores and channels",
        ),
        ("SECRET", "shpat_1234-5678", "this must be the name of an environment variable"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigError) as told:
        read(tmp_path, TEXT.replace(old, new, 1))
    assert sentence in str(told.value) and "shpat_1234" not in str(told.value)


def test_a_token_that_is_not_there_is_told_with_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"channels\.harbor-shop: the variable SECRET is not set"):
        read(tmp_path, secrets=False)


OTHERS = """\
      harbor-ebay:
        kind: ebay
        account: harbor_goods
        client_id: Harbor-Tradewin-PRD-1a2b3c4d5-6e7f8a9b
        client_secret_env: APP
        refresh_token_env: TOKEN
        time_zone: America/Los_Angeles
        currency: USD
      harbor-woo:
        kind: woocommerce
        url: https://Shop.Harbor.example/store/
        consumer_key: ck_0123456789abcdef0123456789abcdef01234567
        consumer_secret_env: WOO
        time_zone: UTC
        currency: USD
    accounts:
"""


def test_each_kind_of_shop_is_asked_for_its_own_feeds_with_its_own_access(tmp_path: Path) -> None:
    path = tmp_path / "stores.yaml"
    path.write_text(TEXT.replace("    accounts:\n", OTHERS), encoding="utf-8")
    catalog = load_stores(path, lambda name: SecretStr(f"value of {name}"))
    ebay, woo = catalog.shops["harbor-ebay"], catalog.shops["harbor-woo"]
    assert (ebay.domain, ebay.client_id) == ("harbor_goods", "Harbor-Tradewin-PRD-1a2b3c4d5-6e7f8a9b")
    assert ebay.secret == SecretStr("value of TOKEN") and ebay.app_secret == SecretStr("value of APP")
    assert (woo.domain, woo.secret, woo.app_secret) == ("shop.harbor.example/store", SecretStr("value of WOO"), None)
    for feed, shop in (("ebay.offers", ebay), ("woocommerce.orders", woo)):
        assert [scope.shop for scope in catalog.scopes(FEEDS[feed])] == [shop]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "account: harbor_goods",
            "account: harbor goods",
            "channels.harbor-ebay.account: 'harbor goods' is not allowed",
        ),
        ("        refresh_token_env: TOKEN\n", "", "give client_id, client_secret_env and refresh_token_env together"),
        ("kind: ebay", "kind: ebuy", "channels.harbor-ebay.kind: 'ebuy' is not allowed; kinds are 'shopify', 'ebay'"),
        ("        kind: ebay\n", "", "channels.harbor-ebay.kind: this is missing"),
        ("https://Shop", "http://Shop", "channels.harbor-woo.url: 'http://Shop.Harbor.example/store/' is not allowed"),
        ("ck_0123", "0123", "a consumer key is ck_ and 40 digits"),
        ("        consumer_secret_env: WOO\n", "", "give consumer_key and consumer_secret_env together"),
    ],
)
def test_a_mistake_in_another_kind_is_told_in_a_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in OTHERS
    with pytest.raises(ConfigError) as told:
        read(tmp_path, TEXT.replace("    accounts:\n", OTHERS.replace(old, new, 1)))
    assert sentence in str(told.value)


def test_a_location_of_a_shop_is_the_source_of_the_own_stock(tmp_path: Path) -> None:
    named = TEXT.replace(
        "        currency: USD\n", "        currency: USD\n        stock_location: Main warehouse\n", 1
    )
    catalog = read(tmp_path, named)
    assert catalog.shops["harbor-shop"].stock_location == "Main warehouse"
    assert rounds.channels(catalog, Policies()) == {}, "it is not told what it says itself"
    assert list(rounds.channels(read(tmp_path), Policies())) == ["harbor-shop"]
    settings = get_settings(stores_path=tmp_path / "stores.yaml")
    (tmp_path / "channels.yaml").write_text("channels: {harbor-shop: {write: on}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"'Main warehouse' is the source of the own stock"):
        load_policies(settings, catalog)
    entry = named[named.index("      harbor-shop:") : named.index("    accounts:")]
    other = entry.replace("harbor-shop", "other-shop").replace("harbor-goods", "other-goods")
    with pytest.raises(ConfigError, match="harbor-shop and other-shop have a stock_location"):
        read(tmp_path, named.replace("    accounts:", f"{other}    accounts:"))
