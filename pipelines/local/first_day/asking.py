"""Gets the answers that `tradewind init` needs: from options, from variables that are set, and from the person at the
terminal. Secrets are typed hidden, and never are options, which other users of the machine can see.

Without a terminal nothing is asked: what is missing is told all at once.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr
from rich.console import Console

from pipelines.errors import ConfigError
from pipelines.local.progress import say


def is_interactive() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


@dataclass
class Asker:
    """Asks, or collects what would have to be asked. secret_of: the value of a variable that is set already.

    typed: variable -> secret that belongs into .env: typed, or taken from the environment where `keeps` says so.
    """

    console: Console
    secret_of: Callable[[str], SecretStr | None]
    interactive: bool
    keeps: bool = True
    typed: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def text(
        self, option: str, question: str, given: str | None, pattern: str, right: str, default: str | None = None
    ) -> str:
        """An answer that fits a pattern. right: what is right, for the message. Raises ConfigError for a wrong option;
        '' where nobody can be asked and there is no default."""
        if given is not None:
            if not re.fullmatch(pattern, given):
                raise ConfigError(f"{option} {given!r} is not allowed: {right}.")
            return given
        if not self.interactive:
            if default is None:
                self.missing.append(f"{option}: {question} ({right})")
            return default or ""
        while True:
            shown = f"{question} [{default}]: " if default else f"{question}: "
            answer = input(shown).strip() or default or ""
            if re.fullmatch(pattern, answer):
                return answer
            say(self.console, f"  {answer!r} is not allowed: {right}.")

    def secret(self, variable: str, question: str, *, needed: bool, again: bool = False) -> SecretStr | None:
        """A secret: that of the variable if it is set, else a typed one. again: it was refused, and is typed anew."""
        known = None if again else self.secret_of(variable)
        if known is not None:
            if variable in os.environ and self.keeps:  # as it stands there, a reference to a store of secrets as such
                self.typed[variable] = os.environ[variable]
            say(self.console, f"{question}: taken from {variable}")
            return known
        if not self.interactive:
            if needed:
                self.missing.append(f"{variable}: {question} (a variable of the environment or of .env)")
            return None
        while True:
            hint = "" if needed else " (Enter: none)"
            answer = getpass.getpass(f"{question}, not shown{hint}: ").strip()
            if answer:
                self.typed[variable] = answer
                return SecretStr(answer)
            if not needed:
                return None

    def confirm(self, question: str, *, default: bool) -> bool:
        """Yes or no; the default where nobody can be asked."""
        if not self.interactive:
            return default
        answer = input(f"{question} [{'Y/n' if default else 'y/N'}]: ").strip().lower()
        return default if not answer else answer in ("y", "yes", "j", "ja", "是")

    def refuse_missing(self) -> None:
        """Raises ConfigError with all that could not be asked."""
        if self.missing:
            raise ConfigError(
                "There is no terminal to ask at, and these are missing:\n"
                + "\n".join(f"  {each}" for each in dict.fromkeys(self.missing))
            )
