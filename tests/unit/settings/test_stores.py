"""stores.yaml: what it gives, and one clear sentence for each mistake in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS, Feed
from pipelines.stores import Catalog, PersonalChoice, load_stores, reading
from pipelines.stores.channels import ShopEntry
from pipelines.stores.mistakes import EXAMPLES
from tests.support.references import ROOT

EXAMPLE = (ROOT / "stores.example.yaml").read_text(encoding="utf-8")
SECOND_OF_TWO = EXAMPLE[: EXAMPLE.index("harbor-uk:")].count("\n") + 1


def any_secret(name: str) -> SecretStr:
    return SecretStr(f"secret of {name}")


def read(tmp_path: Path, text: str = EXAMPLE) -> Catalog:
    file = tmp_path / "stores.yaml"
    file.write_text(text, encoding="utf-8")
    return load_stores(file, any_secret)


def test_the_example_is_valid_and_says_what_it_says(tmp_path: Path) -> None:
    catalog = read(tmp_path)
    assert list(catalog.stores) == ["bharat-in", "harbor-de", "harbor-uk", "harbor-us"]
    store = catalog.stores["harbor-us"]
    assert (store.account_id, store.currency, store.time_zone) == ("A2HARBORNA1US@na", "USD", "America/Los_Angeles")
    assert (store.country, store.marketplace.marketplace_id) == ("US", "ATVPDKIKX0DER")
    assert store.tracked == {"B0OWNASIN1": ("B0COMP0001", "B0COMP0002"), "B0OWNASIN2": ()}
    account = catalog.accounts["A3HARBOREU2DE@eu"]
    assert [s.store_id for s in account.stores] == ["harbor-de", "harbor-uk"]
    assert account.refresh_token is not None
    assert account.refresh_token.get_secret_value() == "secret of TRADEWIND_SP_REFRESH_TOKEN_HARBOR_EU"
    assert catalog.stores["bharat-in"].has_api is False
    assert catalog.tenants["harbor"].reporting_currency == "USD"


@pytest.mark.parametrize(
    ("feed", "scopes"),
    [
        ("amazon_sp.sales_and_traffic", ["harbor-de", "harbor-uk", "harbor-us"]),
        ("amazon_sp.all_orders_by_last_update", ["A2HARBORNA1US@na", "A3HARBOREU2DE@eu"]),
        ("amazon_ads.sp_campaigns", ["harbor-us"]),
        ("apify.products", ["ATVPDKIKX0DER"]),
        ("apify.keyword_search", ["ATVPDKIKX0DER"]),
        ("manual.fx_rates", []),
    ],
)
def test_a_feed_has_the_scopes_that_may_be_asked(tmp_path: Path, feed: str, scopes: list[str]) -> None:
    assert [scope.scope_id for scope in read(tmp_path).scopes(FEEDS[feed])] == scopes


def scopes_with(tmp_path: Path, feed: Feed, **settings: str) -> list[str]:
    """Scopes of a feed when harbor-de and harbor-uk, two stores of one account, have these settings."""
    text = EXAMPLE
    for country, setting in settings.items():
        text = text.replace(f"marketplace: {country}", f"marketplace: {country}\n            {setting}")
    return [scope.scope_id for scope in read(tmp_path, text).scopes(feed)]


SKIPPED = "skip_feeds: [amazon_sp.ledger_summary, amazon_sp.settlements_v2, amazon_sp.sales_and_traffic]"
NAMED = "feeds: [amazon_sp.ledger_summary, amazon_sp.settlements_v2, amazon_sp.sales_and_traffic]"


@pytest.mark.parametrize(
    ("settings", "stores", "accounts"),
    [
        ({}, ["harbor-de", "harbor-uk", "harbor-us"], ["A2HARBORNA1US@na", "A3HARBOREU2DE@eu"]),
        ({"DE": SKIPPED}, ["harbor-uk", "harbor-us"], ["A2HARBORNA1US@na", "A3HARBOREU2DE@eu"]),
        ({"DE": SKIPPED, "GB": SKIPPED}, ["harbor-us"], ["A2HARBORNA1US@na"]),
    ],
)
def test_a_store_does_without_a_feed_and_an_account_if_all_its_stores_do(
    tmp_path: Path, settings: dict[str, str], stores: list[str], accounts: list[str]
) -> None:
    assert scopes_with(tmp_path, FEEDS["amazon_sp.sales_and_traffic"], **settings) == stores
    assert scopes_with(tmp_path, FEEDS["amazon_sp.settlements_v2"], **settings) == accounts


@pytest.mark.parametrize(
    ("settings", "stores", "accounts"),
    [
        ({}, [], []),
        ({"DE": NAMED}, ["harbor-de"], ["A3HARBOREU2DE@eu"]),
        ({"DE": NAMED, "US": NAMED}, ["harbor-de", "harbor-us"], ["A2HARBORNA1US@na", "A3HARBOREU2DE@eu"]),
    ],
)
def test_a_feed_to_opt_in_for_is_asked_only_where_it_is_named(
    tmp_path: Path, settings: dict[str, str], stores: list[str], accounts: list[str]
) -> None:
    traffic = replace(FEEDS["amazon_sp.sales_and_traffic"], opt_in=True)
    settlements = replace(FEEDS["amazon_sp.settlements_v2"], opt_in=True)
    assert scopes_with(tmp_path, traffic, **settings) == stores
    assert scopes_with(tmp_path, settlements, **settings) == accounts


def test_data_kiosk_needs_the_access_of_the_selling_partner(tmp_path: Path) -> None:
    kiosk = replace(FEEDS["amazon_sp.sales_and_traffic"], name="amazon_data_kiosk.sales")
    assert scopes_with(tmp_path, kiosk) == ["harbor-de", "harbor-uk", "harbor-us"]


def test_what_a_store_skips_is_not_crawled_for_it(tmp_path: Path) -> None:
    assert scopes_with(tmp_path, FEEDS["apify.products"], US="skip_feeds: [apify.products]") == []


def test_without_a_token_for_crawls_nothing_is_crawled(tmp_path: Path) -> None:
    (tmp_path / "stores.yaml").write_text(EXAMPLE)
    catalog = load_stores(
        tmp_path / "stores.yaml", lambda name: None if name == "TRADEWIND_APIFY_TOKEN" else SecretStr("x")
    )
    assert catalog.scopes(FEEDS["apify.products"]) == []


def test_an_account_scope_takes_the_zone_of_its_first_store(tmp_path: Path) -> None:
    scopes = {scope.scope_id: scope for scope in read(tmp_path).scopes(FEEDS["amazon_sp.settlements_v2"])}
    assert scopes["A3HARBOREU2DE@eu"].time_zone == "Europe/Paris"
    assert scopes["A3HARBOREU2DE@eu"].account is not None


def test_uk_is_gb(tmp_path: Path) -> None:
    catalog = read(tmp_path, EXAMPLE.replace("marketplace: GB", "marketplace: UK"))
    assert catalog.stores["harbor-uk"].country == "GB"


def test_a_tenant_decides_on_personal_columns(tmp_path: Path) -> None:
    decided = "keep_personal_data: true\n    columns: {keep: [Contact-Name], drop: [' note ']}"
    tenants = read(tmp_path, EXAMPLE.replace("keep_personal_data: false", decided)).tenants
    assert tenants["harbor"].personal == PersonalChoice(True, frozenset({"Contact-Name"}), frozenset({"note"}))
    assert tenants["bharat"].personal == PersonalChoice()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("marketplace: DE", "marketplace: XX", "store harbor-de: marketplace 'XX' is not known; known are US, CA"),
        ("marketplace: GB", "marketplace: JP", "marketplace JP belongs to region fe, but its account is of region eu"),
        ("marketplace: GB", "marketplace: DE", "A3HARBOREU2DE@eu has a store in DE already"),
        ("harbor-uk:", "harbor-us:", "store harbor-us: this id is used twice"),
        ("harbor-uk:", "harbor-de:", f"line {SECOND_OF_TWO}: 'harbor-de' is written twice"),
        ("harbor-de:", "Harbor_DE:", "an id is lower-case letters, digits and single hyphens"),
        ("A5BHARATIN4IN", "A3HARBOREU2DE", "this account is there already"),
        ("region: na", "region: us", "tenants.harbor.accounts.0.region: 'us' is not allowed"),
        ("B0OWNASIN2", "0123456777", "put the ASIN in quotes"),
        ("B0COMP0001", "b0comp0001", "an ASIN is ten capital letters and digits"),
        ("reporting_currency: USD", "reporting_currency: dollars", "a currency is three capital letters"),
        (
            "[desk lamp,",
            f"[{', '.join(f'k{n}' for n in range(200))},",
            "keywords: there are 201; at most 200 are allowed",
        ),
        ("[desk lamp,", "[2024,", "keywords.0: 2024 is not allowed"),
        ("[desk lamp,", '["a\\nb",', "a keyword is text on one line"),
        ("history_from: 2026-01-01", "history_from: soon", "history_from: 'soon' is not allowed"),
        ("region: na", "regio: na", "accounts.0.regio: there is no such setting here"),
        (
            "marketplace: GB",
            "marketplace: GB\n            feeds: [a.b]",
            "store harbor-uk, feeds: there is no feed 'a.b'",
        ),
        (
            "marketplace: GB",
            "marketplace: GB\n            skip_feeds: [amazon_sp.ledger_sumary]",
            "store harbor-uk, skip_feeds: there is no feed 'amazon_sp.ledger_sumary'; did you mean "
            "amazon_sp.ledger_summary?",
        ),
        (
            "marketplace: GB",
            "marketplace: GB\n            skip_feeds: [manual.fx_rates]",
            "manual.fx_rates comes by itself, from files or a queue",
        ),
        (
            "marketplace: GB",
            "marketplace: GB\n            feeds: [apify.products]\n            skip_feeds: [apify.products]",
            "store harbor-uk: apify.products is named in feeds and in skip_feeds",
        ),
        ("marketplace: GB", "marketplace: GB\n            cost_method: lifo", "cost_method: 'lifo' is not allowed"),
        (
            "keep_personal_data: false",
            "columns: {keep: [gift message], drop: [gift message]}",
            "tenants.harbor.columns: gift message stands in keep and in drop",
        ),
        ("tenants:\n", "", "there is no such setting here"),
        ("name: Bharat Bazaar", "name: {", "is no valid YAML"),
        ("    accounts:\n      - seller_id: A5", "    wares:\n      - seller_id: A5", "accounts: this is missing"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(ConfigError) as error:
        read(tmp_path, EXAMPLE.replace(old, new, 1))
    assert told in str(error.value)
    assert str(tmp_path / "stores.yaml") in str(error.value)


def test_a_token_written_where_its_variable_belongs_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"the name of an environment variable, or .*, never the token") as error:
        read(tmp_path, EXAMPLE.replace("TRADEWIND_SP_REFRESH_TOKEN_HARBOR_NA", "Atzr|hushhush"))
    assert "hushhush" not in str(error.value)


def test_all_missing_tokens_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "stores.yaml").write_text(EXAMPLE)
    with pytest.raises(ConfigError) as error:
        load_stores(tmp_path / "stores.yaml", lambda _: None)
    for variable in ("SP_REFRESH_TOKEN_HARBOR_NA", "SP_REFRESH_TOKEN_HARBOR_EU", "ADS_REFRESH_TOKEN_HARBOR"):
        assert f"the variable TRADEWIND_{variable} is not set" in str(error.value)


def test_a_missing_file_is_told_with_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"stores\.example\.yaml.*TRADEWIND_STORES.*tradewind demo"):
        load_stores(tmp_path / "nowhere.yaml", any_secret)


@pytest.mark.parametrize("bad", ["\\0", "\\ud800"])
def test_what_no_database_stores_is_refused_with_its_line(tmp_path: Path, bad: str) -> None:
    name = next(line for line in EXAMPLE.splitlines() if line.strip().startswith("name:"))
    line = EXAMPLE[: EXAMPLE.index(name)].count("\n") + 1
    with pytest.raises(ConfigError, match=rf"line {line}: .* cannot be stored"):
        read(tmp_path, EXAMPLE.replace(name, f'    name: "Harbor{bad}"'))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_that_no_sum_of_days_can_leave(tmp_path: Path, day: str) -> None:
    place = "            marketplace: US\n"
    assert place in EXAMPLE
    text = "".join(line for line in EXAMPLE.splitlines(keepends=True) if "history_from:" not in line)
    with pytest.raises(ConfigError, match=r"history_from"):
        read(tmp_path, text.replace(place, f"{place}            history_from: {day}\n", 1))


WRONG = """tenants:
  acme:
    name: Acme
    reporting_curency: USD
    accounts:
      - seller_id: A1EXAMPLE
        region: na
        stores:
          acme-ca: {marketplace: CA, ads_profile: 12}
