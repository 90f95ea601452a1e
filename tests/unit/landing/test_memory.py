"""Whatever a document holds, reading it takes no more memory than a usual one. Here each kind is small, and its limit
smaller; `bench/hostile.py` measures whole processes.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.errors import DocumentError
from pipelines.landing.formats import fast_json, json_limits, json_lines, redact_json
from pipelines.landing.formats.careful_lines import _lines
from pipelines.landing.formats.fast_lines import Miss, _times
from pipelines.landing.formats.json_limits import LONGEST_VALUE, MOST_PARTS, Bounded, is_too_large
from pipelines.landing.formats.json_sections import MendedBytes, elements, first_value
from pipelines.landing.formats.moments import marketplace_day
from pipelines.landing.formats.notation import Notation, Rewriting, rewritten
from pipelines.landing.formats.redact_json import strip_members
from pipelines.landing.formats.redact_lines import lines_of
from pipelines.landing.formats.redact_unread import strip_unread
from pipelines.landing.formats.streams import LONGEST_LINE, is_message, line_blocks
from pipelines.landing.incoming import MOST_DAYS, MOST_KEYS, MOST_VALUES, Seen
from pipelines.landing.loading.plausibility import settlement_differences
from pipelines.landing.personal.pseudonyms import Pseudonyms
from pipelines.stores import UNDECIDED

MB = 1 << 20


def peak_of(work: Callable[[], object]) -> int:
    """Bytes that were held at most while it worked."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def read_all(blocks: Iterator[object]) -> None:
    for _ in blocks:
        pass


def test_lines_that_are_rejected_are_all_counted_and_their_texts_take_little() -> None:
    seen = Seen()

    def reject() -> None:
        for line in range(30_000):
            seen.reject(line, "\N{BAR CHART}" * 4000, "it is none", "o" * 4000)

    assert peak_of(reject) < 30 * MB
    assert (seen.rejected, len(seen.rejects), seen.kept_rejects) == (30_000, 20_000, "the first 20000 are")
    assert len(seen.rejects[0].text) == 2000, "of the first, enough is kept to see what is wrong"
    assert {len(each.text) for each in seen.rejects} == {2000, 100}


def test_of_different_values_as_many_are_kept_as_are_checked() -> None:
    seen = Seen()
    for number in range(2 * MOST_VALUES):
        seen.saw("channels", [f"{number:0500}"])
    assert len(seen.channels) <= MOST_VALUES
    assert {len(each) for each in seen.channels} == {100}


def test_dates_of_more_years_than_there_are_reports_are_refused() -> None:
    seen = Seen(days={date(1, 1, 1) + timedelta(days=day) for day in range(MOST_DAYS)})
    seen.take(1)
    seen.days.add(date(2026, 1, 1))
    with pytest.raises(DocumentError, match="20,000 days, from 0001-01-01 to 2026-01-01") as caught:
        seen.take(1)
    assert caught.value.kind == "too_many_rows"


@pytest.mark.parametrize("keys", [(f"k{number}" for number in range(MOST_KEYS + 1)), ("k" * 2 * MB, "a")])
def test_keys_that_are_values_are_refused(keys: Iterator[str]) -> None:
    with pytest.raises(DocumentError, match="no names of columns") as caught:
        Seen().saw_keys("rows", keys)
    assert caught.value.kind == "too_many_columns"
    assert len(str(caught.value)) < 600


def test_amounts_are_summed_one_settlement_after_the_other() -> None:
    rows = ((f"{number:09}", "1", None) for number in range(20_000))
    differences: list[str] = []
    assert peak_of(lambda: differences.extend(settlement_differences(rows))) < MB
    assert len(differences) == 21
    assert differences[-1] == "19980 more settlements differ from their totals."
    assert settlement_differences([("1", "0.00", None), ("1", None, "2")]), "a total of nothing is a total"


@pytest.mark.parametrize("read", [lines_of, lambda block: _lines(iter([block]), "utf-8")])
def test_short_lines_are_read_one_by_one(read: Callable[[bytes], Iterator[object]]) -> None:
    block = b"ab\n" * 100_000
    assert peak_of(lambda: read_all(read(block))) < MB


@pytest.mark.parametrize("before", [b"", b"a\n"])
def test_a_line_that_is_none_is_refused(before: bytes) -> None:
    content = before + b"a" * (LONGEST_LINE + 1) + b"\nb\n"
    for size in (10_000, MB):
        blocks = (content[at : at + size] for at in range(0, len(content), size))
        with pytest.raises(DocumentError, match="no line end within 1 MB"):
            read_all(line_blocks(blocks))
    assert b"".join(line_blocks(iter([b"a" * LONGEST_LINE, b"\nb\n"]))) == b"a" * LONGEST_LINE + b"\nb\n"


def test_blank_lines_between_rows_are_written_in_pieces() -> None:
    blocks = [b"a,b\n", *[b"\n" * 100_000] * 10, b"1,2\n"]
    lines = pieces = 0

    def rewrite() -> None:
        nonlocal lines, pieces
        for piece in rewritten(iter(blocks), Rewriting(Notation(",", quoted=True), "\t", quoted=False)):
            lines, pieces = lines + piece.count(b"\n"), pieces + 1

    assert peak_of(rewrite) < MB
    assert (lines, pieces > 5) == (1_000_002, True)


def test_caches_forget() -> None:
    known: dict[bytes, set[bytes]] = {}
    for number in range(300):
        block = b"2026-03-01T23:34:59+%02d:%02d\n" % divmod(number, 60)
        _times(block, np.frombuffer(block, np.uint8), np.array([0]), np.array([25]), known)
    assert len(known) < 110
    pseudonyms = Pseudonyms(b"key", "tenant", ("utf-8",))
    assert pseudonyms[b"a" * 1000] == pseudonyms[b"A" * 1000]
    assert len(pseudonyms) == 0
    assert marketplace_day("2026-03-01" + " " * 1000, ("iso",), "UTC") is None


