"""Reads all settings. No other module reads the environment. Every variable is explained in `.env.example`.

A variable is looked for in three places, and the first that has it wins: the environment, the `.env` beside the
`stores.yaml` in use (the demo's world has one), the `.env` of the working directory.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines import home as homes
from pipelines.errors import ConfigError
from pipelines.secret_store import is_reference, resolve
from pipelines.warehouse_tls import with_tls


def _variable(name: str) -> AliasChoices:
    return AliasChoices(f"TRADEWIND_{name}")


class Settings(BaseSettings):
    """The settings that the user has made. Create it with `get_settings()`; tests may pass fields by name.

    home: absolute path of the home in use (`home.py` decides which). warehouse_url: a Postgres of the user's own;
    without it, an embedded one is started. dagster_url: Dagster's own database. fixed_now: a fixed business time in UTC
    (see `now`). stores_path, actors_path: absolute paths of stores.yaml and actors.yaml, which need not exist.
    lwa_secret_until: the last day of the SP-API application's secret, as far as it is known.
    *_endpoint: the address that a client calls; None: the real host of the account's region. sqs_queue_url: the queue
    with Amazon's messages about finished reports. fx_url: the address of a file of exchange rates that Dagster imports
    daily. executor: where the steps of a run are executed: in its process, or each in a pod of Kubernetes, which
    Celery's workers start for `celery_k8s`.
    serve_proxies: addresses, with commas, of which `tradewind serve` believes whose webhook they hand on.
    accounts_key: what hashes of API keys are made with; None: a file of the home. public_url: where browsers reach
    `tradewind serve`. oidc_*: who else may say who somebody is.
    otlp_endpoint: where traces and metrics are sent by OTLP over HTTP; None: nowhere. metrics_token: what whoever reads
    /metrics from elsewhere shows. log_format: of our own log lines.
    redis_url: a Redis or Valkey in which several processes of `serve` share kept answers of the API.
    archive_url: the archive's folder or fsspec URL. llm_prices: model -> USD per million tokens in and out.
    brief_budget_usd: the most that one run may spend on a model for one tenant, in USD. brief_budget_month_usd: the
    most that a tenant's briefs may cost in a calendar month of UTC, in USD, where stores.yaml names no other. Of both 0
    means that no model is asked. llm_timeout_seconds: how long an answer is waited for. llm_context_tokens: how many
    tokens prompt and answer may have together; None: enough for all facts. brief_own_words: whether a model may add
    remarks (of listed words) to a brief.
    """

    model_config = SettingsConfigDict(
        env_prefix="TRADEWIND_", populate_by_name=True, extra="ignore", env_ignore_empty=True, frozen=True
    )

    home: Path = homes.BASE
    warehouse_url: SecretStr | None = None
    dagster_url: SecretStr | None = None
    fixed_now: datetime | None = Field(default=None, validation_alias=_variable("NOW"))
    stores_path: Path = Field(default=Path(), validation_alias=_variable("STORES"))

    amazon_sp_endpoint: str | None = None
    lwa_endpoint: str = "https://api.amazon.com"
    amazon_ads_endpoint: str | None = None
    apify_endpoint: str = "https://api.apify.com"
    shopify_endpoint: str | None = None
    ebay_endpoint: str = "https://api.ebay.com"
    woocommerce_endpoint: str | None = None

    lwa_client_id: str | None = None
    lwa_client_secret: SecretStr | None = None
    lwa_secret_until: date | None = None
    ads_client_id: str | None = None
    ads_client_secret: SecretStr | None = None
    sqs_queue_url: str | None = None
    sqs_endpoint: str | None = None
    apify_token: SecretStr | None = None
    actors_path: Path = Field(default=Path(), validation_alias=_variable("ACTORS"))

    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_prices: dict[str, tuple[float, float]] = Field(default_factory=dict)
    llm_timeout_seconds: float = Field(default=60.0, gt=0)
    llm_context_tokens: int | None = Field(default=None, ge=1024)
    brief_budget_usd: float = Field(default=1.0, ge=0)
    brief_budget_month_usd: float = Field(default=20.0, ge=0)
    brief_own_words: bool = False

    crawls_at_once: int = Field(default=4, ge=1)
    crawl_budget_day_usd: float = Field(default=20.0, ge=0)

    fx_url: str | None = None

    serve_proxies: str = "127.0.0.1"
    redis_url: SecretStr | None = None

    accounts_key: SecretStr | None = None
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    otlp_endpoint: str | None = Field(
        default=None, validation_alias=AliasChoices("TRADEWIND_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    )
    metrics_token: SecretStr | None = None
    log_format: Literal["text", "json"] = "text"
    executor: Literal["in_process", "k8s", "celery_k8s"] = "in_process"

    archive_url: str = ""
    hash_key: SecretStr | None = None

    _dotenv: dict[str, str] = PrivateAttr(default_factory=dict)
    _by_default: bool = PrivateAttr(default=False)

    @field_validator("home", mode="after")
    @classmethod
    def _absolute_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("fixed_now", mode="after")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("it has no time zone; write it like 2026-03-01T12:00:00Z")
        return value.astimezone(UTC) if value is not None else None

    @field_validator(
        "amazon_sp_endpoint",
        "lwa_endpoint",
        "amazon_ads_endpoint",
        "apify_endpoint",
        "shopify_endpoint",
        "ebay_endpoint",
        "woocommerce_endpoint",
        "sqs_queue_url",
        "sqs_endpoint",
        "llm_base_url",
        *("fx_url", "public_url", "otlp_endpoint"),
        mode="after",
    )
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("it is no address; it must begin with https:// or http://")
        return value.rstrip("/")

    @field_validator("llm_prices", mode="after")
    @classmethod
    def _prices(cls, value: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        if any(price < 0 for prices in value.values() for price in prices):
            raise ValueError("a price is below zero; write USD per million tokens in and out")
        return value

    @field_validator(
        *("warehouse_url", "dagster_url", "lwa_client_secret", "ads_client_secret", "apify_token", "llm_api_key"),
        *("hash_key", "accounts_key", "oidc_client_secret", "redis_url", "metrics_token"),
        mode="before",
    )
    @classmethod
    def _from_store(cls, value: Any) -> Any:
        return resolve(value) if isinstance(value, str) and is_reference(value) else value

    @field_validator("warehouse_url", "dagster_url", mode="after")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        """The address without a driver in its scheme, and with TLS where the server is elsewhere (`warehouse_tls.py`).

        Each module that connects adds the driver that it needs.
        """
        if value is None:
            return None
        scheme, separator, rest = value.get_secret_value().partition("://")
        if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
            raise ValueError("it is no Postgres address; it must look like postgresql://user:password@host:5432/name")
        return SecretStr(with_tls(f"postgresql://{rest}"))

    def model_post_init(self, context: Any, /) -> None:
        """Set the defaults that depend on other settings."""
        super().model_post_init(context)
        stores = Path(homes.STORES) if self.stores_path == Path() else self.stores_path
        object.__setattr__(self, "stores_path", stores.expanduser().absolute())
        actors = self.stores_path.parent / "actors.yaml" if self.actors_path == Path() else self.actors_path
        object.__setattr__(self, "actors_path", actors.expanduser().absolute())
        # The demo's documents are never stored in the archive of real ones, even if TRADEWIND_ARCHIVE_URL is set.
        if not self.archive_url or self.is_demo:
            object.__setattr__(self, "archive_url", str(self.home / "archive"))
        if self.is_demo and self.warehouse_url is None:
            object.__setattr__(self, "dagster_url", None)

    @property
    def is_demo(self) -> bool:
        """Whether the stores in use are those of the demo's world, in the demo's home."""
        return self.stores_path == self.home / homes.STORES and homes.is_demo(self.home)

    @property
    def is_demo_by_default(self) -> bool:
        """Whether the demo's home is used only because there is no stores.yaml."""
        return self._by_default

    @property
    def names_stores(self) -> bool:
        """Whether the user has a stores.yaml, or has named one with TRADEWIND_STORES."""
        return not self.is_demo and (self.stores_path.is_file() or self.stores_path != Path(homes.STORES).absolute())

    def now(self) -> datetime:
        """The business time in UTC: TRADEWIND_NOW if it is set, else the real time."""
        return self.fixed_now or datetime.now(UTC)

    def secret(self, name: str) -> SecretStr | None:
        """The secret that `stores.yaml` names: an environment variable, or `secretsmanager:...` (`secret_store.py`).

        None if the variable is unset or empty. A variable may hold such a reference, too. Raises ConfigError.
        """
        value = name if is_reference(name) else os.environ.get(name) or self._dotenv.get(name)
        return SecretStr(resolve(value) if is_reference(value) else value) if value else None


