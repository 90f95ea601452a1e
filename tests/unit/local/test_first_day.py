"""`tradewind init` against a strict world: what it writes, asks, finds and refuses; and the texts that it changes."""

from __future__ import annotations

import difflib
import stat
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines import cli
from pipelines.errors import ConfigError
from pipelines.local.first_day import asking, command
from pipelines.local.first_day.entries import NewAccount, NewShop, NewStore, with_account, with_shop
from pipelines.local.first_day.env_file import with_variables
from pipelines.stores import load_stores
from simulator.apis.amazon_sp import roles
from tests.support.asked import Served
from tests.support.references import ROOT

EXAMPLE = (ROOT / "stores.example.yaml").read_text(encoding="utf-8")
SP, ADS = "TRADEWIND_SP_REFRESH_TOKEN_HARBOR_EU", "TRADEWIND_ADS_REFRESH_TOKEN_HARBOR_EU"
APPLICATIONS = ("TRADEWIND_LWA_CLIENT_SECRET", "TRADEWIND_ADS_CLIENT_SECRET")


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A strict world at whose address this test's settings are."""

    def start(**options):
        served = Served(tmp_path / "world", monkeypatch, **{"roles": roles.ALL, **options})
        for name, value in served.environment.items():
            if name.endswith(("_ENDPOINT", "_NOW")):
                monkeypatch.setenv(name, value)
        return served

    return start


def secrets_of(served, monkeypatch, *names):
    for name in names:
        monkeypatch.setenv(name, served.environment[name])


def arguments(served, *more):
    ids = ["--client-id", served.world.client_id, "--ads-client-id", served.world.ads_client_id]
    return ["init", "--tenant", "harbor", "--name", "Harbor Goods", "--currency", "USD", "--region", "eu", *ids, *more]


def run(*given):
    result = CliRunner().invoke(cli.app, list(given))
    if isinstance(result.exception, ConfigError):
        return 1, f"{result.output}{result.exception}"
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_a_script_gives_options_and_variables_and_gets_two_files_that_are_right(world, monkeypatch, tmp_path):
    served = world()
    secrets_of(served, monkeypatch, *APPLICATIONS, SP, ADS)
    code, told = run(*arguments(served))
    assert code == 0, told
    assert "it sells in DE, FR" in told
    assert "roles of the application for A3HARBOREU2DE@eu" in told
    assert all(value not in told for name, value in served.environment.items() if "SECRET" in name or "TOKEN" in name)
    written = dotenv_values(tmp_path / ".env")
    assert {name: written[name] for name in (*APPLICATIONS, SP, ADS)} == {
        name: served.environment[name] for name in (*APPLICATIONS, SP, ADS)
    }
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    for name in (*APPLICATIONS, SP, ADS):
        monkeypatch.delenv(name)
    catalog = load_stores(tmp_path / "stores.yaml")
    assert catalog.stores["harbor-de"].ads_profile_id == str(served.world.accounts[1].stores[0].ads_profile_id)
    assert (list(catalog.stores), catalog.stores["harbor-fr"].seller_id) == (
        ["harbor-de", "harbor-fr"],
        "A3HARBOREU2DE",
    )
    # a second run finds the secrets in .env and adds the shop of the tenant
    monkeypatch.setenv("TRADEWIND_SHOPIFY_SECRET_HARBOR", served.world.shops[0].client_secret)
    shop = ["--shop-domain", served.world.shops[0].domain, "--shop-client-id", served.world.shops[0].client_id]
    code, told = run("init", "--tenant", "harbor", *shop)
    assert code == 0, told
    found = load_stores(tmp_path / "stores.yaml").shops["harbor-shop"]
    assert (found.currency, found.time_zone) == ("USD", "America/New_York")


OF_EBAY = {"TRADEWIND_EBAY_SECRET_HARBOR": "client_secret", "TRADEWIND_EBAY_REFRESH_TOKEN_HARBOR": "access_token"}
SHOPS = {
    "ebay": ("--shop-account", OF_EBAY),
    "woocommerce": ("--shop-url", {"TRADEWIND_WOOCOMMERCE_SECRET_HARBOR": "client_secret"}),
}