# --- JSON ------------------------------------------------------------------------------------------------------------


def blocks_of(begin: bytes, part: bytes, count: int) -> Iterator[bytes]:
    yield begin
    for _ in range(count):
        yield part


LARGE = {
    "text": (b'{"rows":[{"a":"', b"a" * MB, 9),
    "parts": (b'{"rows":[{"a":[1', b",1" * 20_000, 9),
    "members": (b'{"rows":[{"a":1', b',"b":[{}]' * 20_000, 9),
    "size": (b'{"rows":[{"a":["b"', b',"' + b"a" * (MB - 4) + b'"', 9),
}


@pytest.mark.parametrize("kind", LARGE)
def test_an_element_that_is_too_large_is_refused_before_it_is_held(kind: str) -> None:
    with pytest.raises(Miss):
        read_all(fast_json.batches(MendedBytes(blocks_of(*LARGE[kind])), "rows.item"))

    def read() -> None:
        with pytest.raises(DocumentError, match="more than 4 MB or 100,000 parts") as caught:
            read_all(elements(MendedBytes(blocks_of(*LARGE[kind])), "rows.item"))
        assert caught.value.kind == "too_large"

    assert peak_of(read) < 40 * MB


def test_many_elements_and_other_members_are_none() -> None:
    rows = [{"a": [1, 2, {"b": "c,[{" * 9}]}] * 45_000
    content = json.dumps({"others": rows, "rows": rows, "reportSpecification": {"a": [1]}}).encode()
    assert len(content) > LONGEST_VALUE

    def source() -> MendedBytes:
        return MendedBytes(content[at : at + MB] for at in range(0, len(content), MB))

    assert sum(1 for _ in elements(source(), "rows.item")) == len(rows)
    assert first_value(source(), "reportSpecification") == {"a": [1]}


def test_what_stands_beside_the_rows_is_not_held_if_it_is_large() -> None:
    content = [b'{"reportSpecification":{"a":[1', *[b",1" * 20_000] * 9, b"]}}"]
    with pytest.raises(DocumentError, match="100,000 parts"):
        first_value(MendedBytes(content), "reportSpecification")
    members = (b'"k%d":[%s],' % (number, b",".join([b"{}"] * 30_000)) for number in range(9))
    with pytest.raises(Miss, match="beside"):
        read_all(fast_json.batches(MendedBytes([b"{", *members, b'"rows":[]}']), "rows.item"))


def test_small_elements_are_given_in_small_batches() -> None:
    content = b"[" + b",".join([b"{}"] * 500_000) + b"]"
    sizes = [len(batch.values) for batch in fast_json.batches(MendedBytes([content]), "item")]
    assert sum(sizes) == 500_000
    assert max(sizes) <= (1 << 18) / 3 + 1
    lines = [b'{"a":"%s"}\n' % (b"b" * 100_000)] * 20
    assert max(len(batch.lines) for batch in json_lines.batches(MendedBytes(lines))) < MB


@pytest.mark.parametrize("line", [[b'{"a":"'] + [b"a" * MB] * 9, [b'{"a":[1', b",1" * 150_000, b"]}\n"]])
def test_a_line_of_json_that_is_too_large_is_refused(line: list[bytes]) -> None:
    with pytest.raises(DocumentError, match="more than 4 MB"):
        read_all(json_lines.batches(MendedBytes(line)))


def test_commas_within_texts_are_no_parts() -> None:
    assert not is_too_large(b'{"a":"' + b"a, [{" * MOST_PARTS + b'"}')
    assert is_too_large(b"[" + b"1," * (MOST_PARTS + 1) + b"1]")


def test_texts_of_escapes_are_matched_without_going_back() -> None:
    content = b'"' + b"\\a" * 500_000
    assert peak_of(lambda: json_limits.STRING.match(content)) < MB
    assert json_limits.STRING.sub(b"", b'["a\\"b\\\\", 1, "') == b'[, 1, "'
    assert Bounded(MendedBytes([b'["a"]'])).read(0) == b""


def test_personal_members_are_removed_behind_a_text_that_is_too_long_to_be_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redact_json, "_LONGEST_TOKEN", 20)
    texts = ["a" * 200, 'b"' * 50, "\\" * 101, '{"name":"x"}' * 9]
    value = {"kept": texts, "name": "n" * 100, "last": [{"name": texts, "x" * 90: 1}]}
    content = json.dumps(value).encode()
    for size in (1, 7, 64, 1000):
        blocks = (content[at : at + size] for at in range(0, len(content), size))
        stripped = b"".join(strip_members(blocks, lambda key, _: key == "name"))
        assert json.loads(stripped) == {"kept": texts, "last": [{"x" * 90: 1}]}


def test_tokens_are_given_some_at_a_time() -> None:
    content = b"[" + b"{}," * 30_000
    assert peak_of(lambda: read_all(strip_members([content], lambda key, _: False))) < 2 * MB


def test_json_of_one_long_line_is_kept_although_it_is_refused() -> None:
    content = [b'[{"a":"', *[b"a" * MB] * 3, b'"}]']
    assert b"".join(strip_unread(iter(content), UNDECIDED, "utf-8")) == b"".join(content)


def test_a_page_of_headers_is_judged_at_once() -> None:
    begun = time.process_time()
    assert not is_message(b"<?xml?>" * 100)
    assert is_message(b'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html>')
    assert time.process_time() - begun < 1
