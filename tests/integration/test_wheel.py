"""The wheel is all of Tradewind: installed without the repository, it does from an empty folder what a checkout does.

Its dependencies are those of this environment; nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import psycopg
import pytest

from pipelines.places import CODE, DBT_PROJECT
from pipelines.transformation.dbt_runs import fingerprint
from tests.support.references import ROOT

NOT_SOURCES = shutil.ignore_patterns("__pycache__", "target", "logs", "*.egg-info", ".user.yml")
BUILT_FROM = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "dagster.yaml")
BUILT_FROM += ("stores.example.yaml", "actors.example.yaml", ".env.example")


class Installed:
    """A new environment with the wheel in it. place: an empty folder from which commands are run."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self.wheel, self.place, self.environment = wheel, folder / "empty", folder / "environment"
        self.place.mkdir()
        venv.create(self.environment, with_pip=False)
        to = [sys.executable, "-m", "pip", "--python", str(self.environment / "bin" / "python")]
        _run([*to, "install", "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel)], self.place)
        ours = next(self.environment.glob("lib/python*/site-packages"))
        # what lies in a folder that a .pth names is found; the .pth files in it, and so the checkout, are not
        (ours / "dependencies.pth").write_text(sysconfig.get_path("purelib"))

    def run(self, program: str, *arguments: str, **variables: str) -> str:
        """What a program of the environment prints; it must succeed."""
        return _run([str(self.environment / "bin" / program), *arguments], self.place, **variables)


def _run(command: list[str], place: Path, **variables: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "PYTHON"))}
    done = subprocess.run(command, cwd=place, env=kept | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The wheel, built of a copy of the sources, so that nothing of an earlier build gets into it."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "tradewind"
    for name in ("pipelines", "simulator", "dbt_project"):
        shutil.copytree(ROOT / name, copy / name, ignore=NOT_SOURCES)
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, copy / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    _run([*build, "--wheel-dir", str(folder), str(copy)], folder)
    (wheel,) = folder.glob("*.whl")
    yield Installed(wheel, folder)


def files(folder: Path) -> set[str]:
    """The names of all files below a folder, without what running and dbt's command line leave there."""
    left = ("__pycache__", "target", "logs", ".user.yml")
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not set(left) & set(path.relative_to(folder).parts)
    }


@pytest.mark.thorough
def test_it_has_every_file_of_the_program_and_nothing_else(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        there = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {f"pipelines/shipped/dbt_project/{name}" for name in files(DBT_PROJECT)}
    wanted |= {f"{package}/{name}" for package in ("pipelines", "simulator") for name in files(CODE / package)}
    shipped = ("dagster.yaml", "stores.example.yaml", "actors.example.yaml", ".env.example")
    assert there == wanted | {f"pipelines/shipped/{name}" for name in shipped}


@pytest.mark.thorough
def test_from_an_empty_folder_it_migrates_and_finds_what_it_runs(installed: Installed, empty_database: str) -> None:
    assert installed.run("tradewind", "--version") == f"tradewind {metadata.version('tradewind')}\n"
    home = {"TRADEWIND_HOME": str(installed.place / "home"), "TRADEWIND_WAREHOUSE_URL": empty_database}
    installed.run("python", "-m", "pipelines.warehouse", **home, TRADEWIND_DAGSTER_URL=empty_database)
    with psycopg.connect(empty_database) as conn:
        assert conn.execute("select count(*) from ops.alembic_version").fetchone() == (1,)
    assert installed.run("tradewind", "url", **home).strip() == empty_database
    program = (
        "import pipelines, simulator; from pipelines.local.up import prepare_dagster_home; "
        "from pipelines.settings import get_settings; from pipelines.transformation.dbt_runs import fingerprint; "
        "print(pipelines.__file__, simulator.__file__, prepare_dagster_home(get_settings().home, 1), fingerprint())"
    )
    *code, workspace, models = installed.run("python", "-c", program, **home).split()
    assert all(path.startswith(str(installed.environment)) for path in code), code
    assert (Path(workspace).parent / "dagster.yaml").read_text() == (ROOT / "dagster.yaml").read_text()
    assert models == fingerprint(), "dbt makes the same models of it"


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_the_whole_way_is_gone_without_a_repository(installed: Installed) -> None:
    home = {"TRADEWIND_HOME": str(installed.place / "home"), "COLUMNS": "160"}
    world = ["--products", "5", "--days", "10", "--state", str(installed.place / "home/demo/simulator")]
    installed.run("python", "-m", "simulator", "files", *world, "--config-out", str(installed.place / "home/demo"))
    try:
        told = installed.run("tradewind", "demo", **home)
        assert "marts.order_items" in told
        assert " tradewind url --role bi" in told
        assert ".venv" not in told
        assert installed.run("tradewind", "verify", **home).startswith("Everything adds up: ")
    finally:
        installed.run("tradewind", "down", "--all", **home)
