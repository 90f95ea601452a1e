"""Makes the letter of a brief: a subject, and its findings as HTML for mail programs and as Markdown for chats.

The text is that of the brief as it is stored. The page itself goes with the letter as a file. Apprise makes the plain
text of an e-mail from the HTML, which is why its marks are simple and its styles are in them: mail programs drop style
sheets.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pipelines.insights.locales import locale

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult

_SUBJECT_LENGTH = 160
_FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue','PingFang SC','Microsoft YaHei',Arial,sans-serif"
_STYLES = {
    "h1": "font-size:22px;line-height:1.3;margin:0 0 4px",
    "h2": "font-size:16px;line-height:1.3;margin:22px 0 6px",
    "p": "margin:0 0 14px;color:#5e6a67",
    "ul": "margin:0;padding:0 0 0 20px",
    "li": "margin:0 0 12px",
    "strong": "color:#17211f",
    "span": "font-weight:600",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent beside the page. subject: one line of text."""

    subject: str
    html: str
    markdown: str


def letter_of(brief: BriefResult, name: str, period: str) -> Letter:
    """The letter of a written brief. name: what it is about. period: as text in the brief's language."""
    words = locale(brief.language)
    title = words.UI["of"].format(title=words.BRIEFS[brief.kind], name=name)
    newer = f" · {words.UI['mail_version'].format(version=brief.version)}" if brief.version > 1 else ""
    first = _first_title(brief.markdown)
    subject = f"{title} · {period}{newer}" + (f" · {first}" if first else "")
    note = words.UI["mail_page"]
    return Letter(
        subject if len(subject) <= _SUBJECT_LENGTH else subject[: _SUBJECT_LENGTH - 1] + "…",
        html_of(brief.markdown, note, words.HTML_LANG),
        f"{brief.markdown}\n{note}\n",
    )


def _first_title(markdown: str) -> str:
    """The title of the first finding as text; '' if there is none."""
    line = next((line for line in markdown.splitlines() if line.startswith("- **")), "")
    title, end, _ = line.removeprefix("- **").partition("**")
    return " ".join(title.replace("`", "").split()) if end else ""


def html_of(markdown: str, note: str, lang: str) -> str:
    """A Markdown text as HTML for mail programs, without anything of HTML that it has itself. note: a last line. lang:
    of the text, as HTML names it."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(markdown)
    for token in tokens:
        for each in (token, *(token.children or ())):
            if each.type == "code_inline":  # a name; as code it would stand between blanks in the plain text
                each.type, each.tag, each.content = "html_inline", "", _name(each.content)
            elif each.type == "strong_close":  # a title, with a line of its own
                each.type, each.tag, each.content = "html_inline", "", "</strong><br>"
            if each.nesting >= 0 and each.tag in _STYLES and not each.hidden:
                each.attrSet("style", _STYLES[each.tag])
    inner = reader.renderer.render(tokens, reader.options, {})
    return (
        f'<div lang="{escape(lang)}" style="{_FONT};font-size:15px;line-height:1.55;color:#17211f;background:#ffffff;'
        f'max-width:680px;margin:0 auto;padding:20px">{inner}<p style="{_STYLES["p"]}">{escape(note)}</p></div>'
    )


def _name(text: str) -> str:
    return f'<span style="{_STYLES["span"]}">{escape(text)}</span>'