@pytest.mark.parametrize("kind", SHOPS)
def test_shops_of_other_kinds_are_met_and_entered(kind, world, monkeypatch, tmp_path):
    served = world()
    secrets_of(served, monkeypatch, *APPLICATIONS, SP, ADS)
    assert run(*arguments(served))[0] == 0
    shop = next(each for each in served.world.shops if each.kind == kind)
    option, variables = SHOPS[kind]
    name = f"https://{shop.domain}" if kind == "woocommerce" else shop.domain
    given = ["init", "--tenant", "harbor", option, name, "--shop-client-id", shop.client_id]
    code, told = run(*given)
    assert code == 1 and all(variable in told for variable in variables), told
    for variable, field in variables.items():
        monkeypatch.setenv(variable, getattr(shop, field))
    if kind == "ebay":  # eBay says neither
        code, told = run(*given)
        assert code == 1 and "--shop-currency" in told and "--shop-time-zone" in told
        given += ["--shop-currency", shop.currency, "--shop-time-zone", shop.time_zone]
    code, told = run(*given)
    assert code == 0, told
    (found,) = load_stores(tmp_path / "stores.yaml").shops.values()
    assert (found.kind, found.domain, found.currency, found.time_zone) == (
        kind,
        shop.domain,
        shop.currency,
        shop.time_zone,
    )


def test_one_shop_at_a_time(world, monkeypatch):
    world()
    code, told = run("init", "--tenant", "harbor", "--shop-account", "harbor", "--shop-url", "https://harbor.example")
    assert code == 1 and "give one of them" in told


def test_a_person_is_asked_and_typed_secrets_are_asked_again_where_they_are_refused(world, monkeypatch, tmp_path):
    served = world()
    answers = iter(["Harbor!", "harbor", "", "USD", "eu", served.world.client_id, "", "y", "", "fr", "", ""])
    typed = iter(["wrong", "wrong", served.environment[APPLICATIONS[0]], served.environment[SP]])
    asked: list[str] = []
    monkeypatch.setattr(command, "is_interactive", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))
    monkeypatch.setattr(asking.getpass, "getpass", lambda question: asked.append(question) or next(typed))
    code, told = run("init", "--seller-id", "A3HARBOREU2DE")
    assert code == 0, told
    assert "'Harbor!' is not allowed: small letters and digits, as acme" in told
    assert "does not accept the application's credentials" in told
    assert any("Stores for which [DE FR]" in each for each in asked)
    assert list(load_stores(tmp_path / "stores.yaml", lambda name: None if "APIFY" in name else asked).stores) == [
        "harbor-fr"
    ]


def test_what_is_missing_is_told_all_at_once_and_nothing_is_written(world, tmp_path):
    world()
    code, told = run("init", "--tenant", "harbor", "--region", "eu")
    assert code == 1
    for missing in ("--currency", "--client-id", *APPLICATIONS[:1], SP):
        assert f"  {missing}: " in told
    assert not (tmp_path / "stores.yaml").exists()


def test_a_refused_secret_a_foreign_marketplace_and_a_missing_role_are_told(world, monkeypatch, tmp_path):
    served = world(roles=roles.ALL - {roles.MONEY})
    secrets_of(served, monkeypatch, *APPLICATIONS, SP, ADS)
    assert "account sells in DE, FR" in run(*arguments(served, "--marketplace", "IT"))[1]
    monkeypatch.setenv(SP, "Atzr|other")
    code, told = run(*arguments(served))
    assert (code, "Nothing was written" in told, (tmp_path / ".env").exists()) == (1, True, False)
    secrets_of(served, monkeypatch, SP)
    code, told = run(*arguments(served))
    assert code == 1
    assert "has no role Finance and Accounting" in told
    assert (tmp_path / "stores.yaml").exists()


