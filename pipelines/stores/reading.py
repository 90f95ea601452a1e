"""Reads and checks `stores.yaml`, and makes the catalogue of tenants, seller accounts and stores from it.

The whole file is checked when it is read. Each mistake becomes a sentence of one ConfigError, which names the place and
says what to do. The data types of the catalogue are in `stores/model.py`, actors are read in `actors.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from pipelines.accounts.plans import load_plans
from pipelines.actors import load_actors
from pipelines.errors import ConfigError
from pipelines.marketplaces import Region
from pipelines.settings import Settings, get_settings
from pipelines.stores.category_file import all_categories
from pipelines.stores.channels import HINTS, AnyShopEntry, keys_of, place_of, read_shops, wrong_kind
from pipelines.stores.checks import check_feeds, marketplace_of
from pipelines.stores.mistakes import Mistakes, meant, told
from pipelines.stores.model import Account, Catalog, Category, PersonalChoice, SendTo, Shop, Store, Tenant
from pipelines.stores.plan_limits import check_plans, products_of
from pipelines.stores.retention import RetentionEntry
from pipelines.stores.tracking import read as read_pairs
from pipelines.stores.yaml_file import read_document

MOST_PRODUCTS = 1000
"""How many products a tenant may track, each counted once in each marketplace. All of them are crawled every day."""

SecretReader = Callable[[str], SecretStr | None]

MOST_KEYWORDS = 200
"""How many keywords a store may have. Each costs some pages of a crawl every day."""


def load_catalog(settings: Settings) -> Catalog:
    """The stores of stores.yaml, without days that their retention has deleted, and the actors.

    Raises ConfigError; also where a tenant has more than its plan allows (`plan_limits.py`).
    """
    catalog = load_stores(settings.stores_path, settings.secret).within_retention(settings.now().date())
    check_plans(catalog, load_plans(settings.stores_path))
    return replace(catalog, actors=load_actors(settings))


def track_files(path: Path) -> dict[str, Path | None]:
    """Store id -> its track file, which need not exist. Only the form of stores.yaml is checked. Raises ConfigError."""
    accounts = (account for tenant in _parse(path)[0].tenants.values() for account in tenant.accounts)
    of = (each for account in accounts for each in account.stores.items())
    return {name: _beside(store.track_file, path.parent) for name, store in of}


def load_stores(path: Path, secret: SecretReader | None = None) -> Catalog:
    """Read and check stores.yaml, with the built-in actors. secret: returns the value of a variable; default: settings.

    Raises ConfigError if the file is missing, is no YAML, or has mistakes. The message lists all mistakes that can be
    found at once.
    """
    secret = secret or get_settings().secret
    entries, root = _parse(path)
    problems = Mistakes()
    catalog = _assemble(entries, secret, problems, path.parent)
    if problems.found:
        raise ConfigError(told(path, root, problems.found))
    return catalog


# --- the file's entries -----------------------------------------------------------------------------------------------


def _text_of_number(value: Any) -> Any:
    """A number as text: YAML reads a profile id without quotes as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _unquoted_asin(value: Any) -> Any:
    if isinstance(value, int):
        raise ValueError(f"{value} is a number to YAML, which may have changed it; put the ASIN in quotes")
    return value


_SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=40)]
Asin = Annotated[str, BeforeValidator(_unquoted_asin), StringConstraints(pattern=r"^[A-Z0-9]{10}$")]
_ONE_LINE = r"^[^\x00-\x1f]+$"
Keyword = Annotated[str, StringConstraints(pattern=_ONE_LINE, strip_whitespace=True, min_length=1, max_length=200)]
_WHERE = r"^([A-Za-z_][A-Za-z0-9_]*|secretsmanager:[A-Za-z0-9/_+=.@:-]+(#[^\s#]+)?)$"
Variable = Annotated[str, StringConstraints(pattern=_WHERE)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _CategoryEntry(_Entry):
    name: Keyword
    keywords: Annotated[list[Keyword], Field(min_length=1)]
    auto_crawl: bool = False


# Amazon's first day, and one after which nobody reads this: sums of days stay days.
EARLIEST, LATEST = date(1995, 7, 16), date(2200, 1, 1)


class _StoreEntry(_Entry):
    marketplace: str
    ads_profile_id: Annotated[str, BeforeValidator(_text_of_number)] | None = None
    history_from: Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None = None
    track: dict[Asin, list[Asin]] = {}
    track_file: Path | None = None
    category_file: Path | None = None
    keywords: Annotated[list[Keyword], Field(max_length=MOST_KEYWORDS)] = []
    categories: list[_CategoryEntry] = []
    feeds: list[str] = []
    skip_feeds: list[str] = []
    cost_method: Literal["period", "fifo", "weighted_average"] = "period"
    lead_time_days: Annotated[int, Field(ge=0, le=3650)] = 30
    cover_days: Annotated[int, Field(ge=1, le=365)] = 30


class _AccountEntry(_Entry):
    seller_id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{5,}$")]
    region: Region
    refresh_token_env: Variable | None = None
    ads_refresh_token_env: Variable | None = None
    stores: dict[Slug, _StoreEntry]


class _ColumnsEntry(_Entry):
    keep: list[Header] = []
    drop: list[Header] = []


class _AnalystEntry(_Entry):
    budget_month_usd: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] | None = None


class _CrawlsEntry(_Entry):
    budget_day_usd: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] | None = None


class _SendEntry(_Entry):
    to_env: Variable | None = None
    to_file: Path | None = None
    kinds: list[str] = []
    languages: list[str] = []
    stores: list[str] = []
    versions: Literal["every", "first"] = "every"


class _TenantEntry(_Entry):
    name: Annotated[str, StringConstraints(min_length=1)]
    reporting_currency: Currency
    keep_personal_data: bool = False
    columns: _ColumnsEntry = _ColumnsEntry()
    analyst: _AnalystEntry = _AnalystEntry()
    crawls: _CrawlsEntry = _CrawlsEntry()
    retention: RetentionEntry = RetentionEntry()
    send: list[_SendEntry] = []
    channels: dict[Slug, AnyShopEntry] = {}
    accounts: list[_AccountEntry]


class _File(_Entry):
    tenants: dict[Slug, _TenantEntry]


def _parse(path: Path) -> tuple[_File, yaml.Node]:
    """The file's entries, and its node, which knows the lines. Raises ConfigError."""
    if not path.exists():
        raise ConfigError(
            f"There is no {path}. `tradewind init` writes one and tests it; or copy stores.example.yaml to stores.yaml "
            "and enter your stores, set TRADEWIND_STORES to where the file is, or run `tradewind demo` for a world of "
            "made-up stores."
        )
    content, root = read_document(path)
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must begin with `tenants:`; see stores.example.yaml.")
    try:
        return _File.model_validate(content), root
    except ValidationError as error:
        found = [(keys_of(problem), _sentence(problem)) for problem in error.errors()]
        raise ConfigError(told(path, root, found)) from None


_HINTS = {
    _SLUG: "an id is lower-case letters, digits and single hyphens and begins with a letter, like harbor-us",
    r"^[A-Z0-9]{10}$": "an ASIN is ten capital letters and digits",
    _WHERE: "this must be the name of an environment variable, or secretsmanager:<name>#<key>, never the token itself",
    _ONE_LINE: "a keyword is text on one line, in quotes where YAML would take it for something else",
    **HINTS,
    r"^[A-Z]{3}$": "a currency is three capital letters, like USD",
    r"^[A-Z0-9]{5,}$": "a seller id (merchant token) is capital letters and digits",
}


def _sentence(problem: Any) -> str:
    place, came = place_of(problem), problem["input"]
    if sentence := wrong_kind(problem):
        return f"{place}: {sentence}"
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such setting here.{meant(str(problem['loc'][-1]))}"
    if problem["type"] == "missing":
        return f"{place}: this is missing."
    if problem["type"] == "too_long":
        return f"{place}: there are {len(came)}; at most {problem['ctx']['max_length']} are allowed."
    hint = _HINTS.get(problem.get("ctx", {}).get("pattern", ""), problem["msg"].removeprefix("Value error, "))
    if place.endswith("_env"):  # The user may have written the token itself, which must not be shown.
        return f"{place}: {hint}."
    return f"{place}: {came!r} is not allowed; {hint}."


