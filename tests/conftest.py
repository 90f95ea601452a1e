"""Fixtures that all tests share. A test sees no setting of the developer's, and leaves no process behind."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.in_memory import quick_folder
from tests.support.parsed import parsed_once
from tests.support.postgres import TestServer
from tests.support.simulator import Simulator, start_simulator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


# The same examples in every run, and none of them against the clock: a busy machine is no fault of the code.
hypothesis_settings.register_profile("tests", deadline=None, derandomize=True)
hypothesis_settings.load_profile("tests")


# A run that a shell started in the background ignores Ctrl-C and would hand that down to every command that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


# What is imported and collected now stays: the collector need not look at it again and again.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is something to throw away; each look is at what came since, and there are fewer of them."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Where processes share all tests, the marts that many of them need are built beside the first ones."""
    config = session.config
    shared_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if shared_out and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        from tests.support.seeding import seeding

        made = seeding(session.config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]
        config.add_cleanup(lambda: made.terminate() if made.poll() is None else None)


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No TRADEWIND_* variable, no .env and no stores.yaml of the developer's; state goes to a folder of the test."""
    for name in [name for name in os.environ if name.startswith("TRADEWIND_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRADEWIND_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run: those of pytest-xdist's processes lie in it."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def parsed(run_folder: Path) -> Iterator[None]:
    """The dbt project is parsed once, whichever process needs it."""
    with parsed_once(run_folder):
        yield


@pytest.fixture(scope="session")
def postgres(
    request: pytest.FixtureRequest, run_folder: Path, parsed: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestServer]:
    """The session's Postgres; stopped at its end. With the marts where several processes would build them."""
    marts_are_wanted = any("built_marts" in getattr(item, "fixturenames", ()) for item in request.session.items)
    seed = None
    if marts_are_wanted and "PYTEST_XDIST_WORKER" in os.environ:
        from tests.support.seeding import seeded

        seed = seeded(run_folder)
    with quick_folder(tmp_path_factory.mktemp("postgres")) as folder:
        server = TestServer(folder, seed=seed)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def warehouse(postgres: TestServer) -> Iterator[Warehouse]:
    """A fresh, migrated database."""
    url = postgres.create()
    yield Warehouse(url)
    postgres.drop(url)


@pytest.fixture
def empty_database(postgres: TestServer) -> Iterator[str]:
    """The url of a fresh database in which nothing is."""
    url = postgres.create(empty=True)
    yield url
    postgres.drop(url)


@pytest.fixture
def settings(warehouse: Warehouse, tmp_path: Path) -> Settings:
    """Settings with the test's warehouse and home, and nothing else."""
    return Settings(home=tmp_path / "home", warehouse_url=warehouse.url)


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """A function that starts a simulator (options: see `start_simulator`); all are stopped at the test's end."""
    started: list[Simulator] = []

    def start(**options: object) -> Simulator:
        started.append(start_simulator(tmp_path / f"simulator-{len(started)}", **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, for tests marked `browser`.

    Ended with its module: Playwright keeps an event loop running in the thread, in which `asyncio.run` is refused.
    """
    from tests.support.browser import launched  # few tests need it, and its import is slow

    with launched() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page; what it logs as an error fails the test at its end."""
    errors: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert not errors, f"the page raised {errors}"
