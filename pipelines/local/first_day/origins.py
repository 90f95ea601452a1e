"""Where a secret of the settings came from, and how another one gets there.

The order is that of `settings.py`: the environment, the .env beside stores.yaml, the .env of the working directory. In
any of them a reference to AWS Secrets Manager may stand instead of the secret.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from pipelines import secret_store
from pipelines.errors import ConfigError
from pipelines.local.first_day import env_file
from pipelines.settings import Settings

TITLE = "written by `tradewind rotate`"


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of one variable. env: the .env for what goes with it. reference: to Secrets Manager, or ''."""

    variable: str
    env: Path
    reference: str = ""

    @property
    def text(self) -> str:
        """For messages."""
        return self.reference.partition("#")[0] or str(self.env)

    def put(self, value: SecretStr) -> None:
        """Replace the secret; the variable in .env, or what the reference leads to. Raises ConfigError, OSError."""
        if self.reference:
            secret_store.replace(self.reference, value.get_secret_value())
        else:
            env_file.write(self.env, {self.variable: value.get_secret_value()}, TITLE)


def origin_of(settings: Settings, variable: str) -> Origin:
    """Where a variable came from. Raises ConfigError where another value cannot be put there."""
    beside = settings.stores_path.parent / ".env"
    given = os.environ.get(variable)
    if given:
        if secret_store.is_reference(given):
            return Origin(variable, beside, given)
        raise ConfigError(
            f"{variable} stands in the environment of this process, where no command can change it for good. Put it "
            f"into {beside} (mode 0600) or into AWS Secrets Manager and leave it out of the environment; or renew it "
            "where your environment is made."
        )
    for path in (beside, Path(".env").absolute()):
        held = env_file.read(path).get(variable)
        if held:
            if not secret_store.is_reference(held) and not os.access(path.parent, os.W_OK):
                raise ConfigError(f"{path} cannot be replaced: you may not write into its folder.")
            return Origin(variable, path, held if secret_store.is_reference(held) else "")
    raise ConfigError(f"{variable} is set nowhere. `tradewind init` sets it up.")
