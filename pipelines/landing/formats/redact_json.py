"""Removes personal members from JSON, at any depth, before the document is archived or read otherwise.

Most documents have no personal key and stay as they are, byte for byte. `Keys` looks for personal keys while a document
streams in, and `keys_of` in elements that are parsed already. A document with such a key is rewritten by
`strip_members`. It does not need valid JSON: damaged parts are passed on as they are, and a personal member that is cut
off is removed whole. Which keys are personal is decided by the `Judge` of `personal/columns.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipelines.landing.formats.json_limits import DEEPEST, END_OF_STRING, STRING, too_deep
from pipelines.landing.personal.columns import Judge

IsPersonal = Callable[[str, str], bool]
Pair = tuple[str, str]

_KEY = re.compile(rb'"([^"\\]{1,400})"[ \t\r\n]*:')
_ESCAPED_KEY = re.compile(rb'"((?:[^"\\]|\\.){1,800})"[ \t\r\n]*:', re.DOTALL)
_LONGEST_KEY = 1 << 10
# A whole string; or white space, which is removed together with the member after it; or a mark; or anything else.
_TOKEN = re.compile(STRING.pattern + rb'|[ \t\r\n]+|[{}\[\],:]|[^"{}\[\],: \t\r\n]+', re.DOTALL)
_LONGEST_TOKEN = 1 << 20
_TOKENS_AT_ONCE = 10_000
_LONGEST_LEAD = 1 << 16
_MOST_SEEN = 20_000
_MOST_LEFT_OUT = 1000


class Keys:
    """Finds out whether a JSON document may have a personal key, from its blocks, without parsing it."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._seen: set[bytes] = set()
        self._tail = b""
        self.personal = False

    def look(self, block: bytes) -> bytes:
        """Look for personal keys in a block. Returns the block."""
        data = self._tail + block
        # The pattern with escapes is slow, so it is used only if the block has an escape \\uXXXX.
        found = set((_ESCAPED_KEY if b"\\u" in data else _KEY).findall(data)) - self._seen
        if found:
            if len(self._seen) > _MOST_SEEN:  # It only saves judging a key twice.
                self._seen.clear()
            self._seen |= found
            # The object around the key is not known here, so the strictest rule is used.
            self.personal = self.personal or any(may_be_personal(self._judge, _text(each)) for each in found)
        self._tail = data[-_LONGEST_KEY:]
        return block


def may_be_personal(judge: Judge, key: str) -> bool:
    """Whether a key is personal in any object. A key in `reviews` is judged most strictly, so that is asked."""
    return judge.verdict(key, "reviews") != "kept"


def keys_of(values: Sequence[Mapping[str, Any]], lines: bytes) -> set[str]:
    """The keys of elements, at any depth. lines: the same elements as JSON text, which shows if objects are nested."""
    keys: set[str] = set()
    keys.update(*values)
    if lines.count(b"{") > len(values):
        _walk(values, keys)
    return keys


def _walk(value: object, keys: set[str]) -> None:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            keys.update(each)
            waiting += [inner for inner in each.values() if inner.__class__ in (dict, list)]
        elif isinstance(each, list):
            waiting += [inner for inner in each if inner.__class__ in (dict, list)]


def all_keys(value: object) -> set[str]:
    """The keys of a parsed value, at any depth."""
    keys: set[str] = set()
    _walk(value, keys)
    return keys


class Members:
    """Rewrites one JSON document, or JSON Lines.

    left_out: the keys that were removed only because their names sound personal, in the order of the document; the
    first thousand.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.left_out: dict[str, None] = {}

    def strip(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The document without its personal members and the white space that belongs to them."""
        return strip_members(blocks, self._is_personal)

    def _is_personal(self, key: str, parent: str) -> bool:
        verdict = self._judge.verdict(key, parent)
        if verdict == "looks personal" and len(self.left_out) < _MOST_LEFT_OUT:
            self.left_out[key] = None
        return verdict != "kept"


