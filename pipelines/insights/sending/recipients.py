"""Who gets briefs and alerts: the recipients that stores.yaml names, with the addresses that a variable or a file has.

An address (an Apprise URL) has passwords in it. It is never logged, shown or stored: a recipient is told by a name of
ours, and known by a hash. Nothing is sent here.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigError
from pipelines.insights.briefs.catalogue import BRIEFS
from pipelines.insights.locales import LANGUAGES

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult
    from pipelines.stores import Tenant
    from pipelines.stores.model import SendTo

_MAIL = ("mailto", "mailtos")
ALERTS = "alerts"
"""What an entry names among its kinds to get alerts. An entry that names no kinds gets all briefs, and no alerts."""


@dataclass(frozen=True)
class Recipient:
    """One who gets briefs or alerts.

    name: how it is told, without a secret. id: SHA-256 of who it is: of e-mail the address, whichever server delivers
    it and whatever its password is by now; else the whole address. service: Apprise's, with this one target. secrets:
    what must not be told.
    """

    name: str
    id: str
    service: Any = field(repr=False)
    to: SendTo = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_mail(self) -> bool:
        return type(self.service).__name__ == "NotifyEmail"

    def wants(self, brief: BriefResult) -> bool:
        """Whether it gets this brief."""
        to = self.to
        return (
            brief.path is not None
            and (not to.kinds or brief.kind in to.kinds)
            and (not to.languages or brief.language in to.languages)
            and (not to.stores or _named(brief) in to.stores)
        )

    @property
    def wants_alerts(self) -> bool:
        """Whether it gets alerts."""
        return ALERTS in self.to.kinds

    @property
    def language(self) -> str:
        """The one language in which it gets alerts: the first that it has chosen of those that there are."""
        return next((each for each in LANGUAGES if each in self.to.languages), LANGUAGES[0])

    def hears_of(self, store_id: str) -> bool:
        """Whether it hears of a store."""
        return not self.to.stores or store_id in self.to.stores


def recipients_of(tenant: Tenant) -> tuple[list[Recipient], list[str]]:
    """The recipients of a tenant's briefs, each once for each entry of stores.yaml, and a sentence for each mistake."""
    found: list[Recipient] = []
    wrong: list[str] = []
    for to in tenant.send:
        wrong += _unknown(to)
        if to.addresses is None:
            wrong.append(f"{to.place} is not there or empty: put addresses for Apprise in it (docs/sending.md).")
            continue
        for address in _lines(to.addresses.get_secret_value()):
            try:
                found += _recipients(address, to)
            except ConfigError as error:
                wrong.append(f"{to.place}: {error}")
    return found, wrong


def _unknown(to: SendTo) -> list[str]:
    lists: tuple[tuple[str, frozenset[str], Mapping[str, Any] | tuple[str, ...]], ...] = (
        ("kind of brief", to.kinds, (*BRIEFS, ALERTS)),
        ("language", to.languages, LANGUAGES),
    )
    return [
        f"{to.place}: there is no {what} {', '.join(sorted(named - set(known)))}; there are {', '.join(known)}."
        for what, named, known in lists
        if named - set(known)
    ]


def _lines(text: str) -> list[str]:
    """Addresses, one a line or between blanks; lines that begin with # are comments."""
    return [part for line in text.splitlines() if not line.lstrip().startswith("#") for part in line.split()]


def _recipients(address: str, to: SendTo) -> Iterator[Recipient]:
    """The recipients that one address names: of e-mail each person. Raises ConfigError, without anything secret."""
    service = _service(address)
    if service.__class__.__name__ != "NotifyEmail":
        yield Recipient(f"{service.service_name} ({to.place})", _hash(service.url()), service, to, _secrets(service))
        return
    if service.cc or service.bcc:
        raise ConfigError("cc and bcc would get a brief once for each `to`; name these people in `to` as well.")
    for target in service.targets:
        single = _service(address)
        single.targets = [target]
        person = str(target[1]).lower()
        yield Recipient(masked(person), _hash(f"mailto:{person}"), single, to, _secrets(service))


def _service(address: str) -> Any:
    """Apprise's service for an address; what Apprise logs of one that is wrong has parts of it, and is not let out."""
    scheme, separator, _ = address.partition("://")
    if not separator:
        raise ConfigError(
            "an address begins with a scheme, like mailtos://user:password@smtp.example.com?to=you@example.com; "
            "this one has none."
        )
    import apprise
    from apprise.manager_plugins import NotificationManager

    known = NotificationManager()
    if scheme.lower() not in known:
        raise ConfigError(f"there is no service {scheme}:// that Apprise knows; mailto:// and mailtos:// are e-mail.")
    with silent():
        service = apprise.Apprise.instantiate(address)
    if service is None:
        raise ConfigError(
            f"Apprise cannot read the address with {scheme}://. Characters such as @ : / ? # & % in a user's name or "
            "password are written as %40 %3A %2F %3F %23 %26 %25."
        )
    return service


class silent:
    """Lets nothing out of what Apprise logs; `said` has it, for who must understand an error."""

    def __enter__(self) -> silent:
        self.said: list[str] = []
        self._logger = logging.getLogger("apprise")
        self._before = (self._logger.level, self._logger.propagate)
        self._handler = _Into(self.said)
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.DEBUG)
        self._logger.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self._handler)
        self._logger.level, self._logger.propagate = self._before


class _Into(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())


def masked(address: str) -> str:
    """An e-mail address by which those who know it recognise it: `a…@example.com`."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


def _hash(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()


def _secrets(service: Any) -> tuple[str, ...]:
    """What of an address must not be told: its password, and the whole of it."""
    return tuple(each for each in (service.password, service.url()) if each)


def _named(brief: BriefResult) -> str:
    """How stores.yaml names what a brief is about: the store, or '*' for all of the tenant's."""
    return "*" if brief.store_id.startswith("*") else brief.store_id
