"""Restock reports whose fields are shifted or whose lines are broken: no such document passes for a whole one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.formats.careful_lines import CarefulLines, Reject
from pipelines.landing.formats.layout import layout_of
from pipelines.landing.loading.copying import Table
from simulator.documents.model import Document
from simulator.documents.rendered import render
from simulator.faults.mutations import send
from simulator.faults.rules import Action
from simulator.seeded_world import World

NOW = datetime(2026, 11, 22, 12, 15, tzinfo=UTC)
RESTOCK = "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"
FEED = FEEDS["amazon_sp.restock_recommendations"]
CHARSETS = {"A2HARBORNA1US": "cp1252", "A3HARBOREU2DE": "latin-1", "A4SAKURAFE3JP": "cp932"}


@pytest.fixture(scope="module", params=CHARSETS)
def restock(request: pytest.FixtureRequest) -> tuple[bytes, str]:
    """A restock report of the demo's world and its charset."""
    world = World(7, NOW)
    marketplaces = world.account(request.param).marketplace_ids[:1]
    document = world.sp_document(request.param, RESTOCK, marketplaces, None, None, {}, NOW)
    assert document is not None
    return document.content, CHARSETS[request.param]


def problems(content: bytes, charset: str) -> list[str]:
    """Why lines of a document are not loaded; its other lines are."""
    header = content.split(b"\n", 1)[0].decode(charset).rstrip("\r")
    table = Table(FEED, FEED.sections[0], layout_of(FEED, FEED.sections[0], header.split("\t")), "UTC")

    def blocks() -> Iterator[bytes]:
        yield content

    reader = CarefulLines(table.layout, charset, whole=bool(table.numbers))
    found = [
        line.reason if isinstance(line, Reject) else table.misplaced(line.values) for line in reader.read(blocks())
    ]
    return [reason for reason in found if reason]


def spoiled(content: bytes, kind: str, **options: object) -> bytes:
    """The document after a fault."""
    document = render(Document(content, "text/plain;charset=ISO-8859-1", False))
    return send(document, [Action(kind, options, 1)], lambda action: None).body


def test_a_report_as_it_should_be_has_no_such_line(restock: tuple[bytes, str]) -> None:
    assert problems(*restock) == []


def test_wherever_a_cell_is_left_out_some_line_is_out_of_place(restock: tuple[bytes, str]) -> None:
    content, charset = restock
    end = b"\r\n" if b"\r\n" in content else b"\n"
    lines = [line.split(b"\t") for line in content.rstrip(end).split(end)]
    width = len(lines[0])
    for row in range(1, len(lines)):
        for column in range(width):
            cells = [cell for line in lines[row:] for cell in line]
            del cells[column]
            after = [cells[start : start + width] for start in range(0, len(cells), width)]
            shifted = end.join(b"\t".join(line) for line in lines[:row] + after) + end
            assert problems(shifted, charset), f"line {row}, without its {lines[0][column].decode()}"


@pytest.mark.parametrize("column", ["Product Name", "Merchant SKU", "Condition", "Unit storage size"])
@pytest.mark.parametrize("rows", [1, 2, 100])
def test_lines_that_are_broken_within_a_field_are_rejected(restock: tuple[bytes, str], column: str, rows: int) -> None:
    content, charset = restock
    broken = min(rows, content.count(b"\n") - 1)
    # broken in its last field, a line's first half has all fields; its second half gives it away
    halves = 1 if column == "Unit storage size" else 2
    assert len(problems(spoiled(content, "split_rows", column=column, rows=rows), charset)) == halves * broken


def test_what_the_fault_shifts_is_found(restock: tuple[bytes, str]) -> None:
    content, charset = restock
    assert len(problems(spoiled(content, "shifted_rows", rows=2), charset)) > content.count(b"\n") // 2
