"""The BI role reads marts and insights, also tables made later, and nothing else."""

from __future__ import annotations

import stat

import psycopg
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.roles import bi_url


def test_bi_reads_marts_made_before_and_after_and_nothing_else(warehouse: Warehouse, settings: Settings) -> None:
    with warehouse.connect() as conn:
        conn.execute("create table marts.before as select 1 as n")
    url = bi_url(settings, warehouse)
    with warehouse.connect() as conn:
        conn.execute("create table marts.after as select 2 as n")
    with psycopg.connect(url, autocommit=True) as bi:
        assert bi.execute("select before.n, after.n from marts.before, marts.after").fetchone() == (1, 2)
        assert bi.execute("select count(*) from insights.briefs").fetchone() == (0,)
        for forbidden in (
            "select * from ops.stores",
            "insert into marts.before values (3)",
            "set default_transaction_read_only = off; insert into marts.before values (3)",
            "create table marts.mine ()",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                bi.execute(forbidden.encode())


def test_the_password_is_kept_for_us_alone_and_stays(warehouse: Warehouse, settings: Settings) -> None:
    first, second = bi_url(settings, warehouse), bi_url(settings, warehouse)
    assert first == second
    file = settings.home / "tradewind_bi.password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_password_changed_by_somebody_is_set_again(warehouse: Warehouse, settings: Settings) -> None:
    url = bi_url(settings, warehouse)
    with warehouse.connect() as conn:
        conn.execute("alter role tradewind_bi password 'another'")
    assert bi_url(settings, warehouse) == url
    psycopg.connect(url).close()
