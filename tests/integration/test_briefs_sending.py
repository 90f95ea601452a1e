"""Briefs by e-mail: a real server gets them, each version once, and nothing of a secret is told."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from pipelines.errors import ConfigError, SendError
from pipelines.insights.brief import BriefResult
from pipelines.insights.sending.send import Delivery, send_briefs
from pipelines.local import briefs as local
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_stores
from pipelines.stores.model import SendTo
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import catalog_of, sending_to, write_daily
from tests.support.mail import PASSWORD, MailServer, mail_server
from tests.support.marts import MadeMarts

DAY = date(2026, 11, 20)
MARKDOWN = """# Daily brief: harbor-us

Friday, November 20, 2026

- **`HG-LAMP-01` is out of stock** It sold 9.5 units a day & more <b>.
- **Sales rose by 45%** They were $1,200.
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def catalog(*addresses: str, **choices: object) -> Catalog:
    """A made store whose tenant sends to these addresses."""
    to = SendTo("TRADEWIND_SEND_HARBOR", SecretStr("\n".join(addresses)) if addresses else None, **choices)  # type: ignore[arg-type]
    return sending_to(MadeMarts(products=2, days=1), to)


def written(tmp_path: Path, language: str = "en", **changes: object) -> BriefResult:
    """A brief as it was written, with its page."""
    page = tmp_path / f"2026-11-20.{language}.html"
    page.write_text("<!doctype html><title>the page</title>", encoding="utf-8")
    brief = BriefResult("harbor-us", DAY, language, "template", True, page, False)
    brief = replace(brief, version=1, tenant_id="harbor", first=DAY, markdown=MARKDOWN)
    return replace(brief, **changes)  # type: ignore[arg-type]


def outcomes(deliveries: list[Delivery]) -> list[tuple[str, str]]:
    return [(each.recipient, each.outcome) for each in deliveries]


@pytest.mark.thorough
def test_the_page_comes_by_mail_and_only_once(
    settings: Settings, warehouse: Warehouse, server: MailServer, capsys: pytest.CaptureFixture[str]
):
    made = MadeMarts(products=6, days=40)
    with warehouse.connect() as conn:
        made.write(conn)
    at_noon = settings.model_copy(update={"fixed_now": datetime(2026, 11, 21, 20, tzinfo=UTC)})
    to = catalog(server.address("anna@example.com", "wei@example.com"))
    briefs = write_daily(at_noon, warehouse, catalog_of(made))
    deliveries, wrong = send_briefs(warehouse, to, briefs)
    assert wrong == []
    assert sorted(outcomes(deliveries)) == [
        (name, "sent") for name in ("a…@example.com",) * 2 + ("w…@example.com",) * 2
    ]
    assert sorted(person for person, _ in server.got) == ["anna@example.com"] * 2 + ["wei@example.com"] * 2
    for person, message in server.got:
        brief = next(each for each in briefs if f"2026-11-20.{each.language}.html" in str(message))
        assert message["To"] == person and message.get_content_type() == "multipart/mixed"
        alternative, page = message.iter_parts()
        assert alternative.get_content_type() == "multipart/alternative"
        plain, html = (part.get_content() for part in alternative.iter_parts())
        assert brief.path and page.get_filename() == brief.path.name and page.get_content_type() == "text/html"
        assert page.get_payload(decode=True) == brief.path.read_bytes()
        titles = [
            line.removeprefix("- **").partition("**")[0] for line in brief.markdown.splitlines() if line[:4] == "- **"
        ]
        assert len(titles) >= 4
        flat = " ".join(plain.split())
        for title in titles:
            assert " ".join(title.replace("`", "").split()) in flat.replace("`", "")
        assert "**" not in plain and "<" not in plain
        assert html.count("<li") >= len(titles) and f'lang="{"zh-CN" if brief.language == "zh" else "en"}' in html
        assert titles[0].replace("`", "")[:20] in message["Subject"]

    again, _ = send_briefs(warehouse, to, briefs)
    assert {outcome for _, outcome in outcomes(again)} == {"before"} and len(server.got) == 4
    # another password, another server, the same people
    moved, _ = send_briefs(warehouse, catalog(server.address("Anna@example.com", password="changed-by-now")), briefs)
    assert {outcome for _, outcome in outcomes(moved)} == {"before"}
    newer = [replace(brief, version=2) for brief in briefs]
    first_only = catalog(server.address("anna@example.com"), versions="first")
    assert {outcome for _, outcome in outcomes(send_briefs(warehouse, first_only, newer)[0])} == {"before"}
    assert {outcome for _, outcome in outcomes(send_briefs(warehouse, to, newer)[0])} == {"sent"}
    assert len(server.got) == 8
    out = capsys.readouterr()
    assert PASSWORD not in out.out + out.err


