"""The briefs asset: a summary per store, day and language, written from the marts."""

from collections.abc import Iterator, Sequence

import dagster as dg
from pydantic import Field

from pipelines.orchestration.resources import Platform

BRIEFS = dg.AssetKey(["insights", "briefs"])


class BriefConfig(dg.Config):
    """Which stores are written about; empty: all."""

    stores: list[str] = Field(default=[], description="store ids; empty: all")


def build_briefs(upstream: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset `insights/briefs`, below the marts that its facts come from."""

    @dg.asset(
        key=BRIEFS,
        deps=list(upstream),
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
