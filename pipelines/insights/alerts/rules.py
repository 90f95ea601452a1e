"""What a user wants otherwise: alerts.yaml beside stores.yaml, read and checked, and the rule that holds for a store.

Of several that name a kind the nearest wins: a tag of the product before the store, the tenant, the marketplace, and
what is said for everybody. Tags are those of alerts.yaml and those of the store's track file. Without the file the
defaults of `kinds.yaml` hold. Nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.errors import ConfigError
from pipelines.insights.alerts.kinds import Kind, Severity, kinds
from pipelines.marketplaces import COUNTRY_ALIASES, MARKETPLACES
from pipelines.stores import Catalog, Store

FILE = "alerts.yaml"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("a time zone is an IANA name, like Europe/Berlin") from None
    return name


def _time(value: Any) -> time:
    """A time of day. YAML reads 08:00 without quotes as text and 22:00 as a number of base sixty."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    try:
        hour, minute = (int(part) for part in str(value).split(":"))
        return time(hour, minute)
    except ValueError:
        raise ValueError('a time of day is written "08:30"') from None


def _hours(value: Any) -> tuple[time, time]:
    begin, dash, end = str(value).partition("-")
    if not dash:
        raise ValueError('quiet hours are written "22:00-07:00"')
    return _time(begin.strip()), _time(end.strip())


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Override(_Strict):
    """What is otherwise for a kind of alert. None: as it is."""

    enabled: bool | None = None
    severity: Severity | None = None
    threshold: Annotated[Decimal, Field(allow_inf_nan=False)] | None = None
    params: dict[str, Annotated[int, Field(ge=0, le=100_000)]] = {}


Overrides = dict[str, Override]


class _TenantEntry(_Strict):
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    quiet_hours: Annotated[tuple[time, time], BeforeValidator(_hours)] | None = None
    digest_at: Annotated[time, BeforeValidator(_time)] | None = None
    at_once: list[Severity] = ["critical", "warning"]
    kinds: Overrides = {}
    tags: dict[str, list[str]] = {}
    tagged: dict[str, Overrides] = {}


class _File(_Strict):
    kinds: Overrides = {}
    marketplaces: dict[str, Overrides] = {}
    tenants: dict[str, _TenantEntry] = {}
    stores: dict[str, Overrides] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of alert works for a store. by_product: SKU or ASIN -> what its tag wants otherwise."""

    kind: Kind
    enabled: bool
    severity: Severity
    threshold: Decimal
    params: Mapping[str, int]
    by_product: Mapping[str, Override] = field(default_factory=dict)

    def severity_of(self, product: str | None) -> Severity:
        return self._of(product).severity or self.severity

    def threshold_of(self, product: str | None) -> Decimal:
        wanted = self._of(product).threshold
        return self.threshold if wanted is None else wanted

    def is_on_for(self, product: str | None) -> bool:
        wanted = self._of(product).enabled
        return self.enabled if wanted is None else wanted

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to look for: for all products, or for those of a tag."""
        return self.enabled or any(each.enabled for each in self.by_product.values())

    def _of(self, product: str | None) -> Override:
        return self.by_product.get(product or "", Override())


@dataclass(frozen=True, slots=True)
class Habits:
    """How a tenant hears of alerts. zone: of its hours. quiet: from and to, local; None: never. digest_at: local time
    of the daily digest; None: there is none. at_once: severities that are sent at once; all others wait for the
    digest."""

    zone: str
    quiet: tuple[time, time] | None
    digest_at: time | None
    at_once: tuple[Severity, ...]


@dataclass(frozen=True)
class Rules:
    """The rules of all stores."""

    file: _File = field(default_factory=_File)

    def of(self, store: Store, skus: Mapping[str, Collection[str]] | None = None) -> list[Rule]:
        """The rules of a store, in the order of kinds.yaml. skus: ASIN -> its SKUs in the store, which have its tags;
        needed of those that `tagged` names."""
        return [self.rule(kind, store, skus) for kind in kinds().values()]

    def tagged(self, store: Store) -> frozenset[str]:
        """The SKUs and ASINs of a store with a tag by which something is otherwise."""
        wanted = self.file.tenants.get(store.tenant_id, _TenantEntry()).tagged
        return frozenset(product for tag in wanted for product in self._with_tag(tag, store))

    def _with_tag(self, tag: str, store: Store) -> list[str]:
        """SKUs and ASINs: what alerts.yaml lists, then what the track file names: an own product, or a competitor."""
        named = self.file.tenants.get(store.tenant_id, _TenantEntry()).tags.get(tag, [])
        return [*named, *(about for (_, about), tags in store.tags.items() if tag in tags)]

    def rule(self, kind: Kind, store: Store, skus: Mapping[str, Collection[str]] | None = None) -> Rule:
        tenant = self.file.tenants.get(store.tenant_id, _TenantEntry())
        enabled, severity, threshold, params = True, kind.severity, kind.threshold, dict(kind.params)
        if "lead_time_days" in params:
            params["lead_time_days"] = store.lead_time_days
        by_country = {COUNTRY_ALIASES.get(name, name): each for name, each in self.file.marketplaces.items()}
        for place in (
            self.file.kinds,
            by_country.get(store.country, {}),
            tenant.kinds,
            self.file.stores.get(store.store_id, {}),
        ):
            if wanted := place.get(kind.name):
                enabled = enabled if wanted.enabled is None else wanted.enabled
                severity = wanted.severity or severity
                threshold = threshold if wanted.threshold is None else wanted.threshold
                params |= wanted.params
        by_product = {
            each: wanted
            for tag, overrides in tenant.tagged.items()
            if (wanted := overrides.get(kind.name))
            for product in self._with_tag(tag, store)
            for each in (product, *(skus or {}).get(product, ()))
        }
        return Rule(kind, enabled, severity, threshold, params, by_product)

    def habits(self, tenant_id: str, catalog: Catalog) -> Habits:
        """How a tenant hears of alerts. Without a zone of its own its first store's is meant."""
        tenant = self.file.tenants.get(tenant_id, _TenantEntry())
        zones = [store.time_zone for store in catalog.stores.values() if store.tenant_id == tenant_id]
        return Habits(
            tenant.time_zone or (zones[0] if zones else "UTC"),
            tenant.quiet_hours,
            tenant.digest_at,
            tuple(tenant.at_once),
        )


