"""Keyed hashes in the place of personal values that must stay joinable: the same buyer has the same one in every feed.

HMAC-SHA256 over the tenant's id and the value as people mean it (case, width and spaces do not count), so that nobody
without the key can try addresses, and no tenant's hashes fit another's. Which fields are hashed is told by the feed;
where they stand by `formats/layout.py`; they are replaced in `formats/redact_lines.py`.
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
"""Hexadecimal digits of a hash: 128 bits."""

_MOST_KNOWN = 100_000


class Pseudonyms(dict[bytes, bytes]):
    """Fields as they are in a document -> their hashes; each is computed when it is first asked for. Blank stays empty.

    charsets: those that the document may be in: a field is read in the first that it is valid in, so that its hash does
    not depend on the way that the document is read.
    """

    def __init__(self, key: bytes, tenant_id: str, charsets: Sequence[str]) -> None:
        super().__init__()
        if not key:
            raise ValueError("personal values cannot be hashed without a key")
        self._key = key
        self._tenant = tenant_id.encode() + b"\0"
        self._charsets = charsets

    def __missing__(self, raw: bytes) -> bytes:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        value = normalised(self._text(raw))
        digest = self[raw] = (
            hmac.digest(self._key, self._tenant + value.encode("utf-8", "replace"), "sha256").hex()[:LENGTH].encode()
            if value
            else b""
        )
        return digest

    def _text(self, raw: bytes) -> str:
        for charset in self._charsets[:-1]:
            try:
                return raw.decode(charset)
            except UnicodeDecodeError:
                continue
        return raw.decode(self._charsets[-1], "replace")


def normalised(text: str) -> str:
    """A value as it is hashed: without differences of case, width, or spaces.

    >>> normalised(" Ana.Silva@Example.COM\\r")
    'ana.silva@example.com'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def hash_key(settings: Settings) -> bytes:
    """The key: TRADEWIND_HASH_KEY, else the one in the home, which is made when it is first needed.

    Raises ConfigError where the file in the home cannot be read or made, or holds no key.
    """
    if settings.hash_key is not None and settings.hash_key.get_secret_value():
        return settings.hash_key.get_secret_value().encode()
    path = settings.home / "hash.key"
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes().strip()
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


def _make(path: Path) -> None:
    """A new key in a file that only its owner may read. Of several processes one makes it, whole or not at all."""
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