def test_another_value_in_env_is_not_overwritten_unasked(world, monkeypatch, tmp_path):
    served = world()
    (tmp_path / ".env").write_text(f"# keep\n{SP}=Atzr|older\nOTHER=1\n")
    (tmp_path / ".env").chmod(0o644)
    secrets_of(served, monkeypatch, *APPLICATIONS, SP, ADS)
    code, told = run(*arguments(served))
    assert (code, f"other values of {SP}" in told, "Atzr|" in told) == (1, True, False)
    assert not (tmp_path / "stores.yaml").exists()
    assert run(*arguments(served, "--replace"))[0] == 0
    text = (tmp_path / ".env").read_text()
    assert text.startswith(f"# keep\n{SP}='{served.environment[SP]}'\nOTHER=1\n")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


# --- the texts --------------------------------------------------------------------------------------------------------


def account(tenant="acme", seller="A9NEWSELLER", region="eu", *stores):
    chosen = stores or (NewStore(f"{tenant}-de", "DE", "0123"), NewStore(f"{tenant}-fr", "FR"))
    return NewAccount(tenant, "Acme: Ltd", "EUR", seller, region, "ACME_SP", "ACME_ADS", chosen)


@pytest.mark.parametrize(
    ("new", "stores"),
    [
        (account(), {"acme-de", "acme-fr"}),
        (account("harbor"), {"harbor-de2", "harbor-fr"}),
        (account("harbor", "A3HARBOREU2DE", "eu", NewStore("x", "DE"), NewStore("harbor-fr", "FR")), {"harbor-fr"}),
    ],
)
def test_what_is_added_stands_among_the_rest_which_stays(new, stores, tmp_path: Path):
    if "harbor-de2" in stores:
        new = account("harbor", "A9NEWSELLER", "eu", NewStore("harbor-de2", "DE"), NewStore("harbor-fr", "FR"))
    text = with_account(EXAMPLE, new)
    lines = list(difflib.ndiff(EXAMPLE.splitlines(), text.splitlines()))
    assert not any(line.startswith("- ") for line in lines)
    (tmp_path / "stores.yaml").write_text(text)
    catalog = load_stores(tmp_path / "stores.yaml", lambda name: None if "APIFY" in name else _secret())
    assert stores == set(catalog.stores) - {"harbor-us", "harbor-de", "harbor-uk", "bharat-in"}
    assert with_account(text, new) == text  # once is enough


def _secret():
    from pydantic import SecretStr

    return SecretStr("x")


def test_a_shop_is_added_to_its_tenant_and_norway_is_no_boolean():
    text = with_shop(EXAMPLE, NewShop("bharat", "bharat-shop", {"kind": "shopify", "currency": "NO"}))
    assert yaml.safe_load(text)["tenants"]["bharat"]["channels"] == {
        "bharat-shop": {"kind": "shopify", "currency": "NO"}
    }
    more = with_shop(text, NewShop("bharat", "other-shop", {"kind": "shopify"}))
    assert list(yaml.safe_load(more)["tenants"]["bharat"]["channels"]) == ["bharat-shop", "other-shop"]
    with pytest.raises(ConfigError, match="no tenant nobody"):
        with_shop(EXAMPLE, NewShop("nobody", "s", {"kind": "shopify"}))


def test_what_stands_in_brackets_is_told_to_be_changed_by_hand():
    flow = "tenants:\n  acme: {name: A, reporting_currency: USD, accounts: []}\n"
    with pytest.raises(ConfigError, match=r"by hand:\n  - seller_id: A9NEWSELLER\n"):
        with_account(flow, account())


@given(st.dictionaries(st.sampled_from(["A", "B_1", "TOKEN"]), st.text("ab'\\\"# $|=Ä{}", min_size=1), min_size=1))
def test_variables_read_back_and_the_rest_of_the_file_stays(values):
    import io

    before = "# mine\nexport A=1\n#TOKEN=example\nOTHER='x'\n"
    text = with_variables(before, values, "new")
    assert dotenv_values(stream=io.StringIO(text), interpolate=False) == {"A": "1", "OTHER": "x"} | values
    assert "# mine\n" in text
    assert "#TOKEN=example" in text
