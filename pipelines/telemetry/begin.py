"""What each process does first: it says what it works for, how it logs, and where it sends what it tells."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pydantic import SecretStr

from pipelines.logs import configure_logging
from pipelines.telemetry import context

if TYPE_CHECKING:
    from pipelines.settings import Settings


def begin(settings: Settings, service: str, *, run: str | None = None, logs_of: str | None = None) -> None:
    """Set up logs and, where an endpoint is set, OpenTelemetry. May be called again.

    service: `service.name`. run: Dagster's id of it; None: one of ours. logs_of: the loggers that are ours to set up,
    where others have set up the rest; None: all.
    """
    context.identify(run=run or context.run_id())
    if settings.log_format == "json" or logs_of is not None:
        secrets = [value for _, value in settings if isinstance(value, SecretStr)]
        verbose = logging.getLogger("pipelines").level == logging.DEBUG
        configure_logging(verbose, secrets, as_json=settings.log_format == "json", of=logs_of)
    if settings.otlp_endpoint is not None:
        from pipelines.telemetry import export

        export.start(settings, service)
