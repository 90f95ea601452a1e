"""Accounts as callers of `tradewind serve` meet them: keys, log-ins, roles, limits, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr

from pipelines.accounts import api_keys, lockout, passwords, second_factor, tokens
from pipelines.accounts.principal import Role
from pipelines.settings import Settings
from pipelines.stores.reading import load_stores
from pipelines.warehouse import roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.tenant_roles import tenant_url
from tests.support import oidc
from tests.support.accounts import HERE, PASSWORD, Office, open_office
from tests.support.postgres import TestServer
from tests.support.serving import served

_numbers = itertools.count(1)


@pytest.fixture(scope="module", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """How strong the real ones are is the business of tests/unit/accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64),)))
        yield


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[oidc.Issuer]:
    with oidc.issuer() as running:
        yield running


@pytest.fixture(scope="module")
def office(postgres: TestServer, elsewhere: oidc.Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("accounts")
    url = postgres.create()
    settings = Settings(
        home=folder / "home",
        warehouse_url=url,
        stores_path=folder / "stores.yaml",
        public_url="http://127.0.0.1:3100",
        oidc_issuer=elsewhere.url,
        oidc_client_id=oidc.CLIENT,
        oidc_client_secret=oidc.SECRET,
    )
    yield open_office(settings, Warehouse(url))
    postgres.drop(url)


@pytest.fixture(scope="module")
def server(office: Office) -> Iterator[httpx.Client]:
    (office.settings.stores_path.with_name("plans.yaml")).write_text(
        "default: unlimited\nplans: {unlimited: {}, small: {requests_per_minute: 3, requests_per_day: 1000}}\n"
        "tenants: {sakura: small}\n"
    )
    with served(office.settings, office.warehouse) as running:
        yield running.client


@pytest.fixture
def client(server: httpx.Client) -> httpx.Client:
    """The server, as a sender that was never refused."""
    server.headers["X-Forwarded-For"] = f"203.0.113.{next(_numbers)}"
    return server


@pytest.fixture
def email() -> str:
    return f"ana{next(_numbers)}@harbor.example"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def log_in(client: httpx.Client, email: str, **more: str) -> httpx.Response:
    return client.post("/v1/auth/login", json={"email": email, "password": PASSWORD, **more})


def is_problem(answer: httpx.Response, status: int, kind: str) -> bool:
    """Whether an answer is a problem document of that status and kind."""
    told = answer.json()
    assert (answer.status_code, told["type"].rpartition("/")[2]) == (status, kind), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status and told["title"] and told["detail"]
    return True


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


def test_a_plan_limits_requests_of_all_keys_of_a_tenant(office: Office, client: httpx.Client):
    keys = [office.key(tenant="sakura") for _ in range(2)]
    if datetime.now(UTC).second > 55:
        time.sleep(6)  # a minute that ends meanwhile would begin anew
    office.change("delete from accounts.request_counts")
    answers = [client.get("/v1/auth/me", headers=bearer(keys[n % 2].text)) for n in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"minute";q=3;w=60, "day";q=1000;w=86400'
    assert answers[0].headers["RateLimit"].startswith('"minute";r=2;t=')
    assert is_problem(answers[3], 429, "too-many-requests") and answers[3].headers["RateLimit"].startswith(
        '"minute";r=0'
    )
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert office.rows("select used from accounts.request_counts where span = 'day'") == [(3,)], "refused: not counted"
    office.change("delete from accounts.request_counts")


def forged(office: Office, claims: tokens.Claims) -> dict[str, str]:
    """Tokens that must not be believed, by what is wrong with them."""
    key, now = office.keyring.signing_keys()[0], datetime.now(UTC)
    right = jwt.decode(tokens.issue(office.keyring, claims, now), options={"verify_signature": False})
    header = {"alg": "EdDSA", "kid": key.kid, "typ": tokens.KIND}

    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    def signed(payload: dict, **other: str) -> str:
        return jwt.encode(payload, key.private, "EdDSA", headers={**header, **other})

    public = key.public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    hs256 = f"{part({**header, 'alg': 'HS256'})}.{part(right)}"
    confused = base64.urlsafe_b64encode(hmac.digest(public, hs256.encode(), hashlib.sha256)).rstrip(b"=").decode()
    whole = signed(right)
    head, body, signature = whole.split(".")
    return {
        "alg none": f"{part({**header, 'alg': 'none'})}.{part(right)}.",
        "alg None, signed": f"{part({**header, 'alg': 'None'})}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "the public key as a secret": f"{hs256}.{confused}",
        "another key": jwt.encode(right, Ed25519PrivateKey.generate(), "EdDSA", headers=header),
        "its own key in the header": jwt.encode(
            right, Ed25519PrivateKey.generate(), "EdDSA", headers={**header, "jwk": key.jwk()}
        ),
        "another tenant in the payload": f"{head}.{part({**right, 'tenant': 'sakura'})}.{signature}",
        "unknown kid": signed(right, kid="../../etc/passwd"),
        "another kind of token": signed(right, typ="JWT"),
        "another audience": signed({**right, "aud": "elsewhere"}),
        "another issuer": signed({**right, "iss": "elsewhere"}),
        "no expiry": signed({name: value for name, value in right.items() if name != "exp"}),
        "not yet": signed({**right, "nbf": int(now.timestamp()) + 3600}),
        "expired": tokens.issue(office.keyring, claims, now - timedelta(minutes=16)),
        "a session that is not": tokens.issue(office.keyring, tokens.Claims(claims.user_id, "0" * 24, "harbor"), now),
        "another's session": tokens.issue(office.keyring, tokens.Claims("0" * 16, claims.session_id, "harbor"), now),
        "a key's subject": signed({**right, "sub": "key:abc"}),
        "too long": whole + "A" * 5000,
        "no token": "....",
        "deep": "[" * 900,
        "bytes": "\u00e9\u00e8",
    }


def test_hostile_credentials_are_refused_and_noted_without_a_secret(
    office: Office, client: httpx.Client, email: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "pipelines")
    office.member(email)
    right = log_in(client, email).json()["access_token"]
    found = tokens.judge(office.keyring, right)
    key, expired = office.key(), office.key(until=datetime.now(UTC) + timedelta(seconds=60))
    office.change("update accounts.api_keys set expires_at = now() - interval '1 s' where key_id = %s", expired.key_id)
    other = f"{key.text[:-1]}{'a' if key.text[-1] != 'a' else 'b'}"
    raw: dict[str, list[tuple[str, bytes]]] = {
        **{name: [("Authorization", b"Bearer " + text.encode())] for name, text in forged(office, found).items()},
        "nothing": [],
        "expired key": [("X-API-Key", expired.text.encode())],
        "a letter of the secret": [("X-API-Key", other.encode())],
        "an id that is not": [("X-API-Key", b"tw_000000000000_" + key.text.rpartition("_")[2].encode())],
        "a token as a key": [("X-API-Key", right.encode())],
        "SQL in a key": [("X-API-Key", b"tw_' or 1=1--_x")],
        "two keys": [("X-API-Key", key.text.encode()), ("X-API-Key", key.text.encode())],
        "key and token": [("X-API-Key", key.text.encode()), ("Authorization", b"Bearer " + right.encode())],
        "two tokens": [("Authorization", b"Bearer " + right.encode())] * 2,
        "basic": [("Authorization", b"Basic " + base64.b64encode(key.text.encode()))],
        "another tenant's address": [("X-API-Key", key.text.encode()), ("X-Tradewind-Tenant", b"sakura")],
        "two tenants": [
            *(("X-API-Key", key.text.encode()), ("X-Tradewind-Tenant", b"harbor")),
            ("X-Tradewind-Tenant", b"sakura"),
        ],
        "a proxy's word": [
            ("X-Forwarded-User", b"owner"),
            ("X-Forwarded-Host", b"harbor"),
            ("X-Real-IP", b"127.0.0.1"),
        ],
        "a consumer's name": [("X-Consumer-Username", b"harbor"), ("X-Credential-Identifier", key.key_id.encode())],
    }
    for number, (name, headers) in enumerate(raw.items()):
        caplog.clear()
        sender = f"198.51.100.{number}"
        answer = client.get("/v1/auth/me", headers=[*headers, ("X-Forwarded-For", sender)])
        assert answer.status_code in (401, 403), name
        assert answer.headers["content-type"] == "application/problem+json", name
        assert "refused:" in caplog.text and sender in caplog.text, name
        for secret in (right, key.text, key.text.rpartition("_")[2], email):
            assert secret not in caplog.text and secret not in answer.text, name
    assert client.get("/v1/auth/me", headers=bearer(right)).status_code == 200
    ok = client.get("/v1/auth/me", headers={**bearer(key.text), "X-Tradewind-Tenant": "harbor"})
    assert ok.status_code == 200


def test_what_a_key_may_not_do(office: Office, client: httpx.Client):
    ours, theirs = office.key("read", "admin"), office.key("read", "admin", tenant="sakura")
    mine = bearer(ours.text)

    def post(path: str, **asked: object) -> httpx.Response:
        return client.post(path, headers=mine, json=asked)

    assert is_problem(client.delete(f"/v1/keys/{theirs.key_id}", headers=mine), 404, "not-found")
    assert [each["key_id"] for each in client.get("/v1/keys", headers=mine).json()].count(theirs.key_id) == 0
    assert is_problem(post("/v1/keys", name="more", scopes=["read", "write"]), 403, "more-than-own")
    assert is_problem(post("/v1/keys", name="other", stores=["sakura-jp"]), 422, "unknown-store")
    assert is_problem(post("/v1/keys", name="none", scopes=[]), 422, "unknown-scope")
    assert is_problem(post("/v1/keys", name="old", expires_at="2020-01-01T00:00:00Z"), 422, "expires-in-the-past")
    assert is_problem(post("/v1/keys", name="narrow", scopes=["admin"], stores=["harbor-us"]), 422, "admin-of-all")
    assert is_problem(post("/v1/keys", name="x", tenant="sakura"), 422, "does-not-fit")
    assert is_problem(post("/v1/invitations", email="a@b.example", role="owner"), 403, "more-than-own")
    assert is_problem(post("/v1/invitations", email="no address", role="viewer"), 422, "no-email")
    assert is_problem(post("/v1/auth/password", password="x", new_password="y"), 403, "people-only")
    made = post("/v1/keys", name="less", stores=["harbor-us"]).json()
    assert client.get("/v1/auth/me", headers=bearer(made["key"])).json()["stores"] == ["harbor-us"]
    assert is_problem(client.get("/v1/keys", headers=bearer(made["key"])), 403, "scope-missing")
    assert is_problem(client.get("/v1/nothing", headers=mine), 404, "http-404")
    assert client.get("/nothing").json() == {"detail": "Not Found"}


def test_who_is_refused_again_and_again_is_not_listened_to(client: httpx.Client):
    answers = [client.get("/v1/auth/me", headers={"X-API-Key": "tw_guess"}) for _ in range(32)]
    assert {each.status_code for each in answers[:30]} == {401}
    assert is_problem(answers[31], 429, "too-many-refusals")


def test_no_reader_sees_accounts_and_nobody_changes_the_audit(office: Office):
    catalog = load_stores(office.settings.stores_path, lambda _: SecretStr("none"))
    tables = office.rows(
        "select oid::regclass::text from pg_class where relnamespace = 'accounts'::regnamespace and relkind = 'r'"
    )
    own = (office.settings, office.warehouse)
    for url in (roles.role_url(*own), tenant_url(*own, catalog, "harbor")):
        with psycopg.connect(url, autocommit=True) as reader:
            for (table,) in [*tables, ("ops.audit",)]:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    reader.execute(f"select from {table}".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("select * from accounts.count_request('harbor', 1, 1)")
    office.key()
    for change in ("update ops.audit set who = 'x'", "delete from ops.audit", "truncate ops.audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            office.change(change)


def come_back(client: httpx.Client, **other: str) -> httpx.Response:
    """Log in elsewhere as a browser does. other: what it brings back instead."""
    begun = client.get("/v1/auth/oidc/start")
    assert begun.status_code == 303 and "HttpOnly" in begun.headers["set-cookie"]
    cookie = {"Cookie": begun.headers["set-cookie"].partition(";")[0]}
    back = httpx.get(begun.headers["location"]).headers["location"]
    assert back.startswith("http://127.0.0.1:3100/v1/auth/oidc/callback?")
    query = {**dict(httpx.URL(back).params), **other}
    client.cookies.clear()
    return client.get("/v1/auth/oidc/callback", params=query, headers=cookie)


def test_who_logs_in_elsewhere_is_known_by_the_issuers_subject(
    office: Office, client: httpx.Client, email: str, elsewhere: oidc.Issuer
):
    elsewhere.claims = {"sub": f"sub-{email}", "email": email, "email_verified": True}
    assert is_problem(come_back(client), 403, "no-member"), "nobody becomes a member by logging in"
    user = office.member(email)
    elsewhere.claims["email_verified"] = False
    assert is_problem(come_back(client), 403, "no-member")
    elsewhere.claims["email_verified"] = True
    access = come_back(client).json()["access_token"]
    assert client.get("/v1/auth/me", headers=bearer(access)).json()["subject"] == f"user:{user}"
    elsewhere.claims["email"] = "other@harbor.example"
    assert come_back(client).status_code == 200, "known by now, whatever the address"


def test_an_issuers_word_is_believed_only_if_all_of_it_holds(
    office: Office, client: httpx.Client, email: str, elsewhere: oidc.Issuer
):
    office.member(email)
    elsewhere.claims = {"sub": f"sub-{email}", "email": email, "email_verified": True}
    for lie in (
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"aud": [oidc.CLIENT, "another"]},
    ):
        elsewhere.lies = lie
        assert is_problem(come_back(client), 401, "log-in-failed"), lie
    elsewhere.lies = {}
    elsewhere.signs_with = oidc.ec.generate_private_key(oidc.ec.SECP256R1())
    assert is_problem(come_back(client), 401, "log-in-failed")
    elsewhere.signs_with, elsewhere.algorithm = "a secret that both would have to know", "HS256"
    assert is_problem(come_back(client), 401, "log-in-failed")
    elsewhere.signs_with, elsewhere.algorithm = None, "ES256"
    for other in ({"state": "guessed"}, {"code": "guessed"}):
        assert is_problem(come_back(client, **other), 401, "log-in-failed"), other
    begun = client.get("/v1/auth/oidc/start")
    back = httpx.get(begun.headers["location"]).headers["location"]
    client.cookies.clear()
    answer = client.get("/v1/auth/oidc/callback", params=dict(httpx.URL(back).params))
    assert is_problem(answer, 401, "log-in-failed"), "begun in another browser"
    assert come_back(client).status_code == 200
