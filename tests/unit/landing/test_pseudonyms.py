"""Keyed hashes: the same person has one per tenant, whatever the document; nobody can read or guess it back."""

from __future__ import annotations

import hashlib
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.landing.personal.pseudonyms import Pseudonyms, hash_key
from pipelines.settings import Settings

KEY = b"a key"
MAIL = b"ana@example.com"


@pytest.mark.parametrize(
    ("raw", "charsets"),
    [
        (b" Ana@Example.COM ", ("utf-8",)),
        ("ａｎａ＠example.com".encode("cp932"), ("utf-8", "cp932")),
        ("ａｎａ＠example.com".encode(), ("utf-8", "cp1252")),
        (b"ana@example.com\r", ("cp1252",)),
    ],
)
def test_what_people_write_differently_is_the_same(raw: bytes, charsets: tuple[str, ...]) -> None:
    assert Pseudonyms(KEY, "harbor", charsets)[raw] == Pseudonyms(KEY, "harbor", ("utf-8",))[MAIL]


def test_key_tenant_and_value_make_the_hash() -> None:
    ours = Pseudonyms(KEY, "harbor", ("utf-8",))[MAIL]
    assert re.fullmatch(rb"[0-9a-f]{32}", ours)
    others = {
        Pseudonyms(b"another key", "harbor", ("utf-8",))[MAIL],
        Pseudonyms(KEY, "sakura", ("utf-8",))[MAIL],
        Pseudonyms(KEY, "harbor", ("utf-8",))[b"bea@example.com"],
        hashlib.sha256(MAIL).hexdigest()[:32].encode(),
    }
    assert len(others | {ours}) == 5


def test_blank_stays_empty_and_any_bytes_have_a_hash() -> None:
    hashes = Pseudonyms(KEY, "harbor", ("utf-8", "cp932"))
    assert hashes[b""] == hashes[b" \r"] == b""
    assert len(hashes[b"\xff\x81\xed\xa0\x80"]) == 32


def test_without_a_key_nothing_is_hashed() -> None:
    with pytest.raises(ValueError, match="without a key"):
        Pseudonyms(b"", "harbor", ("utf-8",))


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    key = hash_key(settings)
    path = settings.home / "hash.key"
    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert hash_key(settings) == key
    assert [each.name for each in settings.home.iterdir()] == ["hash.key"]
    assert hash_key(Settings(home=tmp_path / "home", hash_key=SecretStr("given"))) == b"given"


def test_processes_that_begin_together_have_the_same_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipelines.landing.personal.pseudonyms import hash_key; "
        "from pipelines.settings import Settings; sys.stdin.read(); "
        "print(hash_key(Settings(home=Path(sys.argv[1]))).decode())"
    )
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", code, str(tmp_path / "home")]
    started = [
        subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for each in started:
        each.stdin.close()  # type: ignore[union-attr]
    keys = {each.stdout.read() for each in started}  # type: ignore[union-attr]
    assert [each.wait(60) for each in started] == [0, 0, 0]
    assert len(keys) == 1


def test_a_key_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "hash.key").write_text("\n")
    with pytest.raises(ConfigError, match=r"it is empty"):
        hash_key(Settings(home=home))
    (home / "hash.key").unlink()
    (home / "hash.key").mkdir()
    with pytest.raises(ConfigError, match=r"cannot be used: .*TRADEWIND_HASH_KEY"):
        hash_key(Settings(home=home))