def load_rules(stores_path: Path, catalog: Catalog) -> Rules:
    """The rules of alerts.yaml beside stores.yaml; the defaults where there is no such file.

    Raises ConfigError, which names every mistake that can be found at once, with its line.
    """
    path = stores_path.parent / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Rules()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    return read_rules(text, catalog, str(path))


def read_rules(text: str, catalog: Catalog, place: str = FILE) -> Rules:
    """The rules that a text has. place: how the file is told in an error. Raises ConfigError."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{place} is no valid YAML: {' '.join(str(error).split())}.") from None
    if content is None:
        return Rules()
    if not isinstance(content, dict):
        raise ConfigError(f"{place} must begin with kinds, marketplaces, tenants or stores; see docs/alerts.md.")
    problems = list(_twice(root))
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        problems += [(_line(root, each["loc"]), _sentence(each)) for each in error.errors()]
    else:
        problems += [(_line(root, loc), told) for loc, told in _unknown(file, catalog)]
    if problems:
        told = " ".join(f"Line {line}: {sentence}" for line, sentence in sorted(set(problems)))
        raise ConfigError(f"{place} is wrong. {told}")
    return Rules(file)


Loc = tuple[Any, ...]


def _unknown(file: _File, catalog: Catalog) -> Iterator[tuple[Loc, str]]:
    """What is named and does not exist."""
    for loc, overrides in _places(file):
        for name, wanted in overrides.items():
            kind = kinds().get(name)
            if kind is None:
                yield (*loc, name), f"there is no kind of alert {name!r}; there are {', '.join(kinds())}."
                continue
            for param in wanted.params:
                if "tagged" in loc:
                    yield (*loc, name, "params"), "a tag has no params; it may set enabled, severity and threshold."
                elif param not in kind.params:
                    known = ", ".join(kind.params) or "none"
                    yield (*loc, name, "params", param), f"{name} has no {param!r}; of these numbers it has: {known}."
    for name in file.marketplaces:
        if COUNTRY_ALIASES.get(name, name) not in MARKETPLACES:
            yield ("marketplaces", name), f"marketplace {name!r} is not known; known are {', '.join(MARKETPLACES)}."
    for what, named, there in (
        ("tenants", list(file.tenants), list(catalog.tenants)),
        ("stores", list(file.stores), list(catalog.stores)),
    ):
        for name in named:
            if name not in there:
                yield (what, name), f"stores.yaml has no {what[:-1]} {name!r}; there are {', '.join(there)}."
    for tenant_id, tenant in file.tenants.items():
        for tag in tenant.tagged:
            if tag not in tenant.tags and tag not in _tracked_tags(catalog, tenant_id):
                told = f"there is no tag {tag!r}: list its SKUs or ASINs in tags, or name it in a store's track file."
                yield ("tenants", tenant_id, "tagged", tag), told


def _tracked_tags(catalog: Catalog, tenant_id: str) -> set[str]:
    """The tags in the track files of a tenant's stores."""
    stores = (store for store in catalog.stores.values() if store.tenant_id == tenant_id)
    return {tag for store in stores for tags in store.tags.values() for tag in tags}


def _places(file: _File) -> Iterator[tuple[Loc, Overrides]]:
    yield ("kinds",), file.kinds
    for what in ("marketplaces", "stores"):
        for name, overrides in getattr(file, what).items():
            yield (what, name), overrides
    for tenant_id, tenant in file.tenants.items():
        yield ("tenants", tenant_id, "kinds"), tenant.kinds
        for tag, overrides in tenant.tagged.items():
            yield ("tenants", tenant_id, "tagged", tag), overrides


def _twice(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Keys that are written twice at one place: YAML would keep the last one and say nothing."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, f"{key.value!r} is written twice at the same place; keep one of them."
            seen.add(key.value)
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)


def _line(node: yaml.Node | None, loc: Loc) -> int:
    """The line of the deepest part of a place that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _sentence(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such setting here."
    return f"{place}: {problem['input']!r} is not allowed; {problem['msg'].removeprefix('Value error, ')}."
