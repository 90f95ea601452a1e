"""The assets of insights: the forecast of demand by SKU, and below it the briefs, both made from the marts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from pipelines.orchestration import describing
from pipelines.orchestration.resources import Platform

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult

BRIEFS = dg.AssetKey(["insights", "briefs"])
FORECASTS = dg.AssetKey(["insights", "demand_forecasts"])
# What the history of demand is read from (insights/forecast/history.py).
_HISTORY = [dg.AssetKey(["marts", name]) for name in ("sales_daily", "inventory_daily", "data_coverage")]


class BriefConfig(dg.Config):
    """Which stores are written about; empty: all."""

    stores: list[str] = Field(default=[], description="store ids; empty: all")


class ForecastConfig(dg.Config):
    """Which stores are forecast; empty: all."""

    stores: list[str] = Field(default=[], description="store ids; empty: all")


@dg.asset(
    key=FORECASTS,
    deps=_HISTORY,
    group_name="insights",
    kinds={"postgres", "statsmodels"},
    tags={"layer": "insights"},
    freshness_policy=describing.freshness_of_builds(),
    description=(
        "Units that each SKU is expected to sell on each of the next 90 days, with quantiles and the error of a "
        "backtest: insights.demand_forecasts. A store whose history has not changed is not forecast again"
    ),
)
def demand_forecasts(config: ForecastConfig, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult:
    """The newest forecast of each store."""
    from pipelines.insights.forecast.models import HORIZON
    from pipelines.insights.forecast.store import make_forecasts

    results = make_forecasts(platform.settings, platform.warehouse, platform.catalog, stores=config.stores or None)
    skus = sum(each.skus for each in results)
    told = [
        f"- {each.store_id}: "
        + (each.reason or f"{each.skus} SKUs from {each.origin}{', as before' if each.reused else ''}")
        for each in results
    ]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": skus * HORIZON,
            "skus": skus,
            "stores": sum(each.origin is not None for each in results),
            "reused": sum(each.reused for each in results),
            "by_store": dg.MetadataValue.md("\n".join(told)),
        }
    )


def build_briefs(upstream: Sequence[dg.AssetKey], owners: Sequence[str] = ()) -> dg.AssetsDefinition:
    """The asset `insights/briefs`, below the marts that its facts come from and the forecasts."""

    @dg.asset(
        key=BRIEFS,
        deps=[*upstream, FORECASTS],
        group_name="insights",
        kinds={"postgres", "langchain"},
        owners=list(owners),
        tags={"layer": "insights"},
        metadata={describing.DOCUMENTATION: describing.page("sending.md")},
        freshness_policy=describing.freshness_of_builds(),
        description=(
            "The briefs of each store and tenant, in English and Chinese: insights.briefs and one HTML page each. They "
            "are sent to those whom stores.yaml names, each version once"
        ),
        check_specs=[
            dg.AssetCheckSpec(name="grounded", asset=BRIEFS, blocking=True),
            dg.AssetCheckSpec(name="sent", asset=BRIEFS, description="Whoever wants a brief has got it"),
        ],
    )
    def briefs(config: BriefConfig, platform: dg.ResourceParam[Platform]) -> Iterator[object]:
        from pipelines.insights.brief import write_briefs

        results = write_briefs(platform.settings, platform.warehouse, platform.catalog, stores=config.stores or None)
        ungrounded = [f"{each.store_id} {each.day} {each.language}" for each in results if not each.grounded]
        yield from (_told(each) for each in results if each.path and not each.reused)
        yield dg.MaterializeResult(
            asset_key=BRIEFS,
            metadata={
                "briefs": dg.MetadataValue.table([_row(each) for each in results]) if results else "none",
                "dagster/row_count": sum(each.path is not None for each in results),
                "written": sum(each.path is not None for each in results),
                "written_by_llm": sum(each.writer == "llm" for each in results),
                "reused": sum(each.reused for each in results),
                "parts_of_answers_not_shown": sum(each.refused for each in results),
                "newer_versions": sum(each.version > 1 and not each.reused for each in results),
                "tokens": sum(each.tokens_in + each.tokens_out for each in results),
                "cost_usd": float(sum(each.cost_usd or 0 for each in results)),
                "pages": dg.MetadataValue.md(_pages(results)),
            },
        )
        yield dg.AssetCheckResult(
            asset_key=BRIEFS,
            check_name="grounded",
            passed=not ungrounded,
            description="every figure is a fact of the marts" if not ungrounded else "; ".join(ungrounded),
        )
        yield _sent(platform, results)

    return briefs


def _pages(briefs: Sequence["BriefResult"]) -> str:
    """Where the pages are, and of those that there are none of, why."""
    lines = [
        f"- {each.store_id} {each.kind} {each.language}: [{each.path.name}]({each.path.as_uri()})"
        for each in briefs
        if each.path
    ]
    missing = [f"- {each.store_id} {each.kind}: none. {each.reason or ''}" for each in briefs if not each.path]
    return "\n".join([*lines, *missing]) or "none"


def _row(brief: "BriefResult") -> dg.TableRecord:
    """A brief's line in the table of all that a run looked at."""
    return dg.TableRecord(
        {
            "store": brief.store_id,
            "kind": brief.kind,
            "day": str(brief.day or ""),
            "language": brief.language,
            "version": brief.version,
            "writer": brief.writer,
            "grounded": brief.grounded,
            "reused": brief.reused,
            "tokens_in": brief.tokens_in,
            "tokens_out": brief.tokens_out,
            "cost_usd": "" if brief.cost_usd is None else str(brief.cost_usd),
            "why": brief.reason or "",
        }
    )


