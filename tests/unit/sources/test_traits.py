"""What differs by source: complete for every source and feed, and in accord with settings, accounts and limits."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.planning.planner import fingerprint
from pipelines.settings import Settings
from pipelines.sources import make_source
from pipelines.sources.traits import TRAITS
from pipelines.stores import Account, Scope, Shop
from tests.support.landing import SHOP
from tests.support.sources import account_scope, feed, settings_for

ONE_OF = {
    "amazon_sp": "amazon_sp.merchant_listings",
    "amazon_data_kiosk": "amazon_data_kiosk.economics",
    "amazon_ads": "amazon_ads.sp_campaigns",
    "apify": "apify.products",
    "shopify": "shopify.orders",
    "ebay": "ebay.orders",
    "woocommerce": "woocommerce.orders",
}
OF_SHOPS = {"shopify", "ebay", "woocommerce"}


def test_every_feed_that_is_asked_for_has_a_source_with_traits_and_a_client(tmp_path: Path) -> None:
    assert {each.source for each in FEEDS.values() if each.is_asked_for} == set(TRAITS)
    settings = settings_for("http://127.0.0.1:1", tmp_path)
    for name in TRAITS:
        make_source(name, settings, None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no source named 'manual'"):
        make_source("manual", settings, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TRAITS)
def test_operations_have_limits_and_credentials_exist(name: str) -> None:
    traits = TRAITS[name]
    assert traits.operations
    if traits.limits_of != "nobody":
        assert {*traits.operations, *traits.restricted_operations} <= traits.limits.keys()
    assert traits.credential in {"", *Settings.model_fields}
    assert not traits.grant or traits.grant in {each.name for kind in (Account, Shop) for each in fields(kind)}
    assert traits.credential or traits.grant or traits.limits_of == "nobody"


@pytest.mark.parametrize("name", TRAITS)
@pytest.mark.parametrize(
    ("change", "touches"),
    [
        ({"lwa_client_secret": "new"}, {"amazon_sp", "amazon_data_kiosk"}),
        ({"ads_client_secret": "new"}, {"amazon_ads"}),
        ({"apify_token": "new"}, {"apify"}),
        ("refresh_token", {"amazon_sp", "amazon_data_kiosk"}),
        ("ads_refresh_token", {"amazon_ads"}),
        ("secret", OF_SHOPS),
    ],
)
def test_a_new_credential_is_noticed_by_the_sources_that_use_it(
    tmp_path: Path, name: str, change: Any, touches: set[str]
) -> None:
    scope, url = account_scope(), "http://127.0.0.1:1"
    assert scope.account is not None
    of_settings = change if isinstance(change, dict) else {}
    of_account = {} if isinstance(change, dict) else {change: SecretStr("new")}
    if name in OF_SHOPS:
        shop = SHOP if change != "secret" else replace(SHOP, secret=SecretStr("new"))
        scopes = [Scope(each.shop_id, scope.stores, "UTC", shop=each) for each in (SHOP, shop)]
        first, second = (fingerprint(settings_for(url, tmp_path), feed(ONE_OF[name]), each) for each in scopes)
        assert (first != second) == (name in touches)
        return
    if change == "secret":
        return
    before = fingerprint(settings_for(url, tmp_path), feed(ONE_OF[name]), scope)
    changed = replace(scope, account=replace(scope.account, **of_account))
    after = fingerprint(settings_for(url, tmp_path, **of_settings), feed(ONE_OF[name]), changed)
    assert (before != after) == (name in touches)
