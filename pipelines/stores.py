"""`stores.yaml` -> tenants, seller accounts and stores.

The file is checked as a whole when it is read: every mistake is a ConfigError that names the place and the cure. What
the stores are used for is not decided here; the one question answered is which scopes a feed has.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from pipelines.actors import BUILT_IN, Actor, load_actors, subjects_of
from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS, Feed
from pipelines.marketplaces import COUNTRY_ALIASES, MARKETPLACES, Marketplace, Region
from pipelines.settings import Settings, get_settings
from pipelines.sources.traits import TRAITS

SecretReader = Callable[[str], SecretStr | None]

MOST_KEYWORDS = 200
"""So many keywords a store may have: each costs pages of a crawl a day."""


@dataclass(frozen=True, slots=True)
class PersonalChoice:
    """What a tenant has decided on personal data. everything: it stays in raw and archive.

    keep, drop: columns (headers, JSON keys) of any document that are, or are not, to be kept, whatever their names
    look like.
    """

    everything: bool = False
    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()


UNDECIDED = PersonalChoice()


@dataclass(frozen=True, slots=True)
class Tenant:
    """One business. personal: what it has decided on personal data."""

    tenant_id: str
    name: str
    reporting_currency: str
    personal: PersonalChoice = UNDECIDED


@dataclass(frozen=True, slots=True)
class Store:
    """One seller account in one marketplace.

    tracked: own ASIN -> ASINs of its competitors. keywords: those whose search results are crawled. history_from: the
    first day that is wanted (None: all that the source has). has_api: Amazon's API may be asked; otherwise the store is
    filled by import only. feeds: names of the feeds that are asked for only where they are named (`Feed.opt_in`);
    skip_feeds: those that this store does without. cost_method: how costs of goods follow from what the user enters.
    """

    store_id: str
    tenant_id: str
    account_id: str
    seller_id: str
    region: Region
    marketplace: Marketplace
    ads_profile_id: str | None = None
    history_from: date | None = None
    tracked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_api: bool = False
    feeds: frozenset[str] = frozenset()
    skip_feeds: frozenset[str] = frozenset()
    keywords: tuple[str, ...] = ()
    cost_method: str = "period"

    def wants(self, feed: Feed) -> bool:
        """Whether stores.yaml lets this feed be asked for this store."""
        return feed.name not in self.skip_feeds and (not feed.opt_in or feed.name in self.feeds)

    @property
    def country(self) -> str:
        return self.marketplace.country

    @property
    def currency(self) -> str:
        return self.marketplace.currency

    @property
    def time_zone(self) -> str:
        """IANA name of the zone of the store's days."""
        return self.marketplace.time_zone

    @property
    def zone(self) -> ZoneInfo:
        return self.marketplace.zone


@dataclass(frozen=True, slots=True)
class Account:
    """One seller account in one region: what Amazon answers for as a whole. account_id is '<seller_id>@<region>'."""

    account_id: str
    seller_id: str
    region: Region
    tenant_id: str
    refresh_token: SecretStr | None
    ads_refresh_token: SecretStr | None
    stores: tuple[Store, ...]  # by store_id


