"""Dagster's own database: beside the warehouse, whichever that is, and with the driver Dagster needs."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import __main__ as prepare
from pipelines.warehouse import connection, embedded
from pipelines.warehouse.connection import Warehouse, dagster_url, without_password
from pipelines.warehouse_tls import with_tls
from tests.support.postgres import TestServer


def plain(url: str) -> str:
    assert url.startswith("postgresql+psycopg2://")
    return url.replace("+psycopg2", "", 1)


def test_it_is_made_beside_a_warehouse_of_the_users_own(warehouse: Warehouse, settings: Settings) -> None:
    for _ in range(2):
        url = plain(dagster_url(settings))
    assert urlsplit(url).path == "/dagster"
    assert urlsplit(url).netloc == urlsplit(warehouse.url).netloc
    psycopg.connect(url).close()


def test_one_of_the_users_own_is_taken_as_it_is(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, dagster_url="postgres://u:p@h/d?sslmode=disable")
    assert dagster_url(settings) == "postgresql+psycopg2://u:p@h/d?sslmode=disable"


def test_the_embedded_one_is_started(tmp_path: Path) -> None:
    home = tmp_path / "home"
    try:
        psycopg.connect(plain(dagster_url(Settings(home=home)))).close()
    finally:
        embedded.stop(home)


def test_containers_prepare_everything_once(
    empty_database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "configure_logging", lambda: None)  # it would outlive the test
    monkeypatch.setenv("TRADEWIND_WAREHOUSE_URL", empty_database)
    assert prepare.main() == 0
    with psycopg.connect(empty_database) as conn:
        assert conn.execute("select count(*) from ops.stores").fetchone() == (0,)
    monkeypatch.setenv("TRADEWIND_WAREHOUSE_URL", "postgresql://u:hushhush@127.0.0.1:1/nothing")
    assert prepare.main() == 1
    said = capsys.readouterr()
    assert "cannot be reached" in said.err
    assert "hushhush" not in said.err + said.out


def test_an_address_is_shown_without_its_password() -> None:
    assert without_password("postgresql://u:p%40ss@db.example.com:5432/d?sslmode=require") == (
        "postgresql://db.example.com:5432/d"
    )


def test_a_server_without_tls_is_told_with_what_to_do(postgres: TestServer) -> None:
    verified = with_tls(postgres.url.replace("127.0.0.1", "db.example.com")).replace("db.example.com", "127.0.0.1")
    with pytest.raises(WarehouseError, match="sslmode=disable"):
        connection.prepare(verified)
