"""`tradewind init`: from what stands in Seller Central to a stores.yaml and a .env that are tested."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.console import Console

from pipelines.errors import ConfigError
from pipelines.local.first_day import entries, env_file, meeting
from pipelines.local.first_day.asking import Asker, is_interactive
from pipelines.local.first_day.shops import KINDS, GivenShop, ask_for_shop
from pipelines.local.progress import say, waiting
from pipelines.marketplaces import COUNTRY_ALIASES, MARKETPLACES, Region

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog

SLUG = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
SP_SECRET, ADS_SECRET = "TRADEWIND_LWA_CLIENT_SECRET", "TRADEWIND_ADS_CLIENT_SECRET"
TITLE = "written by `tradewind init`"


def init(
    tenant: Annotated[str | None, typer.Option(metavar="ID", help="Short name of the business, as acme.")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Its name, as Acme Ltd.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Its currency for roll-ups, as USD.")] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="REGION", help="na, eu or fe.")] = None,
    seller_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Merchant token; default: as the Ads profiles say.")
    ] = None,
    client_id: Annotated[str | None, typer.Option(metavar="ID", help="Of the SP-API application.")] = None,
    ads_client_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Of the Ads application; '' for none.")
    ] = None,
    secret_until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Before which the SP-API secret must be rotated; '' if unknown.")
    ] = None,
    marketplace: Annotated[
        list[str] | None, typer.Option(metavar="XX", help="Only this one, as DE (several times); default: all.")
    ] = None,
    shop_domain: Annotated[
        str | None, typer.Option(metavar="DOMAIN", help="A Shopify shop, as acme.myshopify.com.")
    ] = None,
    shop_account: Annotated[str | None, typer.Option(metavar="NAME", help="A seller's user name at eBay.")] = None,
    shop_url: Annotated[
        str | None, typer.Option(metavar="URL", help="A WooCommerce shop, as https://shop.acme.com.")
    ] = None,
    shop_client_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Of Shopify's app; eBay's App ID; WooCommerce's consumer key.")
    ] = None,
    shop: Annotated[
        str | None, typer.Option(metavar="ID", help="The shop's id; default <tenant>-shop, -ebay or -woo.")
    ] = None,
    shop_currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of the shop, where it does not say it: eBay.")
    ] = None,
    shop_time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Likewise, as America/New_York.")] = None,
    replace_values: Annotated[
        bool, typer.Option("--replace", help="Overwrite other values in .env without asking.")
    ] = False,
    secrets_stay: Annotated[
        bool, typer.Option("--secrets-stay", help="Do not copy secrets of the environment into .env.")
    ] = False,
) -> None:
    """Write stores.yaml and .env, and test each credential, role and profile.

    Asks for what no option gives. Secrets are typed, or taken from variables
    that are set: TRADEWIND_LWA_CLIENT_SECRET, TRADEWIND_ADS_CLIENT_SECRET,
    TRADEWIND_SP_REFRESH_TOKEN_<TENANT>_<REGION>, TRADEWIND_ADS_REFRESH_TOKEN_...,
    TRADEWIND_SHOPIFY_SECRET_<TENANT>, TRADEWIND_EBAY_SECRET_<TENANT> with
    TRADEWIND_EBAY_REFRESH_TOKEN_<TENANT>, TRADEWIND_WOOCOMMERCE_SECRET_<TENANT>.
    Run again, it adds accounts and shops.
    """
    console = Console()
    settings = _settings()
    asker = Asker(console, settings.secret, is_interactive(), keeps=not secrets_stay)
    path = settings.stores_path
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    say(console, f"Files: {path} and {path.parent / '.env'}")
    work = _Work(asker, settings, path, text)
    tenant = asker.text("--tenant", "Short name of your business", tenant, SLUG, "small letters and digits, as acme")
    of_shop = GivenShop(shop_domain, shop_account, shop_url, shop_client_id, shop, shop_currency, shop_time_zone)
    kind = of_shop.kind
    only_shop = kind is not None and region is None and seller_id is None and not asker.interactive
    if not only_shop:
        work.account(tenant, name, currency, region, seller_id, client_id, ads_client_id, marketplace or [])
        work.until(secret_until)
    if kind is None and asker.interactive:
        of = "|".join(KINDS)
        question = f"A shop beside Amazon: {', '.join(KINDS)} (Enter: none)"
        kind = asker.text("--shop-domain", question, None, f"({of})?", f"one of {', '.join(KINDS)}") or None
    if kind is not None:
        work.shop(tenant, kind, of_shop)
    asker.refuse_missing()
    work.save(replace_values=replace_values)
    if not work.tested():
        raise typer.Exit(1)


def _settings() -> Settings:
    """Settings whose stores.yaml is the user's own: never the demo's, even where there is no other yet."""
    from pipelines import home as homes
    from pipelines.settings import get_settings

    named = os.environ.get("TRADEWIND_STORES") or env_file.read(Path(".env")).get("TRADEWIND_STORES")
    return get_settings(stores_path=Path(named or homes.STORES).expanduser().absolute())


@dataclass
class _Work:
    """What `init` has found so far. text: of stores.yaml. variables: those of .env that are no secrets."""

    asker: Asker
    settings: Settings
    path: Path
    text: str

    def __post_init__(self) -> None:
        self.variables: dict[str, str] = {}
        self.new: list[str] = []

    def account(
        self,
        tenant: str,
        name: str | None,
        currency: str | None,
        region: str | None,
        seller_id: str | None,
        client_id: str | None,
        ads_client_id: str | None,
        countries: list[str],
    ) -> None:
        """Ask for an account, meet it, and add it to the text. Raises ConfigError if it is not let in."""
        ask, known = self.asker, self.settings
        name = ask.text("--name", "Its full name", name, r".*\S.*", "any name", default=tenant.title())
        currency = ask.text("--currency", "Currency of its roll-ups", currency, "[A-Z]{3}", "as USD, EUR or JPY")
        regions = "|".join(get_args(Region))
        told = "na: Americas, eu: Europe, India, the Gulf; fe: Japan, Australia, Singapore"
        region = ask.text("--region", f"Region of the seller account ({told})", region, regions, "na, eu or fe")
        right = "as Develop Apps, View, shows it: amzn1.application-oa2-client...."
        client_id = ask.text("--client-id", "SP-API client id", client_id, r"\S+", right, known.lwa_client_id)
        suffix = f"{tenant}_{region}".upper().replace("-", "_")
        sp_variable, ads_variable = (f"TRADEWIND_{api}_REFRESH_TOKEN_{suffix}" for api in ("SP", "ADS"))
        met, again = meeting.Met(), False
        while True:
            secret = ask.secret(SP_SECRET, "SP-API client secret", needed=True, again=again)
            token = ask.secret(sp_variable, "SP-API refresh token", needed=True, again=again)
            # of a client id '' nothing is asked: advertising is optional
            ads_id = ask.text(
                "--ads-client-id", "Amazon Ads client id", ads_client_id, r"\S*", "", known.ads_client_id or ""
            )
            ads_secret = ads_id and ask.secret(ADS_SECRET, "Amazon Ads client secret", needed=True, again=again)
            ads_token = ads_id and ask.secret(ads_variable, "Amazon Ads refresh token", needed=True, again=again)
            ask.refuse_missing()
            self.settings = known.model_copy(
                update={
                    "lwa_client_id": client_id,
                    "lwa_client_secret": secret,
                    "ads_client_id": ads_id or None,
                    "ads_client_secret": ads_secret or None,
                }
            )
            with waiting(ask.console, "Asking Amazon"):
                met = asyncio.run(meeting.meet(self.settings, region, token, ads_token or None))  # type: ignore[arg-type]
            if not met.problems:
                break
            for problem in met.problems:
                say(ask.console, f"no  {problem}")
            if not ask.interactive or not ask.confirm("Type the secrets again?", default=True):
                raise ConfigError("Nothing was written. Correct what is told above, and run `tradewind init` again.")
            again = True
        self._found(met)
        seller_id = self._seller(seller_id, met)
        chosen = self._chosen(countries, met)
        self.variables |= {"TRADEWIND_LWA_CLIENT_ID": client_id} | (
            {"TRADEWIND_ADS_CLIENT_ID": ads_id} if ads_id else {}
        )
        stores = meeting.stores_of(tenant, seller_id, chosen, met)
        self.text = entries.with_account(
            self.text,
            entries.NewAccount(
                tenant, name, currency, seller_id, region, sp_variable, ads_variable if ads_id else None, stores
            ),
        )
        self.new.append(f"{seller_id}@{region}")

    def until(self, given: str | None) -> None:
        """Ask for the last day of the application's secret, which no API tells."""
        held = self.settings.lwa_secret_until
        day = self.asker.text(
            "--secret-until",
            "Day before which the SP-API secret must be rotated (Develop Apps, View; Enter: unknown)",
            given,
            r"(\d{4}-\d{2}-\d{2})?",
            "as 2027-05-28",
            default=str(held or ""),
        )
        if day:
            self.variables["TRADEWIND_LWA_SECRET_UNTIL"] = day

    def _found(self, met: meeting.Met) -> None:
        say(self.asker.console, f"ok  it sells in {', '.join(each.country for each in met.marketplaces) or 'nothing'}")
        for each in met.profiles:
            of = f", of the seller {each.seller_id}" if each.seller_id else ""
            say(self.asker.console, f"ok  Ads profile {each.text}{of}")
        if met.unknown:
            say(self.asker.console, f"    not known to Tradewind, left out: marketplaces {', '.join(met.unknown)}")
        if not met.marketplaces:
            raise ConfigError(
                "The account sells in no marketplace of this region that Tradewind knows. Check the region, and that "
                "the refresh token is of this account. Nothing was written."
            )

    def _seller(self, given: str | None, met: meeting.Met) -> str:
        named = met.seller_ids()
        guess = next(iter(named)) if len(named) == 1 else None
        right = "capital letters and digits: Seller Central, Settings, Account info, Your Merchant Token"
        return self.asker.text("--seller-id", "Seller id (merchant token)", given, "[A-Z0-9]{5,}", right, guess)

    def _chosen(self, countries: list[str], met: meeting.Met) -> list[meeting.Marketplace]:
        there = {each.country: each for each in met.marketplaces}
        if not countries and len(there) > 1:
            answer = self.asker.text(
                "--marketplace",
                "Stores for which",
                None,
                r"[A-Za-z]{2}([ ,]+[A-Za-z]{2})*",
                "as US CA",
                " ".join(there),
            )
            countries = re.split(r"[ ,]+", answer)
        wanted = [COUNTRY_ALIASES.get(each.upper(), each.upper()) for each in countries] or list(there)
        if wrong := sorted(set(wanted) - set(there)):
            known = "does not sell there" if set(wrong) <= set(MARKETPLACES) else "is not known"
            raise ConfigError(f"--marketplace {', '.join(wrong)} {known}: the account sells in {', '.join(there)}.")
        return [there[each] for each in dict.fromkeys(wanted)]

    def shop(self, tenant: str, kind: str, given: GivenShop) -> None:
        """Ask for a shop, meet it, and add it to the text. Raises ConfigError if it is not let in."""
        new = ask_for_shop(self.asker, self.settings, tenant, kind, given)
        self.text = entries.with_shop(self.text, new)
        self.new.append(new.shop_id)

    def save(self, *, replace_values: bool) -> None:
        """Write both files. Raises ConfigError where other values would be lost and nobody allows it."""
        secrets = self.path.parent / ".env"
        held = env_file.read(secrets)
        values = {
            name: value for name, value in {**self.variables, **self.asker.typed}.items() if held.get(name) != value
        }
        lost = sorted(name for name in values if name in held)
        if lost and not replace_values:
            question = f"{secrets} has other values of {', '.join(lost)}. Overwrite them?"
            if not self.asker.interactive or not self.asker.confirm(question, default=False):
                raise ConfigError(
                    f"{secrets} has other values of {', '.join(lost)}. Nothing was written: give --replace to "
                    "overwrite them, or use an .env of its own for the other application."
                )
        if values:
            env_file.write(secrets, values, TITLE)
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o644
        env_file.replace_text(self.path, self.text, mode=mode)
        say(self.asker.console, f"Written: {self.path}" + (f", {secrets} ({len(values)} variables)" if values else ""))

    def tested(self) -> bool:
        """Read the files as every command does, test what is new, and say what is wrong; whether nothing is."""
        from pipelines.settings import get_settings
        from pipelines.sources.credentials import check_accounts
        from pipelines.stores import load_catalog

        console = self.asker.console
        settings = get_settings(stores_path=self.path)
        catalog = _only(load_catalog(settings), self.new)
        with waiting(console, "Testing roles, marketplaces and profiles"):
            checked = asyncio.run(check_accounts(settings, catalog))
        wrong = [what for what, problem in checked if problem]
        for what, problem in checked:
            say(console, f"{'no' if problem else 'ok'}  {what}" + (f"\n    {problem}" if problem else ""))
        if wrong:
            say(console, f"{len(wrong)} of {len(checked)} are not right yet. `tradewind doctor` tests them again.")
        else:
            say(console, "All is right. Next: `tradewind plan` shows what is asked for, `tradewind up` lands it.")
        return not wrong


def _only(catalog: Catalog, ids: list[str]) -> Catalog:
    accounts = {name: each for name, each in catalog.accounts.items() if name in ids}
    stores = {name: each for name, each in catalog.stores.items() if each.account_id in accounts}
    shops = {name: each for name, each in catalog.shops.items() if name in ids}
    return replace(catalog, accounts=accounts, stores=stores, shops=shops)