class _Object:
    """An object or list that is not closed yet. parent: key of the member that holds it. key: of its last member."""

    __slots__ = ("expects_key", "has_any", "is_list", "key", "lead", "parent")

    def __init__(self, is_list: bool, parent: str) -> None:
        self.is_list = is_list
        self.parent = parent
        self.key = parent
        self.expects_key = not is_list
        self.has_any = False
        self.lead = b""


def strip_members(blocks: Iterable[bytes], is_personal: IsPersonal) -> Iterator[bytes]:
    """JSON without the members for which `is_personal(key, key of the object around)` is true.

    A member is removed with the white space before it and after its value. So removing two members at once gives the
    same bytes as removing one after the other. Raises DocumentError('too_deep').
    """
    opened: list[_Object] = []
    dropping = 0  # Depth within a member that is removed; 1: in the member itself, 0: in none.
    for tokens in _tokens(blocks):
        out: list[bytes] = []
        for token in tokens:
            if isinstance(token, _MoreOfString):
                out += [] if dropping else [token]
                continue
            first = token[:1]
            top = opened[-1] if opened else None
            if dropping:
                if first in b"{[":
                    dropping += 1
                elif first in b"}]" and dropping > 1:
                    dropping -= 1
                elif dropping == 1 and first in b",}":
                    dropping = 0  # The member has ended. The comma or bracket that ends it belongs to the object.
                    assert top is not None
                    top.expects_key = True
                    top.lead = b""
                    if first == b"}":
                        opened.pop()
                        out.append(token)
                continue
            if top is None or top.is_list or not top.expects_key:
                out.append(token)
                if first == b"{" or first == b"[":
                    if len(opened) == DEEPEST:
                        raise too_deep()
                    opened.append(_Object(first == b"[", top.key if top else ""))
                elif first in b"}]":
                    if opened:
                        opened.pop()
                elif first == b"," and top is not None and not top.is_list:
                    out.pop()
                    top.expects_key = True
                    top.lead = b""
            elif first == b'"':
                key = _text(token[1:-1])
                if is_personal(key, top.parent):
                    dropping = 1
                    continue
                top.key = key
                top.expects_key = False
                out.append((b"," if top.has_any else b"") + top.lead + token)
                top.has_any = True
            elif first == b"}":
                out.append(token if top.has_any else top.lead + token)
                opened.pop()
            elif token.isspace():
                top.lead += token if len(top.lead) < _LONGEST_LEAD else b""
            elif first != b",":  # This is not valid JSON.
                out.append(token)
        if out:
            yield b"".join(out)


class _MoreOfString(bytes):
    """What follows in a string whose beginning was given already, because it is too long to be held."""


def _tokens(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The tokens, some at a time. A token that a block's end cuts in two is given with the next block, as long as it
    can be held.
    """
    rest = b""
    in_string = False  # The beginning of a string was given, and its end is still to come.
    for block in blocks:
        data, done = rest + block, 0
        if in_string:
            end = END_OF_STRING.match(data)
            done = end.end() if end else len(data) - _escapes_at_end(data)
            in_string = end is None
            yield [_MoreOfString(data[:done])]
        whole: list[bytes] = []
        for each in () if in_string else _TOKEN.finditer(data, done):
            # A string may begin here that ends in the next block, or a token may go on there, unless it is a mark or a
            # closed string.
            if each.start() != done or (each.end() == len(data) and data[done] not in b'{}[],:"'):
                break
            done = each.end()
            whole.append(each.group())
            if len(whole) == _TOKENS_AT_ONCE:
                yield whole
                whole = []
        rest = data[done:]
        if len(rest) > _LONGEST_TOKEN:
            in_string = rest.startswith(b'"')
            cut = len(rest) - (_escapes_at_end(rest) if in_string else 0)
            whole.append(rest[:cut])
            rest = rest[cut:]
        if whole:
            yield whole
    if rest:
        yield [_MoreOfString(rest) if in_string else rest]


def _escapes_at_end(text: bytes) -> int:
    """1 if the text ends with a backslash that belongs to the next character, else 0."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2


def _text(key: bytes) -> str:
    if b"\\" in key:
        try:
            return str(json.loads(b'"' + key + b'"'))
        except ValueError:
            pass
    return key.decode("utf-8", "replace")
