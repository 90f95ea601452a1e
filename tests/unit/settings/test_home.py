"""Which home a command means, and where the simulator and the benchmarks look for theirs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.home import Sight, choose, demo_home, look, make_private
from pipelines.settings import base_home
from simulator.world.world_file import default_folder

BASE = Path("/srv/state")
DEMO = BASE / "demo"
OWN = Path("/srv/stores.yaml")
EMPTY, DEMO_ONLY = Sight(), Sight(has_demo=True)
BOTH = Sight(has_demo=True, has_documents=True)
ITSELF = Sight(is_demo=True, has_documents=True)


@pytest.mark.parametrize(
    ("what", "sight", "said", "home"),
    [
        ("nothing is there", EMPTY, {}, BASE),
        ("after the demo, before any stores", DEMO_ONLY, {}, DEMO),
        ("stores of the working directory", DEMO_ONLY, {"local": OWN}, BASE),
        ("stores that were named", DEMO_ONLY, {"named": OWN}, BASE),
        ("the demo's stores, named beside the user's", BOTH, {"named": DEMO / "stores.yaml", "local": OWN}, DEMO),
        ("a named home before any stores", DEMO_ONLY, {"explicit": True}, DEMO),
        ("a named home with data, asked from a folder without stores.yaml", BOTH, {"explicit": True}, BASE),
        ("stores.yaml was taken away", BOTH, {}, DEMO),
        ("the demo's home was named", ITSELF, {"explicit": True}, BASE),
        ("the demo's home was named where there are stores", ITSELF, {"explicit": True, "local": OWN}, BASE),
    ],
)
def test_the_home_that_is_meant(what: str, sight: Sight, said: dict, home: Path) -> None:
    place = choose(BASE, sight, **said)
    assert place.home == home, what
    assert place.by_default == (home == DEMO and "named" not in said)


def test_the_stores_in_use_are_those_of_the_home() -> None:
    assert choose(BASE, DEMO_ONLY, local=OWN).stores == OWN
    assert choose(BASE, DEMO_ONLY).stores == DEMO / "stores.yaml"
    assert choose(BASE, ITSELF, explicit=True, local=OWN).stores == BASE / "stores.yaml"
    assert choose(BASE, EMPTY).stores == Path.cwd() / "stores.yaml"


def test_the_demo_lives_below_whatever_the_users_home_is() -> None:
    assert [demo_home(BASE, sight) for sight in (EMPTY, DEMO_ONLY, BOTH, ITSELF)] == [DEMO, DEMO, DEMO, BASE]


def test_what_is_seen_on_the_disk(tmp_path: Path) -> None:
    assert look(tmp_path) == EMPTY
    (tmp_path / "archive" / "incoming").mkdir(parents=True)  # made by whoever only looks, as `doctor` does
    assert look(tmp_path) == EMPTY
    (tmp_path / "archive" / "ab").mkdir()
    assert look(tmp_path) == Sight(has_documents=True)
    (tmp_path / "demo" / "simulator").mkdir(parents=True)
    (tmp_path / "demo" / "simulator" / "world.json").write_text("{}")
    assert not look(tmp_path).has_demo, "its world has not begun yet"
    (tmp_path / "demo" / "stores.yaml").write_text("tenants: {}")
    assert look(tmp_path) == BOTH
    assert look(tmp_path / "demo") == Sight(is_demo=True)


def test_what_belongs_to_no_home_in_particular_stays_above_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bench.json."""
    monkeypatch.delenv("TRADEWIND_HOME")
    assert base_home() == (tmp_path / ".tradewind", False)
    (tmp_path / ".env").write_text("TRADEWIND_HOME=state")
    assert base_home() == (tmp_path / "state", True)


def test_the_simulator_finds_the_demos_world(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert default_folder() == home / "demo" / "simulator"
    (home / "simulator").mkdir(parents=True)
    (home / "simulator" / "world.json").write_text("{}")
    assert default_folder() == home / "simulator", "the home that was named is the demo's own"


def test_a_home_is_private_also_one_that_was_not(tmp_path):
    for home in (tmp_path / "new", tmp_path):
        home.mkdir(exist_ok=True)
        home.chmod(0o755)
        make_private(home)
        mode = stat.S_IMODE(home.stat().st_mode)
        assert mode & 0o066 == 0, "nobody else reads or writes"
        assert mode & 0o700 == 0o700
