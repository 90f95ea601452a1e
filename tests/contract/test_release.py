"""What a release has to bring: a home for later upgrades, a wheel, and an image whose parts are known."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.support.kept_homes import FILES
from tests.support.references import ROOT


@pytest.fixture(scope="module")
def jobs() -> Any:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["jobs"]


def commands(job: Any) -> str:
    """What a job runs, as one text."""
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_every_released_version_has_a_home_that_later_ones_upgrade() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog
    wanted = {f"v{version}.tar.xz" for version in re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)}
    kept = {file.name for file in FILES}
    assert "b85ec2f.tar.xz" in kept
    assert wanted <= kept, "run tools/keep_home.py for the version (CONTRIBUTING.md, A release)"
    assert max(file.stat().st_size for file in FILES) < 1_000_000, "a kept home is small: all of them are cloned"


def test_a_released_version_is_the_one_that_is_built() -> None:
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", project["version"])
    for version in released[:1]:
        assert tuple(map(int, version.split("."))) <= tuple(map(int, project["version"].split(".")))


def test_the_wheel_is_tested_and_put_beside_the_release(jobs: Any) -> None:
    told = commands(jobs["wheel"])
    assert told.index(".ci/run") < told.index("pip wheel") < told.index("gh release create")
    assert re.search(r"gh release create .*dist/\*\.whl", told)


def test_the_image_is_pushed_with_its_bill_of_materials_and_provenance(jobs: Any) -> None:
    assert jobs["image"]["needs"] == "wheel", "what fails its tests is not published"
    (build,) = [line for line in commands(jobs["image"]).splitlines() if "buildx build" in line]
    for option in ("--push", "--sbom=true", "--provenance=mode=max"):
        assert option in build.split(), option
