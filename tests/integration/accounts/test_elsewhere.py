"""Log-in elsewhere, against an OpenID provider on loopback that can lie."""

from __future__ import annotations

import httpx

from tests.support import oidc
from tests.support.accounts import Office, bearer, is_problem


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
