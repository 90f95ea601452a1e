"""The assets of insights: the forecast of demand by SKU, and below it the briefs, both made from the marts."""

from collections.abc import Iterator, Sequence

import dagster as dg
from pydantic import Field

from pipelines.orchestration.resources import Platform

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


def build_briefs(upstream: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset `insights/briefs`, below the marts that its facts come from and the forecasts."""

    @dg.asset(
        key=BRIEFS,
        deps=[*upstream, FORECASTS],
        group_name="insights",
        kinds={"postgres", "langchain"},
        description="Daily brief of each store, in English and Chinese: insights.briefs and one HTML page each",
        check_specs=[dg.AssetCheckSpec(name="grounded", asset=BRIEFS, blocking=True)],
    )
    def briefs(config: BriefConfig, platform: dg.ResourceParam[Platform]) -> Iterator[object]:
        from pipelines.insights.brief import write_briefs

        results = write_briefs(platform.settings, platform.warehouse, platform.catalog, stores=config.stores or None)
        ungrounded = [f"{each.store_id} {each.day} {each.language}" for each in results if not each.grounded]
        yield dg.MaterializeResult(
            asset_key=BRIEFS,
            metadata={
                "briefs": len(results),
                "written_by_llm": sum(each.writer == "llm" for each in results),
                "reused": sum(each.reused for each in results),
                "parts_of_answers_not_shown": sum(each.refused for each in results),
                "newer_versions": sum(each.version > 1 and not each.reused for each in results),
                "pages": dg.MetadataValue.md("\n".join(f"- {each.store_id}: {each.path}" for each in results)),
            },
        )
        yield dg.AssetCheckResult(
            asset_key=BRIEFS,
            check_name="grounded",
            passed=not ungrounded,
            description="every figure is a fact of the marts" if not ungrounded else "; ".join(ungrounded),
        )

    return briefs
