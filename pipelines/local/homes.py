"""The home that a command means, as a user is told of it: opened with one line where it needs one, and stopped.

Which it is, is decided in `pipelines/home.py`.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from pipelines.local.legacy import adopt
from pipelines.local.progress import say
from pipelines.local.running import holder, stop_running
from pipelines.settings import Settings, base_home, demo_home, get_settings
from pipelines.telemetry.begin import begin
from pipelines.warehouse import embedded


def open_settings(console: Console | None) -> Settings:
    """The settings, after a demo of an earlier version was moved. console: where it is said whose home this is, where
    that is not what a user may think; None: nothing is said. Raises TradewindError.
    """
    note = adopt(base_home()[0])
    settings = get_settings()
    begin(settings, "tradewind")
    if console is not None:
        if settings.is_demo_by_default:
            say(console, f"The demo's home, since there is no stores.yaml: {settings.home}")
        if note:
            say(console, f"Note: {note}")
    return settings


def stop_homes(console: Console, *, everything: bool) -> None:
    """Stop `up` or `demo` and the embedded warehouse of the home that is meant, and say of which.

    everything: of the user's home and the demo's. Raises TradewindError when a part does not end.
    """
    meant = get_settings().home
    others = [home for home in dict.fromkeys((base_home()[0], demo_home())) if home != meant]
    for home in (meant, *(others if everything else ())):
        _stop(console, home, quiet=home != meant)
    for home in () if everything else others:
        if embedded.running(home) or holder(home / "up.lock") is not None:
            say(console, f"Still up is {home}: `tradewind down --all` stops that too.")


def _stop(console: Console, home: Path, *, quiet: bool) -> None:
    """quiet: nothing is said where nothing ran."""
    if stop_running(home):
        say(console, f"The daemon, its code server and the UI of {home} are stopped.")
    if embedded.stop(home):
        say(console, f"The warehouse of {home} is stopped.")
    elif not quiet:
        say(console, f"The warehouse of {home} was not running.")
