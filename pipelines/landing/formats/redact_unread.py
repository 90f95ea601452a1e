"""Removes personal data from a document that is refused before its columns are known.

From a table, the columns are removed that any feed lists as personal or whose names sound personal; from JSON, such
members. From XML and HTML, only the message of an error is kept; otherwise only the tags, because the texts between
them have no names that could be judged. A document that is not text is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.landing.formats.charsets import decode
from pipelines.landing.formats.layout import unknown_layout
from pipelines.landing.formats.notation import Rewriting, headers_in, rewritten, widest
from pipelines.landing.formats.redact_json import Members
from pipelines.landing.formats.redact_lines import strip_personal
from pipelines.landing.formats.streams import is_message, is_no_table, line_blocks, unmarked
from pipelines.landing.personal.columns import Judge
from pipelines.stores import PersonalChoice

NOT_KEPT = b"[a document that is no text was not kept: it may hold personal data]\n"

_FIRST_LINES = 20
_MARKUP = re.compile(rb"<(/?[\w:.-]+)[^>]*>|<[!?][^>]*>", re.DOTALL)
_LONGEST_MARKUP = 1 << 20


def strip_unread(blocks: Iterator[bytes], choice: PersonalChoice, charset: str) -> Iterator[bytes]:
    """The blocks of an unknown document without personal data. charset: of tables that are not in UTF-8."""
    if choice.everything:
        yield from blocks
        return
    text = unmarked(blocks)
    first = next(text, b"")
    start = first.lstrip()
    again = _again(first, text)
    judge = Judge(None, choice)
    if b"\0" in first:
        yield NOT_KEPT
    elif start[:1] in (b"{", b"["):
        yield from Members(judge).strip(again)
    elif start[:1] == b"<":
        yield from again if is_message(start) else _tags(again)
    else:
        lines = line_blocks(again)
        first = next(lines, b"")
        yield from _table(first, _again(first, lines), judge, charset)


def _table(first: bytes, again: Iterator[bytes], judge: Judge, charset: str) -> Iterator[bytes]:
    """A table in any notation. If it has personal columns, it is written with tabs, without lines before its header."""
    lines = first.split(b"\n", _FIRST_LINES)[:_FIRST_LINES]
    if is_no_table(lines):
        yield NOT_KEPT
        return
    notation = widest([each.decode("latin-1").rstrip("\r") for each in lines])
    line = lines[notation.skip].rstrip(b"\r")
    header = next((text for text, bad in (decode(line, each) for each in ("utf-8", charset)) if not bad), None)
    layout = unknown_layout(headers_in(line.decode("latin-1") if header is None else header, notation), judge)
    if layout.personal or notation.delimiter == "\t":
        again = rewritten(again, Rewriting(notation, "\t", quoted=False))
    yield from strip_personal(again, layout, lambda values: None)


def _tags(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        data = rest + block
        cut = data.rfind(b">") + 1
        yield b"".join(b"<%s>" % each for each in _MARKUP.findall(data[:cut]) if each)
        rest = data[cut:] if len(data) - cut < _LONGEST_MARKUP else b""


def _again(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks
