"""Streams a document's bytes: gunzips them, cuts them at line ends, reads ahead in a thread, and refuses error pages.

Tables are read in `fast_lines.py` and `careful_lines.py`, JSON in `fast_json.py` and `json_sections.py`.
"""

from __future__ import annotations

import codecs
import html
import queue
import re
import threading
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import BinaryIO

from pipelines.errors import DocumentError
from pipelines.landing.formats.charsets import REPLACEMENT, byte_order_mark

READ = 1 << 20
"""How many plain bytes are read at once. Each block is handed from thread to thread, so it should be large."""

BLOCK = 1 << 17
"""How many plain bytes are rewritten at once. They fit in a core's cache, which makes rewriting fast."""

LONGEST_LINE = 1 << 20
"""In bytes. The longest lines of Amazon's reports are listings with their descriptions, some kilobytes."""

LONGEST_HEADER, MOST_FIELDS = 1 << 18, 5000
"""In bytes, and in fields. Amazon's widest reports have some 300 columns."""

UNUSUAL_RATIO = 200
"""No document of rows shrinks more than this: reports by a factor of 5 to 20, JSON with long keys by up to 50."""

_USUAL_SIZE = 1 << 26
_READ_AHEAD = 4
_GZIP = b"\x1f\x8b"


def plain_blocks(source: BinaryIO, size: int = READ) -> Generator[bytes]:
    """The plain bytes of a document, in blocks of at most `size` bytes. Closes the source.

    Gzip, also with several members, is recognised by the first bytes, because the headers of the HTTP answer are often
    wrong. Raises DocumentError('truncated') if the gzip data is damaged or cut off, 'bomb' if it unpacks to more than a
    document can.
    """
    with source:
        raw = source.read(size)
        taken, given = len(raw), 0
        if not raw.startswith(_GZIP):
            while raw:
                yield raw
                raw = source.read(size)
            return
        inflate = zlib.decompressobj(31)
        try:
            while raw:
                plain = inflate.decompress(raw, size)
                if plain:
                    given += len(plain)
                    if given > max(_USUAL_SIZE, UNUSUAL_RATIO * taken):
                        raise DocumentError(
                            f"The document is no report: {taken / 1e6:.1f} MB of gzip unpack to more than "
                            f"{given / 1e6:.0f} MB. Ask for it again; if it is your own file, unpack it and look.",
                            kind="bomb",
                        )
                    yield plain
                raw = inflate.unconsumed_tail
                if inflate.eof:
                    raw = inflate.unused_data
                    if not raw:
                        raw = source.read(size)
                        taken += len(raw)
                    raw = raw.lstrip(b"\0")  # padding is allowed
                    if raw:
                        inflate = zlib.decompressobj(31)
                elif not raw:
                    raw = source.read(size)
                    taken += len(raw)
        except zlib.error as error:
            raise DocumentError(
                f"The document is damaged: its gzip data cannot be read ({error}). Download it again.", kind="truncated"
            ) from None
        if not inflate.eof:
            raise DocumentError(
                "The document is cut off: its gzip data ends before its end. Download it again.", kind="truncated"
            )


def line_blocks(
    blocks: Iterator[bytes], charset: str | None = None, on_bad: Callable[[int], object] = lambda characters: None
) -> Generator[bytes]:
    """The same bytes in blocks that end with a line end; only the last block may not. A byte order mark is removed.

    A document with the mark of UTF-16 or UTF-32 is converted to UTF-8. charset: if given, the document is converted
    from it, because its bytes cannot be cut into lines. on_bad: called with the number of characters that could not be
    decoded. Raises DocumentError('wrong_type') if there is no line end within 1 MB.
    """
    rest = b""
    for block in unmarked(blocks, charset, on_bad):
        cut = block.rfind(b"\n") + 1
        if len(rest) + (block.find(b"\n") if cut else len(block)) > LONGEST_LINE:
            raise DocumentError(
                f"The document is no table of lines: it has no line end within {LONGEST_LINE >> 20} MB. Look at it, "
                "and ask for it again; if it was downloaded by hand, see whether it is the right file.",
                kind="wrong_type",
            )
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
    if rest:
        yield rest


