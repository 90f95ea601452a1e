"""What the staging models of settlements, fees, returns and reimbursements must hold."""

from __future__ import annotations

from simulator.truth.staging.kind import StagingTruth

STAGING: dict[str, StagingTruth] = {}
