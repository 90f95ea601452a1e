"""What `tradewind init` asks of a shop beside Amazon, kind by kind, and its entry for stores.yaml. Writes no file."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pipelines.errors import ConfigError, TradewindError
from pipelines.local.first_day import meeting
from pipelines.local.first_day.entries import NewShop
from pipelines.local.progress import say
from pipelines.stores.channels import HINTS, ebay, shopify, woocommerce

if TYPE_CHECKING:
    from pydantic import SecretStr

    from pipelines.local.first_day.asking import Asker
    from pipelines.settings import Settings
    from pipelines.stores import Shop

KINDS = ("shopify", "ebay", "woocommerce")


@dataclass(frozen=True, slots=True)
class GivenShop:
    """What options say of a shop; None: nothing. domain: of Shopify; account: a user name at eBay; url: of WooCommerce.

    client_id: the app's, the keyset's App ID, or the consumer key.
    """

    domain: str | None = None
    account: str | None = None
    url: str | None = None
    client_id: str | None = None
    shop_id: str | None = None
    currency: str | None = None
    time_zone: str | None = None

    @property
    def kind(self) -> str | None:
        """Which kind is meant; None: none. Raises ConfigError where two are."""
        names = (self.domain, self.account, self.url)
        given = [kind for kind, name in zip(KINDS, names, strict=True) if name]
        if len(given) > 1:
            raise ConfigError(
                "--shop-domain is of Shopify, --shop-account of eBay and --shop-url of WooCommerce: give one of them, "
                "and run `tradewind init` again for another shop."
            )
        return given[0] if given else None


def ask_for_shop(ask: Asker, settings: Settings, tenant: str, kind: str, given: GivenShop) -> NewShop:
    """Ask for a shop and meet it. Raises ConfigError if it does not let us in, or where nobody can be asked."""
    found = {"shopify": _shopify, "ebay": _ebay, "woocommerce": _woocommerce}[kind](ask, tenant, given)
    ask.refuse_missing()
    usual = f"{tenant}-{'shop' if kind == 'shopify' else 'woo' if kind == 'woocommerce' else kind}"
    shop_id = given.shop_id or usual
    try:
        currency, zone = asyncio.run(meeting.meet_shop(settings, found.shop(shop_id, tenant, kind)))
    except TradewindError as error:
        raise ConfigError(f"{error} Nothing was written; docs/channels.md leads to the secrets.") from None
    currency, zone = _place(ask, given, currency, zone)
    say(ask.console, f"ok  {found.name}: {currency}, {zone}")
    return NewShop(tenant, shop_id, {"kind": kind} | found.settings | {"time_zone": zone, "currency": currency})


@dataclass(frozen=True, slots=True)
class _Asked:
    """name: as a person calls the shop. settings: of its entry. The rest is what it is met with."""

    name: str
    domain: str
    client_id: str
    secret: SecretStr | None
    settings: dict[str, str]
    app_secret: SecretStr | None = None

    def shop(self, shop_id: str, tenant: str, kind: str) -> Shop:
        from pipelines.stores import Shop

        return Shop(shop_id, tenant, kind, self.domain, "", "", self.secret, self.client_id, app_secret=self.app_secret)


def _shopify(ask: Asker, tenant: str, given: GivenShop) -> _Asked:
    domain = _text(ask, "--shop-domain", "Shopify domain", given.domain, shopify.DOMAIN)
    client_id = _text(ask, "--shop-client-id", "Client id of the app", given.client_id, shopify.CLIENT_ID)
    variable = _variable("SHOPIFY_SECRET", tenant)
    secret = ask.secret(variable, "Client secret of the app", needed=True)
    settings = {"domain": domain, "client_id": client_id, "client_secret_env": variable}
    return _Asked(domain, domain, client_id, secret, settings)


def _ebay(ask: Asker, tenant: str, given: GivenShop) -> _Asked:
    account = _text(ask, "--shop-account", "The seller's user name at eBay", given.account, ebay.ACCOUNT)
    client_id = _text(ask, "--shop-client-id", "App ID of the keyset", given.client_id, ebay.CLIENT_ID)
    of_app, of_seller = _variable("EBAY_SECRET", tenant), _variable("EBAY_REFRESH_TOKEN", tenant)
    app_secret = ask.secret(of_app, "Cert ID of the keyset", needed=True)
    token = ask.secret(of_seller, "The seller's refresh token (v^1.1#...)", needed=True)
    settings = {"account": account, "client_id": client_id, "client_secret_env": of_app, "refresh_token_env": of_seller}
    return _Asked(f"{account} at eBay", account, client_id, token, settings, app_secret)


def _woocommerce(ask: Asker, tenant: str, given: GivenShop) -> _Asked:
    url = _text(ask, "--shop-url", "Address of the shop", given.url, woocommerce.URL).rstrip("/")
    key = _text(ask, "--shop-client-id", "Consumer key", given.client_id, woocommerce.CONSUMER_KEY)
    variable = _variable("WOOCOMMERCE_SECRET", tenant)
    secret = ask.secret(variable, "Consumer secret (cs_...)", needed=True)
    settings = {"url": url, "consumer_key": key, "consumer_secret_env": variable}
    parts = urlsplit(url)
    name = f"{parts.netloc.lower()}{parts.path}"
    return _Asked(name, name, key, secret, settings)


def _place(ask: Asker, given: GivenShop, currency: str, zone: str) -> tuple[str, str]:
    """Currency and time zone: what the shop says; where it says nothing, as eBay, what is told."""
    currency = currency or ask.text(
        "--shop-currency", "Currency in which it sells", given.currency, "[A-Z]{3}", "as USD, EUR or JPY"
    )
    right = "a name like America/New_York"
    zone = zone or ask.text(
        "--shop-time-zone", "Time zone in which its days begin", given.time_zone, r"[A-Za-z0-9_+/-]+", right
    )
    ask.refuse_missing()
    if zone not in available_timezones():
        raise ConfigError(f"--shop-time-zone {zone!r} is no time zone: {right}. Nothing was written.")
    return currency, zone


def _text(ask: Asker, option: str, question: str, given: str | None, pattern: str) -> str:
    return ask.text(option, question, given, pattern, re.sub(r"^[^:]*? is ", "", HINTS[pattern]))


def _variable(what: str, tenant: str) -> str:
    return f"TRADEWIND_{what}_{tenant}".upper().replace("-", "_")
