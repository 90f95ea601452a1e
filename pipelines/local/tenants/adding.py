"""Writes a tenant into stores.yaml, with its comments kept, and checks the whole file before it takes its place."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigError
from pipelines.marketplaces import COUNTRY_ALIASES, MARKETPLACES
from pipelines.stores import load_stores
from pipelines.stores.editing import with_entry

if TYPE_CHECKING:
    from pipelines.settings import Settings

_BEGINNING = "# Tenants, their seller accounts and stores; stores.example.yaml explains each line.\n"


def entry(
    name: str, currency: str, accounts: Sequence[str], stores: Sequence[str], variables: Mapping[str, str]
) -> dict[str, Any]:
    """A tenant's entry of stores.yaml. accounts: `SELLER@REGION`. stores: `ID=MARKETPLACE`, each for the account of its
    marketplace's region. variables: region -> the variable with that account's refresh token. Raises ConfigError.

    >>> made = entry("Acme", "USD", ["A2ACMENA1US@na"], ["acme-us=US"], {"na": "TRADEWIND_SP_ACME"})
    >>> made["accounts"][0]["refresh_token_env"], made["accounts"][0]["stores"]
    ('TRADEWIND_SP_ACME', {'acme-us': {'marketplace': 'US'}})
    """
    found: dict[str, dict[str, Any]] = {}
    for each in accounts:
        seller, at, region = each.partition("@")
        if not at or region not in ("na", "eu", "fe"):
            raise ConfigError(f"--account {each!r}: write SELLER@REGION, with na, eu or fe, as A2HARBORNA1US@na.")
        if region in found:
            raise ConfigError(f"--account {each!r}: {region} has an account already; write the second one by hand.")
        token = {"refresh_token_env": variables[region]} if region in variables else {}
        found[region] = {"seller_id": seller, "region": region, **token, "stores": {}}
    for each in stores:
        store, equals, country = each.partition("=")
        marketplace = MARKETPLACES.get(COUNTRY_ALIASES.get(country, country))
        if not equals or marketplace is None:
            raise ConfigError(
                f"--store {each!r}: write ID=MARKETPLACE, as acme-us=US; known are {', '.join(MARKETPLACES)}."
            )
        if marketplace.region not in found:
            raise ConfigError(
                f"--store {each!r}: {country} is of the region {marketplace.region}, in which no account is given. Add "
                f"--account SELLER@{marketplace.region}."
            )
        found[marketplace.region]["stores"][store] = {"marketplace": country}
    return {"name": name, "reporting_currency": currency, "accounts": list(found.values())}


def add(settings: Settings, tenant_id: str, made: Mapping[str, Any]) -> Path:
    """Write the entry and return the file.

    Raises ConfigError, with the file as it was, if the file would be wrong: an id that is used, a variable not set.
    """
    path = settings.stores_path
    text = path.read_text(encoding="utf-8") if path.exists() else _BEGINNING
    changed = with_entry(text, "tenants", tenant_id, made)
    write_checked(path, changed, lambda draft: load_stores(draft, settings.secret))
    return path


def write_checked(path: Path, text: str, check: Any = lambda _: None) -> None:
    """Replace a file in one step, after a draft beside it has passed `check`. Mode and links of the file stay.

    Raises ConfigError from `check`, told of the file itself.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            check(draft)
        except ConfigError as error:
            told = re.sub(re.escape(str(draft)), str(path), str(error))
            raise ConfigError(f"{told} Nothing was changed.") from None
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