@dataclass(frozen=True, slots=True)
class Scope:
    """What one request of a feed is made for. scope_id: a store_id, an account_id, a marketplace id, or '*'."""

    scope_id: str
    stores: tuple[Store, ...]
    time_zone: str
    account: Account | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that stores.yaml says; each mapping by id, in order of the ids."""

    tenants: Mapping[str, Tenant]
    accounts: Mapping[str, Account]
    stores: Mapping[str, Store]
    can_crawl: bool = True
    actors: Mapping[str, Actor] = field(default_factory=lambda: BUILT_IN)

    def scopes(self, feed: Feed) -> list[Scope]:
        """The scopes for which this feed is to be asked, by scope id: those that want it and have access to its source.

        An account is asked if one of its stores wants the feed, and then for all of them: it is one request. Feeds of
        files have none: nobody can be asked for them.
        """
        if feed.shape == "file":
            return []
        if feed.scope == "global":
            return [Scope("*", tuple(self.stores.values()), "UTC")]
        if feed.scope == "marketplace":
            return self._crawl_scopes(feed) if self.can_crawl else []
        if feed.scope == "account":
            return [
                Scope(account.account_id, account.stores, account.stores[0].time_zone, account)
                for account in self.accounts.values()
                if self._has_access(feed, account) and any(store.wants(feed) for store in account.stores)
            ]
        return [
            Scope(store.store_id, (store,), store.time_zone, self.accounts[store.account_id])
            for store in self.stores.values()
            if store.wants(feed)
            and self._has_access(feed, self.accounts[store.account_id])
            and (TRAITS[feed.source].limits_of != "profile" or store.ads_profile_id is not None)
        ]

    @staticmethod
    def _has_access(feed: Feed, account: Account) -> bool:
        grant = TRAITS[feed.source].grant
        return not grant or getattr(account, grant) is not None

    def _crawl_scopes(self, feed: Feed) -> list[Scope]:
        """One per marketplace in which somebody wants something crawled, however many stores share it."""
        tracking: dict[str, list[Store]] = {}
        for store in self.stores.values():
            if subjects_of(feed.name, store) and store.wants(feed):
                tracking.setdefault(store.marketplace.marketplace_id, []).append(store)
        return [Scope(key, tuple(stores), stores[0].time_zone) for key, stores in sorted(tracking.items())]


def load_catalog(settings: Settings) -> Catalog:
    """The catalogue of the stores.yaml that the settings name, with the actors of the actors.yaml."""
    return replace(load_stores(settings.stores_path, settings.secret), actors=load_actors(settings))


def load_stores(path: Path, secret: SecretReader | None = None) -> Catalog:
    """Read and check stores.yaml. `secret` answers with the value of a variable (default: the settings').

    Raises ConfigError: the file is missing or no YAML, or something in it is wrong; all mistakes that can be seen at
    once are told at once.
    """
    secret = secret or get_settings().secret
    entries = _parse(path)
    problems: list[str] = []
    catalog = _assemble(entries, secret, problems)
    if problems:
        raise ConfigError(f"{path} is wrong: " + " ".join(problems))
    return catalog


# --- the file as it is written -------------------------------------------------------------------------------------


def _text_of_number(value: Any) -> Any:
    """A profile id written without quotes is a number to YAML, and meant as text."""
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
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _StoreEntry(_Entry):
    marketplace: str
    ads_profile_id: Annotated[str, BeforeValidator(_text_of_number)] | None = None
    history_from: date | None = None
    track: dict[Asin, list[Asin]] = {}
    keywords: Annotated[list[Keyword], Field(max_length=MOST_KEYWORDS)] = []
    feeds: list[str] = []
    skip_feeds: list[str] = []
    cost_method: Literal["period", "fifo", "weighted_average"] = "period"


class _AccountEntry(_Entry):
    seller_id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{5,}$")]
    region: Region
    refresh_token_env: Variable | None = None
    ads_refresh_token_env: Variable | None = None
    stores: dict[Slug, _StoreEntry]


class _ColumnsEntry(_Entry):
    keep: list[Header] = []
    drop: list[Header] = []


class _TenantEntry(_Entry):
    name: Annotated[str, StringConstraints(min_length=1)]
    reporting_currency: Currency
    keep_personal_data: bool = False
    columns: _ColumnsEntry = _ColumnsEntry()
    accounts: list[_AccountEntry]


class _File(_Entry):
    tenants: dict[Slug, _TenantEntry]


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice instead of keeping the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise ConfigError(f"line {line}: {key!r} is written twice at the same place; keep one of them.")
            seen.add(key)
        return super().construct_mapping(node, deep)


def _parse(path: Path) -> _File:
    try:
        # the loader is a SafeLoader
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except FileNotFoundError:
        raise ConfigError(
            f"There is no {path}. Copy stores.example.yaml to stores.yaml and enter your stores, set TRADEWIND_STORES "
            "to where the file is, or run `tradewind demo` for a world of made-up stores."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    except ConfigError as error:
        raise ConfigError(f"{path} is wrong: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must begin with `tenants:`; see stores.example.yaml.")
    try:
        return _File.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{path} is wrong: " + " ".join(_sentence(problem) for problem in error.errors())) from None


_HINTS = {
    _SLUG: "an id is lower-case letters, digits and single hyphens and begins with a letter, like harbor-us",
    r"^[A-Z0-9]{10}$": "an ASIN is ten capital letters and digits",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "this must be the name of an environment variable, never the token itself",
    _ONE_LINE: "a keyword is text on one line, in quotes where YAML would take it for something else",
    r"^[A-Z]{3}$": "a currency is three capital letters, like USD",
    r"^[A-Z0-9]{5,}$": "a seller id (merchant token) is capital letters and digits",
}


def _sentence(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    came = problem["input"]
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such setting here."
    if problem["type"] == "missing":
        return f"{place}: this is missing."
    if problem["type"] == "too_long":
        return f"{place}: there are {len(came)}; at most {problem['ctx']['max_length']} are allowed."
    hint = _HINTS.get(problem.get("ctx", {}).get("pattern", ""), problem["msg"].removeprefix("Value error, "))
    if place.endswith("_env"):  # somebody may have written the token itself
        return f"{place}: {hint}."
    return f"{place}: {came!r} is not allowed; {hint}."


# --- the file as it is meant ---------------------------------------------------------------------------------------


def _assemble(file: _File, secret: SecretReader, problems: list[str]) -> Catalog:
    tenants: dict[str, Tenant] = {}
    accounts: dict[str, Account] = {}
    stores: dict[str, Store] = {}
    for tenant_id, tenant in file.tenants.items():
        keep, drop = frozenset(tenant.columns.keep), frozenset(tenant.columns.drop)
        if keep & drop:
            names = ", ".join(sorted(keep & drop))
            problems.append(f"tenants.{tenant_id}.columns: {names} stands in keep and in drop; take it out of one.")
        choice = PersonalChoice(tenant.keep_personal_data, keep, drop)
        tenants[tenant_id] = Tenant(tenant_id, tenant.name, tenant.reporting_currency, choice)
        for entry in tenant.accounts:
            account_id = f"{entry.seller_id}@{entry.region}"
            place = f"tenants.{tenant_id}, account {account_id}"
            if account_id in accounts:
                problems.append(f"{place}: this account is there already; put all its stores under one entry.")
                continue
            if not entry.stores:
                problems.append(f"{place}: it has no stores; enter at least one, or take the account out.")
                continue
            token = _token(entry.refresh_token_env, secret, place, problems)
            ads_token = _token(entry.ads_refresh_token_env, secret, place, problems)
            own: list[Store] = []
            for store_id, store in sorted(entry.stores.items()):
                marketplace = _marketplace(store.marketplace, entry.region, f"store {store_id}", problems)
                _check_feeds(store, f"store {store_id}", problems)
                if store_id in stores or any(other.store_id == store_id for other in own):
                    problems.append(f"store {store_id}: this id is used twice; ids are unique among all tenants.")
                elif marketplace and any(other.marketplace == marketplace for other in own):
                    problems.append(f"store {store_id}: {account_id} has a store in {marketplace.country} already.")
                elif marketplace:
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
                            {asin: tuple(dict.fromkeys(others)) for asin, others in store.track.items()},
                            has_api=token is not None,
                            feeds=frozenset(store.feeds),
                            skip_feeds=frozenset(store.skip_feeds),
                            keywords=tuple(dict.fromkeys(store.keywords)),
                            cost_method=store.cost_method,
                        )
                    )
            stores.update((store.store_id, store) for store in own)
            accounts[account_id] = Account(
                account_id, entry.seller_id, entry.region, tenant_id, token, ads_token, tuple(own)
            )
    can_crawl = secret("TRADEWIND_APIFY_TOKEN") is not None
    return Catalog(
        dict(sorted(tenants.items())), dict(sorted(accounts.items())), dict(sorted(stores.items())), can_crawl
    )


def _token(variable: str | None, secret: SecretReader, place: str, problems: list[str]) -> SecretStr | None:
    if variable is None:
        return None
    value = secret(variable)
    if value is None:
        problems.append(
            f"{place}: the variable {variable} is not set; put the refresh token in it (environment or .env), "
            "or take the line out: the stores are then filled by import only."
        )
    return value


def _check_feeds(store: _StoreEntry, place: str, problems: list[str]) -> None:
    """Names of feeds that there are, that have an API, and that are not wanted and left out at once."""
    for setting, names in (("feeds", store.feeds), ("skip_feeds", store.skip_feeds)):
        for name in names:
            if name not in FEEDS:
                near = difflib.get_close_matches(name, FEEDS, 1)
                hint = f"did you mean {near[0]}?" if near else "docs/feeds.md lists them."
                problems.append(f"{place}, {setting}: there is no feed {name!r}; {hint}")
            elif FEEDS[name].shape == "file":
                problems.append(f"{place}, {setting}: {name} comes from files only; take it out.")
    for name in sorted(set(store.feeds) & set(store.skip_feeds)):
        problems.append(f"{place}: {name} is named in feeds and in skip_feeds; take it out of one of them.")


def _marketplace(country: str, region: str, place: str, problems: list[str]) -> Marketplace | None:
    marketplace = MARKETPLACES.get(COUNTRY_ALIASES.get(country, country))
    if marketplace is None:
        problems.append(f"{place}: marketplace {country!r} is not known; known are {', '.join(MARKETPLACES)}.")
    elif marketplace.region != region:
        problems.append(
            f"{place}: marketplace {country} belongs to region {marketplace.region}, but its account is of region "
            f"{region}; a seller has an account of its own in each region."
        )
        return None
    return marketplace
