"""What the document faults do to a document on its way out: bytes in, bytes out. Which one is hit is up to rules.py.

Where a fault needs a field, it takes one that no mart reads, so that a pipeline that copes still ends with the truth.
The options `column` and `rows` aim it elsewhere.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.documents.rendered import Rendered
from simulator.faults.rules import Action

HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>503 Service Unavailable</title></head>"
    "<body><h1>Service Unavailable</h1><p>We're sorry, an error occurred.</p></body></html>"
)
XML_PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code><Message>We encountered an internal '
    "error. Please try again.</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
)
# columns that no mart reads, the first that is there is taken
HARMLESS = (
    "ship-service-level", "item-note", "コンディション説明", "item-description", "商品の説明", "product-name", "Title",
    "merchant-order-item-id", "merchant-adjustment-item-id", "item-name", "商品名",
)  # fmt: skip


@dataclass(slots=True)
class Sent:
    """A document as it leaves: status, wire bytes and content type."""

    status: int
    body: bytes
    content_type: str


def send(document: Rendered, actions: list[Action], other: Callable[[Action], Rendered | None]) -> Sent:
    """The document with the faults drawn for it. `other` finds the document that is served in the place of this one."""
    sent = Sent(200, document.served, document.content_type)
    for action in sorted(actions, key=_turn):
        if action.kind in ("other_marketplace", "other_report"):
            strange = other(action)
            if strange is not None:
                document = strange if strange.gzip == document.gzip else _as(strange, compressed=document.gzip)
                sent = Sent(200, document.served, document.content_type)
        elif action.kind in _WHOLE:
            _WHOLE[action.kind](sent, action, document)
        elif action.kind in _CONTENT:
            plain = gzip.decompress(sent.body) if document.gzip else sent.body
            changed = _CONTENT[action.kind](plain, action, sent.content_type)
            sent.body = gzip.compress(changed, 1, mtime=0) if document.gzip else changed
    return sent


def _turn(action: Action) -> int:
    """Another document first; then its columns, its rows, its fields, as they stand in _CONTENT; the transport last."""
    if action.kind in _CONTENT:
        return list(_CONTENT).index(action.kind)
    return len(_CONTENT) if action.kind in _WHOLE else -1


def _as(document: Rendered, *, compressed: bool) -> Rendered:
    body = gzip.compress(document.content, 1, mtime=0) if compressed else document.content
    return Rendered(document.content, document.content_type, compressed, body, document.etag)


# the whole answer ---------------------------------------------------------------------------------------------------


def _html(sent: Sent, action: Action, document: Rendered) -> None:
    sent.status, sent.body, sent.content_type = int(action.get("status", 200)), HTML_PAGE.encode(), "text/html"


def _xml(sent: Sent, action: Action, document: Rendered) -> None:
    sent.status, sent.body, sent.content_type = int(action.get("status", 200)), XML_PAGE.encode(), "application/xml"


def _truncated(sent: Sent, action: Action, document: Rendered) -> None:
    if document.gzip:
        sent.body = sent.body[: max(20, int(len(sent.body) * float(action.get("keep", 0.6))))]


def _charset(sent: Sent, action: Action, document: Rendered) -> None:
    base = sent.content_type.partition(";")[0]
    sent.content_type = f"{base};charset={action.get('charset', 'UTF-16')}"


def _no_charset(sent: Sent, action: Action, document: Rendered) -> None:
    sent.content_type = sent.content_type.partition(";")[0]


_WHOLE: dict[str, Callable[[Sent, Action, Rendered], None]] = {
    "html_error_page": _html,
    "xml_error": _xml,
    "truncated_gzip": _truncated,
    "wrong_charset": _charset,
    "no_charset": _no_charset,
}

# the content --------------------------------------------------------------------------------------------------------


def _is_json(content: bytes) -> bool:
    return content[:1] in (b"{", b"[")


class Table:
    """A tab-separated document as lines of byte fields; charsets do not matter, none of them uses a tab's byte.

    Windows-31J does use some ASCII bytes as second bytes, but neither tab nor line feed is among them.
    """

    def __init__(self, content: bytes, content_type: str) -> None:
        self.end = b"\r\n" if b"\r\n" in content[:10_000] else b"\n"
        lines = content.split(self.end)
        self.closed = lines[-1] == b""
        if self.closed:
            lines.pop()
        self.rows = [line.split(b"\t") for line in lines]
        match = re.search(r"charset=([\w-]+)", content_type)
        self.charset = {"Windows-31J": "cp932"}.get(match[1], match[1]) if match else "utf-8"

    def header(self) -> list[str]:
        """The names of the columns, without the quotes of a ledger."""
        return [name.decode(self.charset, "replace").strip('"') for name in self.rows[0]]

    def column(self, action: Action) -> int:
        """The column that the fault is aimed at, or one that does no harm."""
        header = self.header()
        wanted = action.get("column")
        for name in (wanted,) if wanted else HARMLESS:
            if name in header:
                return header.index(name)
        return len(header) - 1

    def chosen(self, action: Action) -> list[int]:
        """Numbers of the rows that the fault is aimed at: `rows` of them, or a `fraction`, spread evenly."""
        count = len(self.rows) - 1
        wanted = round(count * float(action.get("fraction"))) if action.get("fraction") else int(action.get("rows", 1))
        wanted = min(count, max(1, wanted))
        return [1 + index * count // wanted for index in range(wanted)] if count else []

    def write(self) -> bytes:
        """The document again."""
        return self.end.join(b"\t".join(row) for row in self.rows) + (self.end if self.closed else b"")


def _into_field(change: Callable[[bytes], bytes]) -> Callable[[bytes, Action, str], bytes]:
    def apply(content: bytes, action: Action, content_type: str) -> bytes:
        if _is_json(content):
            return content
        table = Table(content, content_type)
        column = table.column(action)
        for number in table.chosen(action):
            row = table.rows[number]
            if column < len(row):
                row[column] = _inside(row[column], change)
        return table.write()

    return apply


def _inside(value: bytes, change: Callable[[bytes], bytes]) -> bytes:
    quoted = len(value) >= 2 and value[:1] == value[-1:] == b'"'
    if not quoted:
        return change(value)
    inner = change(value[1:-1].replace(b'""', b'"'))
    return b'"' + inner.replace(b'"', b'""') + b'"'


def _drop_column(content: bytes, action: Action, content_type: str) -> bytes:
    name = action.get("column")
    if _is_json(content):
        return _json(content, lambda row: row.pop(name or ("date" if "date" in row else next(iter(row), "")), None))
    table = Table(content, content_type)
    header = table.header()
    column = header.index(name) if name in header else 0
    for row in table.rows:
        if column < len(row):
            del row[column]
    return table.write()


def _new_column(content: bytes, action: Action, content_type: str) -> bytes:
    name = action.get("column", "amazon-new-field")
    if _is_json(content):
        return _json(content, lambda row: row.update({name: "new"}))
    table = Table(content, content_type)
    quoted = table.rows[0][0].startswith(b'"')
    cells = len(table.rows[0])
    for number, row in enumerate(table.rows):
        row += [b""] * (cells - len(row))  # what was left out at the end of a line comes before the new column
        value = name.encode("ascii", "replace") if number == 0 else b"new"
        row.append(b'"' + value + b'"' if quoted else value)
    return table.write()


def _short_rows(content: bytes, action: Action, content_type: str) -> bytes:
    if _is_json(content):
        return content
    table = Table(content, content_type)
    fields = action.get("fields")
    if fields is None:  # as Amazon does it: empty fields at the end are left out
        for row in table.rows[1:]:
            while len(row) > 1 and row[-1] in (b"", b'""'):
                row.pop()
    else:
        for number in table.chosen(action):
            del table.rows[number][-int(fields) :]
    return table.write()


def _long_rows(content: bytes, action: Action, content_type: str) -> bytes:
    if _is_json(content):
        return content
    table = Table(content, content_type)
    for number in table.chosen(action):
        table.rows[number].append(b"beyond the last column")
    return table.write()


def _half_rows(content: bytes, action: Action, content_type: str) -> bytes:
    keep = float(action.get("keep", 0.4))
    if _is_json(content):
        data = json.loads(content)
        for rows in _arrays(data):
            del rows[int(len(rows) * keep) :]
        return _dump(data)
    table = Table(content, content_type)
    del table.rows[1 + int((len(table.rows) - 1) * keep) :]
    return table.write()


def _sample_rows(content: bytes, action: Action, content_type: str) -> bytes:
    """A random part of the rows, another one each time."""
    if _is_json(content):
        return content
    table = Table(content, content_type)
    random = Random(f"{len(content)}/{action.rule}/{action.struck}")
    least, most = float(action.get("least", 0.05)), float(action.get("most", 0.5))
    rows = table.rows[1:]
    kept = sorted(random.sample(range(len(rows)), max(1, int(len(rows) * random.uniform(least, most))))) if rows else []
    table.rows[1:] = [rows[number] for number in kept]
    return table.write()


def _split_rows(content: bytes, action: Action, content_type: str) -> bytes:
    """A line end in the middle of a field breaks a line in two."""
    if _is_json(content):
        return content
    table = Table(content, content_type)
    column = table.column(action)
    for number in table.chosen(action):
        row = table.rows[number]
        if column < len(row):
            middle = len(row[column]) // 2
            row[column] = row[column][:middle] + b"\r\n" + row[column][middle:]
    return table.write()


def _shifted_rows(content: bytes, action: Action, content_type: str) -> bytes:
    """An empty cell is left out, but lines still end after as many cells: all that follows is in another column."""
    if _is_json(content):
        return content
    table = Table(content, content_type)
    width = len(table.rows[0])
    for number in table.chosen(action):
        row = table.rows[number]
        cells = [cell for line in table.rows[number:] for cell in line]
        del cells[next((n for n, cell in enumerate(row) if cell in (b"", b'""')), len(row) - 1)]
        table.rows[number:] = [cells[start : start + width] for start in range(0, len(cells), width)]
    return table.write()


def _empty(content: bytes, action: Action, content_type: str) -> bytes:
    if not action.get("header", False):
        return b""
    if _is_json(content):
        return b"[]" if content[:1] == b"[" else b"{}"
    table = Table(content, content_type)
    del table.rows[1:]
    return table.write()


def _bom(content: bytes, action: Action, content_type: str) -> bytes:
    return b"\xef\xbb\xbf" + content if "utf-8" in content_type.lower() or _is_json(content) else content


def _json_text(text: str) -> Callable[[bytes, Action, str], bytes]:
    def apply(content: bytes, action: Action, content_type: str) -> bytes:
        if not _is_json(content):
            return content
        name = action.get("column", "note")
        return _json(content, lambda row: row.update({name: f"{row.get(name, 'a')}{text}"}), first_only=True)

    return apply


def _arrays(data: Any) -> list[list[Any]]:
    if isinstance(data, list):
        return [data]
    return [value for value in data.values() if isinstance(value, list)]


def _json(content: bytes, change: Callable[[dict[str, Any]], Any], *, first_only: bool = False) -> bytes:
    data = json.loads(content)
    for rows in _arrays(data):
        for row in rows[:1] if first_only else rows:
            if isinstance(row, dict):
                change(row)
    return _dump(data)


def _dump(data: Any) -> bytes:
    # escapes stay escapes: a lone surrogate cannot be written any other way
    return json.dumps(data, separators=(",", ":")).encode()


_CONTENT: dict[str, Callable[[bytes, Action, str], bytes]] = {
    "drop_column": _drop_column,
    "half_rows": _half_rows,
    "sample_rows": _sample_rows,
    "split_rows": _split_rows,
    "shifted_rows": _shifted_rows,
    "new_column": _new_column,
    "short_rows": _short_rows,
    "long_rows": _long_rows,
    "empty_document": _empty,
    "nul": _into_field(lambda value: value + b"\x00x"),
    "backspace": _into_field(lambda value: value + b"\x08x"),
    "bare_cr": _into_field(lambda value: value + b"\rx"),
    "bad_bytes": _into_field(lambda value: value + b"\x81\xfe\xff"),
    "quotes": _into_field(lambda value: b'12" ' + value),
    "bom": _bom,
    "json_nul": _json_text("\x00"),
    "json_surrogate": _json_text("\ud83d"),
}
