"""Adds an account, stores or a shop to the text of a stores.yaml. What is there stays as it is, comments included.

Lines are put below the last one of the list or mapping that they belong to, with its indentation. A place that is
written in one line, in brackets, is not changed: the lines to add by hand are told instead. No file is touched here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from pipelines.errors import ConfigError

HEADER = """# Who you are and what you sell where. There is no secret in it: tokens stand in .env, this file names them.
# stores.example.yaml shows every setting; `tradewind init` adds accounts, marketplaces and shops.
tenants:
"""

_WORDS = re.compile(r"[A-Za-z][\w ./@-]*[\w.]")


@dataclass(frozen=True, slots=True)
class NewStore:
    """A store to add. profile_id: of Amazon Ads, if there is one."""

    store_id: str
    country: str
    profile_id: str | None = None

    @property
    def lines(self) -> list[str]:
        ads = [f"  ads_profile_id: {json.dumps(self.profile_id)}"] if self.profile_id else []
        return [f"{self.store_id}:", f"  marketplace: {_plain(self.country)}", *ads]


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to add, or stores to one that is there. The variables are names; None: there is no such access."""

    tenant_id: str
    tenant_name: str
    currency: str
    seller_id: str
    region: str
    variable: str | None
    ads_variable: str | None
    stores: Sequence[NewStore]

    @property
    def lines(self) -> list[str]:
        tokens = {"refresh_token_env": self.variable, "ads_refresh_token_env": self.ads_variable}
        return [
            f"- seller_id: {self.seller_id}",
            f"  region: {self.region}",
            *(f"  {name}: {value}" for name, value in tokens.items() if value),
            "  stores:",
            *_deeper(_deeper(line for store in self.stores for line in store.lines)),
        ]


@dataclass(frozen=True, slots=True)
class NewShop:
    """A shop to add to a tenant. settings: of its entry, in their order."""

    tenant_id: str
    shop_id: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return [f"{self.shop_id}:", *(f"  {name}: {_plain(value)}" for name, value in self.settings.items())]


def with_account(text: str, new: NewAccount) -> str:
    """The text with an account, or with those of its stores that are not there. Raises ConfigError."""
    if not text.strip():
        text = HEADER
    tenants = _below(_root(text), "tenants")
    if not isinstance(tenants, yaml.MappingNode):
        return text.rstrip() + "\n" + "".join(f"{line}\n" for line in _deeper(_tenant_lines(new)))
    tenant = _below(tenants, new.tenant_id)
    if tenant is None:
        return _inserted(text, tenants, _tenant_lines(new), "tenants")
    accounts = _below(tenant, "accounts")
    if not isinstance(accounts, yaml.SequenceNode):
        raise ConfigError(f"The tenant {new.tenant_id} of stores.yaml has no list `accounts`. Correct it first.")
    for account in accounts.value:
        if _value(account, "seller_id") == new.seller_id and _value(account, "region") == new.region:
            there = _below(account, "stores")
            known = {_value(store, "marketplace") for _, store in there.value} if there is not None else set()
            lines = [line for store in new.stores if store.country not in known for line in store.lines]
            return _inserted(text, there, lines, f"accounts, {new.seller_id}, stores") if lines else text
    return _inserted(text, accounts, new.lines, f"tenants.{new.tenant_id}.accounts")


def with_shop(text: str, new: NewShop) -> str:
    """The text with a shop. Raises ConfigError where its tenant is not there, or the shop is."""
    tenant = _below(_below(_root(text), "tenants"), new.tenant_id)
    if tenant is None:
        raise ConfigError(f"stores.yaml has no tenant {new.tenant_id}: a shop belongs to one that sells at Amazon.")
    channels = _below(tenant, "channels")
    place = f"tenants.{new.tenant_id}.channels"
    if channels is None:
        return _inserted(text, tenant, ["channels:", *_deeper(new.lines)], f"tenants.{new.tenant_id}")
    if _below(channels, new.shop_id) is not None:
        raise ConfigError(f"{place} has {new.shop_id} already. Change it there, or give another --shop.")
    return _inserted(text, channels, new.lines, place)


def _tenant_lines(new: NewAccount) -> list[str]:
    head = [
        f"{new.tenant_id}:",
        f"  name: {_plain(new.tenant_name)}",
        f"  reporting_currency: {_plain(new.currency)} # for roll-ups; needs exchange rates (docs/setup.md)",
        "  accounts:",
    ]
    return [*head, *_deeper(_deeper(new.lines))]


def _deeper(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _plain(value: str) -> str:
    """A scalar that YAML reads back as this text: as it is where that holds (not NO, not 12), else in quotes."""
    is_word = _WORDS.fullmatch(value) is not None and yaml.safe_load(value) == value
    return value if is_word else json.dumps(value, ensure_ascii=False)


def _root(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(f"stores.yaml is no valid YAML, so nothing can be added: {error}") from None


def _below(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _value(node: yaml.Node, key: str) -> str | None:
    found = _below(node, key)
    return str(found.value) if isinstance(found, yaml.ScalarNode) else None


def _inserted(text: str, node: yaml.Node | None, lines: Sequence[str], place: str) -> str:
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        shown = "\n".join(f"  {line}" for line in lines)
        raise ConfigError(f"{place} of stores.yaml stands in one line, in brackets. Add below it by hand:\n{shown}")
    indent = " " * node.start_mark.column
    before = text.splitlines(keepends=True)
    at = _last_line(node) + 1
    if before[at - 1 : at] and not before[at - 1].endswith("\n"):
        before[at - 1] += "\n"
    return "".join([*before[:at], *(f"{indent}{line}\n" for line in lines), *before[at:]])


def _last_line(node: yaml.Node) -> int:
    """The number, from 0, of the last line in which something of a node stands; comments after it are others'."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        below = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
        return max(map(_last_line, below))
    end = node.end_mark
    return int(end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line)
