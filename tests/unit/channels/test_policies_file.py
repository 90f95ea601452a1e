"""channels.yaml: which policy a listing has, and what is told of a wrong one."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.channels.policies_file import read_policies
from pipelines.channels.policy import ChannelSettings, Policy
from pipelines.errors import ConfigError

SHOPS, STORES = {"harbor-shop"}, {"harbor-us"}


def read(folder: Path, text: str) -> Path:
    """A file of this content."""
    path = folder / "channels.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_most_special_setting_counts(tmp_path: Path) -> None:
    found = read_policies(
        read(
            tmp_path,
            """
defaults: {buffer: 1, threshold_units: 2}
tags:
  scarce: [KNIFE-8, LAMP-2]
  heavy: [LAMP-2, DESK-1]
channels:
  harbor-shop:
    write: on
    location: Main warehouse
    share: 50%
    tags:
      scarce: {buffer: 4}
      heavy: {buffer: 9, cap: 3}
    skus:
      KNIFE-8: {share: whole, state: paused}
""",
        ),
        SHOPS,
        STORES,
    )
    basic = Policy(share=Fraction(1, 2), buffer=1, threshold_units=2)
    assert found.settings("harbor-shop") == ChannelSettings("on", "Main warehouse", basic)
    assert found.policy("harbor-shop", "OTHER") == basic
    assert found.policy("harbor-shop", "KNIFE-8") == Policy(buffer=4, threshold_units=2, paused=True)
    assert found.policy("harbor-shop", "LAMP-2") == Policy(Fraction(1, 2), 4, 3, threshold_units=2)
    assert found.policy("harbor-shop", "DESK-1") == Policy(Fraction(1, 2), 9, 3, threshold_units=2)
    assert found.settings("harbor-us") == ChannelSettings("off", "", Policy(buffer=1, threshold_units=2))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channels:\n  harbor-shop:\n    bufer: 2\n", "line 3, channels.harbor-shop.bufer: there is no such setting"),
        ("defaults:\n  buffer: -1\n", "line 2, defaults.buffer: -1 is not allowed"),
        ("defaults:\n  buffer: '2'\n", "line 2, defaults.buffer: '2' is not allowed"),
        ("defaults:\n  share: 120%\n", "line 2, defaults.share: '120%' is not allowed; write `whole`"),
        ("defaults:\n  share: 0.5\n", "line 2, defaults.share: 0.5 is not allowed; write `whole`, or a share like 50%"),
        ("channels:\n  harbor-shop:\n    write: yes please\n", "line 3, channels.harbor-shop.write"),
        ("channels:\n\n  harbour: {}\n", "line 3, channels.harbour: stores.yaml has no shop and no store 'harbour'"),
        ("channels:\n  harbor-us:\n    tags:\n      new: {cap: 1}\n", "line 4, channels.harbor-us.tags.new: no SKU"),
        ("channels:\n  harbor-us:\n    skus:\n      12: {cap: 1}\n", "12 is a number to YAML"),
        ("channels: [harbor-us]\n", "line 1, channels: ['harbor-us'] is not allowed"),
        ("channels: {harbor-us: {cap: 1}, harbor-us: {}}\n", "line 1: 'harbor-us' is written twice"),
        ("- harbor-us\n", "line 1, the file"),
        ("channels: {\n", "is no valid YAML"),
    ],
)
def test_a_wrong_policy_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_policies(read(tmp_path, text), SHOPS, STORES)
    assert told in str(error.value)


@pytest.mark.parametrize("text", ["", "channels: {}\n", "# nothing yet\n"])
def test_without_a_word_shops_are_asked_before_and_stores_are_left_alone(tmp_path: Path, text: str) -> None:
    found = read_policies(read(tmp_path, text), SHOPS, STORES)
    assert (found.settings("harbor-shop").write, found.settings("harbor-us").write) == ("propose", "off")
