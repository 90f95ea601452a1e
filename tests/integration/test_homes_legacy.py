"""Homes of earlier versions, with the demo's world right in .tradewind: moved whole, or left alone and told of."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import ConfigError
from pipelines.home import is_demo
from pipelines.local import legacy
from pipelines.warehouse import embedded
from tests.integration.test_cli import orders_document
from tests.support.homes import Folder, contents

ORDERS = ("--feed", "amazon_sp.all_orders_by_order_date", "--no-transform")
IMPORTED = "select file_name from ops.loads order by 1"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """A home of an earlier version, in which a document was imported into a store of the demo's."""
    one = Folder(tmp_path / "work")
    one.path.mkdir()
    one.make_world()
    one.run("import", str(orders_document(one.path / "orders.tsv")), *ORDERS, "--store", "bharat-in")
    with psycopg.connect(one.run("url").strip()) as conn:
        conn.execute("comment on schema ops is null")  # it did not say whose it is
    one.run("down")
    for path in list(one.demo.iterdir()):
        if path.name not in ("stores.yaml", "channels.yaml", ".env", "manual"):
            path.rename(one.base / path.name)
    (one.base / "bench.json").write_text("[]")
    yield one
    one.run("down", "--all")


@pytest.mark.thorough
def test_one_that_holds_the_simulators_world_is_moved_and_goes_on(folder: Folder) -> None:
    before = embedded.read_state(folder.base)
    documents = contents(folder.base / "archive")
    assert folder.run("status").startswith(f"The demo's home, since there is no stores.yaml: {folder.demo}\n")
    assert folder.query(IMPORTED) == [("orders.tsv",)]
    assert embedded.read_state(folder.demo) == before, "connections of BI tools stay valid"
    assert contents(folder.demo / "archive") == documents
    left = {path.name for path in folder.base.iterdir() if not path.name.endswith(".lock")}
    assert left == {"demo", "bench.json"}

    folder.write_stores()
    assert folder.query("select count(*) from ops.loads") == [(0,)], "the user's home begins empty"


@pytest.mark.thorough
def test_a_move_that_is_killed_at_any_point_goes_on_with_the_next_command(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = contents(folder.base / "archive") | contents(folder.base / "simulator")
    rename: Callable[[Path, Path], Path] = Path.rename

    def once(path: Path, target: Path) -> Path:
        if len(moved) == attempts:
            raise KeyboardInterrupt
        moved.append(path.name)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", once)
    moved: list[str] = []
    attempts = 0
    while not is_demo(folder.demo) or (folder.base / "simulator").exists():
        attempts += 1
        try:
            assert legacy.adopt(folder.base) is None
        except KeyboardInterrupt:
            assert len(moved) == attempts
    assert attempts > 5, "each rename but the last was once the last before the end"
    assert moved[-1] == "simulator"
    assert contents(folder.demo / "archive") | contents(folder.demo / "simulator") == everything
    monkeypatch.undo()
    assert folder.query(IMPORTED) == [("orders.tsv",)]


@pytest.mark.thorough
def test_one_that_holds_real_stores_too_is_left_alone_and_told_of(folder: Folder) -> None:
    embedded.start(folder.base)
    url = embedded.read_state(folder.base)
    assert url is not None
    with psycopg.connect(url.url()) as conn:  # as stores.yaml had it when both went to one warehouse
        conn.execute("insert into ops.tenants values ('mapleware', 'Mapleware', 'INR')")
        conn.execute(
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, has_api) values ('mapleware-in', 'mapleware', 'A9MAPLEWARE@eu', "
            "'A9MAPLEWARE', 'eu', 'IN', 'A21TJRUUN4KGV', 'Amazon.in', 'INR', 'Asia/Kolkata', false)"
        )
    folder.write_stores()
    documents = contents(folder.base / "archive")
    said = folder.run("status")
    assert (
        f"{folder.base} holds the simulated world of an earlier version's demo and, beside it, 1 store of yours" in said
    )
    assert "(mapleware-in). Nothing was moved or deleted" in said
    assert "mapleware-in (A9MAPLEWARE@eu" in said, "the user's stores go on"
    assert folder.query(IMPORTED) == [("orders.tsv",)]
    assert contents(folder.base / "archive") == documents
    assert sorted(path.name for path in folder.demo.iterdir()) == [".env", "manual", "stores.yaml"]
    assert folder.run("url").count("\n") == 1


@pytest.mark.thorough
def test_one_that_is_up_is_ended_first(folder: Folder) -> None:
    with (folder.base / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        with pytest.raises(ConfigError, match=r"is up in .* \(process \d+\)\. End it with `tradewind down`"):
            legacy.adopt(folder.base)
    assert (folder.base / "simulator").exists()


@pytest.mark.thorough
def test_documents_of_others_in_the_archive_are_enough_to_leave_it_alone(folder: Folder) -> None:
    """The warehouse may be lost, or never have been there."""
    folder.make_world(folder.base, folder.demo)
    stores = folder.demo / "stores.yaml"
    stores.write_text(stores.read_text().replace("A5BHARATIN4IN", "A5ANOTHERONE").replace("bharat-in", "other-in"))
    (folder.base / "postgres").rename(folder.path / "lost")
    told = legacy.adopt(folder.base)
    assert told is not None
    assert "1 document of stores that the demo does not have" in told
    assert (folder.base / "archive").is_dir()
