"""A user's home and the demo's beside each other: neither sees the other's data, and nothing deletes the user's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.errors import ConfigError
from pipelines.local import demo, running
from pipelines.warehouse import embedded
from simulator.__main__ import main as simulate
from tests.integration.test_cli import orders_document
from tests.support.homes import Folder, contents

ORDERS = ("--feed", "amazon_sp.all_orders_by_order_date", "--no-transform")
STORES = "select store_id from ops.stores order by 1"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    one = Folder(tmp_path / "work")
    one.path.mkdir()
    yield one
    one.run("down", "--all")


@pytest.mark.thorough
def test_without_a_stores_yaml_every_command_means_the_demos_home_and_some_say_so(folder: Folder) -> None:
    folder.make_world()
    url = folder.run("url")
    assert url.count("\n") == 1
    state = embedded.read_state(folder.demo)
    assert state is not None
    assert url.strip() == state.url()
    line = f"The demo's home, since there is no stores.yaml: {folder.demo}\n"
    assert folder.run("status").startswith(line + "bharat-in (")
    orders = orders_document(folder.path / "orders.tsv")
    said = folder.run("import", str(orders), *ORDERS, "--store", "bharat-in")
    assert said == line + "Imported 1 rows of orders.tsv.\n"
    assert not folder.run("plan").startswith("The demo's home")
    assert not (folder.base / "postgres").exists(), "a home of the user's begins with the user's stores"


@pytest.mark.thorough
def test_stores_of_the_users_have_a_home_in_which_the_demo_is_not_and_both_are_up(folder: Folder) -> None:
    folder.make_world()
    folder.run("plan")
    folder.write_stores()
    orders = orders_document(folder.path / "orders.tsv")
    assert folder.run("import", str(orders), *ORDERS, "--store", "mapleware-in") == "Imported 1 rows of orders.tsv.\n"
    assert folder.query(STORES) == [("mapleware-in",)]
    demos = {"TRADEWIND_STORES": str(folder.demo / "stores.yaml")}
    at_home = {"TRADEWIND_HOME": str(folder.demo)}
    assert folder.query(STORES, **demos) == folder.query(STORES, **at_home)
    assert folder.query("select count(*) from ops.loads", **at_home) == [(0,)]
    assert folder.run("url") != folder.run("url", **demos)
    assert embedded.running(folder.base)
    assert embedded.running(folder.demo)

    said = folder.run("down")
    assert said == (
        f"The warehouse of {folder.base} is stopped.\n"
        f"Still up is {folder.demo}: `tradewind down --all` stops that too.\n"
    )
    assert folder.run("down", "--all") == (
        f"The warehouse of {folder.base} was not running.\nThe warehouse of {folder.demo} is stopped.\n"
    )


@pytest.mark.thorough
def test_a_named_home_is_kept_apart_from_the_demo_too(folder: Folder) -> None:
    """TRADEWIND_HOME stands for .tradewind, with or without a stores.yaml where the command is given."""
    state = folder.path / "state"
    named = {"TRADEWIND_HOME": str(state)}
    folder.make_world(state / "demo")
    assert f"no stores.yaml: {state / 'demo'}" in folder.run("status", **named)
    folder.write_stores()
    orders = orders_document(folder.path / "orders.tsv")
    folder.run("import", str(orders), *ORDERS, "--store", "mapleware-in", **named)
    (folder.path / "stores.yaml").unlink()
    assert folder.query(STORES, **named) == [("mapleware-in",)], "not the demo's, though there is no stores.yaml here"
    folder.run("down", "--all", **named)


@pytest.mark.thorough
def test_a_fresh_demo_touches_no_file_of_the_users_home(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.make_world()
    folder.run("plan")
    folder.write_stores()
    orders = orders_document(folder.path / "orders.tsv")
    folder.run("import", str(orders), *ORDERS, "--store", "mapleware-in")
    folder.run("down", "--all")
    (folder.base / "bench.json").write_text("[]")
    before = contents(folder.base, without="demo")
    assert any(name.startswith("archive/") for name in before)

    begun: list[Path] = []
    _in_process(folder, monkeypatch, begun)
    demo.run_demo(Console(file=io.StringIO()), seed=11, fresh=True, advance=0, yes=True)
    assert begun == [folder.demo]
    assert {path.name for path in folder.demo.iterdir()} <= {"up.lock", "postgres.lock", "logs", "hash.key"}
    assert contents(folder.base, without="demo") == before


@pytest.mark.thorough
def test_what_was_imported_into_the_demo_is_deleted_only_by_those_who_know(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.make_world()
    rates = str(folder.demo / "manual" / "fx_rates.csv")
    folder.run("import", rates, "--feed", "manual.fx_rates", "--no-transform")
    begun: list[Path] = []
    _in_process(folder, monkeypatch, begun)
    demo.run_demo(Console(file=io.StringIO()), seed=None, fresh=True, advance=0, yes=False)
    assert begun == [folder.demo], "what the simulator has made can be made again, and nobody is asked"

    folder.make_world()
    orders = orders_document(folder.path / "orders.tsv")
    folder.run("import", str(orders), *ORDERS, "--store", "bharat-in")
    refused = folder.fail("demo", "--fresh")
    assert "1 document imported by hand (orders.tsv). Nothing was deleted." in refused
    assert "`tradewind demo --fresh --yes`" in refused
    for answer, told in (("n\n", "Nothing was deleted."), ("y\n", None)):
        monkeypatch.setattr("sys.stdin", _Terminal(answer))
        output = io.StringIO()
        if told:
            with pytest.raises(ConfigError, match=told):
                demo.run_demo(Console(file=output), seed=None, fresh=True, advance=0, yes=False)
            assert folder.query("select file_name from ops.loads") == [("orders.tsv",)]
        else:
            demo.run_demo(Console(file=output), seed=None, fresh=True, advance=0, yes=False)
        assert "imported by hand (orders.tsv)" in output.getvalue()
    assert len(begun) == 2
    assert not (folder.demo / "postgres").exists()


@pytest.mark.thorough
def test_a_warehouse_that_is_lost_does_not_hide_what_the_archive_holds(folder: Folder) -> None:
    folder.make_world()
    orders = orders_document(folder.path / "orders.tsv")
    folder.run("import", str(orders), *ORDERS, "--store", "bharat-in")
    folder.run("down")
    (folder.demo / "postgres").rename(folder.path / "lost")
    assert "1 document imported by hand (orders.tsv)" in folder.fail("demo", "--fresh")


@pytest.mark.thorough
def test_the_demo_is_not_run_where_tradewind_is_up(folder: Folder) -> None:
    folder.make_world()
    before = contents(folder.demo)
    with running.only_one(folder.demo):
        refused = folder.fail("demo", "--fresh", "--yes")
        assert f"Tradewind is up in {folder.demo} already" in refused
        assert "`up` or `demo` runs there" in refused
        assert f"Tradewind is up in {folder.demo} already" in folder.fail("up")
    assert contents(folder.demo).items() >= before.items()


@pytest.mark.thorough
def test_a_warehouse_of_ones_own_is_never_emptied_and_never_shared(folder: Folder) -> None:
    folder.write_stores()
    orders = orders_document(folder.path / "orders.tsv")
    folder.run("import", str(orders), *ORDERS, "--store", "mapleware-in")
    theirs = {"TRADEWIND_WAREHOUSE_URL": folder.run("url").strip()}
    assert "something has landed in that one" in folder.fail("demo", "--fresh", "--yes", **theirs)
    folder.make_world()
    demos = {"TRADEWIND_STORES": str(folder.demo / "stores.yaml")}
    assert "holds your stores, and the simulated world" in folder.fail("status", **theirs, **demos)
    assert folder.query(STORES) == [("mapleware-in",)]
    made_up = {"TRADEWIND_WAREHOUSE_URL": folder.run("url", **demos).strip()}
    folder.run("status", **demos)
    assert "holds a simulated world of seed 7" in folder.fail("status", **made_up)


def test_the_simulator_replaces_no_configuration_but_its_own(folder: Folder, capsys: pytest.CaptureFixture) -> None:
    config = folder.path / "config"
    folder.make_world(folder.path / "world", config)
    folder.make_world(folder.path / "world", config)
    folder.write_stores()
    wanted = ["files", "--state", str(folder.path / "world"), "--config-out"]
    assert simulate([*wanted, str(folder.path)]) == 2
    assert "has a stores.yaml or .env of yours" in capsys.readouterr().err
    (config / ".env").write_text("TRADEWIND_LWA_CLIENT_ID=mine\n")
    assert simulate([*wanted, str(config)]) == 2
    assert (config / ".env").read_text() == "TRADEWIND_LWA_CLIENT_ID=mine\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _in_process(folder: Folder, monkeypatch: pytest.MonkeyPatch, begun: list[Path]) -> None:
    """`run_demo` in this process and the folder, without what comes after the wiping, which other tests run."""
    monkeypatch.chdir(folder.path)
    monkeypatch.delenv("TRADEWIND_HOME")
    monkeypatch.setattr(demo, "_run", lambda console, home, *_, **__: begun.append(home))
