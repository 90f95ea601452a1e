"""What sources send when something is wrong, and what becomes of it: reasons told, rows counted, nobody else held up.

The simulator sends just that. Documents whose insides are wrong are tested with `load_document`; here it is the
reports, the accounts and the connections.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.results import FeedResult
from tests.support.running import LandingWorld, until

TRAFFIC = "amazon_sp.sales_and_traffic"
LEDGER = "amazon_sp.ledger_summary"
MYI = "amazon_sp.fba_myi_unsuppressed_inventory"
SETTLEMENTS = "amazon_sp.settlements_v2"
ADS = "amazon_ads.sp_campaigns"
CRAWL = "apify.products"
LEDGER_TYPE = "GET_LEDGER_SUMMARY_VIEW_DATA"
TRAFFIC_TYPE = "GET_SALES_AND_TRAFFIC_REPORT"
MYI_TYPE = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
JP = ("sakura-jp",)
SOON = timedelta(minutes=6)
"""A little more than the first pause after a failure."""


def states(result: FeedResult) -> set[str]:
    return {each.state for each in result.outcomes}


def reasons(result: FeedResult) -> str:
    return " | ".join(sorted({each.reason or "" for each in result.outcomes}))


def raw_rows(world: LandingWorld, table: str) -> int:
    exists = world.query("select to_regclass(%s) is not null", f"raw.{table}")[0][0]
    return world.query(f"select count(*) from raw.{table}")[0][0] if exists else 0  # noqa: S608


def heals(world: LandingWorld, feed: str, after: timedelta = SOON, stores: tuple[str, ...] = JP) -> FeedResult:
    """Without the fault and after the pause the same slices land."""
    world.simulator.set_faults([])
    world.move(after)
    result = world.land(feed, stores=stores)[feed]
    assert states(result) <= {"loaded", "empty"}, reasons(result)
    assert result.outcomes
    return result


# --- documents ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "feed", "table"),
    [
        ({"do": "html_error_page"}, LEDGER, "amazon_sp__ledger_summary"),
        pytest.param({"do": "xml_error"}, LEDGER, "amazon_sp__ledger_summary", marks=pytest.mark.thorough),
        pytest.param({"do": "other_report"}, LEDGER, "amazon_sp__ledger_summary", marks=pytest.mark.thorough),
        pytest.param({"do": "empty_document"}, LEDGER, "amazon_sp__ledger_summary", marks=pytest.mark.thorough),
        pytest.param(
            {"do": "drop_column", "column": "FNSKU"}, LEDGER, "amazon_sp__ledger_summary", marks=pytest.mark.thorough
        ),
        ({"do": "truncated_gzip"}, ADS, "amazon_ads__sp_campaigns"),
    ],
    ids=lambda value: value["do"] if isinstance(value, dict) else "",
)
def test_a_document_that_is_none_fails_its_slices_with_the_reason_and_loads_nothing(landing, fault, feed, table):
    world = landing()
    api = feed.split(".")[0].removeprefix("amazon_")
    kind = {"report_type": LEDGER_TYPE} if feed == LEDGER else {}
    world.simulator.set_faults([{**fault, "match": {"operation": "download", "api": api, **kind}}])
    results = world.land(feed, TRAFFIC, stores=JP)
    bad = results[feed]
    assert states(bad) == {"failed"}
    assert all(each.retryable and each.reason and each.reason[0].isupper() for each in bad.outcomes)
    assert raw_rows(world, table) == 0
    assert world.query("select count(*) from ops.loads where feed = %s", feed) == [(0,)]
    assert world.query("select state, count(*) from ops.requests where feed = %s group by 1", feed) == [("failed", 1)]
    assert states(results[TRAFFIC]) == {"loaded"}, "another feed was held up"

    again = world.land(feed, stores=JP)[feed]
    assert (again.requests, states(again)) == (0, {"failed"}), "it was tried again without a pause"
    assert "Tried again after" in reasons(again)
    assert not any(each.retryable for each in again.outcomes)
    assert heals(world, feed).requests == 1
    assert raw_rows(world, table) > 0


def test_a_document_cut_short_once_is_fetched_again_at_once(landing):
    world = landing()
    world.simulator.set_faults([{"do": "truncated_gzip", "times": 1, "match": {"api": "ads", "operation": "download"}}])
    assert states(world.land(ADS, stores=JP)[ADS]) == {"loaded"}
    assert world.asked() == 1
    assert world.simulator.counts()["faults"][0]["struck"] == 1
    assert world.simulator.counts()["requests"]["ads.download"] == 2


@pytest.mark.thorough
def test_a_report_that_is_done_without_a_document_fails_and_is_not_taken_for_another(landing):
    world, feed = landing(), "amazon_sp.ledger_detail"
    world.simulator.skip(1200)  # the report is made long after we meant to ask, as when a token has to be waited for
    world.simulator.set_faults([{"do": "done_without_document", "match": {"operation": "createReport"}}])
    result = world.land(feed, stores=JP)[feed]
    assert states(result) == {"failed"}
    assert "names no document" in reasons(result)
    assert heals(world, feed, timedelta(hours=1)).requests == 1


def test_half_of_a_snapshot_is_quarantined_asked_for_once_more_and_then_believed(landing):
    world = landing(products=30)
    world.land(MYI, stores=JP)
    before = raw_rows(world, "amazon_sp__fba_myi_unsuppressed_inventory")
    world.simulator.set_faults([{"do": "half_rows", "fraction": 0.3, "match": {"report_type": MYI_TYPE}}])
    world.move(timedelta(hours=5))  # the next day in Tokyo, before the seller's own tool makes one
    first = world.land(MYI, stores=JP)[MYI]
    assert states(first) == {"quarantined"}
    assert "kept aside" in reasons(first)
    assert raw_rows(world, "amazon_sp__fba_myi_unsuppressed_inventory") == before
    assert world.land(MYI, stores=JP)[MYI].requests == 0, "it was asked for again within the minimum interval"
    world.move(timedelta(minutes=31))
    second = world.land(MYI, stores=JP)[MYI]
    assert (states(second), second.requests) == ({"loaded"}, 1)
    assert "accepted because" in reasons(second)
    assert world.query("select count(*) from ops.slices where feed = %s and day = %s", MYI, date(2026, 11, 23)) == [
        (1,)
    ]
    assert raw_rows(world, "amazon_sp__fba_myi_unsuppressed_inventory") == before + second.rows


@pytest.mark.thorough
def test_half_of_a_snapshot_that_comes_whole_the_second_time_leaves_no_trace(landing):
    world = landing(products=30)
    world.land(MYI, stores=JP)
    world.simulator.set_faults([{"do": "half_rows", "fraction": 0.3, "match": {"report_type": MYI_TYPE}}])
    world.move(timedelta(hours=5))
    assert states(world.land(MYI, stores=JP)[MYI]) == {"quarantined"}
    result = heals(world, MYI, timedelta(minutes=31))
    assert [each.reason for each in result.outcomes] == [None]


# --- reports ------------------------------------------------------------------------------------------------


def test_fatal_keeps_the_reason_backs_off_and_holds_up_nobody(landing):
    world = landing()
    world.simulator.set_faults(
        [{"do": "fatal", "reason": "The date range is not yet available.", "match": {"report_type": LEDGER_TYPE}}]
    )
    results = world.land(LEDGER, TRAFFIC, stores=JP)
    assert states(results[LEDGER]) == {"failed"}
    assert "The date range is not yet available." in reasons(results[LEDGER])
    stored = world.query("select state, details ->> 'fatal' from ops.requests where feed = %s", LEDGER)
    assert stored[0][0] == "fatal"
    assert "not yet available" in stored[0][1]
    assert states(results[TRAFFIC]) == {"loaded"}
    pauses = []
    for _ in range(3):
        next_try = world.query("select max(next_try_at) from ops.slices where feed = %s", LEDGER)[0][0]
        pauses.append(next_try - world.now)
        world.move(pauses[-1])
        world.land(LEDGER, stores=JP, days=(date(2026, 11, 20),))
    assert pauses == [timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=80)]
    world.simulator.set_faults([])
    chosen = Selection(feeds=(LEDGER,), stores=JP, days=(date(2026, 11, 20),))
    assert world.select(chosen)[LEDGER].requests == 0, "its pause has not ended"
    assert states(world.select(replace(chosen, impatient=True))[LEDGER]) == {"loaded"}
    assert world.select(replace(chosen, impatient=True))[LEDGER].requests == 0, "what is here is not asked for"


@pytest.mark.thorough
def test_fatal_without_a_reason_says_so(landing):
    world = landing()
    world.simulator.set_faults([{"do": "fatal", "match": {"report_type": LEDGER_TYPE}}])
    assert "does not say why" in reasons(world.land(LEDGER, stores=JP)[LEDGER])
    heals(world, LEDGER)


@pytest.mark.thorough
def test_failed_ads_report_and_failed_crawl_are_tried_again(landing):
    world = landing()
    world.simulator.set_faults([{"do": "fatal", "match": {"api": ["ads", "apify"]}}])
    results = world.land(ADS, CRAWL, stores=JP)
    assert states(results[ADS]) == {"failed"}
    today = [each for each in results[CRAWL].outcomes if each.state == "failed"]
    assert len(today) == 1
    heals(world, ADS)
    assert world.land(CRAWL, stores=JP)[CRAWL].requests == 0, "a crawl may be repeated after its minimum interval only"
    world.move(timedelta(hours=3))  # the next day in Tokyo
    assert states(world.land(CRAWL, stores=JP)[CRAWL]) == {"loaded"}
    lost = world.query("select state, reason from ops.slices where feed = %s and day = %s", CRAWL, date(2026, 11, 22))
    assert lost[0][0] == "unavailable"
    assert "Before that" in lost[0][1]


@pytest.mark.thorough
def test_cancelled_days_are_empty_and_a_restatement_to_nothing_wins(landing):
    world = landing()
    day = date(2026, 11, 21)
    world.land(TRAFFIC, stores=JP, days=(day,))
    assert world.current_rows("amazon_sp__sales_and_traffic__by_date", TRAFFIC)
    world.simulator.set_faults([{"do": "cancelled", "match": {"report_type": TRAFFIC_TYPE}}])
    world.move(timedelta(days=1))
    changes = world.query("select count(*) from ops.changes")[0][0]
    result = world.land(TRAFFIC, stores=JP, days=(day,))[TRAFFIC]
    assert states(result) == {"empty"}
    assert world.query("select state, current_load_id from ops.slices where day = %s", day) == [("empty", None)]
    assert not world.current_rows("amazon_sp__sales_and_traffic__by_date", TRAFFIC)
    assert world.query("select count(*) from ops.changes")[0][0] == changes + 1
    assert world.query("select load_id from ops.slice_history order by known_from") == [(1,), (None,)]
    assert world.land(TRAFFIC, stores=JP, days=(day,))[TRAFFIC].outcomes == []


@pytest.mark.thorough
def test_cancelled_soon_after_the_same_request_is_not_taken_for_empty(landing):
    world = landing()
    world.land(LEDGER, stores=JP)
    world.simulator.set_faults([{"do": "cancelled", "match": {"report_type": LEDGER_TYPE}}])
    world.move(timedelta(minutes=30))
    result = world.land(LEDGER, stores=JP, force=True)[LEDGER]
    assert states(result) == {"failed"}
    assert "too soon" in reasons(result)
    assert world.current_rows("amazon_sp__ledger_summary", LEDGER), "what was known is gone"
    heals(world, LEDGER, timedelta(hours=4, minutes=1))


@pytest.mark.thorough
@pytest.mark.parametrize("too_soon", ["cancelled", pytest.param("fatal", marks=pytest.mark.thorough)])
def test_a_snapshot_refused_because_another_application_was_faster_is_taken_from_that_one(landing, too_soon):
    world = landing()
    world.move(timedelta(hours=4))  # 01:00 in Tokyo: no report of that day is there yet
    rule = {"do": too_soon, "times": 1, "match": {"operation": "createReport", "report_type": MYI_TYPE}}
    hold = {"do": "hold", "when": "before", "match": {"operation": "createReport", "report_type": MYI_TYPE}}
    world.simulator.set_faults([hold])
    process = world.start(MYI, stores=JP)
    until(world.simulator.held, "our request is on its way")
    world.simulator.set_faults([])
    theirs = world.other_application_asks("sakura-jp", MYI_TYPE)
    world.simulator.set_faults([rule])
    world.simulator.release()
    process.wait(120)
    rows = world.query(
        "select s.state, r.origin, r.remote_id from ops.slices s join ops.requests r using (request_id) "
        "where s.feed = %s and s.day = %s",
        MYI,
        date(2026, 11, 23),
    )
    assert rows == [("loaded", "adopted", theirs)]


@pytest.mark.thorough
def test_a_report_stuck_in_the_queue_is_waited_for_by_the_next_run_and_given_up_after_a_day(landing):
    world = landing()
    world.simulator.set_faults([{"do": "stuck_in_queue", "match": {"report_type": LEDGER_TYPE}}])
    results = world.land(LEDGER, ADS, stores=JP, patience=timedelta(seconds=2))
    assert states(results[LEDGER]) == {"requested"}
    assert "The next run goes on waiting for it" in reasons(results[LEDGER])
    assert states(results[ADS]) == {"loaded"}
    assert world.query("select count(*) from ops.slices where claimed_by is not null") == [(0,)]
    again = world.land(LEDGER, stores=JP, patience=timedelta(seconds=2))[LEDGER]
    assert (again.requests, states(again)) == (0, {"requested"})
    world.simulator.set_faults([])
    world.move(timedelta(hours=25))
    given_up = world.land(LEDGER, stores=JP, patience=timedelta(seconds=2))[LEDGER]
    assert "given up" in reasons(given_up)
    world.move(SOON)
    world.land(LEDGER, stores=JP)
    assert world.states(LEDGER) == {"loaded": 7}


# --- accounts -----------------------------------------------------------------------------------------------


def test_a_missing_role_refuses_that_feed_says_what_to_do_and_holds_up_nobody(landing):
    world = landing(days=20)
    world.simulator.set_faults([{"do": "role_403", "match": {"api": "sp", "report_type": TRAFFIC_TYPE}}])
    results = world.land(TRAFFIC, LEDGER, ADS, stores=JP)
    refused = results[TRAFFIC]
    assert states(refused) == {"refused"}
    assert len(refused.outcomes) == 20
    assert "Seller Central" in reasons(refused)
    assert not any(each.retryable for each in refused.outcomes)
    assert states(results[LEDGER]) == {"loaded"}
    assert states(results[ADS]) <= {"loaded", "empty"}
    tried = world.simulator.counts()["faults"][0]["struck"]
    assert tried <= 6, "each day was asked for although the first was refused"
    world.simulator.set_faults([])
    again = world.land(TRAFFIC, stores=JP)[TRAFFIC]
    assert (again.requests, states(again)) == (0, {"refused"})
    world.move(timedelta(days=1))
    assert states(world.land(TRAFFIC, stores=JP)[TRAFFIC]) == {"loaded"}


@pytest.mark.thorough
def test_a_revoked_authorisation_refuses_that_account_alone(landing):
    world = landing()
    seller = world.catalog.stores["sakura-jp"].seller_id
    world.simulator.set_faults([{"do": "token_revoked", "match": {"seller": seller, "api": "lwa"}}])
    results = world.land(TRAFFIC, SETTLEMENTS, MYI)
    for result in results.values():
        by_scope: dict[str, set[str]] = {}
        for each in result.outcomes:
            by_scope.setdefault(each.scope_id, set()).add(each.state)
        for scope_id, found in by_scope.items():
            ours = scope_id in ("sakura-jp", f"{seller}@fe")
            assert found == ({"refused"} if ours else {"loaded"}), (result.feed, scope_id, reasons(result))
    world.simulator.set_faults([])
    assert all(result.requests == 0 for result in world.land(TRAFFIC, SETTLEMENTS, MYI).values())


@pytest.mark.thorough
def test_a_refused_account_is_asked_again_as_soon_as_its_credential_changes(landing):
    world = landing()
    world.simulator.set_faults([{"do": "role_403", "match": {"api": "sp", "report_type": LEDGER_TYPE}}])
    world.land(LEDGER, stores=JP)
    world.simulator.set_faults([])
    assert world.land(LEDGER, stores=JP)[LEDGER].requests == 0
    # what was written down is what another credential left: as after the account was authorised again
    with world.warehouse.connect() as conn:
        conn.execute('update ops.requests set details = details || \'{"credential": "another"}\'')
    assert states(world.land(LEDGER, stores=JP)[LEDGER]) == {"loaded"}


# --- connections --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("gateway errors", [{"do": "status_html", "status": 503, "times": 2, "match": {"api": "sp"}}]),
        ("throttling", [{"do": "throttle", "times": 2, "match": {"api": "sp"}}]),
        ("expired addresses", [{"do": "expired_url", "times": 1}]),
        *(
            pytest.param(name, [rule], marks=pytest.mark.thorough)
            for name, rule in (
                ("server errors", {"do": "status_json", "status": 500, "times": 2, "match": {"api": "sp"}}),
                ("expired token", {"do": "expired_token", "times": 1, "match": {"api": "sp"}}),
                ("cut downloads", {"do": "cut", "times": 2, "match": {"operation": "download"}}),
                ("cut polls", {"do": "cut", "times": 2, "match": {"operation": "getReport"}}),
            )
        ),
    ],
)
def test_passing_trouble_is_ridden_out_without_asking_twice(landing, name, rules):
    world = landing()
    world.simulator.set_faults(rules)
    result = world.land(LEDGER, stores=JP)[LEDGER]
    assert states(result) == {"loaded"}, (name, reasons(result))
    assert sum(rule["struck"] for rule in world.simulator.counts()["faults"]) >= 1, "the fault did not strike"
    assert world.twice() == []
    assert world.asked() == 1


@pytest.mark.parametrize(
    ("feed", "operation"),
    [
        (LEDGER, "createReport"),
        pytest.param(CRAWL, "startRun", marks=pytest.mark.thorough),
        pytest.param(ADS, "createReport", marks=pytest.mark.thorough),
    ],
)
def test_an_answer_that_is_cut_after_the_request_took_effect_is_looked_for(landing, feed, operation):
    world = landing(time_scale=60 if feed == ADS else 5000)
    world.simulator.set_faults([{"do": "cut", "times": 1, "match": {"operation": operation}}])
    result = world.land(feed, stores=JP)[feed]
    assert states(result) == {"loaded"}, reasons(result)
    assert world.twice() == []
    assert world.asked() == 1


def test_a_source_that_is_down_fails_its_slices_and_no_others(landing):
    world = landing()
    world.simulator.set_faults([{"do": "status_html", "status": 503, "match": {"api": "ads"}}])
    results = world.land(ADS, LEDGER, stores=JP)
    assert states(results[ADS]) == {"failed"}
    assert all(each.retryable for each in results[ADS].outcomes)
    assert states(results[LEDGER]) == {"loaded"}
    heals(world, ADS)


@pytest.mark.thorough
def test_a_document_that_cannot_be_had_now_is_fetched_by_the_next_run_not_asked_for_again(landing):
    world = landing()
    world.simulator.set_faults([{"do": "status_html", "status": 503, "match": {"operation": "download"}}])
    result = world.land(LEDGER, stores=JP)[LEDGER]
    assert states(result) == {"ready"}
    assert all(each.retryable for each in result.outcomes)
    world.simulator.set_faults([])
    after = world.land(LEDGER, stores=JP)[LEDGER]
    assert (states(after), after.requests) == ({"loaded"}, 0)
    assert world.asked() == 1


@pytest.mark.thorough
def test_a_settlement_listed_twice_is_loaded_under_both_ids_and_copied_once(landing):
    world = landing(days=40)
    world.simulator.set_faults([{"do": "settlement_twice"}])
    result = world.land(SETTLEMENTS, stores=JP)[SETTLEMENTS]
    assert states(result) == {"loaded"}
    loads = world.query("select count(distinct current_load_id), count(*) from ops.slices where feed = %s", SETTLEMENTS)
    assert loads[0][1] == 2 * loads[0][0]


@pytest.mark.thorough
def test_tokens_that_expire_again_and_again_refuse_nothing(landing):
    world = landing()
    rule = {"do": "expired_token", "nth": [1, 2, 3], "match": {"operation": "sp.createReport"}}
    world.simulator.set_faults([rule])
    assert states(world.land(LEDGER, stores=JP)[LEDGER]) == {"loaded"}
    assert world.twice() == []


@pytest.mark.thorough
def test_a_forced_request_that_comes_to_nothing_leaves_what_is_here_and_a_note(landing):
    world = landing()
    world.land(LEDGER, stores=JP)
    before = world.current_rows("amazon_sp__ledger_summary", LEDGER)
    world.simulator.set_faults([{"do": "fatal", "match": {"operation": "sp.createReport"}}])
    result = world.land(LEDGER, stores=JP, force=True)[LEDGER]
    assert states(result) == {"failed"}
    assert set(world.states(LEDGER)) == {"loaded"}
    assert world.current_rows("amazon_sp__ledger_summary", LEDGER) == before
    notes = {reason for (reason,) in world.query("select reason from ops.slices where feed = %s", LEDGER)}
    assert all(note.startswith("It was asked for again, and what was here before stays: ") for note in notes)
    world.simulator.set_faults([])
    assert world.land(LEDGER, stores=JP)[LEDGER].requests == 0, "it was up to date, and still is"
