"""Categories in a file beside stores.yaml: read with it, changed by programs, and refused where they are wrong."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from pipelines.accounts.principal import Principal, Role
from pipelines.accounts.refusals import Refusal
from pipelines.errors import ConfigError
from pipelines.serving.api.categories import CategoryWanted, put
from pipelines.settings import Settings
from pipelines.stores import category_file, load_stores
from pipelines.stores.model import Category

STORES = """
tenants:
  harbor:
    name: Harbor Goods
    reporting_currency: USD
    accounts:
      - seller_id: A2HARBORNA1US
        region: na
        refresh_token_env: NOT_SET_HERE
        stores:
          harbor-us:
            marketplace: US
            category_file: harbor-us.categories.csv
            categories: [{name: desk lamps, keywords: [led desk lamp]}]
          harbor-ca: {marketplace: CA}
"""
CALLER = Principal("harbor", "key:1", Role.SERVICE, frozenset({"write"}))


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "stores.yaml").write_text(STORES)
    return Settings(home=tmp_path, stores_path=tmp_path / "stores.yaml")


def _store(settings):
    return load_stores(settings.stores_path, lambda _: SecretStr("x")).stores["harbor-us"]


def _wanted(name="reading lamps", keywords=("reading lamp",), store="harbor-us", **more):
    return CategoryWanted(store_id=store, name=name, keywords=list(keywords), **more)


def test_a_category_is_added_to_those_of_stores_yaml_and_replaced_by_name(settings):
    assert put(settings, CALLER, _wanted(keywords=("a, b", 'with "quotes"', "a, b"), auto_crawl=True))
    assert _store(settings).categories == (
        Category("desk lamps", ("led desk lamp",)),
        Category("reading lamps", ("a, b", 'with "quotes"'), auto_crawl=True),
    )
    assert not put(settings, CALLER, _wanted())
    assert _store(settings).keywords == ("led desk lamp", "reading lamp")


@pytest.mark.parametrize(
    ("caller", "wanted", "status"),
    [
        (CALLER, _wanted(name="desk lamps"), 422),
        (CALLER, _wanted(keywords=[f"lamp {number}" for number in range(200)]), 422),
        (CALLER, _wanted(name="two\nlines"), 422),
        (CALLER, _wanted(store="harbor-ca"), 409),
        (CALLER, _wanted(store="nobodys"), 404),
        (Principal("other", "key:2", Role.SERVICE, frozenset({"write"})), _wanted(), 404),
        (Principal("harbor", "key:3", Role.SERVICE, frozenset({"write"}), frozenset({"harbor-ca"})), _wanted(), 404),
    ],
)
def test_what_does_not_fit_changes_nothing(settings, caller, wanted, status):
    put(settings, CALLER, _wanted(name="kept"))
    before = _store(settings).category_file.read_bytes()
    with pytest.raises(Refusal) as refused:
        put(settings, caller, wanted)
    assert refused.value.status == status and str(settings.home) not in str(refused.value)
    assert _store(settings).category_file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,keyword\n", "first line must be category,keyword,auto_crawl"),
        ("category,keyword,auto_crawl\nlamps,,true\n", "line 2"),
        ("category,keyword,auto_crawl\nlamps,a,true\nlamps,b,false\n", "line 3"),
        ('category,keyword,auto_crawl\nlamps,"a,true\n', "line"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(settings, text, said):
    (settings.home / "harbor-us.categories.csv").write_text(text)
    with pytest.raises(ConfigError, match=said):
        _store(settings)
    with pytest.raises(ConfigError):
        category_file.put(settings.home / "harbor-us.categories.csv", Category("a", ("b",)))
