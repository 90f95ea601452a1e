"""What came of a brief: one that was written or stands, or why there is none. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.insights.analyst import Analysis
    from pipelines.insights.briefs.kind import About, BriefKind
    from pipelines.insights.claims.compose import Statement
    from pipelines.insights.claims.schema import Refusal


@dataclass(frozen=True, slots=True)
class BriefResult:
    """The result for one brief.

    kind: of brief. store_id: '*' and the tenant's id for all its stores. writer: 'llm', 'template', or 'none' where
    there is no brief (then `reason` says why, and language is ''). grounded: everything said rests on facts. reused:
    the stored brief stood. reason: also why the model did not write. version: of the brief, from 1; 0 where there is
    none. refused: how many parts of a model's answer are not shown. first: the first day of the period that ends with
    `day`. markdown: the findings, as they are stored.
    """

    store_id: str
    day: date | None
    language: str
    writer: str
    grounded: bool
    path: Path | None
    reused: bool
    reason: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal | None = None
    version: int = 0
    refused: int = 0
    kind: str = "daily"
    tenant_id: str = ""
    first: date | None = None
    markdown: str = ""


def no_brief(brief: BriefKind, about: About, day: date | None, reason: str | None) -> BriefResult:
    """That there is no brief, and why."""
    tenant_id = about.tenant.tenant_id
    return BriefResult(about.id, day, "", "none", True, None, False, reason, kind=brief.name, tenant_id=tenant_id)


def result_of(
    brief: BriefKind,
    about: About,
    period: tuple[date, date],
    language: str,
    record: Mapping[str, Any],
    path: Path,
    *,
    reused: bool,
    analysis: Analysis | None = None,
) -> BriefResult:
    """The result of a brief that there is. record: as it is stored. analysis: what came of asking a model now."""
    return BriefResult(
        about.id,
        period[1],
        language,
        record["writer"],
        record["grounded"],
        path,
        reused,
        analysis.reason if analysis else None,
        analysis.tokens_in if analysis else 0,
        analysis.tokens_out if analysis else 0,
        analysis.cost_usd if analysis else None,
        version=record["version"],
        refused=len(stored_claims(record["claims"])[1]),
        kind=brief.name,
        tenant_id=about.tenant.tenant_id,
        first=period[0],
        markdown=record["body_markdown"],
    )


def stored_claims(stored: Any) -> tuple[list[Statement], list[Refusal]]:
    """The statements of a brief as it said them, and what was refused: of the column `claims`."""
    from pipelines.insights.claims.compose import Statement
    from pipelines.insights.claims.schema import Refusal

    content = getattr(stored, "obj", stored)  # as it was sent, or as it was read
    statements = [Statement.from_json(each) for each in content if "refused" not in each]
    return statements, [Refusal.from_json(each) for each in content if "refused" in each]
