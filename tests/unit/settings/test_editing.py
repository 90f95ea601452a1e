"""Entries come into a YAML file and go out of it, and nothing else changes: no comment, no other entry."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import home
from pipelines.errors import ConfigError
from pipelines.insights.alerts import rules
from pipelines.local.tenants.adding import add, entry
from pipelines.settings import Settings
from pipelines.stores.editing import with_entry, without_entry
from pipelines.webhooks import settings_file

EXAMPLE = Path(__file__).parents[3] / "stores.example.yaml"
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True).filter(lambda name: name not in ("no", "yes", "on", "off"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=20)
@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3), max_size=4), NAMES, st.integers(1, 4))
def test_what_was_added_and_taken_out_again_leaves_the_text_as_it_was(entries, key, indent):
    text = "# head\ntenants: {}\n"
    for name, value in entries.items():
        text = with_entry(text, "tenants", name, value)
    text += "other:\n" + " " * indent + "a: 1 # stays\n"
    entries.pop(key, None)
    before = without_entry(text, "tenants", key)
    assert yaml.safe_load(before) == {"tenants": entries, "other": {"a": 1}}
    after = with_entry(before, "tenants", key, {"name": "x"})
    assert yaml.safe_load(after)["tenants"] == {**entries, key: {"name": "x"}}
    assert without_entry(after, "tenants", key) == before
    assert before.startswith("# head\n")
    assert "# stays" in before


def test_a_tenant_s_own_comments_go_with_it_and_all_others_stay():
    text = EXAMPLE.read_text()
    left = without_entry(text, "tenants", "harbor")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in left.splitlines() if line.startswith("#")
    ]
    assert "harbor" not in left.replace("like harbor-us", "")
    assert "no tokens" in left


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tenants: {a: {x: 1}, b: {}}\n", "in braces"),
        ("tenants:\n  a: &one {x: 1}\n  b: *one\n", "by hand"),
    ],
)
def test_what_cannot_be_changed_without_touching_more_is_refused(text, told):
    with pytest.raises(ConfigError, match=told):
        without_entry(text, "tenants", "a")


def test_a_tenant_that_is_added_has_its_stores_and_a_wrong_one_changes_nothing(tmp_path):
    own = Settings(home=tmp_path, stores_path=tmp_path / "stores.yaml")
    path = add(own, "acme", entry("Acme: 北", "USD", ["A2ACMENA1US@na"], ["acme-us=US"], {}))
    before = path.read_text()
    assert "name: 'Acme: 北'" in before
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match=r"used twice.*Nothing was changed") as error:
        add(own, "other", entry("Other", "USD", ["A9OTHERNA1US@na"], ["acme-us=US"], {}))
    assert f"{path} is wrong" in str(error.value)
    with pytest.raises(ConfigError, match="TRADEWIND_UNSET is not set"):
        add(own, "other", entry("Other", "USD", ["A9OTHERNA1US@na"], ["other-us=US"], {"na": "TRADEWIND_UNSET"}))
    with pytest.raises(ConfigError, match="region eu, in which no account"):
        entry("Other", "USD", ["A9OTHERNA1US@na"], ["other-de=DE"], {})
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["stores.yaml"]


def test_every_settings_file_is_known_to_backups():
    root = EXAMPLE.parent
    examples = {path.name.replace(".example", "") for path in root.glob("*.example.yaml")}
    assert examples | {rules.FILE, settings_file.FILE} <= set(home.SETTINGS_FILES)
