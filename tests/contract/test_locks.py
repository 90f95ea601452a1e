"""The locks are complete: they are installed without looking for dependencies, so nothing may be missing in them."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {"requirements.lock": ["build"], "requirements-dev.lock": ["build", "dev"]}
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}


def requirements(lock: str) -> list[str]:
    """The lock's entries, each with its continuation lines."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / lock).read_text(encoding="utf-8"))
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_entry_is_one_version_with_its_hashes(lock: str) -> None:
    for entry in requirements(lock):
        wanted, *hashes = re.split(r"\s+--hash=", entry)
        assert re.fullmatch(r"[a-z0-9._-]+(\[[^]]+\])?==[^ ;,*]+( ; .+)?", wanted.strip()), entry
        assert hashes, entry
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes), entry


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_pinned_packages_ask_for_is_in_the_lock(lock: str, python: str, platform: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.0", **PLATFORMS[platform]}
    pins = {
        canonicalize_name(pin.name): pin
        for pin in (Requirement(re.split(r"\s+--hash=", entry)[0]) for entry in requirements(lock))
        if pin.marker is None or pin.marker.evaluate(environment)
    }
    missing = [f"{who} asks for {need}" for who, need in _asked(LOCKS[lock], environment) if not _holds(pins, need)]
    assert not missing, f"run: make lock. {lock}, Python {python} on {platform}: {missing}"


def _holds(pins: dict[str, Requirement], need: Requirement) -> bool:
    pin = pins.get(canonicalize_name(need.name))
    if pin is None:
        return False
    version = str(pin.specifier).removeprefix("==")
    return need.specifier.contains(version, prereleases=True)


def _asked(groups: list[str], environment: dict[str, str]) -> Iterator[tuple[str, Requirement]]:
    """Whatever the project asks for, and what that asks for, to the end; extras are followed as they are named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = [
        *project["project"]["dependencies"],
        *(text for group in groups for text in project["dependency-groups"][group]),
    ]
    todo = [("pyproject.toml", Requirement(text)) for text in texts]
    seen: set[tuple[str, str]] = set()
    while todo:
        who, need = todo.pop()
        yield who, need
        for extra in ("", *need.extras):
            key = (canonicalize_name(need.name), extra)
            if key not in seen:
                seen.add(key)
                todo += [(need.name, each) for each in _dependencies(need.name, extra, environment)]


def _dependencies(name: str, extra: str, environment: dict[str, str]) -> Iterator[Requirement]:
    try:
        texts = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:  # of another platform: what it asks for is not known here
        return
    for text in texts:
        need = Requirement(text)
        if need.marker is None:
            if not extra:
                yield need
        elif need.marker.evaluate({**environment, "extra": extra}) and (
            not extra or not need.marker.evaluate({**environment, "extra": ""})
        ):
            yield need