def test_who_wants_what(warehouse: Warehouse, server: MailServer, tmp_path: Path):
    briefs = [written(tmp_path), written(tmp_path, "zh"), written(tmp_path, kind="advertising")]
    briefs.append(written(tmp_path, kind="rollup", store_id="*harbor"))
    address = server.address("anna@example.com")
    for choices, count in (
        ({"kinds": frozenset({"advertising"})}, 1),
        ({"languages": frozenset({"zh"})}, 1),
        ({"stores": frozenset({"*"})}, 1),
        ({"stores": frozenset({"harbor-us"})}, 1),  # what is left of four
    ):
        deliveries, _ = send_briefs(warehouse, catalog(address, **choices), briefs)
        assert sum(each.outcome == "sent" for each in deliveries) == count, choices
    assert "<b>" not in server.got[0][1].get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_what_did_not_arrive_is_tried_again_and_what_is_uncertain_is_told(
    warehouse: Warehouse, server: MailServer, tmp_path: Path
):
    briefs, to = [written(tmp_path)], catalog(server.address("anna@example.com"))
    server.answer = "554 no thanks"
    (failed,), _ = send_briefs(warehouse, to, briefs)
    assert failed.outcome == "failed" and failed.reason and "554" in failed.reason
    server.answer, server.gone = None, True
    (unsure,), _ = send_briefs(warehouse, to, briefs)
    assert unsure.outcome == "unknown" and len(server.got) == 1
    server.gone = False
    (still,), _ = send_briefs(warehouse, to, briefs)
    assert still.outcome == "unknown" and len(server.got) == 1
    (wanted,), _ = send_briefs(warehouse, to, briefs, again=True)
    assert wanted.outcome == "sent" and len(server.got) == 2
    with warehouse.connect() as conn:
        rows = conn.execute("select outcome, attempts, recipient, reason from insights.brief_deliveries").fetchall()
    assert rows == [("sent", 3, "a…@example.com", None)]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mailto://harbor:wrong-password@127.0.0.1:{port}?from=b@example.com&to=a@example.com", "refused the login"),
        ("mailto://harbor:pa55word-x@127.0.0.1:1?from=b@example.com&to=a@example.com", "Nothing answers at 127.0.0.1"),
        ("mailto://h:pa55word-x@nowhere.invalid?from=b@example.com&to=a@example.com&smtp=nowhere.invalid", "no host"),
        ("mailtos://harbor:pa55word-x@127.0.0.1:{port}?from=b@example.com&to=a@example.com", "no secure connection"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_in_plain_words(
    address: str, says: str, warehouse: Warehouse, server: MailServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "apprise")
    (delivery,), _ = send_briefs(warehouse, catalog(address.format(port=server.port)), [written(tmp_path)])
    assert delivery.outcome == "failed" and says in (delivery.reason or "")
    assert server.got == []
    assert not any(secret in caplog.text + (delivery.reason or "") for secret in ("wrong-password", "pa55word-x"))


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("post://user:s3cret-word@example.com", "there is no service post:// that Apprise knows"),
        ("you@example.com", "this one has none"),
        ("mailto://s3cret-word", "Apprise cannot read the address with mailto://"),
        ("mailtos://u:s3cret-word@example.com?to=a@example.com&cc=b@example.com", "cc and bcc"),
        ("", "is not there or empty"),
    ],
)
def test_an_address_that_is_wrong_is_told_without_its_secret(
    address: str, says: str, warehouse: Warehouse, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "apprise")
    deliveries, wrong = send_briefs(warehouse, catalog(*filter(None, [address])), [written(tmp_path)])
    assert deliveries == [] and len(wrong) == 1 and says in wrong[0] and "TRADEWIND_SEND_HARBOR" in wrong[0]
    assert "s3cret-word" not in wrong[0] + caplog.text


def test_unknown_kinds_and_nobody_to_send_to_are_told(warehouse: Warehouse, tmp_path: Path):
    _, wrong = send_briefs(warehouse, catalog(kinds=frozenset({"dayly"})), [written(tmp_path)])
    assert "there is no kind of brief dayly" in wrong[0]
    with pytest.raises(ConfigError, match="names nobody to send to"):
        send_briefs(warehouse, catalog_of(MadeMarts(products=2, days=1)), [written(tmp_path)])


def test_stores_yaml_says_to_whom(tmp_path: Path):
    (tmp_path / "addresses.txt").write_text(
        "# two people\nmailto://u:p@example.com?to=a@example.com\n", encoding="utf-8"
    )
    text = """
tenants:
  harbor:
    name: Harbor
    reporting_currency: USD
    send:
      - {to_file: addresses.txt, kinds: [daily], versions: first}
      - {to_env: TRADEWIND_SEND_X, stores: [%s]}
    accounts: [{seller_id: A2HARBOR, region: na, stores: {harbor-us: {marketplace: US}}}]
"""
    path = tmp_path / "stores.yaml"
    path.write_text(text % "harbor-us", encoding="utf-8")
    by_file, by_variable = load_stores(path, lambda name: None).tenants["harbor"].send
    assert by_file.addresses and "to=a@example.com" in by_file.addresses.get_secret_value()
    assert (by_file.kinds, by_file.versions, by_variable.addresses) == ({"daily"}, "first", None)
    path.write_text(text % "harbor-de", encoding="utf-8")
    with pytest.raises(ConfigError, match="harbor-de is no store of this tenant"):
        load_stores(path, lambda name: None)


def _send(url: str, address: str, folder: Path) -> None:
    """What the killed process does."""
    send_briefs(Warehouse(url), catalog(address), [written(folder)])


def test_a_killed_process_sends_nothing_twice(
    warehouse: Warehouse, server: MailServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    address = server.address("anna@example.com")
    child = multiprocessing.get_context("spawn").Process(target=_send, args=(warehouse.url, address, tmp_path))
    server.then = child.kill  # as soon as it has taken the letter, before it says so
    child.start()
    child.join(60)
    assert child.exitcode == -9 and len(server.got) == 1
    server.then = None
    console = Console(width=200)
    with pytest.raises(SendError, match="of 1 nobody knows; `tradewind brief --send --again`"):
        local.send(console, warehouse, catalog(address), [written(tmp_path)])
    assert "nobody knows whether it was sent" in capsys.readouterr().out
    assert len(server.got) == 1
    local.send(console, warehouse, catalog(address), [written(tmp_path)], again=True)
    assert "Sent 1 brief to a…@example.com." in capsys.readouterr().out and len(server.got) == 2