def is_no_table(lines: Iterable[bytes]) -> bool:
    """Whether the first lines of a document are none of a table: longer, or of more fields, than any header is."""
    return any(
        len(line) > LONGEST_HEADER or any(line.count(each) > MOST_FIELDS for each in (b"\t", b",", b";", b"|"))
        for line in lines
    )


def small_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Blocks of whole lines, cut into smaller blocks of whole lines."""
    for block in blocks:
        start = 0
        while len(block) - start > BLOCK:
            cut = block.rfind(b"\n", start, start + BLOCK) + 1 or block.find(b"\n", start) + 1
            if not cut:
                break
            yield block[start:cut]
            start = cut
        if start < len(block):
            yield block[start:] if start else block


def unmarked(
    blocks: Iterator[bytes], charset: str | None = None, on_bad: Callable[[int], object] = lambda characters: None
) -> Generator[bytes]:
    """The bytes without a byte order mark, and in UTF-8 if they could not be cut into lines; see `line_blocks`."""
    decoder = codecs.getincrementaldecoder(charset)("replace") if charset else None
    first = True

    def encoded(text: str) -> bytes:
        if bad := text.count(REPLACEMENT):
            on_bad(bad)
        return text.encode("utf-8", "replace")

    for each in blocks:
        block = each
        if first:
            first = False
            length, marked = byte_order_mark(block)
            if marked:
                block = block[length:]
                decoder = codecs.getincrementaldecoder(marked)("replace") if marked != "utf-8" else None
        yield encoded(decoder.decode(block)) if decoder else block
    if decoder:
        yield encoded(decoder.decode(b"", True))


def read_ahead(source: Iterator[bytes]) -> Generator[bytes]:
    """The same blocks. If there are more than two, the others are made in a thread of their own."""
    first = next(source, None)
    second = next(source, None) if first is not None else None
    if first is not None:
        yield first
    if second is None:
        return
    yield second
    waiting: queue.Queue[bytes | BaseException | None] = queue.Queue(_READ_AHEAD)
    abandoned = threading.Event()

    def put(item: bytes | BaseException | None) -> bool:
        while not abandoned.is_set():
            try:
                waiting.put(item, timeout=0.2)
                return True
            except queue.Full:
                continue
        return False

    def run() -> None:
        try:
            for block in source:
                if not put(block):
                    return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=run, name="read-ahead", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        abandoned.set()
        thread.join()


# Possessive: going back over many headers would take for ever.
_MESSAGE = re.compile(rb"(?is)^(?:<\?xml[^>]*+>|<!doctype[^>]*+>|\s)*+<(?:html|head|body|[\w:]*(?:error|fault)\w*)\b")


def is_message(head: bytes) -> bool:
    """Whether a page of HTML or XML is an error message, by its first element."""
    return _MESSAGE.match(head) is not None


def refuse_error_page(head: bytes) -> None:
    """Raises DocumentError('error_page') if the document begins like HTML or XML, or is the JSON of an error.

    head: the document's first bytes, without a byte order mark.
    """
    start = head.lstrip()[:4096]
    if start.startswith(b"<"):
        text = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>|<\?.*?\?>", " ", start.decode("utf-8", "replace"))
        kind = "HTML" if re.search(rb"(?i)<(!doctype\s+)?html|<head|<body", start) else "XML"
        # Other XML is a document, which may hold personal data: its text is not shown.
        said = " ".join(html.unescape(text).split())[:200] if is_message(start) else ""
        raise DocumentError(
            f"The document is no report but a page of {kind}, which servers send in place of a document when something "
            f"went wrong{': ' + repr(said) if said else ''}. Ask for the document again.",
            kind="error_page",
        )
    error = re.match(rb"\{\s*\"(errors?|errorDetails|errorMessage|message|code)\"\s*:", start)
    if error:
        said = " ".join(start.decode("utf-8", "replace").split())[:300]
        raise DocumentError(
            f"The document is no report but the message of an error: {said}. The source could not make the report; "
            "ask for it again, or correct what it names.",
            kind="error_page",
        )
