"""A Postgres elsewhere is reached by TLS with its certificate verified, unless the address says otherwise."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import certifi
import pytest
from psycopg.conninfo import conninfo_to_dict

from pipelines.settings import Settings
from pipelines.transformation.dbt_runs import environment
from pipelines.warehouse_tls import with_tls


@pytest.fixture(autouse=True)
def environment_of_libpq(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGSSLMODE", "PGSSLROOTCERT", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", ["db.example.com", "10.0.0.7", "[2001:db8::1]"])
def test_elsewhere_is_verified(host: str) -> None:
    known = conninfo_to_dict(with_tls(f"postgresql://me:p%40ss@{host}:5432/shop?application_name=x"))
    assert (known["sslmode"], known["sslrootcert"]) == ("verify-full", certifi.where())
    assert (known["password"], known["application_name"]) == ("p@ss", "x")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@127.0.0.1/shop",
        "postgresql://me@[::1]/shop",
        "postgresql://me@localhost:5432/shop",
        "postgresql:///shop?host=/run/postgresql",
        "postgresql://me@db.example.com/shop?sslmode=require",
    ],
)
def test_this_machine_and_what_an_address_says_stay(url: str) -> None:
    assert with_tls(url) == url


def test_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ca.pem")
    assert "sslrootcert=/etc/ca.pem" in with_tls("postgresql://me@db/shop")
    monkeypatch.setenv("PGSSLMODE", "verify-ca")
    assert with_tls("postgresql://me@db/shop") == "postgresql://me@db/shop"


def test_both_databases_and_dbt_get_it() -> None:
    settings = Settings(
        warehouse_url="postgresql://me:x@db.example.com/shop",  # type: ignore[arg-type]
        dagster_url="postgresql+psycopg2://me:x@db.example.com/dagster",  # type: ignore[arg-type]
    )
    for secret in (settings.warehouse_url, settings.dagster_url):
        assert secret is not None
        assert "sslmode=verify-full" in secret.get_secret_value()
    assert settings.warehouse_url is not None
    with environment(settings.warehouse_url.get_secret_value(), same_models=True):
        assert os.environ["PGSSLMODE"] == "verify-full"
        assert Path(os.environ["PGSSLROOTCERT"]).is_file()
        ssl.create_default_context(cafile=os.environ["PGSSLROOTCERT"])
