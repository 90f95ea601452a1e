"""What must not get in: forged credentials, other tenants' keys, guesses; and what nobody may read or change."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from pipelines.accounts import tokens
from pipelines.stores.reading import load_stores
from pipelines.warehouse import roles
from pipelines.warehouse.tenant_roles import tenant_url
from tests.support.accounts import Office, bearer, is_problem, log_in


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
    answer, tries = client.get("/v1/auth/me", headers={"X-API-Key": "tw_guess"}), 1
    while answer.status_code == 401 and tries < 300:  # on a slow machine some are forgotten meanwhile
        answer, tries = client.get("/v1/auth/me", headers={"X-API-Key": "tw_guess"}), tries + 1
    assert tries > 30 and is_problem(answer, 429, "too-many-refusals")


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
