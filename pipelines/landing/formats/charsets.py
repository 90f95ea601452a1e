"""Which charset a document is in, and how its bytes become text. What the text means belongs elsewhere.

Amazon names the charset in the download's content type, with the names of Java, if at all; and the names are not always
meant strictly: 'ISO-8859-1' is Windows-1252, 'Shift_JIS' is Windows-31J.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence

REPLACEMENT = "�"
ENOUGH_LINES = 10_000
"""So many lines beyond ASCII tell the charset of a document."""

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

# In these, no byte of a longer character is ever a tab, a line end or another control character, and those are ASCII's.
_LINE_SAFE = re.compile(r"utf-8|cp\d+|iso8859-\d+|koi8|mac-|gbk|gb18030|gb2312|big5|euc")
_EBCDIC = frozenset({"cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140"})
# Codecs of Python that no document is in.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "charmap"})

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What these are where no mark tells: Python would refuse to read them.
_UNMARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def named_charset(content_type: str | None) -> str | None:
    """The Python codec that a content type names; None if it names none, or none that is known.

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
        b"x".decode(name, "replace")  # some codecs are not of text
        codec = codecs.lookup(name).name
    except (LookupError, UnicodeError):
        return None
    return None if codec.replace("-", "_") in _NO_CHARSETS else _UNMARKED.get(codec, codec)


def byte_order_mark(head: bytes) -> tuple[int, str | None]:
    """Length and charset of the byte order mark that a document begins with; (0, None) without one."""
    for mark, charset in _BOMS:
        if head.startswith(mark):
            return len(mark), charset
    return 0, None


def candidates(content_type: str | None, last_resort: str) -> tuple[str, ...]:
    """The charsets to try in turn: what the content type says, else UTF-8 and then the marketplace's.

    A UTF-8 document is read as such even where the marketplace usually has another charset: no text of another charset
    is valid UTF-8 by chance.
    """
    named = named_charset(content_type)
    if named is not None:
        return (named,)
    return ("utf-8",) if last_resort == "utf-8" else ("utf-8", last_resort)


def likelier(blocks: Iterable[bytes], charsets: Sequence[str]) -> str:
    """Of these (see `candidates`) the one that a document is in, lines of which may have broken bytes.

    blocks: of whole lines. More lines that go beyond ASCII must be valid UTF-8 than not; where as many are, it is the
    other charset only if that reads them all.

    >>> likelier(["ルミエール\nLumière\n".encode() + b"br\xfe\xffken\n"], ("utf-8", "cp932"))
    'utf-8'
    >>> likelier([b"Lumi\xe8re\nNESTL\xc9\xae\nCaf\xe9\n"], ("utf-8", "cp1252"))
    'cp1252'
    """
    first, last = charsets[0], charsets[-1]
    valid = broken = broken_in_last = 0
    for block in blocks:
        for line in block.split(b"\n"):
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
    """Whether all of it can be decoded."""
    try:
        raw.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def is_line_safe(charset: str) -> bool:
    """Whether lines and fields may be cut in the bytes, before they are decoded."""
    return _LINE_SAFE.match(charset) is not None and charset not in _EBCDIC


def decode(raw: bytes, charset: str) -> tuple[str, int]:
    """The text, and how many characters of it could not be decoded and are U+FFFD now; NUL is one of them.

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