# --- from the file's entries to the catalogue -----------------------------------------------------------------------


def _assemble(file: _File, secret: SecretReader, problems: Mistakes, folder: Path) -> Catalog:
    tenants: dict[str, Tenant] = {}
    accounts: dict[str, Account] = {}
    stores: dict[str, Store] = {}
    shops: dict[str, Shop] = {}
    for tenant_id, tenant in file.tenants.items():
        of_tenant = problems.at("tenants", tenant_id)
        keep, drop = frozenset(tenant.columns.keep), frozenset(tenant.columns.drop)
        if keep & drop:
            names = ", ".join(sorted(keep & drop))
            of_tenant.at("columns").append(
                f"tenants.{tenant_id}.columns: {names} stands in keep and in drop; take it out of one."
            )
        choice = PersonalChoice(tenant.keep_personal_data, keep, drop)
        budget = tenant.analyst.budget_month_usd
        send = tuple(
            _send_to(entry, tenant, secret, f"tenants.{tenant_id}.send", of_tenant.at("send", place), folder)
            for place, entry in enumerate(tenant.send)
        )
        ceiling = tenant.crawls.budget_day_usd
        kept, currency = tenant.retention.retention, tenant.reporting_currency
        tenants[tenant_id] = Tenant(tenant_id, tenant.name, currency, choice, budget, send, ceiling, kept)
        for position, entry in enumerate(tenant.accounts):
            of_account = of_tenant.at("accounts", position)
            account_id = f"{entry.seller_id}@{entry.region}"
            place = f"tenants.{tenant_id}, account {account_id}"
            if account_id in accounts:
                of_account.append(f"{place}: this account is there already; put all its stores under one entry.")
                continue
            if not entry.stores:
                of_account.at("stores").append(
                    f"{place}: it has no stores; enter at least one, or take the account out."
                )
                continue
            token = _token(entry.refresh_token_env, secret, place, of_account.at("refresh_token_env"))
            ads_token = _token(entry.ads_refresh_token_env, secret, place, of_account.at("ads_refresh_token_env"))
            own: list[Store] = []
            for store_id, store in sorted(entry.stores.items()):
                of_store = of_account.at("stores", store_id)
                of_market = of_store.at("marketplace")
                marketplace = marketplace_of(store.marketplace, entry.region, f"store {store_id}", of_market)
                check_feeds(store.feeds, store.skip_feeds, f"store {store_id}", of_store)
                if store_id in stores or any(other.store_id == store_id for other in own):
                    of_store.append(f"store {store_id}: this id is used twice; ids are unique among all tenants.")
                elif marketplace and any(other.marketplace == marketplace for other in own):
                    of_market.append(f"store {store_id}: {account_id} has a store in {marketplace.country} already.")
                elif marketplace:
                    tracked, tags = _tracked(store, folder, of_store.at("track_file"))
                    written = ((each.name, each.keywords, each.auto_crawl) for each in store.categories)
                    path = _beside(store.category_file, folder)
                    categories = all_categories(written, path, of_store.at("category_file"))
                    own.append(
                        Store(
                            store_id,
                            tenant_id,
                            account_id,
                            entry.seller_id,
                            entry.region,
                            marketplace,
                            store.ads_profile_id,
                            store.history_from,
                            tracked,
                            has_api=token is not None,
                            feeds=frozenset(store.feeds),
                            skip_feeds=frozenset(store.skip_feeds),
                            keywords=_keywords(store, categories, f"store {store_id}", of_store),
                            cost_method=store.cost_method,
                            lead_time_days=store.lead_time_days,
                            cover_days=store.cover_days,
                            track_file=_beside(store.track_file, folder),
                            tags=tags,
                            categories=categories,
                            category_file=_beside(store.category_file, folder),
                        )
                    )
            stores.update((store.store_id, store) for store in own)
            accounts[account_id] = Account(
                account_id, entry.seller_id, entry.region, tenant_id, token, ads_token, tuple(own)
            )
    for tenant_id, tenant in file.tenants.items():
        of_channels, wrong = problems.at("tenants", tenant_id, "channels"), Mistakes()
        shops |= read_shops(tenant_id, tenant.channels, stores, shops, secret, wrong)
        for sentence in wrong:  # each begins with its place, which ends with the shop
            of_channels.at(sentence.partition(":")[0].rpartition(".")[2]).append(sentence)
        if tenant.channels and not any(account.tenant_id == tenant_id for account in accounts.values()):
            of_channels.append(
                f"tenants.{tenant_id}: it has channels and no account at Amazon; enter one in `accounts`."
            )
    _check_products(stores.values(), problems)
    return Catalog(
        dict(sorted(tenants.items())),
        dict(sorted(accounts.items())),
        dict(sorted(stores.items())),
        secret("TRADEWIND_APIFY_TOKEN") is not None,
        shops=dict(sorted(shops.items())),
    )


