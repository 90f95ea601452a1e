"""Puts into a wheel what lies at the top of the repository and belongs to the program: see pipelines/places.py.

All else about the build is in pyproject.toml.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("dbt_project", "dagster.yaml", "stores.example.yaml", "actors.example.yaml", ".env.example")
# what dbt's own command line leaves behind
LEFT_OUT = shutil.ignore_patterns("target", "logs", ".user.yml")


class BuildWithShipped(build_py):
    """Copies the files of SHIPPED into the package `pipelines`; an editable install finds them where they are."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        place = Path(self.build_lib) / "pipelines" / "shipped"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name in SHIPPED:
            if Path(name).is_dir():
                shutil.copytree(name, place / name, ignore=LEFT_OUT)
            else:
                shutil.copy(name, place / name)


setup(cmdclass={"build_py": BuildWithShipped})
