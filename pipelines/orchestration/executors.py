"""Where the steps of a run are executed. By default in the run's own process: they wait for Amazon, not for cores."""

import importlib

import dagster as dg

from pipelines.errors import ConfigError
from pipelines.settings import Settings


def chosen(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that TRADEWIND_EXECUTOR names. `k8s`: each step in a pod of its own, which takes seconds to start.

    Raises ConfigError if the package for it is not installed.
    """
    if settings.executor == "in_process":
        return dg.in_process_executor
    try:
        found: dg.ExecutorDefinition = importlib.import_module("dagster_k8s").k8s_job_executor
    except ImportError:
        raise ConfigError(
            "TRADEWIND_EXECUTOR is k8s, and the package dagster-k8s is not installed. Use the image of "
            "docker/kubernetes/Dockerfile, which has it, or unset the variable."
        ) from None
    return found
