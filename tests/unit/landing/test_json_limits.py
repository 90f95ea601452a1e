"""JSON that is nested beyond reason is refused before it takes memory; whatever brackets its texts hold."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.landing.formats import json_limits
from pipelines.landing.formats.json_limits import DEEPEST, Bounded
from pipelines.landing.formats.json_sections import MendedBytes, elements
from pipelines.landing.formats.redact_json import strip_members

TEXTS = st.text(alphabet='[]{}"\\a', max_size=12)
VALUES = st.recursive(
    TEXTS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def read(content: bytes, size: int) -> bytes:
    """The document, read to its end in pieces of so many bytes."""
    raw = io.BytesIO(content)

    class Pieces:
        def read(self, _: int = -1) -> bytes:
            return raw.read(size)

    source, blocks = Bounded(Pieces()), []
    while block := source.read():
        blocks.append(block)
    return b"".join(blocks)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(value=VALUES, size=st.sampled_from([1, 2, 3, 7, 1000]))
@example(value=['"[[[[[[[[\\', "[[[[[[["], size=1)
def test_a_document_of_few_levels_passes_whatever_its_texts_hold(value: Any, size: int) -> None:
    content = json.dumps(value, ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_limits, "DEEPEST", max(1, depth(value)))
        assert read(content, size) == content


@pytest.mark.parametrize("size", [1, 100, 1 << 17])
@pytest.mark.parametrize("around", [(b"[", b"]"), (b'{"a":', b"}")])
def test_one_beyond_reason_is_refused(around: tuple[bytes, bytes], size: int) -> None:
    before, after = around
    content = before * (2 * DEEPEST + 1) + b"1" + after * (2 * DEEPEST + 1)
    with pytest.raises(DocumentError, match="deeper than 1,000 levels") as caught:
        read(content, size)
    assert caught.value.kind == "too_deep"


def test_readers_and_what_removes_personal_members_refuse_it() -> None:
    content = b'[{"a":' + b"[" * 1_000_000
    with pytest.raises(DocumentError, match="deeper"):
        list(elements(MendedBytes([content]), "item"))
    with pytest.raises(DocumentError, match="deeper"):
        list(strip_members([content], lambda key, parent: False))
