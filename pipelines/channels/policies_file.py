"""Reads and checks channels.yaml, which stands beside stores.yaml: what each channel may offer of the one stock.

Without the file each shop of stores.yaml is `propose` and may offer all; a store at Amazon takes part if it is named.
What is wrong is told with its line, before anything is sent. The most special entry counts, setting by setting: a
SKU's, then that of its tags in the order in which the channel lists them, then the channel's, then `defaults`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.channels.policy import ChannelSettings, Policy
from pipelines.errors import ConfigError
from pipelines.settings import Settings
from pipelines.stores import Catalog
from pipelines.stores.channels.entry import Sku
from pipelines.stores.yaml_file import read_yaml

FILE = "channels.yaml"
_PERCENT = re.compile(r"([0-9]{1,3}) ?%")
_SHARE = "write `whole`, or a share like 50%"


def _share(value: Any) -> Fraction:
    if value == "whole":
        return Fraction(1)
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or not 0 < int(found[1]) <= 100:
        raise ValueError(_SHARE)
    return Fraction(int(found[1]), 100)


def _write(value: Any) -> Any:
    # `on` and `off` are true and false to YAML 1.1
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


Units = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Hours = Annotated[int, Field(strict=True, ge=1, le=8760)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Entry(_Strict):
    """Settings of a policy; None: as elsewhere."""

    share: Annotated[Fraction, BeforeValidator(_share)] | None = None
    buffer: Units | None = None
    cap: Units | None = None
    fba: Annotated[bool, Field(strict=True)] | None = None
    state: Literal["active", "paused"] | None = None
    threshold_units: Units | None = None
    threshold_percent: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None
    stock_age_hours: Hours | None = None
    orders_age_hours: Hours | None = None

    def over(self, policy: Policy) -> Policy:
        """The policy with what is set here."""
        values = {name: getattr(self, name) for name in _Entry.model_fields if name != "state"}
        if self.state is not None:
            values["paused"] = self.state == "paused"
        return replace(policy, **{name: value for name, value in values.items() if value is not None})


class _ChannelEntry(_Entry):
    write: Annotated[Literal["off", "propose", "on"], BeforeValidator(_write)] = "propose"
    location: str = ""
    skus: dict[Sku, _Entry] = {}
    tags: dict[str, _Entry] = {}


class _File(_Strict):
    defaults: _Entry = _Entry()
    tags: dict[str, list[Sku]] = {}
    channels: dict[str, _ChannelEntry] = {}


@dataclass(frozen=True)
class Policies:
    """What channels.yaml says. channels: settings by channel id. own: (channel id, central SKU) -> its policy, where it
    has one of its own."""

    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    own: Mapping[tuple[str, str], Policy] = field(default_factory=dict)

    def settings(self, channel_id: str) -> ChannelSettings:
        """Of one channel."""
        return self.channels.get(channel_id, ChannelSettings())

    def policy(self, channel_id: str, central_sku: str) -> Policy:
        """Of one SKU at one channel."""
        return self.own.get((channel_id, central_sku)) or self.settings(channel_id).policy


def path_of(settings: Settings) -> Path:
    """Where channels.yaml is, or would be."""
    return settings.stores_path.parent / FILE


def load_policies(settings: Settings, catalog: Catalog) -> Policies:
    """Read and check the file. Raises ConfigError with a sentence for each mistake, and its line."""
    path = path_of(settings)
    if not path.exists():
        return _made(_File(), set(catalog.shops), set(catalog.stores))
    found = read_policies(path, set(catalog.shops), set(catalog.stores))
    for shop in catalog.shops.values():
        if shop.stock_location and found.settings(shop.shop_id).write == "on":
            raise ConfigError(
                f"{path} is wrong: channels.{shop.shop_id}.write is `on`, and the shop's location "
                f"{shop.stock_location!r} is the source of the own stock (stock_location in {settings.stores_path}). "
                "What it counts is told to the other channels, and it cannot be told itself. Write `off`, or take "
                "stock_location out and import the stock by file."
            )
    return found


def read_policies(path: Path, shops: set[str], stores: set[str]) -> Policies:
    """The policies of a file. shops, stores: the ids of stores.yaml. Raises ConfigError."""
    channel_ids = shops | stores
    content = read_yaml(path)
    lines = _Lines(path)
    try:
        found = _File.model_validate({} if content is None else content)
    except ValidationError as error:
        told = " ".join(_sentence(each, lines) for each in error.errors())
        raise ConfigError(f"{path} is wrong: {told} Nothing is sent to any channel before it is right.") from None
    problems = [
        f"{lines.told('channels', name)}: stores.yaml has no shop and no store {name!r}; there are "
        f"{', '.join(sorted(channel_ids)) or 'none'}."
        for name in found.channels
        if name not in channel_ids
    ]
    problems += [
        f"{lines.told('channels', name, 'tags', tag)}: no SKU has the tag {tag!r}; list its SKUs under `tags` at the "
        "top of the file."
        for name, entry in found.channels.items()
        for tag in entry.tags
        if tag not in found.tags
    ]
    if problems:
        raise ConfigError(f"{path} is wrong: {' '.join(problems)} Nothing is sent to any channel before it is right.")
    return _made(found, shops, stores)


def _made(found: _File, shops: set[str], stores: set[str]) -> Policies:
    basic = found.defaults.over(Policy())
    channels, own = {}, {}
    for name in shops | stores:
        entry = found.channels.get(name, _ChannelEntry(write="propose" if name in shops else "off"))
        channels[name] = ChannelSettings(entry.write, entry.location, entry.over(basic))
        for sku in {*entry.skus, *(sku for tag in entry.tags for sku in found.tags[tag])}:
            policy = channels[name].policy
            for tag, setting in reversed(entry.tags.items()):
                if sku in found.tags[tag]:
                    policy = setting.over(policy)
            own[name, sku] = entry.skus.get(sku, _Entry()).over(policy)
    return Policies(channels, own)


class _Lines:
    """Where in a YAML file something stands."""

    def __init__(self, path: Path) -> None:
        self._root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)

    def told(self, *place: object) -> str:
        """`line 7, channels.harbor-shop.buffer`: the nearest place that there is."""
        node, line = self._root, 1
        for part in place:
            child = self._child(node, part)
            if child is None:
                break
            node, line = child
        return f"line {line}, {'.'.join(str(part) for part in place) or 'the file'}"

    @staticmethod
    def _child(node: yaml.Node | None, part: object) -> tuple[yaml.Node, int] | None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if str(key.value) == str(part):
                    return value, key.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            return node.value[part], node.value[part].start_mark.line + 1
        return None


def _sentence(problem: Any, lines: _Lines) -> str:
    place = lines.told(*(part for part in problem["loc"] if part != "[key]"))
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such setting here."
    hint = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{place}: {problem['input']!r} is not allowed; {hint}."