def _told(brief: "BriefResult") -> dg.AssetObservation:
    """A brief that is new in this run: what it says, who wrote it, and what that cost."""
    metadata: dict[str, Any] = {
        "kind": brief.kind,
        "tenant": brief.tenant_id,
        "store": brief.store_id,
        "day": str(brief.day),
        "language": brief.language,
        "version": brief.version,
        "grounded": brief.grounded,
        "writer": brief.writer,
        "why_not_by_the_model": brief.reason or "",
        "parts_of_answer_not_shown": brief.refused,
        "tokens_in": brief.tokens_in,
        "tokens_out": brief.tokens_out,
        "findings": dg.MetadataValue.md(brief.markdown),
        "page": dg.MetadataValue.path(str(brief.path)),
    }
    if brief.cost_usd is not None:
        metadata["cost_usd"] = float(brief.cost_usd)
    return dg.AssetObservation(asset_key=BRIEFS, metadata=metadata)


def _sent(platform: Platform, briefs: Sequence["BriefResult"]) -> dg.AssetCheckResult:
    """Send the briefs. What could not be sent is told, and fails no run."""
    from pipelines.insights.sending.send import is_wanted, send_briefs

    wrong: list[str] = []
    told = "stores.yaml names nobody to send briefs to"
    counts = Counter[str]()
    if is_wanted(platform.catalog, {each.tenant_id for each in briefs if each.path}):
        deliveries, wrong = send_briefs(platform.warehouse, platform.catalog, briefs)
        counts.update(each.outcome for each in deliveries)
        wrong += [
            f"{each.brief.store_id} {each.brief.kind} {each.brief.language} to {each.recipient}: "
            f"{'not sent' if each.outcome == 'failed' else 'nobody knows whether it was sent'}. {each.reason or ''}"
            for each in deliveries
            if each.outcome in ("failed", "unknown")
        ]
        told = f"{counts['sent']} sent now, {counts['before']} before"
    return dg.AssetCheckResult(
        asset_key=BRIEFS,
        check_name="sent",
        passed=not wrong,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(wrong) or told,
        metadata={outcome: counts[outcome] for outcome in ("sent", "before", "failed", "unknown")},
    )
