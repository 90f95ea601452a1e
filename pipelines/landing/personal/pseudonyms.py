"""Keyed hashes that replace personal values by which rows are joined. A buyer has the same hash in every feed.

A hash is HMAC-SHA256 over the tenant's id and the value, without differences of case, width and spaces. Without the
key, nobody can find an address by trying; and hashes of different tenants never match. Which fields are hashed is in
the catalogue (`Feed.hashed`); they are replaced in `formats/redact_lines.py`.

There may be several keys, one a line, the oldest first: the hash by one is hashed by the next. So a new key is a new
line, hashes that are there can be brought to it without the addresses (`upkeep/rotation.py`), and a buyer stays the
same. Who has only the old keys can find no address by trying.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from pipelines.settings import Settings

LENGTH = 32
"""The length of a hash in hexadecimal digits: 128 bits."""

_MOST_KNOWN, _LONGEST_KNOWN = 100_000, 128


class Pseudonyms(dict[bytes, bytes]):
    """A cache: a field's bytes in a document -> its hash, computed when it is asked for first. Long
    fields are not kept in it. A blank field gives b''.

    key: one or several, a line each.

    charsets: the charsets in which the document may be. A field is decoded in the first in which it is valid. So its
    hash is the same whether the document is read the fast or the careful way.
    """

    def __init__(self, key: bytes, tenant_id: str, charsets: Sequence[str]) -> None:
        super().__init__()
        if not key:
            raise ValueError("personal values cannot be hashed without a key")
        self._keys = key.split(b"\n")
        self._tenant = tenant_id.encode() + b"\0"
        self._charsets = charsets

    def __missing__(self, raw: bytes) -> bytes:
        value = normalised(self._text(raw))
        digest = value.encode("utf-8", "replace")
        for key in self._keys if value else ():
            digest = hmac.digest(key, self._tenant + digest, "sha256").hex()[:LENGTH].encode()
        if len(raw) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[raw] = digest
        return digest

    @property
    def depth(self) -> int:
        """How many keys the hashes are made with."""
        return len(self._keys)

    def _text(self, raw: bytes) -> str:
        for charset in self._charsets[:-1]:
            try:
                return raw.decode(charset)
            except UnicodeDecodeError:
                continue
        return raw.decode(self._charsets[-1], "replace")


def normalised(text: str) -> str:
    """A value in the form in which it is hashed: without differences of case, width and spaces.

    >>> normalised(" Ana.Silva@Example.COM\\r")
    'ana.silva@example.com'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def hash_key(settings: Settings) -> bytes:
    """The key for hashes: TRADEWIND_HASH_KEY, or the file `hash.key` in the home, which is created when first needed.

    Raises ConfigError if that file cannot be read or created, or is empty.
    """
    if settings.hash_key is not None and settings.hash_key.get_secret_value().strip():
        return _lines(settings.hash_key.get_secret_value().encode())
    path = settings.home / "hash.key"
    try:
        if not path.exists():
            _make(path)
        key = _lines(path.read_bytes().strip())
    except OSError as error:
        raise ConfigError(
            f"The key for the hashes of personal data, {path}, cannot be used: {error.strerror or error}. Make the "
            "folder writable, or set TRADEWIND_HASH_KEY."
        ) from None
    if not key:
        raise ConfigError(
            f"{path} should hold the key for the hashes of personal data, but it is empty. Bring it back from a backup "
            "or remove it: a new key is made then, and what is loaded from then on has other hashes."
        )
    return key


def add_key(settings: Settings) -> None:
    """Add a new key to the home's file. Raises ConfigError if TRADEWIND_HASH_KEY has the keys instead."""
    if settings.hash_key is not None:
        raise ConfigError(
            "TRADEWIND_HASH_KEY has the keys of the hashes, and is yours to change: add a line break and a new key at "
            "its end (`openssl rand -hex 32`), keep the old ones, and run this command with --finish."
        )
    path = settings.home / "hash.key"
    old = hash_key(settings)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(old + b"\n" + secrets.token_hex(32).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _lines(text: bytes) -> bytes:
    """The keys of a text, a line each, without blank lines."""
    return b"\n".join(line for line in text.splitlines() if line.strip())


def _make(path: Path) -> None:
    """Create a key in a file that only its owner can read. If several processes do it at once, one key wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()
