"""A hundred hostile titles and search terms reach no message unescaped: Slack, HTML, Markdown and plain text.

They are sent through Apprise to a service that keeps what it would post, so that what Apprise makes of our Markdown is
tested too.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from unittest.mock import patch

import apprise
import pytest
import requests
from markdown_it import MarkdownIt

from pipelines.insights.alerts import message, wording
from pipelines.insights.alerts.store import Kept
from pipelines.insights.pages.index import ALERTS_LISTED, index_html

_PIECES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>bold", "</div></body>", "&lt;b&gt;", "&#60;i&#62;",
    "<!--", "-->", "<!channel>", "<!here|here>", "<@U6TTX1F9R>", "<#C024BE7LR>", "<https://evil.example|Amazon>",
    "&lt;!channel&gt;", "@channel", "@everyone", "@here", "@all", "[Amazon](https://evil.example)",
    "![x](https://evil.example/x.png)", "[a]: https://evil.example", "<https://evil.example>", "https://evil.example",
    "www.evil.example", "mailto:x@evil.example", "javascript:alert(1)", "*bold*", "**bold**", "_italic_", "~~gone~~",
    "~gone~", "`code`", "``", "```\nfence\n```", "# Heading", "\n# Heading", "\n- item", "\n1. item", "\n> quote",
    "> quote", "\n\n---\n\n", "| a | b |", "a\r\nb", "a\u2028b", "a\u2029b", "\x00null", "\x1b[31mred", "\x07bell",
    "\u202eesrever", "\u2066hidden\u2069", "zero\u200bwidth", "\ufeffbom", "\\", "\\`", "\\*not bold\\*", "a\\\nb",
    "{subject}", "{value}", "{0}", "{}", "%s %(x)s", "$(reboot)", "${HOME}", "'; drop table alerts; --", '" onload="x',
    "' or 1=1", "&", "&amp;", "&nbsp;", "<", ">", "<>", "<<>>", "]]>", "<![CDATA[x]]>", "<?php echo 1 ?>", ":tada:",
    "🔥" * 40, "x" * 5000, "é" * 300, " ", "\t\t", "\n\n\n", "", "Ａｔ＠ｃｈａｎｎｅｌ", "フライパン ①②③ <br>", "<br/>",
    "<a href='https://evil.example'>Amazon</a>", "<style>*{display:none}</style>", "<svg/onload=alert(1)>",
    "https://evil.example/?a=1&b=2|click>", "`<!channel>`", "`](https://evil.example)", "a`b`c", "` `` ```",
    "tel:+1900123456", "slack://open", "/invite @everyone", "&lt;@U123&gt;", "<mailto:x@evil.example|help>",
    "`\n\n<!channel>\n\n`", "*`_~<>&[]()!#", "Prime Day — 50% off!!! ★★★", "ordinary frying pan, 28 cm",
)  # fmt: skip
HOSTILE = tuple(dict.fromkeys(_PIECES))
DAY = date(2026, 11, 20)
ALLOWED = {"div", "h1", "h2", "p", "ul", "li", "strong", "span", "br"}


def incidents(text: str) -> list[Kept]:
    """Alerts with the text wherever one from outside may stand: search term, title, campaign, seller, reason."""
    made = []
    for kind, subject, name, unit, facts in (
        ("spend_without_orders", text, None, "clicks", {"cost": 12.5, "expected_orders": 2.5}),
        ("out_of_stock", "HG-LAMP-01", text, "units", {"units_sold": 30}),
        ("spend_stopped", "1234", text, "days", {"usual_cost": 10}),
        ("other_seller", "B0USMADE01", "Lamp", "number", {"seller": text, "usual_seller": "Harbor Store"}),
        ("own_title_changed", "B0USMADE02", "Desk", "number", {"title": text, "title_before": text}),
        ("data_missing", "amazon_sp.all_orders_by_order_date", None, "days", {"reason": text}),
    ):
        made.append(
            Kept(
                len(made) + 1, "harbor", "harbor-us", kind, subject, "critical", DAY, DAY, None, None, name,
                Decimal(3), Decimal(1), unit, "USD", facts, datetime(2026, 11, 20, tzinfo=UTC), None,
            )
        )  # fmt: skip
    return made


class Tags(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("declaration")


ORDINARY = message.begun(incidents("ordinary"), "en", day=DAY)
SHAPE = [(token.type, token.tag) for token in MarkdownIt("commonmark").parse(ORDINARY.markdown)]


def test_there_are_a_hundred():
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_from_outside_changes_nothing_but_itself(text: str):
    letter = message.begun(incidents(text), "en", day=DAY)
    # Markdown: the same headings, items and bold titles as ever, and the text in code spans
    tokens = MarkdownIt("commonmark").parse(letter.markdown)
    assert [(token.type, token.tag) for token in tokens] == SHAPE
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "strong_open", "strong_close"}
    shown = wording.tame(text) or "?"
    spans = [child.content for child in inline if child.type == "code_inline"]
    assert sum(shown == each for each in spans) >= 5
    ours = "".join(child.content for child in inline if child.type == "text")
    theirs = "".join(each.content for token in MarkdownIt("commonmark").parse(ORDINARY.markdown)
                     for each in token.children or () if each.type == "text")  # fmt: skip
    assert ours == theirs, "what is no code span is ours"
    # HTML: our tags, no attribute but style and lang, and the text as text
    page = Tags(letter.html)
    assert set(page.tags) <= ALLOWED and page.attributes <= {"style", "lang"}
    assert shown in page.text
    # plain text: a line, no character that hides or turns anything
    for incident in incidents(text):
        for sentence in wording.sentences(incident, "zh", quote=wording.tame):
            assert not any(unicodedata.category(each)[0] == "C" or each in "\u2028\u2029" for each in sentence)
            assert len(sentence) < 4 * wording.MOST
    assert text not in letter.subject or text.strip() in ("", "1234"), "nothing of outside is in the subject"
    assert letter.subject == ORDINARY.subject


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_slack_calls_nobody_and_links_nowhere(text: str):
    letter = message.begun(incidents(text), "en", day=DAY)
    posted = _posted("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts", letter)
    body = posted["attachments"][0]["text"]
    outside = body.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")
    assert "<" not in outside and ">" not in outside, "Slack reads what stands between < and >"
    assert outside.count("`") == body.count("`") and body.count("`") % 2 == 0
    # what is no code span is as ever: nobody is called, nothing is linked
    assert body.split("`")[::2] == _slack_ordinary().split("`")[::2]


def _slack_ordinary() -> str:
    posted = _posted("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts", ORDINARY)
    return str(posted["attachments"][0]["text"])


def _posted(address: str, letter: message.Letter) -> dict:
    """What Apprise would post of a letter to a service, as `hand_over` gives it."""
    post = apprise.Apprise()
    post.add(address)
    kept: list[dict] = []

    def keep(*_: object, data: str, **_named: object) -> requests.Response:
        kept.append(json.loads(data))
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"ok"
        return answer

    with patch("requests.request", side_effect=keep):
        for service in post:
            service.request_rate_per_sec = 0
        assert post.notify(body=letter.markdown, title=letter.subject, body_format="markdown")
    return kept[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_index_page_lists_what_lasts_and_no_text_from_outside_is_markup(language: str):
    every = [each for text in HOSTILE for each in incidents(text)]
    page = index_html("Harbor", [], {}, language, alerts=every)
    listed = page.split('class="alerts"')[1].split("</section>")[0]
    assert listed.count('<li class="') == ALERTS_LISTED and str(len(every) - ALERTS_LISTED) in listed
    for place in range(0, len(every), ALERTS_LISTED):
        shown = index_html("Harbor", [], {}, language, alerts=every[place:])
        seen = tags_of(shown.split('class="alerts"')[1].split("</section>")[0].partition(">")[2])
        assert seen <= {"h2", "p", "ul", "li", "span", "bdi"}, seen
    assert 'class="alerts"' not in index_html("Harbor", [], {}, language)


def tags_of(text: str) -> set[str]:
    found: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.add(tag)  # type: ignore[method-assign]
    parser.feed(text)
    return found
