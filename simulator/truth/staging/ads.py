"""What the staging models of Amazon Ads reports must hold."""

from __future__ import annotations

from simulator.truth.staging.kind import StagingTruth

STAGING: dict[str, StagingTruth] = {}
