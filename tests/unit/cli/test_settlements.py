"""`tradewind settlements kinds`: what a file's lines would be, told without a warehouse."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from pipelines import cli
from tests.real.case import settlement

LINES = (
    "Order|Amazon.com|ItemPrice|Principal|1200.50|111-1|S-1",
    "Order|Amazon.com|ItemPrice|Principal|20.00|111-2|S-1",
    "FBAFees|Amazon.com|FBA Inventory Storage Fee|Base fee|-30.00",
    "ServiceFee|Amazon.com|other-transaction|Something of 2027|-7.00",
)


def run(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str) -> int:
    """The exit code, in a home that is empty and must stay so."""
    monkeypatch.setenv("TRADEWIND_HOME", str(home / "home"))
    monkeypatch.setattr(sys, "argv", ["tradewind", "settlements", "kinds", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not (home / "home").exists()
    return end.value.code or 0  # type: ignore[return-value]


def test_kinds_of_a_file_with_what_is_unknown_first(monkeypatch, capsys, tmp_path):
    file = tmp_path / "august.txt"
    file.write_bytes(settlement("900", *LINES))
    assert run(monkeypatch, tmp_path, str(file)) == 0
    told = capsys.readouterr().out
    lines = [line.split() for line in told.splitlines() if line.startswith("  ") and not line.startswith("    ")]
    assert lines == [
        ["unknown", "1", "line", "-7.00", "<-", "no", "kind"],
        ["principal", "2", "lines", "1,220.50"],
        ["storage_fee", "1", "line", "-30.00"],
        ["sum", "4", "lines", "1,183.50"],
        ["The", "total", "that", "Amazon", "states", "is", "the", "same."],
    ]
    assert "august.txt, settlement 900 USD" in told
    assert "FBAFees / FBA Inventory Storage Fee / Base fee" in told
    assert "1 label has no kind" in told
    assert "settlement_kinds.csv" in told


def test_files_that_are_packed_or_of_another_notation_or_not_whole(monkeypatch, capsys, tmp_path):
    packed, german = tmp_path / "packed.txt.gz", tmp_path / "german.txt"
    packed.write_bytes(gzip.compress(settlement("901", *LINES[:1], total="1300.00")))
    text = settlement("902", "Order|Amazon.de|ItemPrice|Principal|1.234,50|302-1|S-1", currency="EUR", total="1.234,50")
    german.write_bytes(text.decode().encode("utf-16"))
    assert run(monkeypatch, tmp_path, str(packed), str(german)) == 0
    told = capsys.readouterr().out
    assert "Amazon states 1,300.00: 99.50 more. Is the file whole?" in told
    assert "settlement 902 EUR" in told
    assert "1,234.50" in told
    assert "no kind" not in told


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"<html><body>Sign in</body></html>", "page"), (b"date\tamount\r\n1\t2\r\n", "amount-type")],
)
def test_what_is_no_settlement_is_a_sentence(monkeypatch, capsys, tmp_path, content, said):
    file = tmp_path / "other.txt"
    file.write_bytes(content)
    assert run(monkeypatch, tmp_path, str(file)) == 1
    told = capsys.readouterr().err
    assert "other.txt cannot be read." in told
    assert said in told


def test_a_file_that_is_not_there_is_wrong_usage(monkeypatch, tmp_path):
    assert run(monkeypatch, tmp_path, "/nowhere") == 2
