"""What the staging models of Brand Analytics must hold."""

from __future__ import annotations

from simulator.truth.staging.kind import StagingTruth

STAGING: dict[str, StagingTruth] = {}
