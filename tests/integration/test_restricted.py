"""Documents that Amazon gives for a restricted data token only, through the whole engine."""

from __future__ import annotations

from tests.support.running import LandingWorld

LEDGER = "amazon_sp.ledger_summary"
TYPE = "GET_LEDGER_SUMMARY_VIEW_DATA"


def test_without_the_role_it_is_refused_and_with_it_everything_lands(landing):
    world: LandingWorld = landing(restricted=TYPE, days=3)
    operation = {"operation": "sp.createRestrictedDataToken"}
    world.simulator.set_faults([{"match": operation, "do": "role_403"}])
    (refused,) = world.land(LEDGER, stores=("sakura-jp",)).values()
    assert {each.state for each in refused.outcomes} == {"refused"}
    (reason,) = {each.reason for each in refused.outcomes}
    assert reason is not None
    for part in ("A restricted data token does not help", "restricted role", "skip_feeds"):
        assert part in reason

    world.simulator.set_faults([])
    (landed,) = world.land(LEDGER, stores=("sakura-jp",), force=True).values()
    assert {each.state for each in landed.outcomes} == {"loaded"}
    assert world.simulator.counts()["requests"]["sp.createRestrictedDataToken"] == 3
