"""What a user waits for every day: a small file, a build without news, a pull without anything due, a look, a build in
Dagster after a small file.

Each command runs as users run it, in a process of its own that begins with nothing, on a warehouse whose marts are
built. Beside each stands a bare `dbt --version` of the same minute: a busy machine shows in both.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values

from bench import orders, simulated
from bench.figures import Figure, Room

TIMES = 3
LINES = 5
STORE = "harbor-us"
LIMITS = {
    "import_small_s": 6.0,
    "transform_idle_s": 1.0,
    "pull_idle_s": 1.5,
    "status_s": 0.7,
    "dagster_build_small_s": 15.0,
}
_NOTES = {
    "import_small_s": f"`tradewind import` of {LINES} order lines, landed, built and tested",
    "transform_idle_s": "`tradewind transform` when the marts have seen everything",
    "pull_idle_s": "`tradewind pull` when nothing is due; each account is asked for its list of settlements",
    "status_s": "`tradewind status`",
    "dagster_build_small_s": f"a run of build_marts as the sensor asks for it after {LINES} order lines, its process's "
    "start and the briefs included",
}


def run(room: Room) -> list[Figure]:
    """`import_small_s`, `transform_idle_s`, `pull_idle_s`, `status_s`, `dagster_build_small_s`: the middle of three."""
    taken: dict[str, list[float]] = {name: [] for name in LIMITS}
    bare: dict[str, list[float]] = {name: [] for name in LIMITS}
    with _platform(room) as platform:
        for number in range(TIMES):
            for name, work in platform.works(number).items():
                bare[name].append(platform.seconds(str(Path(sysconfig.get_path("scripts")) / "dbt"), "--version"))
                taken[name].append(work())
    return [
        Figure(
            name,
            round(statistics.median(taken[name]), 2),
            "s",
            limit,
            note=f"{_NOTES[name]}; a bare `dbt --version` beside it: {statistics.median(bare[name]):.2f} s; "
            f"with {os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores",
        )
        for name, limit in LIMITS.items()
    ]


@contextlib.contextmanager
def _platform(room: Room) -> Iterator[_Platform]:
    """Three simulated stores with ten days of history, landed and built."""
    with simulated.world(room.folder / "everyday", products=12, days=10, time_scale=2000) as world:
        variables = {key: value for key, value in dotenv_values(world.config / ".env").items() if value}
        platform = _Platform(
            room.folder,
            os.environ
            | variables
            | {
                "TRADEWIND_STORES": str(world.config / "stores.yaml"),
                "TRADEWIND_HOME": str(room.folder / "everyday-home"),
                "TRADEWIND_WAREHOUSE_URL": room.url,
                "TRADEWIND_NOW": simulated.NOON,
                "DAGSTER_HOME": str(room.folder / "dagster"),
            },
        )
        (room.folder / "dagster").mkdir()
        platform.tradewind("pull")
        platform.tradewind("import", str(world.config / "manual" / "fx_rates.csv"), "--feed", "manual.fx_rates")
        # the first small build prepares what the later ones find: so it is for users
        platform.bring("first")
        platform.build_in_dagster("second")
        yield platform


class _Platform:
    """A home in which commands are run. environment: of each of them."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, dict(environment)

    def works(self, number: int) -> dict[str, Callable[[], float]]:
        """What is measured, in its order."""
        return {
            "import_small_s": lambda: self.bring(f"file {number}"),
            "transform_idle_s": lambda: self.tradewind("transform"),
            "pull_idle_s": lambda: self.tradewind("pull"),
            "status_s": lambda: self.tradewind("status"),
            "dagster_build_small_s": lambda: self.build_in_dagster(f"other file {number}"),
        }

    def bring(self, name: str, *options: str) -> float:
        """Import order lines that are in no other file."""
        path = self._folder / f"{name}.tsv"
        orders.write_orders(path, LINES, seed=name)
        return self.tradewind("import", str(path), "--feed", orders.FEED.name, "--store", STORE, *options)

    def build_in_dagster(self, name: str) -> float:
        """Seconds of a build in Dagster after order lines that are in no other file."""
        self.bring(name, "--no-transform")
        return self.dagster()

    def dagster(self) -> float:
        """The sensor's tick and the run that it asks for, in a process like that of a run."""
        return self.seconds(sys.executable, "-m", "bench.everyday")

    def tradewind(self, *arguments: str) -> float:
        """Seconds of a command."""
        return self.seconds(str(Path(sysconfig.get_path("scripts")) / "tradewind"), *arguments)

    def seconds(self, *command: str) -> float:
        """Wall seconds of a process. Raises RuntimeError with what it said if it failed."""
        begun = time.perf_counter()
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=600)
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return seconds


def _run_what_the_sensor_asks_for() -> None:
    import dagster as dg

    from pipelines.definitions import defs
    from pipelines.orchestration.automation import BUILD_JOB

    definitions = defs()
    with dg.DagsterInstance.ephemeral() as instance:
        sensor = definitions.get_repository_def().get_sensor_def("new_data")
        with dg.build_sensor_context(instance, resources=definitions.resources, definitions=definitions) as context:
            (asked,) = sensor.evaluate_tick(context).run_requests or [None]
        if asked is None:
            raise RuntimeError("The sensor asked for no build.")
        definitions.resolve_job_def(BUILD_JOB).execute_in_process(
            instance=instance,
            asset_selection=asked.asset_selection and list(asked.asset_selection),
            tags=dict(asked.tags),
        )


if __name__ == "__main__":
    _run_what_the_sensor_asks_for()