def get_settings(**overrides: object) -> Settings:
    """Read the settings. Raises ConfigError, which names each wrong variable, its value, and what is expected."""
    working = _read_dotenv(Path(".env"))
    base, explicit = base_home(overrides.get("home"), working)
    stores = overrides.get("stores_path") or _first("TRADEWIND_STORES", working)
    local = Path(homes.STORES).absolute()
    place = homes.choose(
        base,
        homes.look(base),
        explicit=explicit,
        named=Path(str(stores)).expanduser().absolute() if stores else None,
        local=local if local.is_file() else None,
    )
    beside = place.stores.parent / ".env"
    files = (Path(".env"), beside)  # If both name a variable, the second file wins.
    try:
        settings = Settings(
            _env_file=files,  # type: ignore[call-arg]
            _env_file_encoding="utf-8",
            **{**overrides, "home": place.home, "stores_path": place.stores},  # type: ignore[arg-type]
        )
    except ValidationError as error:
        raise ConfigError(_explain(error)) from None
    settings._dotenv.update(working | _read_dotenv(beside))
    settings._by_default = place.by_default
    return settings


def base_home(given: object = None, dotenv: Mapping[str, str] | None = None) -> tuple[Path, bool]:
    """The absolute path of the user's home, and whether the user has named it.

    It is `given`, or TRADEWIND_HOME, or .tradewind in the working directory. The demo's home lies below it. dotenv: the
    content of the working directory's .env, if it was read already. Raises ConfigError if that cannot be read.
    """
    named = given or _first("TRADEWIND_HOME", _read_dotenv(Path(".env")) if dotenv is None else dotenv)
    return Path(str(named or homes.BASE)).expanduser().absolute(), bool(named)


def demo_home() -> Path:
    """The absolute path of the demo's home, which need not exist. Raises ConfigError."""
    base, _ = base_home()
    return homes.demo_home(base, homes.look(base))


def _first(name: str, dotenv: Mapping[str, str]) -> str | None:
    return os.environ.get(name) or dotenv.get(name)


def _read_dotenv(path: Path) -> dict[str, str]:
    try:
        return {key: value for key, value in dotenv_values(path, encoding="utf-8").items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.absolute()} cannot be read: {error}. Make it a readable UTF-8 file.") from None


def _explain(error: ValidationError) -> str:
    """One sentence for each wrong variable, without values of secrets."""
    sentences = []
    for problem in error.errors():
        field = str(problem["loc"][0]) if problem["loc"] else ""
        variable = field if field.startswith("TRADEWIND_") else f"TRADEWIND_{field.upper()}"
        reason = problem["msg"].removeprefix("Value error, ")
        known = Settings.model_fields.get(field)
        hidden = known is not None and "SecretStr" in str(known.annotation)
        came = "" if hidden else f" is {problem['input']!r}"
        sentences.append(f"{variable}{came or ' is wrong'}: {reason}.")
    return " ".join(sentences) + " Correct it in the environment or in .env (.env.example explains every variable)."
