"""Plans: what a tenant may have and use, as plans.yaml says it. Read and judged here; counted in `counting.py`.

plans.yaml lies beside stores.yaml; without it the file beside this module holds, by which nothing is limited. What a
limit means to somebody who reaches it is a sentence of `beyond`, the same at all doors.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.accounts.refusals import Refusal
from pipelines.errors import ConfigError

log = logging.getLogger(__name__)

FILE = "plans.yaml"
LOOK_SECONDS = 5.0
BUILT_IN = Path(__file__).with_name(FILE)

_Count = Annotated[int, Field(ge=0, strict=True, le=2**31 - 1)]
_Usd = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class Limits(BaseModel):
    """The limits of one plan; None is none. Days are of UTC, amounts US dollars.

    tracked_products: own products and competitors of all stores together, each counted once for each marketplace.
    crawls_per_day: runs of an actor. crawl_usd_per_day, model_usd_per_day: the most that these may cost.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stores: _Count | None = None
    tracked_products: _Count | None = None
    crawls_per_day: _Count | None = None
    crawl_usd_per_day: _Usd | None = None
    model_usd_per_day: _Usd | None = None
    requests_per_minute: _Count | None = None
    requests_per_day: _Count | None = None

    @property
    def limit_requests(self) -> bool:
        """Whether requests are counted at all."""
        return self.requests_per_minute is not None or self.requests_per_day is not None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default: str
    plans: dict[str, Limits]
    tenants: dict[str, str] = {}


@dataclass(frozen=True)
class Plans:
    """The content of plans.yaml. of_tenant: tenant -> name of its plan, where it is not the default."""

    default: str
    limits: Mapping[str, Limits]
    of_tenant: Mapping[str, str] = field(default_factory=dict)

    def name(self, tenant_id: str) -> str:
        """The name of a tenant's plan."""
        return self.of_tenant.get(tenant_id, self.default)

    def of(self, tenant_id: str) -> Limits:
        """The limits of a tenant."""
        return self.limits[self.name(tenant_id)]


def load_plans(stores_path: Path) -> Plans:
    """The plans that hold for a stores.yaml. Raises ConfigError where plans.yaml is wrong."""
    own = stores_path.with_name(FILE)
    return read_plans(own if own.is_file() else BUILT_IN)


def read_plans(path: Path) -> Plans:
    """The plans of a file. Raises ConfigError, which names each wrong place."""
    import yaml

    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _File.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(
            f"{path} cannot be read: {said}. Make it a YAML file like the one of docs/accounts.md."
        ) from None
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(str(part) for part in each['loc']) or 'the file'}: {each['msg']}"
            for each in error.errors()[:10]
        )
        raise ConfigError(f"{path}: {found}. docs/accounts.md says what may stand there.") from None
    unknown = {
        **({"default": file.default} if file.default not in file.plans else {}),
        **{f"tenants.{tenant}": plan for tenant, plan in file.tenants.items() if plan not in file.plans},
    }
    if unknown:
        place, plan = next(iter(unknown.items()))
        raise ConfigError(f"{path}: {place} names the plan {plan!r}; there are {', '.join(file.plans) or 'none'}.")
    return Plans(file.default, file.plans, file.tenants)


@dataclass
class CurrentPlans:
    """The plans as they are now: plans.yaml is looked at again every few seconds. One that has become wrong is told in
    the log, and what was read before goes on holding. clock: seconds that only grow. Raises ConfigError when made."""

    stores_path: Path
    clock: Callable[[], float] = time.monotonic
    _plans: Plans = field(init=False)
    _mark: object = None
    _looked: float = field(init=False)

    def __post_init__(self) -> None:
        self._mark, self._looked = self._read_mark(), self.clock()
        self._plans = load_plans(self.stores_path)

    def __call__(self) -> Plans:
        """The plans that hold now."""
        if self.clock() - self._looked > LOOK_SECONDS:
            self._looked = self.clock()
            if (mark := self._read_mark()) != self._mark:
                self._mark = mark
                try:
                    self._plans = load_plans(self.stores_path)
                except ConfigError as error:
                    log.error("%s What was read before goes on holding.", error)
        return self._plans

    def _read_mark(self) -> object:
        try:
            found = self.stores_path.with_name(FILE).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


class BeyondPlan(Refusal, ConfigError):
    """A tenant would have more than its plan allows: 402 at a door, a mistake of the configuration elsewhere."""


def beyond(tenant_id: str, plan: str, what: str, limit: object, asked: object) -> BeyondPlan:
    """402. what: as `stores`. asked: how many there would be."""
    return BeyondPlan(
        402,
        "plan-limit",
        "The plan does not allow that much",
        f"The tenant {tenant_id} would have {asked} {what}; its plan `{plan}` allows {limit}. Take something away, or "
        f"give the tenant another plan in {FILE}.",
    )
