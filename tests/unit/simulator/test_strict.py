"""What the simulator is strict about: roles of the application, whose id a seller's is, and secrets that end."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from simulator.__main__ import main
from simulator.apis.amazon_sp import roles
from simulator.apis.client_secrets import ClientSecrets
from simulator.apis.notifications import Notifier
from simulator.apis.queue import OwnQueue
from tests.support.fake_world import DE, FR, NOW, ORDERS, SETTLEMENTS, TRAFFIC, US

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
SECRET = "/applications/2023-11-30/clientSecret"
SCOPE = "sellingpartnerapi::client_credential:rotation"


def get(asked, path, refresh_token="Atzr|SELLEREU"):
    return asked.request("GET", path, headers={"x-amz-access-token": asked.token(refresh_token)})


def grantless(asked, scope=SCOPE, secret="sp-secret"):
    form = {"grant_type": "client_credentials", "scope": scope, "client_id": "sp-client", "client_secret": secret}
    return asked.request("POST", "/auth/o2/token", data=form)


def test_participations_are_those_of_the_token(start):
    payload = get(start(), PARTICIPATIONS).json()["payload"]
    assert [each["marketplace"]["id"] for each in payload] == [DE, FR]
    assert [each["marketplace"]["countryCode"] for each in payload] == ["DE", "FR"]
    assert all(each["participation"]["isParticipating"] for each in payload)


def test_listings_are_refused_to_another_sellers_token(start):
    asked = start()
    path = f"/listings/2021-08-01/items/{{}}?marketplaceIds={DE}&pageSize=1"
    assert get(asked, path.format("SELLEREU")).status_code == 200
    assert get(asked, path.format("SELLERUS")).status_code == 403
    assert get(asked, path.format("SELLEREU").replace(DE, US)).status_code == 400


def test_an_application_without_a_role_is_refused_what_the_role_opens(start):
    asked = start(roles=roles.ALL - {roles.MONEY, roles.BRAND, roles.INSIGHTS})
    for kind, status in ((ORDERS, 200), (SETTLEMENTS, 403), (TRAFFIC, 403), (f"{ORDERS},{SETTLEMENTS}", 403)):
        assert asked.sp("GET", f"reports?reportTypes={kind}&pageSize=1").status_code == status, kind
    body = {"reportType": TRAFFIC, "marketplaceIds": [US], "dataStartTime": "2026-03-01T08:00:00Z"}
    assert asked.sp("POST", "reports", json=body).status_code == 403
    assert get(asked, "/dataKiosk/2023-11-15/queries").status_code == 403
    assert get(start(), "/dataKiosk/2023-11-15/queries").status_code == 200


def test_a_rotated_secret_is_told_to_the_queue_and_the_old_one_ends_after_seven_days(start, tmp_path):
    queue = OwnQueue(tmp_path / "queue")
    asked = start(notifier=Notifier.of_own(queue), queue=queue)
    token = grantless(asked).json()["access_token"]
    answer = asked.request("POST", SECRET, headers={"x-amz-access-token": token})
    assert (answer.status_code, answer.content) == (204, b"")
    told = json.loads(queue.receive(10)[0].body)
    assert told["notificationType"] == "APPLICATION_OAUTH_CLIENT_NEW_SECRET"
    new = told["payload"]["applicationOAuthClientNewSecret"]
    assert (new["clientId"], new["newClientSecretExpiryTime"]) == ("sp-client", "2026-09-06T12:00:00Z")
    assert [grantless(asked, secret=each).status_code for each in ("sp-secret", new["newClientSecret"])] == [200, 200]
    asked.sim.move(NOW + timedelta(days=7))
    assert [grantless(asked, secret=each).status_code for each in ("sp-secret", new["newClientSecret"])] == [401, 200]
    again = start()
    assert grantless(again, secret=new["newClientSecret"]).status_code == 200  # a process that comes after it knows it


def test_only_a_grantless_token_of_the_scope_rotates_and_only_where_a_queue_is_told(start):
    asked = start()
    other = grantless(asked, "sellingpartnerapi::notifications").json()["access_token"]
    for token, status in ((other, 403), (asked.token("Atzr|SELLERUS"), 403), ("Atza|x", 403)):
        assert asked.request("POST", SECRET, headers={"x-amz-access-token": token}).status_code == status
    right = grantless(asked).json()["access_token"]
    answer = asked.request("POST", SECRET, headers={"x-amz-access-token": right})
    assert answer.status_code == 400
    assert "not enrolled" in answer.text
    assert asked.sim.secrets.newest.number == 0


def test_a_strict_secret_ends_after_180_days(tmp_path):
    secrets = ClientSecrets(tmp_path, "first", NOW, strict=True)
    assert secrets.accepts("first", NOW + timedelta(days=179))
    assert not secrets.accepts("first", NOW + timedelta(days=180))
    assert not secrets.accepts("another", NOW)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--without-role", "Pricing"], "give both"),
        (["--strict", "--without-role", "Boss"], "there is no role Boss"),
        (["--strict", "--time-scale", "2"], "leave --time-scale away"),
    ],
)
def test_options_that_contradict_are_told(options, said, capsys):
    assert main(["serve", *options]) == 2
    assert said in capsys.readouterr().err
