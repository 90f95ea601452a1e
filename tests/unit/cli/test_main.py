"""How the command line ends: exit codes, and errors that are sentences on standard error."""

from __future__ import annotations

import errno
import os
import stat
import sys
from datetime import date

import psycopg
import pytest
import typer

from pipelines import cli
from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.local import arguments


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["tradewind", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code or 0  # type: ignore[return-value]


COMMANDS = [command.name or command.callback.__name__ for command in cli.app.registered_commands]  # type: ignore[union-attr]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(monkeypatch, capsys, command):
    assert run(monkeypatch, command, "--help") == 0
    told = capsys.readouterr().out
    assert f"tradewind {command}" in told
    assert "%Y" not in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_help_names_every_command(monkeypatch, capsys):
    assert run(monkeypatch, "--help") == 0
    told = capsys.readouterr().out
    assert all(command in told for command in COMMANDS)
    assert {"demo", "up", "down", "url", "plan", "pull", "status", "doctor", "brief", "transform", "replay"} < {
        *COMMANDS
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["pull", "--nonsense"],
        ["pull", "--from", "yesterday", "--to", "2026-03-01"],
        ["demo", "--advance", "-1"],
        ["transform", "--as-of", "then"],
        ["import", "/nowhere", "--feed", "amazon_sp.ledger_summary", "--store", "harbor-us"],
        ["import", ".", "--feed", "amazon_sp.ledger_summary", "--store", "harbor-us"],
        ["up", "--port", "many"],
    ],
)
def test_wrong_usage_is_two(monkeypatch, capsys, arguments):
    assert run(monkeypatch, *arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Usage: tradewind" in said.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pull", "--from", "2026-03-01"], "--from and --to belong together"),
        (["plan", "--from", "2026-03-02", "--to", "2026-03-01"], "--to 2026-03-01 lies before --from 2026-03-02."),
        (
            ["pull", "--feed", "amazon_sp.orders"],
            "There is no feed amazon_sp.orders. The feeds are: amazon_sp.all_orders",
        ),
        (["status", "--feed", "orders"], "There is no feed orders."),
        (["import", __file__, "--feed", "orders", "--store", "harbor-us"], "There is no feed orders."),
        (["url", "--role", "boss"], "There is no role 'boss'; the roles are: bi, tenant_<tenant>."),
        (["pull"], "There is no "),  # stores.yaml
        (["doctor"], None),
    ],
)
def test_what_a_user_can_cure_is_a_sentence_and_one(monkeypatch, capsys, arguments, told):
    assert run(monkeypatch, *arguments) == 1
    said = capsys.readouterr()
    if told:
        assert said.err.startswith(f"Error: {told}")
        assert said.err.count("\n") == 1, "one line, not folded"
    else:
        assert "no  stores\n    There is no " in said.out


def test_brackets_in_an_error_are_text(monkeypatch, capsys):
    def refuse(**_: object) -> None:
        raise ConfigError("There is no [bold]store[/bold] in [/etc].")

    monkeypatch.setattr(cli, "_settings", refuse)
    assert run(monkeypatch, "status") == 1
    assert capsys.readouterr().err == "Error: There is no [bold]store[/bold] in [/etc].\n"


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "Interrupted. What has landed stays; the next run goes on from here.\n"),
        (
            psycopg.OperationalError("server closed the connection unexpectedly\n\tThis probably means ..."),
            1,
            "Error: The warehouse does not answer any more: server closed the connection unexpectedly. ",
        ),
        (PermissionError(13, "Permission denied", "/srv/archive"), 1, "Error: /srv/archive: Permission denied.\n"),
        (OSError(5, "Input/output error"), 1, "Error: Input/output error."),
    ],
)
def test_what_may_happen_to_anyone_shows_no_stack_trace(monkeypatch, capsys, raised, code, told):
    def fail(**_: object) -> None:
        raise raised

    monkeypatch.setattr(cli, "_settings", fail)
    assert run(monkeypatch, "status") == code
    said = capsys.readouterr().err
    assert said.startswith(told)
    assert "Traceback" not in said


def test_a_selection_is_of_days_both_inclusive():
    from datetime import datetime

    chosen = arguments.selection(
        ["amazon_sp.ledger_summary"], ["harbor-us"], datetime(2026, 2, 28), datetime(2026, 3, 1)
    )
    assert chosen.days == (date(2026, 2, 28), date(2026, 3, 1))
    assert (chosen.feeds, chosen.stores, chosen.force) == (("amazon_sp.ledger_summary",), ("harbor-us",), False)
    assert arguments.selection(None, None, None, None).days is None
    assert len(FEEDS) > 10


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "disk of the warehouse's server is full"),
        (OSError(errno.ENOSPC, "No space left on device", "/archive/x"), "disk is full (/archive/x)"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk is full"),
    ],
)
def test_a_full_disk_is_told_as_one(monkeypatch, capsys, error, says):
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    assert run(monkeypatch) == 1
    told = capsys.readouterr().err
    assert says in told
    assert "free some space" in told


def test_what_a_command_writes_is_its_owners_business(monkeypatch, tmp_path):
    before = os.umask(0o022)
    try:
        assert run(monkeypatch, "--help") == 0
        (tmp_path / "brief").touch()
        assert stat.S_IMODE((tmp_path / "brief").stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_day_beyond_all_days_is_refused(monkeypatch, capsys):
    assert run(monkeypatch, "plan", "--from", "9999-12-31", "--to", "9999-12-31") == 1
    assert "9999-12-31 is no day of Amazon's" in capsys.readouterr().err


def test_every_option_is_written_in_small_letters():
    def options(command: object, path: str) -> list[str]:
        below = [
            each for name, sub in getattr(command, "commands", {}).items() for each in options(sub, f"{path} {name}")
        ]
        return [f"{path} {name}" for each in command.params for name in each.opts if name.startswith("-")] + below  # type: ignore[attr-defined]

    found = options(typer.main.get_command(cli.app), "tradewind")
    assert "tradewind import --feed" in found
    # typer takes a metavar that is the option's name in capitals for the name itself
    assert [each for each in found if each != each.lower()] == []
