"""Keys, sessions, invitations, roles and the second factor, as callers of `tradewind serve` meet them."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from pipelines.accounts import api_keys, lockout, second_factor
from pipelines.accounts.principal import Role
from tests.support.accounts import HERE, PASSWORD, Office, bearer, is_problem, log_in


def test_a_key_says_who_asks_until_it_is_revoked(office: Office, client: httpx.Client):
    key = office.key("read", "crawl", stores=["harbor-ca"])
    told = {
        **{"tenant": "harbor", "subject": f"key:{key.key_id}", "role": "service", "plan": "unlimited"},
        **{"scopes": ["crawl", "read"], "stores": ["harbor-ca"]},
    }
    assert client.get("/v1/auth/me", headers=bearer(key.text)).json() == told
    assert client.get("/v1/auth/me", headers={"X-API-Key": key.text}).json() == told
    with office.warehouse.connect() as conn:
        api_keys.revoke(conn, HERE, "harbor", key.key_id)
    assert is_problem(client.get("/v1/auth/me", headers=bearer(key.text)), 401, "key-revoked")
    entries = [entry for entry in office.audit() if entry[2] == f"key:{key.key_id}"]
    assert [what for _, what, _ in entries] == ["key.created", "key.revoked"]
    kept = office.rows("select k::text from accounts.api_keys as k where key_id = %s", key.key_id)
    assert key.text.rpartition("_")[2] not in str(kept)


def test_a_session_is_refreshed_once_by_each_token_and_ends_as_a_whole(
    office: Office, client: httpx.Client, email: str
):
    user = office.member(email)
    first = log_in(client, email.upper()).json()
    me = client.get("/v1/auth/me", headers=bearer(first["access_token"])).json()
    assert me["subject"] == f"user:{user}" and me["role"] == "owner" and me["scopes"][0] == "admin"

    def refresh(token: str) -> httpx.Response:
        return client.post("/v1/auth/refresh", json={"refresh_token": token})

    second = refresh(first["refresh_token"]).json()
    assert client.get("/v1/auth/me", headers=bearer(second["access_token"])).status_code == 200
    assert is_problem(refresh(first["refresh_token"]), 401, "token-reused")
    assert is_problem(refresh(second["refresh_token"]), 401, "token-invalid"), "the newest of the family, too"
    for each in (first, second):
        answer = client.get("/v1/auth/me", headers=bearer(each["access_token"]))
        assert is_problem(answer, 401, "session-ended")
    assert ("session.token_reused",) in {(what,) for who, what, _ in office.audit() if who == f"user:{user}"}
    third = log_in(client, email).json()
    with ThreadPoolExecutor(4) as threads:  # at the same time: one of them has it, and then nobody
        answers = list(threads.map(lambda _: refresh(third["refresh_token"]).status_code, range(4)))
    assert sorted(answers) == [200, 401, 401, 401]
    fourth = log_in(client, email).json()
    assert client.post("/v1/auth/logout", headers=bearer(fourth["access_token"])).status_code == 204
    assert is_problem(refresh(fourth["refresh_token"]), 401, "token-invalid")


def test_an_invitation_is_accepted_once_and_a_member_is_what_the_owner_says(
    office: Office, client: httpx.Client, email: str
):
    office.member(f"owner.{email}")
    owner = bearer(log_in(client, f"owner.{email}").json()["access_token"])
    made = client.post("/v1/invitations", headers=owner, json={"email": email, "role": "viewer"}).json()
    assert [each["email"] for each in client.get("/v1/invitations", headers=owner).json()] == [email]
    asked = {"token": made["token"], "password": "short"}
    assert is_problem(client.post("/v1/invitations/accept", json=asked), 422, "weak-password")
    joined = client.post("/v1/invitations/accept", json={**asked, "password": PASSWORD})
    assert joined.status_code == 201
    again = client.post("/v1/invitations/accept", json={**asked, "password": PASSWORD})
    assert is_problem(again, 401, "invitation-invalid")
    viewer = bearer(log_in(client, email).json()["access_token"])
    user = joined.json()["user_id"]
    changes = [
        client.get("/v1/users", headers=viewer),
        client.patch(f"/v1/users/{user}", headers=viewer, json={"role": "owner"}),
        client.delete(f"/v1/users/{user}", headers=viewer),
        client.post("/v1/keys", headers=viewer, json={"name": "mine"}),
        client.get("/v1/keys", headers=viewer),
        client.delete("/v1/keys/any", headers=viewer),
        client.post("/v1/invitations", headers=viewer, json={"email": "x@y.example"}),
        client.delete(f"/v1/invitations/{made['invitation_id']}", headers=viewer),
        client.get("/v1/users/audit", headers=viewer),
    ]
    assert all(is_problem(answer, 403, "scope-missing") for answer in changes)
    path = f"/v1/users/{user}"
    assert client.patch(path, headers=owner, json={"role": "owner"}).status_code == 204
    assert client.get("/v1/keys", headers=viewer).status_code == 200, "from the next request on"
    assert client.delete(path, headers=owner).status_code == 204
    assert is_problem(client.get("/v1/auth/me", headers=viewer), 401, "session-ended")
    assert office.rows("select from accounts.users where email = %s", email) == [], "forgotten"
    told = client.get("/v1/users/audit", headers=owner).text
    assert "member.removed" in told and email not in told


def test_an_invitation_does_not_give_away_an_account(office: Office, client: httpx.Client, email: str):
    office.member(email, Role.VIEWER, "sakura")
    owner = office.key("read", "crawl", "write", "admin")
    made = client.post("/v1/invitations", headers=bearer(owner.text), json={"email": email}).json()
    asked = {"token": made["token"], "password": "another password of mine"}
    for _ in range(lockout.FREE):
        assert is_problem(client.post("/v1/invitations/accept", json=asked), 401, "log-in-failed")
    office.change("update accounts.attempts set last_at = clock_timestamp()")  # however long that took
    assert is_problem(client.post("/v1/invitations/accept", json=asked), 429, "locked")


def test_the_last_owner_stays(office: Office, client: httpx.Client, email: str):
    user = office.member(email, Role.OWNER, "sakura")
    with office.warehouse.connect() as conn:
        conn.execute("delete from accounts.members where tenant_id = 'sakura' and user_id <> %s", (user,))
        conn.execute("delete from accounts.request_counts")
    owner = bearer(log_in(client, email).json()["access_token"])
    assert is_problem(client.delete(f"/v1/users/{user}", headers=owner), 409, "last-owner")
    assert is_problem(client.patch(f"/v1/users/{user}", headers=owner, json={"role": "viewer"}), 409, "last-owner")


def test_a_second_factor_is_asked_for_and_no_code_holds_twice(office: Office, client: httpx.Client, email: str):
    user = office.member(email)
    owner = bearer(log_in(client, email).json()["access_token"])
    begun = client.post("/v1/auth/totp", headers=owner, json={"password": PASSWORD}).json()
    secret = base64.b32decode(begun["secret"])
    assert secret not in bytes(office.rows("select totp_secret from accounts.users where user_id = %s", user)[0][0])

    def code(steps: int = 0) -> str:
        return second_factor._totp(secret).generate(int(time.time()) + 30 * steps).decode()

    assert log_in(client, email).status_code == 200, "not asked for before it is confirmed"
    wrong = f"{(int(code()) + 1) % 1_000_000:06}"
    path = "/v1/auth/totp/confirm"
    assert is_problem(client.post(path, headers=owner, json={"code": wrong}), 401, "second-factor-wrong")
    used = code()
    assert client.post(path, headers=owner, json={"code": used}).status_code == 204
    assert is_problem(log_in(client, email), 401, "second-factor-needed")
    assert is_problem(log_in(client, email, code=used), 401, "second-factor-wrong"), "replayed"
    assert log_in(client, email, code=code(1)).status_code == 200
    answer = client.post("/v1/auth/totp/remove", headers=owner, json={"password": PASSWORD})
    assert answer.status_code == 204 and log_in(client, email).status_code == 200


def test_failed_log_ins_lock_an_address_whether_somebody_has_it_or_not(
    office: Office, client: httpx.Client, email: str
):
    office.member(email)
    for address in (email, f"nobody.{email}"):
        with ThreadPoolExecutor(8) as threads:
            asked = {"email": address, "password": "not the right one"}
            answers = list(threads.map(lambda _, a=asked: client.post("/v1/auth/login", json=a), range(8)))
        assert sorted(each.status_code for each in answers) == [401] * lockout.FREE + [429] * 3
        assert all(int(each.headers["Retry-After"]) >= 1 for each in answers if each.status_code == 429)
    office.change("update accounts.attempts set last_at = clock_timestamp()")  # however long that took
    assert is_problem(log_in(client, email), 429, "locked"), "the right one, too"
    office.change("update accounts.attempts set last_at = last_at - interval '1 minute'")
    assert log_in(client, email).status_code == 200
