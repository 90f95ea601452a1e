"""Where the steps of a run are executed. By default in the run's own process: they wait for Amazon, not for cores."""

import importlib

import dagster as dg

from pipelines.errors import ConfigError
from pipelines.settings import Settings

_OF_PACKAGES = {
    "k8s": ("dagster_k8s", "k8s_job_executor"),
    "celery_k8s": ("dagster_celery_k8s", "celery_k8s_job_executor"),
}


def chosen(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that TRADEWIND_EXECUTOR names. `k8s`: each step in a pod of its own, which takes seconds to start.
    `celery_k8s`: the same, as many at once as Celery has workers; it needs Dagster's CeleryK8sRunLauncher.

    Raises ConfigError if the package for it is not installed.
    """
    if settings.executor == "in_process":
        return dg.in_process_executor
    package, name = _OF_PACKAGES[settings.executor]
    try:
        found: dg.ExecutorDefinition = getattr(importlib.import_module(package), name)
    except ImportError:
        raise ConfigError(
            f"TRADEWIND_EXECUTOR is {settings.executor}, and the package {package.replace('_', '-')} is not installed. "
            "Use the image of docker/kubernetes/Dockerfile, which has it, or unset the variable."
        ) from None
    return found
