"""Worlds for these tests (made once, they never change), and a reader of flat files apart from their writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from simulator.documents.model import Document
from simulator.seeded_world import World

NOW = datetime(2026, 11, 22, 12, 15, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[4] / "shared"
CODECS = {"Cp1252": "cp1252", "ISO-8859-1": "latin-1", "UTF-8": "utf-8", "Windows-31J": "cp932"}


@cache
def _world(seed: int) -> World:
    return World(seed, NOW)


@pytest.fixture
def world_of() -> Callable[[int], World]:
    """The default world of a seed, at NOW."""
    return _world


@pytest.fixture
def world(world_of: Callable[[int], World]) -> World:
    """The default world of seed 7."""
    return world_of(7)


@pytest.fixture
def now() -> datetime:
    """Where the worlds stand first."""
    return NOW


def _read(document: Document | None, quoted: bool = False) -> list[dict[str, str]]:
    assert document is not None
    text = document.content.decode(CODECS[document.content_type.partition("charset=")[2]])
    if quoted:
        return list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:]]


@pytest.fixture
def read() -> Callable[..., list[dict[str, str]]]:
    """The rows of a flat file by header; quoted: fields stand in double quotes."""
    return _read


@pytest.fixture
def shared() -> Path:
    """The folder of official contracts beside the repository; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"the official contracts are not there: {SHARED}")
    return SHARED
