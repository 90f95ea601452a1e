"""The fast way through JSON: the same elements as ijson's, or a Miss; never rows of what is no JSON."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing.formats import fast_json
from pipelines.landing.formats.fast_json import batches
from pipelines.landing.formats.fast_lines import Miss
from pipelines.landing.formats.json_sections import MendedBytes, elements

ROWS: list[dict[str, Any]] = [
    {"term": 'steel "bottle" },{ \\', "rank": 1, "share": 0.10},
    {"term": "水筒 [1], {2}", "rank": 2, "nested": {"a": {"b": [1, 2, {"c": "}"}]}}},
    {"term": "line\nbreak\ttab", "rank": 3},
    {},
]
LAYOUTS: dict[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "spaced": {},
    "pretty": {"indent": 4, "separators": (",", " : ")},
    "ascii": {"ensure_ascii": True},
}


def cut(content: bytes, path: str = "rows.item", size: int = 7) -> tuple[list[Any], list[bytes]]:
    """Values and lines of a document that comes in pieces of `size` bytes."""
    source = MendedBytes(content[i : i + size] for i in range(0, len(content), size))
    values: list[Any] = []
    lines: list[bytes] = []
    for batch in batches(source, path):
        values += batch.values
        lines += batch.lines.split(b"\n")
    return values, lines


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [1, 3, 17, 100, 1 << 20])
def test_elements_are_cut_out_as_they_stand(layout: str, size: int) -> None:
    document = {"before": [{"x": 1}, {"x": "]"}], "rows": ROWS * 9, "after": {"rows": [1]}, "n": -1.5e3}
    content = json.dumps(document, **{"ensure_ascii": False, **LAYOUTS[layout]}).encode()
    values, lines = cut(content, size=size)
    assert values == document["rows"]
    assert [orjson.loads(line) for line in lines] == values
    assert all(b"\t" not in line for line in lines)


def test_numbers_stay_as_they_were_written() -> None:
    _, lines = cut(b'{"rows": [{"id": 98765432109876543210, "cost": 12.10}]}')
    assert lines == [b'{"id": 98765432109876543210, "cost": 12.10}']


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"[]", "item"),
        (b' {"rows" : [ ] } ', "rows.item"),
        (b'{"a":"b","rows":[]}', "rows.item"),
    ],
)
def test_nothing_is_no_miss(content: bytes, path: str) -> None:
    assert cut(content, path) == ([], [])


@pytest.mark.parametrize(
    "content",
    [
        b'{"rows": [{"a": 1}, 5]}',
        b'{"rows": [{"a": 1}, {"a": 2}',
        b'{"rows": [{"a": 1} {"a": 2}]}',
        b'{"rows": [{"a": 1}, {"a": 2},]}',
        b'{"rows": [{"a": 1}]} trailing',
        b'{"rows": [{"a": 1}], "x": tru}',
        b'{"rows": [{"a": "line\nbreak"}, {"a": 1}]}',
        b'{"rows": {"item": 1}}',
        b'{"rows": [{"a": 1}]',
        b'{"other": []}',
        b"{}",
        b"[]",
        b"",
    ],
)
@pytest.mark.parametrize("size", [1, 9, 100])
def test_what_is_not_as_expected_is_a_miss(content: bytes, size: int) -> None:
    with pytest.raises(Miss):
        cut(content, size=size)


def test_long_values_and_elements_like_their_own_separators_are_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"offers": [{"n": 1}, {"n": 2}]}] * 40
    with pytest.raises(Miss, match="contain the text that separates them"):
        cut(json.dumps(rows).encode(), "item", size=1000)
    monkeypatch.setattr(fast_json, "LONGEST_VALUE", 100)
    with pytest.raises(Miss, match="longer"):
        cut(b'[{"a": "' + b"x" * 1000 + b'"}]', "item")


def test_members_beside_the_array_are_handed_over() -> None:
    beside: dict[str, Any] = {}
    content = b'{"spec": {"type": "X"}, "rows": [{"a": 1}], "end": null}'
    assert [each.values for each in batches(MendedBytes([content]), "rows.item", beside)] == [[{"a": 1}]]
    assert beside == {"spec": {"type": "X"}, "end": None}


VALUES = st.recursive(
    st.one_of(
        st.none(), st.integers(-(2**40), 2**40), st.text(max_size=5), st.sampled_from(["},{", "}, {", '"', "\\"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=150)
@given(
    rows=st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), max_size=8),
    layout=st.sampled_from(sorted(LAYOUTS)),
    size=st.integers(1, 60),
    damage=st.none() | st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=2)),
)
def test_rows_are_ijsons_or_none(rows: list[Any], layout: str, size: int, damage: tuple[float, bytes] | None) -> None:
    text = json.dumps({"rows": rows}, **{"ensure_ascii": False, **LAYOUTS[layout]})
    content = text.encode("utf-8", "replace")
    if damage:
        place = int(damage[0] * len(content))
        content = content[:place] + damage[1] + content[place + 1 :]
    try:
        values, lines = cut(content, size=size)
    except Miss:
        return
    known = [each.value for each in elements(MendedBytes([content]), "rows.item")]
    assert values == known
    assert [orjson.loads(line) for line in lines] == known
