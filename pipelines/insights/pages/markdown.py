"""Makes the text of a brief as Markdown, as it is stored. The page is made in `page.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.insights import dates, render
from pipelines.insights.claims.compose import Statement, to_do
from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.locales import locale
from pipelines.insights.versions import Changes

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About, BriefKind


def markdown(
    brief: BriefKind,
    about: About,
    book: FactBook,
    findings: Sequence[Statement],
    language: str,
    changes: Changes,
) -> str:
    """The brief as Markdown, for mails and chats; names stand in code quotes, so that they cannot be markup."""
    words = locale(language)
    facts, year = book.by_id(), book.day.year
    lines = [
        f"# {words.UI['of'].format(title=words.BRIEFS[brief.name], name=about.name)}",
        "",
        dates.whole_period_text(book.period, language),
        "",
    ]
    for _, finding in to_do(findings):
        title, todo = (render.pieces(part, facts, language, day=book.day) for part in (finding.title, finding.todo))
        lines.append(f"**{words.UI['do_first']}** {_joined(title)}{words.LIST[0]}{_joined(todo)}")
    if lines[-1]:
        lines.append("")
    for finding in findings:
        labelled: set[str] = set()
        title, text = (
            render.pieces(part, facts, language, day=book.day, labelled=labelled)
            for part in (finding.title, finding.text)
        )
        not_final = f" _({words.UI['open']})_" if is_open(finding, facts) else ""
        own = f" _{words.UI['own_words']} {finding.remark}_" if finding.remark else ""
        lines.append(
            f"- **{_joined(title)}** {_joined(text)}{_at_stake(finding, facts, language, year)}{not_final}{own}"
        )
    # what findings cite, and the figures of the day that each page shows whether a finding cites them or not
    shown = [fact for finding in findings for fact in finding.facts]
    shown += [fact.id for tile in brief.tiles if (fact := book.get(tile.fact)) is not None]
    cited = dict.fromkeys(fact for fact in shown if fact in changes.was)
    if cited and changes.since:
        moment = dates.moment_text(changes.since, language, zone=about.time_zone)
        lines += ["", f"## {words.UI['changed'].format(moment=moment)}", ""]
    for number in cited:
        new, old = facts[number], changes.was[number]
        of = "" if new.subject.kind == "store" else f" `{render.name_of(new, language).replace('`', chr(39))}`"
        figures = [render.figure(fact, language, year=year) for fact in (new, old)]
        lines.append(f"- {words.FACTS[new.name]}{of}: {figures[0]} ({words.UI['was']} {figures[1]})")
    return "\n".join(lines) + "\n"


def is_open(finding: Statement, facts: Mapping[str, Fact]) -> bool:
    """Whether it rests on a figure that is not final."""
    return any(facts[fact].open_days for fact in finding.facts)


def _at_stake(finding: Statement, facts: Mapping[str, Fact], language: str, year: int) -> str:
    """What is at stake by a finding, where it does not say so itself."""
    several = [facts[fact] for fact in finding.stake]
    if not several:
        return ""
    names = [f" {_code(render.name_of(fact, language))}" if len(several) > 1 else "" for fact in several]
    figures = [render.figure(fact, language, year=year) + name for fact, name in zip(several, names, strict=True)]
    words = locale(language)
    colon, comma, stop = words.LIST
    return f" {words.FACTS[several[0].name]}{colon}{comma.join(figures)}{stop}"


def _joined(pieces: Iterable[render.Piece]) -> str:
    return "".join(_quoted(piece) for piece in pieces)


def _quoted(piece: render.Piece) -> str:
    return _code(piece.text) if piece.kind in ("name", "label") else piece.text


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"
