"""Finds the charset of a document and decodes its bytes.

If Amazon names the charset, it does so in the download's content type, with Java's names. Some names stand for another
charset: 'ISO-8859-1' is Windows-1252, and 'Shift_JIS' is Windows-31J.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Sequence

REPLACEMENT = "�"
ENOUGH_LINES = 10_000
"""How many lines with characters beyond ASCII are enough to recognise a document's charset."""

_JAVA_NAMES = {
    "cp1252": "cp1252",
    "windows1252": "cp1252",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "usascii": "cp1252",
    "ascii": "cp1252",
    "windows31j": "cp932",
    "cp932": "cp932",
    "ms932": "cp932",
    "cswindows31j": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "utf8": "utf-8",
    "unicode11utf8": "utf-8",
}

# Charsets in which tabs, line ends and other control characters are single bytes as in ASCII, and no other character
# contains such a byte.
_LINE_SAFE = re.compile(r"utf-8|cp\d+|iso8859-\d+|koi8|mac-|gbk|gb18030|gb2312|big5|euc")
_EBCDIC = frozenset({"cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140"})
# Python codecs that are not charsets of documents.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "charmap"})

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python needs a byte order mark for these two. Without a mark, they are read as little-endian.
_UNMARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def named_charset(content_type: str | None) -> str | None:
    """The Python codec of the charset that a content type names; None if it names none, or an unknown one.

    >>> named_charset("text/plain;charset=Windows-31J"), named_charset("text/plain; charset=ISO-8859-1")
    ('cp932', 'cp1252')
    """
    found = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", content_type or "", re.IGNORECASE)
    if found is None:
        return None
    name = found.group(1)
    known = _JAVA_NAMES.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if known:
        return known
    try:
        b"x".decode(name, "replace")  # fails for codecs that do not make text
        codec = codecs.lookup(name).name
    except (LookupError, UnicodeError):
        return None
    return None if codec.replace("-", "_") in _NO_CHARSETS else _UNMARKED.get(codec, codec)


def byte_order_mark(head: bytes) -> tuple[int, str | None]:
    """The length in bytes and the charset of the byte order mark at a document's beginning; (0, None) without one."""
    for mark, charset in _BOMS:
        if head.startswith(mark):
            return len(mark), charset
    return 0, None


def candidates(content_type: str | None, last_resort: str) -> tuple[str, ...]:
    """The charsets to try in turn: that of the content type; without it UTF-8, then the marketplace's.

    UTF-8 comes first even if the marketplace usually has another charset, because a text in another charset is hardly
    ever valid UTF-8 by chance. last_resort: the marketplace's charset.
    """
    named = named_charset(content_type)
    if named is not None:
        return (named,)
    return ("utf-8",) if last_resort == "utf-8" else ("utf-8", last_resort)


def likelier(blocks: Iterable[bytes], charsets: Sequence[str]) -> str:
    """Which of two charsets (see `candidates`) a document is in, even if some of its lines have broken bytes.

    blocks: whole lines. Only lines with characters beyond ASCII count. The first charset wins if more of these lines
    are valid in it than not, the last if more are not. If as many are, the last wins only if it can read all lines that
    the first cannot.

    >>> likelier(["ルミエール\nLumière\n".encode() + b"br\xfe\xffken\n"], ("utf-8", "cp932"))
    'utf-8'
    >>> likelier([b"Lumi\xe8re\nNESTL\xc9\xae\nCaf\xe9\n"], ("utf-8", "cp1252"))
    'cp1252'
    """
    first, last = charsets[0], charsets[-1]
    valid = broken = broken_in_last = 0
    for block in blocks:
        for line in io.BytesIO(block):
            if line.isascii():
                continue
            if is_valid(line, first):
                valid += 1
            else:
                broken += 1
                broken_in_last += not is_valid(line, last)
        if valid + broken >= ENOUGH_LINES:
            break
    if valid == broken:
        return last if broken and not broken_in_last else first
    return first if valid > broken else last


def is_valid(raw: bytes, charset: str) -> bool:
    """Whether all bytes can be decoded."""
    try:
        raw.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def is_line_safe(charset: str) -> bool:
    """Whether a document's bytes can be cut into lines and fields before they are decoded."""
    return _LINE_SAFE.match(charset) is not None and charset not in _EBCDIC


def decode(raw: bytes, charset: str) -> tuple[str, int]:
    """The text, and the number of its characters that were replaced by U+FFFD: undecodable ones, and NUL.

    >>> decode(b"caf\\xe9\\x00", "utf-8")
    ('caf��', 2)
    """
    try:
        text = raw.decode(charset)
        bad = 0
    except UnicodeDecodeError:
        text = raw.decode(charset, "replace")
        own = raw.count(REPLACEMENT.encode()) if charset == "utf-8" else 0
        bad = text.count(REPLACEMENT) - own
    if "\x00" in text:
        bad += text.count("\x00")
        text = text.replace("\x00", REPLACEMENT)
    return text, bad
