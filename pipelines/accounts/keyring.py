"""The keys that accounts stand on, in files of the home that only its owner can read.

`accounts.key` (or TRADEWIND_ACCOUNTS_KEY): what hashes of API keys and tokens are made with, and what second factors
are encrypted with. It is kept like data: with another one, keys and second factors have to be made anew.
`token-keys.json`: the Ed25519 keys of access tokens. The newest signs; it and the one before it are believed, so that a
rotation ends nobody's session.
"""

from __future__ import annotations

import base64
import functools
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipelines.errors import ConfigError
from pipelines.settings import Settings

KEY_FILE = "accounts.key"
TOKEN_KEYS_FILE = "token-keys.json"  # noqa: S105  a file's name
BELIEVED = 2
"""How many signing keys are believed: the newest, and the one before it."""
_SHORTEST = 32
_NONCE = 12


@dataclass(frozen=True)
class SigningKey:
    """One Ed25519 key. kid: its name in tokens. made_at: UTC, ISO 8601."""

    kid: str
    seed: bytes = field(repr=False)
    made_at: str

    @functools.cached_property
    def private(self) -> Ed25519PrivateKey:
        """What signs."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> Ed25519PublicKey:
        """What anybody may know."""
        return self.private.public_key()

    def jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key (RFC 8037)."""
        raw = self.public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": _text(raw)}

    def pem(self) -> str:
        """The public key as PEM."""
        return self.public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()


@dataclass
class Keyring:
    """All keys of one home. folder: the home. master: of `accounts.key`."""

    folder: Path
    master: bytes = field(repr=False)
    _signing: tuple[SigningKey, ...] = ()
    _mark: object = None

    def hash(self, secret: str, *, of: str) -> bytes:
        """The keyed hash (HMAC-SHA-256) under which a random secret is kept. of: what kind of secret it is.

        A fast hash is right for what has 256 random bits, and only for that: passwords are hashed by Argon2id.
        """
        return hmac.digest(self._derived(of), secret.encode(), sha256)

    def encrypt(self, secret: bytes, *, of: str) -> bytes:
        """A secret that has to be read again, by AES-256-GCM. of: to whom it belongs; it opens for nobody else."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._derived("encryption")).encrypt(nonce, secret, of.encode())

    def decrypt(self, kept: bytes, *, of: str) -> bytes:
        """What `encrypt` was given. Raises ConfigError where it was made with another key or for another."""
        try:
            return AESGCM(self._derived("encryption")).decrypt(kept[:_NONCE], kept[_NONCE:], of.encode())
        except InvalidTag:
            raise ConfigError(
                f"A second factor does not open with the key of this home ({KEY_FILE}, TRADEWIND_ACCOUNTS_KEY). Bring "
                "the key back from a backup, or let `tradewind users reset --totp` take the second factor away."
            ) from None

    def signing_keys(self) -> tuple[SigningKey, ...]:
        """The keys that are believed, the newest first. Read again when the file has changed; made if there is none."""
        path = self.folder / TOKEN_KEYS_FILE
        if self._mark is None or self._mark != _mark(path):
            if not path.exists():
                make_private_file(path, _dump([_new_signing_key()]))
            self._mark = _mark(path)
            self._signing = _read_signing_keys(path)
        return self._signing

    def rotate(self) -> SigningKey:
        """Make a new signing key, which signs from now on. The one before it is believed until the next rotation."""
        path = self.folder / TOKEN_KEYS_FILE
        new = _new_signing_key()
        kept = [new, *self.signing_keys()][:BELIEVED]
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        make_private_file(temporary, _dump(kept))
        temporary.replace(path)
        return new

    def _derived(self, purpose: str) -> bytes:
        return _derive(self.master, purpose)


@functools.lru_cache(maxsize=32)
def _derive(master: bytes, purpose: str) -> bytes:
    """A key of 256 bits for one purpose (HKDF), so that no two uses share one."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"tradewind accounts: {purpose}".encode()).derive(master)


def load_keyring(settings: Settings) -> Keyring:
    """The keys of a home; what is missing is made. Raises ConfigError where a file cannot be used."""
    given = settings.accounts_key.get_secret_value() if settings.accounts_key is not None else ""
    if given:
        if len(given) < _SHORTEST:
            raise ConfigError(
                f"TRADEWIND_ACCOUNTS_KEY has {len(given)} characters; it needs {_SHORTEST} random ones, as of "
                "`openssl rand -hex 32`."
            )
        return Keyring(settings.home, given.encode())
    path = settings.home / KEY_FILE
    try:
        if not path.exists():
            make_private_file(path, secrets.token_hex(32) + "\n")
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The key of accounts, {path}, cannot be used: {error}. Make it readable to you.") from None
    if len(text) < _SHORTEST:
        raise ConfigError(
            f"{path} should hold the key of accounts, and has {len(text)} characters. Bring it back from a backup, or "
            "remove it: a new one is made then, and API keys and second factors have to be made anew."
        )
    return Keyring(settings.home, text.encode())


def make_private_file(path: Path, text: str) -> None:
    """Write a new file of mode 0600, whole or not at all. If several processes do it at once, the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        temporary.unlink(missing_ok=True)


def _new_signing_key() -> SigningKey:
    return SigningKey(secrets.token_hex(4), secrets.token_bytes(32), datetime.now(UTC).isoformat(timespec="seconds"))


def _dump(keys: list[SigningKey]) -> str:
    return json.dumps([{"kid": each.kid, "seed": _text(each.seed), "made_at": each.made_at} for each in keys]) + "\n"


def _read_signing_keys(path: Path) -> tuple[SigningKey, ...]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        keys = [
            SigningKey(str(each["kid"]), base64.urlsafe_b64decode(each["seed"] + "=="), str(each["made_at"]))
            for each in found
        ][:BELIEVED]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} should hold the keys of access tokens and cannot be read ({type(error).__name__}). Remove it: new "
            "ones are made, and who is logged in gets a new token by his refresh token."
        ) from None
    if not keys or any(len(each.seed) != 32 for each in keys):
        raise ConfigError(f"{path} holds no key of access tokens. Remove it: new ones are made.")
    return tuple(keys)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mark(path: Path) -> object:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
