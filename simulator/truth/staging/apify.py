"""What the staging models of Apify crawls must hold."""

from __future__ import annotations

from simulator.truth.staging.kind import StagingTruth

STAGING: dict[str, StagingTruth] = {}
