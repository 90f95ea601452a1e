"""Where runs are executed: in processes of the code server, as Dagster does by default, and watched.

Dagster's own launcher cannot tell whether a run's process is alive, so that a run whose code server was killed would be
"started" for ever: it holds a place in the queue, its backfill never ends, and no build follows a build that is still
running. This one can: run monitoring marks such a run as failed, and the retry for crashes resumes it.
"""

import time

from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._core.storage.dagster_run import DagsterRun
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

# A server that restarts, or is slow for a moment, is asked again before its runs are given up.
ATTEMPTS, PAUSE_SECONDS = 3, 5.0
TIMEOUT_SECONDS = 20


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's default launcher that can be asked whether a run's process is there. Named in dagster.yaml."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes: what run monitoring looks at before it asks."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """RUNNING if the code server that was given the run still works on it; else NOT_FOUND with the reason."""
        client = self._get_grpc_client_for_termination(run.run_id)
        if client is None:
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "It was never given to a code server.")
        for attempt in range(ATTEMPTS):
            try:
                alive = _works_on(client, run.run_id)
            except DagsterUserCodeUnreachableError:
                if attempt + 1 < ATTEMPTS:
                    time.sleep(PAUSE_SECONDS)
                continue
            if alive:
                return CheckRunHealthResult(WorkerStatus.RUNNING)
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "The code server was restarted, the run is not in it.")
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "Its code server is gone, and the run with it.")


def _works_on(client: DagsterGrpcClient, run_id: str) -> bool:
    """Whether the server has a process for this run. Raises DagsterUserCodeUnreachableError."""
    answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=TIMEOUT_SECONDS)
    return deserialize_value(answer, CanCancelExecutionResult).can_cancel
