"""A run whose process is gone is told from one that works: by the code server that was given it."""

import pytest
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.dagster_run import DagsterRun
from dagster._grpc.types import CanCancelExecutionResult
from dagster._serdes import serialize_value

from pipelines.orchestration import launcher


class Server:
    """A code server as its client sees it. answers: in turn, whether it has the run; None: it cannot be reached."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def can_cancel_execution(self, request, timeout):
        answer = self.answers.pop(0)
        if answer is None:
            raise DagsterUserCodeUnreachableError("nobody there")
        return serialize_value(CanCancelExecutionResult(can_cancel=answer))


@pytest.mark.parametrize(
    ("server", "status", "reason"),
    [
        (Server(True), WorkerStatus.RUNNING, None),
        (Server(None, True), WorkerStatus.RUNNING, None),
        (Server(False), WorkerStatus.NOT_FOUND, "restarted"),
        (Server(None, None, None), WorkerStatus.NOT_FOUND, "gone"),
        (None, WorkerStatus.NOT_FOUND, "never given"),
    ],
)
def test_what_the_code_server_says_of_a_run(monkeypatch, server, status, reason):
    watched = launcher.WatchedRunLauncher()
    monkeypatch.setattr(watched, "_get_grpc_client_for_termination", lambda run_id: server)
    monkeypatch.setattr(launcher, "PAUSE_SECONDS", 0)
    assert watched.supports_check_run_worker_health
    health = watched.check_run_worker_health(DagsterRun(job_name="build_marts"))
    assert health.status == status
    assert reason is None or reason in health.msg
