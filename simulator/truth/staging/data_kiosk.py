"""What the staging models of Data Kiosk queries must hold."""

from __future__ import annotations

from simulator.truth.staging.kind import StagingTruth

STAGING: dict[str, StagingTruth] = {}
