"""The asset of the briefs: what Dagster is told of each, and that it sends them."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg
import pytest
from pydantic import SecretStr

from pipelines.orchestration.insights import BRIEFS, build_briefs
from pipelines.orchestration.resources import Platform
from pipelines.settings import Settings
from pipelines.stores.model import SendTo
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import sending_to
from tests.support.mail import mail_server
from tests.support.marts import MadeMarts


def materialized(platform: Platform) -> dg.ExecuteInProcessResult:
    return dg.materialize([build_briefs([])], resources={"platform": platform})


def observations(result: dg.ExecuteInProcessResult) -> list[dg.DagsterEvent]:
    return [event for event in result.all_events if event.event_type_value == "ASSET_OBSERVATION"]


@pytest.fixture
def platform(settings: Settings, warehouse: Warehouse) -> Platform:
    made = MadeMarts(days=60)
    with warehouse.connect() as conn:
        made.write(conn)
    platform = Platform()
    platform.__dict__["settings"] = settings.model_copy(update={"fixed_now": datetime(2026, 11, 21, 20, tzinfo=UTC)})
    platform.__dict__["warehouse"] = warehouse
    return platform


@pytest.mark.thorough
def test_each_brief_is_told_with_what_it_says_and_is_sent_once(platform: Platform, warehouse: Warehouse):
    with mail_server() as server:
        to = SendTo("X", SecretStr(server.address("anna@example.com")), languages=frozenset({"en"}))
        platform.__dict__["catalog"] = sending_to(MadeMarts(days=60), to)
        first = materialized(platform)
        observed = [each.asset_observation_data.asset_observation.metadata for each in observations(first)]
        with warehouse.connect() as conn:
            stored = {
                (kind, language): text
                for kind, language, text in conn.execute("select kind, language, body_markdown from insights.briefs")
            }
        assert {(each["kind"].value, each["language"].value) for each in observed} == set(stored)
        for each in observed:
            assert each["findings"].value == stored[each["kind"].value, each["language"].value]
            assert each["grounded"].value is True and each["writer"].value == "template"
            assert each["page"].value.endswith(f".{each['language'].value}.html")
        [whole] = first.asset_materializations_for_node("insights__briefs")
        assert len(whole.metadata["briefs"].records) == whole.metadata["written"].value == len(stored)
        checks = {each.check_name: each for each in first.get_asset_check_evaluations()}
        assert checks["grounded"].passed and checks["sent"].passed
        assert len(server.got) == len(stored) / 2

        nobody = SendTo("TRADEWIND_SEND_X", None)
        platform.__dict__["catalog"] = sending_to(MadeMarts(days=60), to, nobody)
        again = materialized(platform)
        assert observations(again) == [] and len(server.got) == len(stored) / 2
        [warned] = [each for each in again.get_asset_check_evaluations() if each.check_name == "sent"]
        assert again.success and not warned.passed and warned.asset_key == BRIEFS
        assert warned.severity is dg.AssetCheckSeverity.WARN
        assert warned.metadata["before"].value == len(stored) / 2 and warned.metadata["sent"].value == 0
        assert "TRADEWIND_SEND_X is not there" in (warned.description or "")
