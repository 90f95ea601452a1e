"""Reads and checks webhooks.yaml, which stands beside stores.yaml: where webhooks come in, and who is told of events.

There is no secret in the file. It names them: a variable of the environment or of .env, `file:<path>` beside the file,
or `secretsmanager:<name>#<key>`. Without the file there are neither endpoints nor subscribers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from pipelines.errors import ConfigError
from pipelines.settings import Settings
from pipelines.stores import Catalog
from pipelines.stores.yaml_file import read_yaml
from pipelines.webhooks.model import OUTGOING, Endpoint, Subscriber

FILE = "webhooks.yaml"
SHORTEST_SECRET = 16
"""Characters. WooCommerce makes secrets of 50, Shopify of 32 and more."""

_SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_REFERENCE = r"^([A-Za-z_][A-Za-z0-9_]*|file:.+|secretsmanager:[A-Za-z0-9/_+=.@:-]+(#[^\s#]+)?)$"
Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=60)]
Reference = Annotated[str, StringConstraints(pattern=_REFERENCE)]
References = Annotated[list[Reference], Field(min_length=1, max_length=2)]
# eBay, DeliveryConfig.verificationToken of the Notification API
_TOKEN = r"^[A-Za-z0-9_-]{32,80}$"  # noqa: S105  a pattern


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _EndpointEntry(_Strict):
    channel: Literal["shopify", "ebay", "woocommerce", "tradewind"]
    tenant: Slug
    account: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    secrets: References | None = None
    public_url: str | None = None
    verification_token: Reference | None = None
    app_id: Reference | None = None
    app_secret: Reference | None = None
    api_url: str = "https://api.ebay.com"


class _SubscriberEntry(_Strict):
    tenant: Slug
    url: str
    events: Annotated[
        list[Literal["stock.changed", "stock.low", "order.imported", "alert.opened"]], Field(min_length=1)
    ]
    secrets: References
    allow_private: bool = False


class _File(_Strict):
    endpoints: dict[Slug, _EndpointEntry] = {}
    subscribers: dict[Slug, _SubscriberEntry] = {}


@dataclass(frozen=True)
class Webhooks:
    """What webhooks.yaml says: endpoints and subscribers by their names. files: what was read, by whose change one sees
    that it is to be read again."""

    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    subscribers: Mapping[str, Subscriber] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def path_of(settings: Settings) -> Path:
    """Where webhooks.yaml is, or would be."""
    return settings.stores_path.parent / FILE


def load_webhooks(settings: Settings, catalog: Catalog) -> Webhooks:
    """Read and check the file. Raises ConfigError, with a sentence for each mistake that can be found at once."""
    path = path_of(settings)
    if not path.exists():
        return Webhooks(files=(path,))
    content = read_yaml(path)
    try:
        entries = _File.model_validate({} if content is None else content)
    except ValidationError as error:
        raise ConfigError(f"{path} is wrong: " + " ".join(map(_sentence, error.errors()))) from None
    reader = _Secrets(path.parent, settings.secret)
    problems: list[str] = []
    endpoints = {name: _endpoint(name, each, reader, problems) for name, each in entries.endpoints.items()}
    subscribers = {name: _subscriber(name, each, reader, problems) for name, each in entries.subscribers.items()}
    for kind, named in (("endpoints", entries.endpoints), ("subscribers", entries.subscribers)):
        problems += [
            f"{kind}.{name}: stores.yaml has no tenant {each.tenant!r}; there are {', '.join(catalog.tenants)}."
            for name, each in named.items()
            if each.tenant not in catalog.tenants
        ]
    if problems:
        raise ConfigError(f"{path} is wrong: " + " ".join(problems))
    return Webhooks(endpoints, subscribers, (path, *reader.files))


class _Secrets:
    """Resolves references, and remembers from which files."""

    def __init__(self, folder: Path, variable: Callable[[str], SecretStr | None]) -> None:
        self._folder = folder
        self._variable = variable
        self.files: list[Path] = []

    def read(self, reference: str, place: str, problems: list[str], *, shortest: int = 1) -> SecretStr:
        """The secret. What is wrong with it is added to `problems`, and never the secret itself."""
        value = self._of(reference, place, problems)
        if value is not None and len(value.get_secret_value()) < shortest:
            problems.append(
                f"{place}: the secret that {reference} names has fewer than {shortest} characters, so that it could be "
                "guessed; make a longer one, for example with `openssl rand -hex 32`."
            )
        return value or SecretStr("")

    def _of(self, reference: str, place: str, problems: list[str]) -> SecretStr | None:
        if not reference.startswith("file:"):
            try:
                value = self._variable(reference)
            except ConfigError as error:
                problems.append(f"{place}: {error}")
                return None
            if value is None:
                problems.append(f"{place}: the variable {reference} is not set (environment or .env).")
            return value
        path = self._folder / Path(reference.removeprefix("file:")).expanduser()
        self.files.append(path)
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{place}: {path} cannot be read ({type(error).__name__}); it holds the secret, as text.")
            return None
        if not text:
            problems.append(f"{place}: {path} is empty; it holds the secret, as text.")
        return SecretStr(text) if text else None


def _endpoint(name: str, entry: _EndpointEntry, secrets: _Secrets, problems: list[str]) -> Endpoint:
    place = f"endpoints.{name}"
    if entry.channel == "ebay":
        return _ebay(name, entry, secrets, problems)
    for setting in ("public_url", "verification_token", "app_id", "app_secret"):
        if getattr(entry, setting) is not None:
            problems.append(f"{place}.{setting}: only eBay's endpoints have it; take it out.")
    if entry.secrets is None:
        problems.append(f"{place}.secrets: this is missing; name one secret, or two while one replaces the other.")
    if entry.channel == "shopify" and not entry.account.endswith(".myshopify.com"):
        problems.append(f"{place}.account: {entry.account!r} is no shop; it ends with .myshopify.com.")
    read = tuple(
        secrets.read(each, f"{place}.secrets", problems, shortest=SHORTEST_SECRET) for each in entry.secrets or ()
    )
    return Endpoint(name, entry.channel, entry.tenant, entry.account, read)


def _ebay(name: str, entry: _EndpointEntry, secrets: _Secrets, problems: list[str]) -> Endpoint:
    """eBay signs with a key of its own, so there is no secret but that of the application that asks for the key."""
    place = f"endpoints.{name}"
    if entry.secrets is not None:
        problems.append(f"{place}.secrets: eBay signs with its own key; take it out.")
    read: dict[str, SecretStr] = {}
    for setting in ("verification_token", "app_id", "app_secret"):
        reference = getattr(entry, setting)
        if reference is None:
            problems.append(f"{place}.{setting}: this is missing; docs/webhooks.md says where eBay shows it.")
        else:
            read[setting] = secrets.read(reference, f"{place}.{setting}", problems)
    token = read.get("verification_token")
    if token and token.get_secret_value() and not _matches(_TOKEN, token.get_secret_value()):
        problems.append(
            f"{place}.verification_token: it must be 32 to 80 letters, digits, hyphens and underscores, as eBay asks."
        )
    if not (entry.public_url or "").startswith("https://"):
        problems.append(f"{place}.public_url: write the whole https:// address that is registered at eBay.")
    _check_url(entry.api_url, f"{place}.api_url", problems)
    return Endpoint(
        name,
        entry.channel,
        entry.tenant,
        entry.account,
        public_url=entry.public_url or "",
        verification_token=token,
        api_url=entry.api_url,
        app_id=read.get("app_id"),
        app_secret=read.get("app_secret"),
    )


def _subscriber(name: str, entry: _SubscriberEntry, secrets: _Secrets, problems: list[str]) -> Subscriber:
    place = f"subscribers.{name}"
    _check_url(entry.url, f"{place}.url", problems, plain=entry.allow_private)
    read = tuple(secrets.read(each, f"{place}.secrets", problems, shortest=SHORTEST_SECRET) for each in entry.secrets)
    events = frozenset(entry.events)
    assert events <= set(OUTGOING)
    return Subscriber(name, entry.tenant, entry.url, events, read, entry.allow_private)


def _check_url(url: str, place: str, problems: list[str], *, plain: bool = True) -> None:
    """plain: whether http:// will do."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable, parts = False, urlsplit("")
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        problems.append(f"{place}: this is no address; write it like https://shop.example.com/hooks.")
    elif parts.username is not None or parts.password is not None:
        problems.append(f"{place}: an address with a user or a password would be shown in lists; take them out.")
    elif parts.scheme == "http" and not plain:
        problems.append(f"{place}: events go by https:// only, but for an address that `allow_private` allows.")


def _matches(pattern: str, text: str) -> bool:
    import re

    return re.fullmatch(pattern, text) is not None


_HINTS = {
    _SLUG: "a name is lower-case letters, digits and single hyphens and begins with a letter, like harbor-shopify",
    _REFERENCE: "name a variable, file:<path> or secretsmanager:<name>#<key>, never the secret itself",
}


def _sentence(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such setting here."
    if problem["type"] == "missing":
        return f"{place}: this is missing."
    hint = _HINTS.get(problem.get("ctx", {}).get("pattern", ""), problem["msg"].removeprefix("Value error, "))
    # what stands where a secret is named may be the secret
    is_secret = any(part in ("secrets", "verification_token", "app_id", "app_secret") for part in problem["loc"])
    return f"{place}: {hint}." if is_secret else f"{place}: {problem['input']!r} is not allowed; {hint}."