"""
AMISS = """tenants:
  acme:
    name: Acme
    reporting_currency: USD
    accounts:
      - seller_id: A1EXAMPLE
        region: na
        refresh_token_env: NOWHERE
        stores:
          acme-us:
            marketplace: US
            feeds: [amazon_sp.nothing]
          acme-ca: {marketplace: DE}
    channels:
      acme-shop: {kind: shopify, domain: acme.myshopify.com, time_zone: Europe/Berlin, currency: EUR,
                  client_id: 0123456789abcdef0123456789abcdef}
"""


def lines_of(folder: Path, text: str) -> list[str]:
    file = folder / "stores.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_stores(file, lambda name: None)
    first, *lines = str(caught.value).splitlines()
    assert first == f"{file} is wrong:"
    return lines


def test_each_mistake_of_form_is_a_line_with_its_number_and_what_is_right(tmp_path: Path) -> None:
    assert lines_of(tmp_path, WRONG) == [
        "  line 2: tenants.acme.reporting_currency: this is missing. Right is, for example: reporting_currency: USD",
        "  line 4: tenants.acme.reporting_curency: there is no such setting here. Did you mean reporting_currency? "
        "Right is, for example: reporting_currency: USD",
        "  line 9: tenants.acme.accounts.0.stores.acme-ca.ads_profile: there is no such setting here. Did you mean "
        'ads_profile_id? Right is, for example: ads_profile_id: "1234567890"',
    ]


def test_each_mistake_of_content_is_a_line_with_its_number(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, AMISS)
    assert [line.partition(":")[0].strip() for line in lines] == ["line 8", "line 12", "line 13", "line 15"]
    for line, said in zip(
        lines, ("NOWHERE is not set", "no feed", "marketplace DE belongs", "client_secret_env"), strict=True
    ):
        assert said in line
        assert " Right is, for example: " in line


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("tenants:\n  a:\n    name: A\n   b: C\n", "line 4, column 4", "indented otherwise"),
        ("tenants:\n\ta:\n", "line 2, column 1", "there is a tab"),
        ('tenants:\n  a: {name: "A}\n', "line 3", "not closed"),
    ],
)
def test_yaml_that_cannot_be_read_tells_where_and_what_it_mostly_is(
    tmp_path: Path, text: str, place: str, said: str
) -> None:
    file = tmp_path / "stores.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        load_stores(file, any_secret)
    assert f"  {place}" in str(caught.value)
    assert "Right is, for example" in str(caught.value)


def test_every_setting_of_stores_yaml_has_an_example_that_yaml_reads() -> None:
    def settings(model: Any) -> set[str]:
        found = set(model.model_fields)
        for field in model.model_fields.values():
            for part in re.findall(r"_\w+Entry", str(field.annotation)):
                found |= settings(getattr(reading, part))
        return found

    shops = {name for kind in ShopEntry.__subclasses__() for name in kind.model_fields}
    assert settings(reading._File) | shops <= set(EXAMPLES)
    for name, example in EXAMPLES.items():
        assert list(yaml.safe_load(example)) == [name]
