"""Passwords: Argon2id through pwdlib. How often one may be tried is decided in `lockout.py`."""

from __future__ import annotations

import functools
import threading
import unicodedata
from typing import TYPE_CHECKING

from pipelines.accounts.refusals import bad

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 256
"""Characters. NIST SP 800-63B asks for a length, and for no kinds of characters."""
AT_ONCE = 2
"""How many are hashed at once: each takes 64 MB and a core for a while, and memory is not for sale."""
_turns = threading.BoundedSemaphore(AT_ONCE)


@functools.cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


def hashed(password: str) -> str:
    """What is kept of a password. Raises Refusal (422) where it is too short or too long."""
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST or len(set(text)) < 5:
        raise bad(
            "weak-password",
            f"A password has {SHORTEST} to {LONGEST} characters, of which five differ. A sentence will do.",
        )
    with _turns:
        return _hasher().hash(text)


def verify(password: str, kept: str | None) -> bool:
    """Whether this is the password. kept: None for a user that is not there or has none; it takes as long."""
    text = _normal(password)
    with _turns:
        right = _hasher().verify(text[: LONGEST + 1], kept or _nobodys())
    return right and kept is not None


@functools.cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def _normal(password: str) -> str:
    """The same characters, however a keyboard writes them (NFKC, as SP 800-63B asks for)."""
    return unicodedata.normalize("NFKC", password)
