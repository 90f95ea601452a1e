"""Settings: where they come from, which wins, and what is said of a wrong one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.errors import ConfigError
from pipelines.settings import Settings, get_settings
from tests.support.references import ROOT


def test_defaults_lie_in_the_home(tmp_path: Path) -> None:
    settings = get_settings()
    assert settings.home == tmp_path / "home"
    assert settings.archive_url == str(tmp_path / "home" / "archive")
    assert settings.stores_path == tmp_path / "stores.yaml"
    assert not settings.is_demo
    assert not settings.names_stores
    assert settings.warehouse_url is None


def test_the_home_is_below_the_working_directory_if_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TRADEWIND_HOME")
    assert get_settings().home == tmp_path / ".tradewind"


def world(home: Path) -> Path:
    """A demo's home, as far as settings look at it."""
    (home / "simulator").mkdir(parents=True)
    (home / "simulator" / "world.json").write_text('{"seed": 7}')
    (home / "stores.yaml").write_text("tenants: {}")
    return home


def test_stores_yaml_of_the_working_directory_comes_before_the_demo(tmp_path: Path) -> None:
    demo = world(tmp_path / "home" / "demo")
    settings = get_settings()
    assert (settings.home, settings.stores_path) == (demo, demo / "stores.yaml")
    assert settings.is_demo
    assert settings.is_demo_by_default
    (tmp_path / "stores.yaml").write_text("tenants: {}")
    assert get_settings().stores_path == tmp_path / "stores.yaml"
    assert get_settings().home == tmp_path / "home"
    assert not get_settings().is_demo


def test_made_up_documents_and_runs_never_go_where_the_users_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = world(tmp_path / "home" / "demo")
    (tmp_path / ".env").write_text("TRADEWIND_ARCHIVE_URL=s3://ours/documents\nTRADEWIND_DAGSTER_URL=postgresql://h/d")
    assert get_settings().archive_url == str(demo / "archive")
    assert get_settings().dagster_url is None
    monkeypatch.setenv("TRADEWIND_STORES", str(tmp_path / "elsewhere.yaml"))
    assert get_settings().archive_url == "s3://ours/documents"
    assert get_settings().names_stores, "a file that was named is meant, also where it is missing"


def test_environment_wins_over_the_file_beside_the_stores_which_wins_over_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    demo = world(tmp_path / "home" / "demo")
    (tmp_path / ".env").write_text("TRADEWIND_LLM_MODEL=cwd\nTRADEWIND_ACTORS=/cwd\nTRADEWIND_LWA_CLIENT_ID=cwd\nT=cwd")
    (demo / ".env").write_text("TRADEWIND_ACTORS=/demo\nTRADEWIND_LWA_CLIENT_ID=demo\nT=demo")
    monkeypatch.setenv("TRADEWIND_LWA_CLIENT_ID", "environment")
    settings = get_settings()
    assert (settings.llm_model, settings.actors_path, settings.lwa_client_id) == ("cwd", Path("/demo"), "environment")
    token = settings.secret("T")
    assert token is not None
    assert token.get_secret_value() == "demo"
    assert settings.secret("UNKNOWN") is None


def test_the_demo_world_is_not_called_with_stores_of_the_users_own(tmp_path: Path) -> None:
    demo = world(tmp_path / "home" / "demo")
    (demo / ".env").write_text("TRADEWIND_AMAZON_SP_ENDPOINT=http://127.0.0.1:1")
    assert get_settings().amazon_sp_endpoint == "http://127.0.0.1:1"
    (tmp_path / "stores.yaml").write_text("tenants: {}")
    assert get_settings().amazon_sp_endpoint is None


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWIND_WAREHOUSE_URL", "")
    monkeypatch.setenv("TRADEWIND_NOW", "")
    assert get_settings().warehouse_url is None
    assert abs(get_settings().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_business_clock_stands_still_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWIND_NOW", "2026-03-29T01:30:00+02:00")
    assert get_settings().now() == datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert get_settings().now().tzinfo is UTC


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+psycopg"])
def test_the_driver_in_an_address_does_not_matter(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("TRADEWIND_WAREHOUSE_URL", f"{scheme}://u:p@localhost:5432/d")
    url = get_settings().warehouse_url
    assert url is not None
    assert url.get_secret_value() == "postgresql://u:p@localhost:5432/d"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("NOW", "2026-03-01T12:00:00", r"TRADEWIND_NOW is '2026-03-01T12:00:00': it has no time zone"),
        ("NOW", "yesterday", "TRADEWIND_NOW is 'yesterday'"),
        ("AMAZON_SP_ENDPOINT", "localhost:80", r"TRADEWIND_AMAZON_SP_ENDPOINT is 'localhost:80': it is no address"),
        ("BRIEF_BUDGET_USD", "-1", "TRADEWIND_BRIEF_BUDGET_USD is '-1'"),
        ("BRIEF_BUDGET_USD", "much", "TRADEWIND_BRIEF_BUDGET_USD is 'much'"),
        ("WAREHOUSE_URL", "mysql://u:hushhush@h/d", "TRADEWIND_WAREHOUSE_URL is wrong: it is no Postgres address"),
    ],
)
def test_a_wrong_value_is_told_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"TRADEWIND_{name}", value)
    with pytest.raises(ConfigError, match=told) as error:
        get_settings()
    assert "hushhush" not in str(error.value)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    for name in secret:
        monkeypatch.setenv(f"TRADEWIND_{name.upper()}", "postgresql://u:hushhush@h/d")
    assert "hushhush" not in repr(get_settings())
    assert {"apify_token", "llm_api_key", "lwa_client_secret", "ads_client_secret", "hash_key"} <= set(secret)


def test_every_setting_is_explained_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#?(TRADEWIND_\w+)=", example, re.MULTILINE))
    names = {"fixed_now": "NOW", "stores_path": "STORES", "actors_path": "ACTORS"}
    read = {f"TRADEWIND_{names.get(name, name.upper())}" for name in Settings.model_fields}
    named = ("TRADEWIND_SEND_", "TRADEWIND_SHOPIFY_WEBHOOKS")
    tokens = {name for name in explained if "REFRESH_TOKEN" in name or name.startswith(named)}
    assert explained - tokens == read
    assert tokens, "the example shows how variables that stores.yaml and webhooks.yaml name are called"
