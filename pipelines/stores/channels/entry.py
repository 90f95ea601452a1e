"""What the entries of all kinds of shops have in common, and what an entry says of the access to its shop."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

_ONE_LINE = r"^[^\x00-\x1f]+$"
_WHERE = r"^([A-Za-z_][A-Za-z0-9_]*|secretsmanager:[A-Za-z0-9/_+=.@:-]+(#[^\s#]+)?)$"


def _quoted(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError(f"{value} is a number to YAML, which may have changed it; put the SKU in quotes")
    return value


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("a time zone has a name like America/New_York, as the shop's settings show it")
    return ZoneInfo(name).key


Variable = Annotated[str, StringConstraints(pattern=_WHERE)]
Sku = Annotated[str, BeforeValidator(_quoted), StringConstraints(pattern=_ONE_LINE, min_length=1, max_length=255)]


@dataclass(frozen=True, slots=True)
class Access:
    """What a shop is asked with. secret: what lasts of it; None: the shop is not asked. client_id, app_secret: of the
    application, where there is one."""

    secret: SecretStr | None = None
    client_id: str = ""
    app_secret: SecretStr | None = None


class Secrets:
    """Looks secrets up for one entry. What is missing is added to `problems`."""

    def __init__(self, place: str, secret: Callable[[str], SecretStr | None], problems: list[str]) -> None:
        self._place, self._secret, self._problems = place, secret, problems

    def get(self, variable: str | None) -> SecretStr | None:
        """The secret of a variable; None where none is named, or none is there."""
        held = self._secret(variable) if variable else None
        if variable and held is None:
            self.wrong(
                f"the variable {variable} is not set; put the secret in it (environment or .env), or take the line "
                "out: the shop is then not asked."
            )
        return held

    def wrong(self, sentence: str) -> None:
        """Add a mistake of this entry."""
        self._problems.append(f"{self._place}: {sentence}")


class ShopEntry(BaseModel):
    """One shop, as stores.yaml has it. A kind of shop adds `kind` and the settings of its own."""

    model_config = ConfigDict(extra="forbid")

    time_zone: Annotated[str, AfterValidator(_known_zone)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    history_from: Annotated[date, Field(ge=date(2004, 1, 1), le=date(2200, 1, 1))] | None = None
    skus: dict[Sku, Sku] = {}

    @property
    @abstractmethod
    def name(self) -> str:
        """The shop's name at its system, of which there is only one."""

    @property
    def counts_at(self) -> str:
        """The location whose count is the tenant's own stock; '': none is. Only a shop with locations can have one."""
        return ""

    @abstractmethod
    def access(self, secrets: Secrets) -> Access:
        """What the shop is asked with. Mistakes are told to `secrets`."""
