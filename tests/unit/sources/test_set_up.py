"""What the set-up's check finds, against a strict world: every mistake that a user can make in stores.yaml."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
import yaml
from pydantic import SecretStr

from pipelines.sources.credentials import check_accounts
from pipelines.sources.set_up import judge_secret
from pipelines.stores import load_stores
from simulator.apis.amazon_sp import roles
from tests.support.asked import Served

ACCOUNT = "A2HARBORNA1US@na"


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Check a stores.yaml that a change has made wrong; what is said of it: what -> problem."""

    def check(change=lambda stores: None, *, lacking=(), **settings):
        served = Served(tmp_path, monkeypatch, roles=roles.ALL - set(lacking))
        content = yaml.safe_load(served.world.stores_yaml())
        change(content["tenants"])
        path = tmp_path / "stores.yaml"
        path.write_text(yaml.safe_dump(content))
        catalog = load_stores(path, lambda name: SecretStr(served.environment.get(name, "unknown")))
        told = dict(asyncio.run(check_accounts(served.settings(**settings), catalog)))
        text = str(told)
        assert served.world.client_secret not in text
        assert "Atzr|" not in text
        assert "Atza|" not in text
        return told, served

    return check


def us(tenants):
    return tenants["harbor"]["accounts"][0]


def us_store(tenants):
    return us(tenants)["stores"]["harbor-us"]


def wrong(told):
    return {what: problem for what, problem in told.items() if problem and what != "Apify"}


def test_a_right_set_up_is_right_and_asks_little(checked):
    told, served = checked(apify_token="x", lwa_secret_until="2026-09-01")
    assert wrong(told) == {}
    assert f"marketplaces of {ACCOUNT}: US" in told
    assert "marketplaces of A3HARBOREU2DE@eu: DE; it also sells in FR, which no store has" in told
    assert "secret of the SP-API application: 175 days until it must be rotated (2026-09-01)" in told
    made = [path for path in served.paths if path == "/reports/2021-06-30/reports"]
    assert len(made) == 3  # one call for all roles of an account


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        (lambda t: us_store(t).pop("ads_profile_id"), "harbor-us: Ads profile", 'write `ads_profile_id: "1'),
        (lambda t: us_store(t).update(ads_profile_id="17"), "harbor-us: Ads profile 17", "sees no such profile"),
        (lambda t: us(t).update(seller_id="A2OTHER"), "seller id of A2OTHER@na", "are of A2HARBORNA1US"),
        (
            lambda t: (us(t).update(seller_id="A2OTHER"), us(t).pop("ads_refresh_token_env")),
            "seller id of A2OTHER@na",
            "does not show the listings of this seller id",
        ),
        (lambda t: us_store(t).update(marketplace="CA"), "harbor-us: marketplace CA", "Amazon names US"),
        (lambda t: us(t).update(refresh_token_env="NOBODYS"), f"SP-API of {ACCOUNT}", "does not accept the refresh"),
        (lambda t: us(t).update(ads_refresh_token_env="NOBODYS"), f"Amazon Ads of {ACCOUNT}", "log in with Amazon"),
    ],
)
def test_what_is_wrong_in_stores_yaml_is_found_and_how_to_mend_it(checked, change, where, said):
    told, _ = checked(change)
    assert said in wrong(told)[where]
    others = [what for what in wrong(told) if what != where and "harbor-us" not in what and "A2" not in what]
    assert others == []


def test_a_seller_id_is_right_by_its_listings_where_nothing_is_advertised(checked):
    told, _ = checked(lambda tenants: us(tenants).pop("ads_refresh_token_env"))
    assert told[f"seller id of {ACCOUNT}"] is None


@pytest.mark.parametrize(
    ("lacking", "group"),
    [
        ((roles.MONEY,), "settlements"),
        ((roles.BRAND, roles.INSIGHTS), "sales and traffic"),
        ((roles.BRAND,), "Brand Analytics"),
        ((roles.FBA,), "FBA stock, ledger, returns, fees, removals and reimbursements"),
    ],
)
def test_a_role_that_is_lacking_is_named_by_the_reports_that_it_opens(checked, lacking, group):
    told, _ = checked(lacking=lacking)
    found = [what for what in wrong(told) if what.startswith("role for")]
    assert f"role for {group}, of {ACCOUNT}" in found
    assert len({what.partition(", of")[0] for what in found}) == (2 if len(lacking) == 2 else 1)
    assert f"has no role {lacking[0]}" in told[f"role for {group}, of {ACCOUNT}"]


def test_roles_are_not_called_missing_where_amazon_only_throttles(checked, monkeypatch):
    monkeypatch.setattr("pipelines.sources.amazon.probes.ATTEMPTS", 1)
    _, served = checked()
    for account in served.world.accounts:
        served.sim.buckets.empty(("sp", account.seller_id, "getReports"))
    from pipelines.sources.amazon.probes import Probes  # asked again, with nothing left in its budget
    from pipelines.sources.amazon.roles import TRAFFIC
    from pipelines.sources.transport.http import Http

    async def ask():
        token = served.sim.tokens.issue(served.world.accounts[0].refresh_token, 60)
        async with Http() as http:
            return await Probes(http, served.settings()).refused("na", token, {TRAFFIC: "GET_SALES_AND_TRAFFIC_REPORT"})

    with pytest.raises(Exception, match="429") as caught:
        asyncio.run(ask())
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("until", "ok", "said"),
    [
        (None, True, "tradewind rotate --ends DAY"),
        (date(2026, 6, 1), True, "92 days until"),
        (date(2026, 3, 20), False, "ends on 2026-03-20, in 19 days"),
        (date(2026, 2, 1), False, "ended on 2026-02-01"),
    ],
)
def test_the_days_left_of_a_secret(until, ok, said):
    what, problem = judge_secret(until, date(2026, 3, 1))
    assert (problem is None) is ok
    assert said in (what if ok else problem)