def _keywords(store: _StoreEntry, of: tuple[Category, ...], place: str, problems: Mistakes) -> tuple[str, ...]:
    """All keywords of a store, those of its categories included. Mistakes are added to `problems`."""
    names = [each.name for each in of]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(f"{place}, categories: {name!r} is there twice; put its keywords under one entry.")
    found = dict.fromkeys((*store.keywords, *(keyword for each in of for keyword in each.keywords)))
    if len(found) > MOST_KEYWORDS:
        problems.append(
            f"{place}: keywords and categories name {len(found)} keywords; at most {MOST_KEYWORDS} are allowed."
        )
    return tuple(found)


def _beside(file: Path | None, folder: Path) -> Path | None:
    return None if file is None else folder / file.expanduser()


def _tracked(
    store: _StoreEntry, folder: Path, problems: Mistakes
) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], tuple[str, ...]]]:
    """Own ASIN -> its competitors, of `track` and of the track file; and the tags of pairs that have some."""
    path = _beside(store.track_file, folder)
    pairs = [] if path is None else read_pairs(path, problems)
    found: dict[str, dict[str, None]] = {asin: dict.fromkeys(others) for asin, others in store.track.items()}
    for pair in pairs:
        found.setdefault(pair.own, {}).update({} if pair.is_own else {pair.competitor: None})
    return {own: tuple(others) for own, others in found.items()}, {pair.key: pair.tags for pair in pairs if pair.tags}


def _check_products(stores: Iterable[Store], problems: Mistakes) -> None:
    """Check that no tenant tracks more products than allowed. Mistakes are added to `problems`."""
    problems += [
        f"tenants.{tenant_id}: its stores track {len(found):,} products; at most {MOST_PRODUCTS:,} are allowed. Take "
        "some out of `track` or of the track files."
        for tenant_id, found in products_of(stores).items()
        if len(found) > MOST_PRODUCTS
    ]


def _send_to(
    entry: _SendEntry, tenant: _TenantEntry, secret: SecretReader, place: str, problems: Mistakes, folder: Path
) -> SendTo:
    """Where briefs go. Addresses that are not there are told where briefs are sent: nothing else depends on them."""
    if (entry.to_env is None) == (entry.to_file is None):
        problems.append(
            f"{place}: each entry names either a variable with the addresses (to_env) or a file with them (to_file)."
        )
    known = {"*", *(store_id for account in tenant.accounts for store_id in account.stores)}
    if unknown := sorted(set(entry.stores) - known):
        problems.append(
            f"{place}: {', '.join(unknown)} is no store of this tenant; there are {', '.join(sorted(known))}."
        )
    if entry.to_file is not None:
        where, told = folder / entry.to_file.expanduser(), f"{place}, file {entry.to_file}"
        text = where.read_text(encoding="utf-8") if where.is_file() else ""
        addresses = SecretStr(text) if text.strip() else None
    else:
        told = f"{place}, {entry.to_env}"
        addresses = secret(entry.to_env) if entry.to_env else None
    kinds, languages, stores = (frozenset(each) for each in (entry.kinds, entry.languages, entry.stores))
    return SendTo(told, addresses, kinds, languages, stores, entry.versions)


def _token(variable: str | None, secret: SecretReader, place: str, problems: Mistakes) -> SecretStr | None:
    if variable is None:
        return None
    value = secret(variable)
    if value is None:
        problems.append(
            f"{place}: the variable {variable} is not set; put the refresh token in it (environment or .env), "
            "or take the line out: the stores are then filled by import only."
        )
    return value
