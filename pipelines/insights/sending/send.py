"""Sends written briefs to the recipients of their tenants, each version once to each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.errors import ConfigError
from pipelines.insights import dates
from pipelines.insights.sending.account import Account
from pipelines.insights.sending.handing import hand_over
from pipelines.insights.sending.letter import letter_of
from pipelines.insights.sending.recipients import Recipient, recipients_of

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of sending one brief to one recipient.

    recipient: its name, without a secret. outcome: 'sent' now; 'before': it was sent by an earlier run; 'failed': it
    did not arrive, and the next run tries again; 'unknown': it may have arrived, and is not sent again by itself;
    'elsewhere': another process is sending it. reason: of 'failed' and 'unknown'.
    """

    brief: BriefResult
    recipient: str
    outcome: Literal["sent", "before", "failed", "unknown", "elsewhere"]
    reason: str | None = None


def is_wanted(catalog: Catalog, tenants: Iterable[str]) -> bool:
    """Whether stores.yaml names recipients for one of these tenants."""
    return any(catalog.tenants[tenant].send for tenant in tenants)


def send_briefs(
    warehouse: Warehouse,
    catalog: Catalog,
    briefs: Sequence[BriefResult],
    *,
    again: bool = False,
    progress: Callable[[Delivery], None] | None = None,
) -> tuple[list[Delivery], list[str]]:
    """Send briefs as they were written to whoever wants them and has not got this version.

    again: also those of which nobody knows whether they were sent. progress: called with each delivery. Returns the
    deliveries and a sentence for each recipient that cannot be written to. Raises ConfigError if stores.yaml names no
    recipient for these briefs' tenants.
    """
    tenants = list(dict.fromkeys(brief.tenant_id for brief in briefs if brief.path))
    if tenants and not is_wanted(catalog, tenants):
        raise ConfigError(
            f"stores.yaml names nobody to send to for tenant {', '.join(tenants)}: add `send` to it (docs/sending.md)."
        )
    account = Account(warehouse)
    deliveries: list[Delivery] = []
    wrong: list[str] = []
    for tenant_id in tenants:
        recipients, mistakes = recipients_of(catalog.tenants[tenant_id])
        wrong += [f"tenant {tenant_id}, {mistake}" for mistake in mistakes]
        for brief in briefs:
            if brief.tenant_id != tenant_id:
                continue
            for recipient in {each.id: each for each in reversed(recipients) if each.wants(brief)}.values():
                delivery = _send(account, catalog, brief, recipient, again)
                deliveries.append(delivery)
                if progress:
                    progress(delivery)
    return deliveries, wrong


def _send(account: Account, catalog: Catalog, brief: BriefResult, recipient: Recipient, again: bool) -> Delivery:
    if brief.path is None or brief.day is None:  # such a one is wanted by nobody
        raise ValueError(f"{brief.store_id} {brief.kind} was not written")
    values = {
        "tenant_id": brief.tenant_id,
        "store_id": brief.store_id,
        "first": brief.first or brief.day,
        "day": brief.day,
        "kind": brief.kind,
        "language": brief.language,
        "version": brief.version,
        "recipient_id": recipient.id,
        "recipient": recipient.name,
    }
    with account.open(values, every=recipient.to.versions == "every", again=again) as entry:
        claimed = entry.claim()
        if claimed == "sent":
            return Delivery(brief, recipient.name, "before")
        if claimed == "unknown":
            return Delivery(
                brief, recipient.name, "unknown", "It was being sent when its process ended, or no answer came."
            )
        if claimed == "elsewhere":
            return Delivery(brief, recipient.name, "elsewhere")
        name = catalog.tenants[brief.tenant_id].name if brief.store_id.startswith("*") else brief.store_id
        period = dates.period_text((brief.first or brief.day, brief.day), brief.language, year=brief.day.year)
        outcome, reason = hand_over(recipient, letter_of(brief, name, period), brief.path)
        entry.settle(outcome, reason)
    if outcome != "sent":
        log.warning("brief %s %s %s to %s: %s", brief.store_id, brief.kind, brief.day, recipient.name, reason)
    return Delivery(brief, recipient.name, outcome, reason)
