"""Makes messages of incidents: a subject, and the text as Markdown for chats and as HTML for mail programs.

A message tells of what has just begun, or, as a digest, of all that lasts and of what has ended. Its words are ours; of
what comes from outside nothing stands in the subject, and all else in code spans (`wording.outside`). Apprise makes
what a service needs of the Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from pipelines.insights.alerts import wording
from pipelines.insights.alerts.kinds import SEVERITIES
from pipelines.insights.alerts.store import Kept
from pipelines.insights.locales import locale
from pipelines.insights.sending.letter import Letter, html_of

MOST_NOW, MOST_IN_DIGEST = 20, 60
"""Incidents that are told one by one; of the others their number."""


def begun(incidents: Sequence[Kept], language: str, *, day: date) -> Letter:
    """What has just begun. day: on which it is sent; its year is not said."""
    words = wording.words(language)["message"]
    titles = list(dict.fromkeys(wording.title(each, language) for each in ordered(incidents)))
    subject = _counted(words["now"], len(incidents), first=_list(titles[:3], language))
    return _letter(subject, _sections(incidents, language, day, MOST_NOW), language)


def digest(lasting: Sequence[Kept], ended: Sequence[Kept], language: str, *, day: date) -> Letter:
    """What lasts, and what has ended since the last digest. day: of the digest."""
    words = wording.words(language)["message"]
    told = wording.day(day, language, year=day.year)
    subject = words["digest"][0].format(day=told, open=len(lasting), over=len(ended))
    parts = []
    for heading, incidents in ((words["lasts"], lasting), (words["has_ended"], ended)):
        if incidents:
            parts += [f"# {heading}", _sections(incidents, language, day, MOST_IN_DIGEST)]
    return _letter(subject, "\n\n".join(parts) or words["all_well"], language)


def trial(tenant: str, language: str) -> Letter:
    """What `tradewind alerts test` sends. tenant: its name."""
    words = wording.words(language)["message"]
    return _letter(words["test"], words["test_body"].format(tenant=wording.outside(tenant)), language)


def ordered(incidents: Iterable[Kept]) -> list[Kept]:
    """The most urgent first, then by store; of each the newest first."""
    newest = sorted(incidents, key=lambda each: (each.first_seen, each.incident_id), reverse=True)
    return sorted(newest, key=lambda each: (SEVERITIES.index(each.severity), each.store_id))


def _sections(incidents: Sequence[Kept], language: str, day: date, most: int) -> str:
    """A heading for each urgency and store, and a line for each incident."""
    known = wording.words(language)
    lines = []
    shown = ordered(incidents)[:most]
    for (severity, store_id), group in groupby(shown, key=lambda each: (each.severity, each.store_id)):
        lines += [f"## {known['severities'][severity]} · {store_id}", ""]
        lines += [_line(each, language, day) for each in group] + [""]
    if len(incidents) > most:
        lines.append(_counted(known["message"]["more"], len(incidents) - most))
    return "\n".join(lines).strip()


def _line(incident: Kept, language: str, day: date) -> str:
    words = wording.words(language)["message"]
    blank = "" if language == "zh" else " "
    when = words["since"].format(day=wording.day(incident.first_seen, language, year=day.year))
    if incident.resolved_at:
        when = words["over"].format(day=wording.day(incident.resolved_at, language, year=day.year))
    said = blank.join(wording.sentences(incident, language))
    return f"- **{wording.title(incident, language)}** {said} ({when})"


def _letter(subject: str, markdown: str, language: str) -> Letter:
    return Letter(subject, html_of(markdown, "", locale(language).HTML_LANG), markdown)


def _list(texts: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(texts)


def _counted(forms: Sequence[str], number: int, **named: str) -> str:
    return forms[0 if number == 1 else 1].format(n=number, **named)
