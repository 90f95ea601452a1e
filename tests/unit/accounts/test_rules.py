"""The rules of accounts that need no warehouse: plans, limits of requests, lock-out, codes, keys, what headers show."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.accounts import api_keys, lockout, passwords, plans, second_factor, tokens
from pipelines.accounts.asking import credential
from pipelines.accounts.counting import rate_of
from pipelines.accounts.keyring import KEY_FILE, TOKEN_KEYS_FILE, load_keyring
from pipelines.accounts.plans import BeyondPlan, CurrentPlans, Limits, load_plans
from pipelines.accounts.principal import Principal, Role
from pipelines.accounts.refusals import Refusal
from pipelines.accounts.rights import OF_ROLE, SCOPES, check_gives, check_may
from pipelines.accounts.users import normal_email
from pipelines.errors import ConfigError
from pipelines.logs import Redact
from pipelines.settings import Settings
from pipelines.stores import load_catalog
from tests.support.accounts import STORES

NOW = datetime(2026, 11, 30, 23, 59, 30, tzinfo=UTC)
KEY = f"tw_{'a' * 12}_{'B' * 43}"


def refusal(call: object, *values: object) -> str:
    """The kind of the refusal that a call raises."""
    with pytest.raises(Refusal) as raised:
        call(*values)  # type: ignore[operator]
    return raised.value.kind


# --- plans ----------------------------------------------------------------------------------------------------------


def test_without_a_file_nothing_is_limited_and_the_file_that_comes_with_it_is_right(tmp_path: Path):
    found = load_plans(tmp_path / "stores.yaml")
    assert found.name("harbor") == "unlimited" and found.of("harbor") == Limits()
    assert found.limits["free"].crawl_usd_per_day == Decimal(1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("default: free\nplans: {}", "default names the plan 'free'; there are none"),
        ("default: a\nplans: {a: {}}\ntenants: {harbor: b}", "tenants.harbor names the plan 'b'; there are a"),
        ("default: a\nplans: {a: {shops: 1}}", "plans.a.shops"),
        ("default: a\nplans: {a: {stores: -1}}", "plans.a.stores"),
        ("default: a\nplans: {a: {stores: 1.5}}", "plans.a.stores"),
        ("default: a\nplans: {a: {crawl_usd_per_day: .inf}}", "plans.a.crawl_usd_per_day"),
        ("- no\n- mapping", "the file"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_wrong_file_is_told_by_its_places(tmp_path: Path, text: str, told: str):
    (tmp_path / "plans.yaml").write_text(text)
    with pytest.raises(ConfigError, match="plans") as raised:
        load_plans(tmp_path / "stores.yaml")
    assert told in str(raised.value)


def test_plans_are_read_again_and_a_wrong_file_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    clock = [0.0]
    current = CurrentPlans(tmp_path / "stores.yaml", lambda: clock[0])
    file = tmp_path / "plans.yaml"
    for text, name in (("default: a\nplans: {a: {}}", "a"), ("default: b", "a"), ("default: c\nplans: {c: {}}", "c")):
        file.write_text(text)
        clock[0] += plans.LOOK_SECONDS + 1
        assert current().name("harbor") == name
    assert "goes on holding" in caplog.text


def test_what_there_is_too_much_of_is_402_and_a_mistake_of_the_file():
    found = plans.beyond("harbor", "free", "stores", 1, 2)
    assert isinstance(found, ConfigError) and found.status == 402
    assert "The tenant harbor would have 2 stores; its plan `free` allows 1." in str(found)


def test_stores_and_tracked_products_are_counted_where_stores_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NOT_SET_HERE", "a refresh token")
    stores = tmp_path / "stores.yaml"
    stores.write_text(
        STORES.replace(
            "{harbor-us: {marketplace: US}", "{harbor-us: {marketplace: US, track: {B0OWNASIN1: [B0OTHER001]}}"
        )
    )
    settings = Settings(home=tmp_path / "home", stores_path=stores)
    plan = "default: free\nplans: {{free: {{stores: {}, tracked_products: {}}}}}"
    for most, told in (((2, 2), None), ((1, 2), "2 stores; its plan `free` allows 1"), ((2, 1), "2 tracked products")):
        (tmp_path / "plans.yaml").write_text(plan.format(*most))
        if told is None:
            assert set(load_catalog(settings).stores) == {"harbor-us", "harbor-ca", "sakura-jp"}
        else:
            with pytest.raises(BeyondPlan) as raised:
                load_catalog(settings)
            assert f"The tenant harbor would have {told}" in str(raised.value)


# --- requests -------------------------------------------------------------------------------------------------------


def test_limits_of_requests_are_told_and_reached():
    limits = Limits(requests_per_minute=60, requests_per_day=5000)
    rate = rate_of("free", limits, 60, 4000, NOW)
    rate.check()
    assert rate.headers() == {
        "RateLimit-Policy": '"minute";q=60;w=60, "day";q=5000;w=86400',
        "RateLimit": '"minute";r=0;t=30, "day";r=1000;t=30',
    }
    with pytest.raises(Refusal) as raised:
        rate_of("free", limits, 61, 4000, NOW).check()
    assert raised.value.status == 429 and raised.value.headers["Retry-After"] == "30"
    assert rate_of("unlimited", Limits(), 10**9, 10**9, NOW).headers() == {}


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 200), st.integers(0, 200))
def test_whoever_waits_as_told_is_in_the_next_span(now: datetime, minute: int, day: int):
    rate = rate_of("x", Limits(requests_per_minute=100, requests_per_day=100), minute, day, now)
    for span in rate.spans:
        assert 1 <= span.ends_in <= span.length and 0 <= span.left <= span.limit
        later = now + timedelta(seconds=span.ends_in)
        assert later.timestamp() // span.length > now.timestamp() // span.length


# --- log-ins --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000))
def test_waits_grow_and_end(failed: int):
    assert lockout.wait_after(failed) <= lockout.wait_after(failed + 1) <= lockout.LONGEST


def test_codes_of_rfc_6238():
    """Appendix B, of which an app shows the last six digits."""
    secret = b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        at = datetime.fromtimestamp(seconds, UTC)
        assert second_factor.matching_step(secret, code, at) == seconds // 30
        assert second_factor.matching_step(secret, code, at + timedelta(seconds=90)) is None
    for wrong in ("28708", "2870820", "28708a", "２８７０８２", ""):
        assert second_factor.matching_step(secret, wrong, datetime.fromtimestamp(59, UTC)) is None


def test_passwords_are_long_and_hashed_by_argon2id():
    kept = passwords.hashed("a lamp by the harbor")
    assert kept.startswith("$argon2id$") and "harbor" not in kept
    assert passwords.verify("a lamp by the harbor", kept) and not passwords.verify("a lamp by the harbo", kept)
    assert not passwords.verify("nobody has this password", None)
    assert passwords.verify("café au lait für", passwords.hashed("cafe\u0301 au lait fu\u0308r")), "however it is typed"
    for weak in ("short", "aaaaaaaaaaaaaaaa", "a" * 300):
        assert refusal(passwords.hashed, weak) == "weak-password"


@pytest.mark.parametrize(
    "text", ["ana", "ana@", "@x.example", "a b@x.example", "a@x", "a@x..example", "a@x.example\n\r"]
)
def test_what_is_no_address(text: str):
    if text.strip() == "a@x.example":
        assert normal_email(text) == "a@x.example"
    else:
        assert refusal(normal_email, text) == "no-email"


# --- keys and tokens ------------------------------------------------------------------------------------------------


def test_keys_are_in_files_of_the_owner_and_two_signing_keys_are_believed(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    ring = load_keyring(settings)
    claims = tokens.Claims("u", "s", "harbor")
    first = tokens.issue(ring, claims, datetime.now(UTC))
    for name in (KEY_FILE, TOKEN_KEYS_FILE):
        assert stat.S_IMODE((tmp_path / "home" / name).stat().st_mode) == 0o600
    other = load_keyring(settings)
    assert tokens.judge(other, first) == claims, "of another process"
    ring.rotate()
    second = tokens.issue(ring, claims, datetime.now(UTC))
    assert tokens.judge(other, first) == tokens.judge(other, second) == claims, "read again"
    ring.rotate()
    assert refusal(tokens.judge, other, first) == "token-invalid"
    assert tokens.judge(other, second) == claims
    assert "seed" not in repr(ring.signing_keys()) and ring.master.decode() not in repr(ring)


def test_what_is_encrypted_opens_for_its_user_only(tmp_path: Path):
    ring = load_keyring(Settings(home=tmp_path / "home"))
    kept = ring.encrypt(b"secret", of="ana")
    assert ring.decrypt(kept, of="ana") == b"secret" and b"secret" not in kept
    for other, user in ((ring, "bo"), (load_keyring(Settings(home=tmp_path / "other")), "ana")):
        with pytest.raises(ConfigError, match="does not open"):
            other.decrypt(kept, of=user)
    assert ring.hash("x", of="api key") != ring.hash("x", of="refresh token")


def test_a_given_key_is_long(tmp_path: Path):
    settings = Settings(home=tmp_path, accounts_key="too short")
    with pytest.raises(ConfigError, match="TRADEWIND_ACCOUNTS_KEY has 9 characters") as raised:
        load_keyring(settings)
    assert "too short" not in str(raised.value)


@given(st.text("tw_ab-'; \n\u00e9", max_size=80))
def test_nothing_but_a_key_is_parsed_as_one(text: str):
    assert api_keys.parse(text) is None
    assert api_keys.parse(KEY + text) is None or text == ""


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ([], "no-credentials"),
        ([("Authorization", "Basic YTpi")], "wrong-scheme"),
        ([("Authorization", "Bearer ")], "wrong-scheme"),
        ([("Authorization", "Bearer a"), ("authorization", "Bearer a")], "two-credentials"),
        ([("X-API-Key", KEY), ("Authorization", f"Bearer {KEY}")], "two-credentials"),
        ([("X-API-Key", KEY + "x")], "key-invalid"),
        ([("X-API-Key", f"{KEY}, {KEY}")], "key-invalid"),
    ],
)
def test_a_request_shows_one_key_or_token(headers: list[tuple[str, str]], kind: str):
    assert refusal(credential, headers) == kind


def test_a_key_is_shown_in_either_header():
    assert credential({"x-api-key": KEY}) == credential([("AUTHORIZATION", f"bearer  {KEY} ")]) == KEY


def test_roles_hold_less_from_the_owner_down():
    owner, analyst, viewer = (OF_ROLE[role] for role in (Role.OWNER, Role.ANALYST, Role.VIEWER))
    assert owner == set(SCOPES) and viewer < analyst < owner and viewer == {"read"}
    caller = Principal("harbor", "user:a", Role.ANALYST, analyst)
    check_may(caller, "crawl")
    assert refusal(check_may, caller, "admin") == "scope-missing"
    assert refusal(check_gives, caller, ["read", "admin"]) == "more-than-own"


def test_no_key_token_or_invitation_is_logged(tmp_path: Path):
    ring = load_keyring(Settings(home=tmp_path))
    token = tokens.issue(ring, tokens.Claims("u", "s", "harbor"), datetime.now(UTC))
    redact = Redact()
    for secret in (KEY, token, "twr_" + "x" * 43, "twi_" + "y-" * 20):
        assert secret[8:] not in redact(f"it came: {secret} and more")
