"""The sensor of webhooks: what a shop has told makes its orders or stock of the running day be asked for at once.

Which pulls a webhook makes due is decided in webhooks/due.py, and kept in `ops.pulls_due` by `tradewind serve`. The
sensor is level-triggered: a pull waits until a run that began after its newest webhook is known to Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.orchestration.automation import PRIORITY_TAG, anchor
from pipelines.orchestration.raw import PERIOD_OF_KIND, op_name
from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE
from pipelines.webhooks import inbox

if TYPE_CHECKING:
    from pipelines.orchestration.through_the_day import Jobs
    from pipelines.stores import Catalog

SENSOR = "shop_news"
SUBJECT_TAG, NEWEST_TAG = "tradewind/shop_news", "tradewind/shop_news_newest"
# before a night's data and a build: somebody sells what may be sold already
PRIORITY = "30"
_KINDS = {"orders": "windowed", "refunds": "windowed", "stock": "snapshot"}
"""What webhooks call it -> the kind of the feeds (`raw.kind_of`) that are asked for again through the day."""


@dataclass(frozen=True, slots=True)
class Pull:
    """One run: the feeds of a kind for one shop. newest: the id of the newest webhook that asks for it."""

    source: str
    kind: str
    shop_id: str
    stores: tuple[str, ...]
    newest: int
    asked: tuple[inbox.Asked, ...]

    @property
    def subject(self) -> str:
        """What its runs have in common: the value of their tag."""
        return f"{self.shop_id}: {self.kind}"


def wanted(asked: Iterable[inbox.Asked], catalog: Catalog) -> list[Pull]:
    """The pulls of the shops of stores.yaml. What is asked of another shop, or of what no feed reads, is left out."""
    shops = {(shop.kind, shop.domain.lower()): shop for shop in catalog.shops.values() if shop.secret is not None}
    groups: dict[tuple[str, str], list[inbox.Asked]] = {}
    for each in asked:
        shop, kind = shops.get((each.due.channel, each.due.account.lower())), _KINDS.get(each.due.topic)
        if shop is not None and kind is not None:
            groups.setdefault((shop.shop_id, kind), []).append(each)
    found = []
    for (shop_id, kind), group in sorted(groups.items()):
        shop = catalog.shops[shop_id]
        stores = tuple(store.store_id for store in catalog.scope_of(shop).stores)
        newest = max(each.event_id for each in group)
        found.append(Pull(shop.kind, kind, shop_id, stores, newest, tuple(group)))
    return found


def run_request(pull: Pull, job_name: str, today: date) -> dg.RunRequest:
    """What Dagster is asked for. today: the business day of UTC."""
    tags = {PRIORITY_TAG: PRIORITY, SUBJECT_TAG: pull.subject, NEWEST_TAG: str(pull.newest)}
    if pull.kind in PERIOD_OF_KIND:
        tags |= anchor(PERIOD_OF_KIND[pull.kind], today)
    config = {"stores": list(pull.stores), "today": True, "force": True}
    return dg.RunRequest(
        job_name=job_name,
        run_key=f"{pull.subject}: {pull.newest}",
        run_config={"ops": {op_name(pull.source, pull.kind): {"config": config}}},
        tags=tags,
    )


def shop_news_sensor(jobs: Jobs) -> dg.SensorDefinition:
    """Asks for one run for each shop and kind that a webhook has told of. jobs: those of `through_the_day`."""
    names: Mapping[tuple[str, str], str] = {key: job.name for key, job in jobs.items()}

    @dg.sensor(
        name=SENSOR,
        jobs=list(jobs.values()),
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Asks a shop at once for what its webhooks have told of",
    )
    def shop_news(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        with platform.warehouse.connect() as conn:
            asked = inbox.waiting(conn)
            pulls = [each for each in wanted(asked, platform.catalog) if (each.source, each.kind) in names]
            begun = [each for each in pulls if _runs(context.instance, each, newest=True)]
            inbox.take(conn, (asked for each in begun for asked in each.asked))
            conn.commit()
        left = [each for each in pulls if each not in begun and not _runs(context.instance, each, active=True)]
        if not left:
            return dg.SkipReason("what shops have told of is being asked for" if pulls else "no shop has told of any")
        today = platform.settings.now().date()
        return [run_request(each, names[each.source, each.kind], today) for each in left]

    return shop_news


def _runs(instance: dg.DagsterInstance, pull: Pull, *, newest: bool = False, active: bool = False) -> bool:
    """Whether there is a run of this pull: for its newest webhook, or one that has not ended."""
    tags = {SUBJECT_TAG: pull.subject} | ({NEWEST_TAG: str(pull.newest)} if newest else {})
    return instance.get_runs_count(dg.RunsFilter(tags=tags, statuses=ACTIVE if active else None)) > 0
