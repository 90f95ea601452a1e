"""Personal members out of JSON: whatever the document, in one step or in two, in any blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.feeds import FEEDS
from pipelines.landing.formats.redact_json import Keys, Members, keys_of, strip_members
from pipelines.landing.personal.columns import Judge
from pipelines.stores import PersonalChoice

SECRET = "J. Invented"
KEYS = st.sampled_from(["asin", "price", "a", "buyerName", "reviewerName", "購入者名", 'quo"ted', "gift_message"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(['",:{}[]\\', "\u2028", "}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
PERSONAL = {"buyerName", "reviewerName", "購入者名", "gift_message"}


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[i : i + size] for i in range(0, len(data), size))


def without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without(each) for key, each in value.items() if key not in PERSONAL}
    return [without(each) for each in value] if isinstance(value, list) else value


def stripped(data: bytes, size: int = 1 << 20, judge: Judge | None = None) -> bytes:
    return b"".join(Members(judge or Judge(None)).strip(pieces(data, size)))


@given(VALUES, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_what_is_left_is_the_same_without_the_personal_members(
    value: Any, size: int, indent: int | None, ascii_only: bool
) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    kept = stripped(data, size)
    assert json.loads(kept) == without(value)
    assert kept == stripped(data), "where blocks are cut makes no difference"
    assert stripped(kept) == kept
    if without(value) == value:
        assert kept == data, "what has none stays byte for byte"


@given(VALUES, st.integers(1, 40))
def test_all_at_once_or_one_after_the_other_gives_the_same(value: Any, size: int) -> None:
    data = json.dumps(value, indent=1, ensure_ascii=False).encode()
    one = b"".join(strip_members(pieces(data, size), lambda key, parent: key == "buyerName"))
    assert stripped(one) == stripped(data)


@given(VALUES, st.integers(1, 60), st.booleans())
def test_no_key_is_overlooked(value: Any, size: int, ascii_only: bool) -> None:
    rows = [{"row": value}]
    data = json.dumps(rows, ensure_ascii=ascii_only).encode()
    keys = Keys(Judge(None))
    assert b"".join(keys.look(each) for each in pieces(data, size)) == data
    has_some = without(rows) != rows
    assert keys.personal or not has_some
    found = keys_of(rows, data)
    assert bool(found & PERSONAL) == has_some


@given(st.integers(0, 200), st.integers(1, 40))
def test_of_a_member_that_is_cut_off_nothing_is_left(length: int, size: int) -> None:
    data = json.dumps({"asin": "B0", "buyer": {"name": SECRET, "more": [SECRET]}, "buyerName": SECRET, "x": 1}).encode()
    kept = stripped(data[:length], size)
    assert b"Inv" not in kept
    assert data.startswith(kept[:10])


def test_lines_of_json_are_rewritten_line_by_line() -> None:
    assert stripped(b'{"a":1,"buyerEmail":"x"}\n{"buyerEmail":"y", "a":2}\n') == b'{"a":1}\n{ "a":2}\n'


def test_whoever_wrote_a_review_is_left_out_and_its_stars_are_not() -> None:
    item = {
        "asin": "B0",
        "seller": {"name": "Lamps Ltd", "url": "https://x"},
        "reviews": [{"name": SECRET, "url": "u", "stars": 5, "title": "Good", "author": {"name": SECRET}}],
        "attributes": [{"key": "Colour", "value": "red"}],
    }
    read = frozenset({("seller", ""), ("name", "seller")})
    members = Members(Judge(FEEDS["apify.products"], read=read))
    kept = json.loads(b"".join(members.strip([json.dumps(item).encode()])))
    assert kept == item | {"reviews": [{"stars": 5, "title": "Good"}]}
    assert list(members.left_out) == ["name", "url", "author"]


def test_a_tenant_decides() -> None:
    data = b'{"buyerName":"x","myBuyerCode":"y","note":"z"}'
    choice = PersonalChoice(keep=frozenset({"Buyer-Name"}), drop=frozenset({"note"}))
    assert stripped(data, judge=Judge(FEEDS["apify.products"], choice)) == b'{"buyerName":"x","myBuyerCode":"y"}'
    assert stripped(data, judge=Judge(FEEDS["apify.products"], PersonalChoice(everything=True))) == data
