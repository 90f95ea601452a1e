"""Sends messages of alerts: to whom, of what, and once only, as `insights.alert_messages` and `alert_deliveries` say.

A message and the incidents that it tells of are written down and committed before it is handed over, and settled when
that has ended; one process at a time writes to a recipient. So an alert that was kept and not sent is sent by the next
run, and none is sent twice. Of a message that nobody settled it is not known whether it went out: it is told as such,
and sent again only if a user says so. Decisions on time are in `due.py`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pipelines.errors import ConfigError
from pipelines.insights.alerts import due, message
from pipelines.insights.alerts.rules import Habits, load_rules
from pipelines.insights.alerts.store import Kept, listed
from pipelines.insights.sending.handing import hand_over
from pipelines.insights.sending.recipients import ALERTS, Recipient, recipients_of

if TYPE_CHECKING:
    import psycopg

    from pipelines.insights.sending.letter import Letter
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

ENDED_DAYS = 7
"""Days for which it is worth telling that something is over."""

# Of what a recipient has been told. What surely did not arrive counts as not told.
_TOLD = """
    select d.incident_id, d.about from insights.alert_deliveries as d
    inner join insights.alert_messages as m on m.store_id = %(all)s and m.message_id = d.message_id
    where d.tenant_id = %(tenant_id)s and d.recipient_id = %(recipient_id)s and m.outcome <> 'failed'
"""
_DIGESTS = """
    select count(*) from insights.alert_messages
    where store_id = %(all)s and recipient_id = %(recipient_id)s and form = 'digest' and for_day = %(day)s
        and outcome <> 'failed'
"""
# Failures in a row since anything arrived, and how long ago the last one was, by the database's clock.
_FAILURES = """
    select count(*), clock_timestamp() - max(claimed_at) from insights.alert_messages
    where store_id = %(all)s and recipient_id = %(recipient_id)s and outcome = 'failed'
        and claimed_at > coalesce((
            select max(claimed_at) from insights.alert_messages
            where store_id = %(all)s and recipient_id = %(recipient_id)s and outcome <> 'failed'), '-infinity')
"""
_CLAIM = """
    insert into insights.alert_messages (tenant_id, store_id, form, for_day, language, recipient_id, recipient, outcome)
    values (%(tenant_id)s, %(all)s, %(form)s, %(day)s, %(language)s, %(recipient_id)s, %(recipient)s, 'sending')
    returning message_id
"""
_TELLS = """
    insert into insights.alert_deliveries (tenant_id, store_id, incident_id, recipient_id, about, message_id)
    values (%s, %s, %s, %s, %s, %s)
    on conflict (store_id, incident_id, recipient_id, about) do update set message_id = excluded.message_id
"""
# What nobody knows counts as not arrived: a user has said that it be sent once more.
_GIVE_UP = """
    update insights.alert_messages set outcome = 'failed', reason = 'Nobody knew whether it arrived: sent once more.'
    where store_id = %(all)s and recipient_id = %(recipient_id)s and outcome in ('sending', 'unknown')
"""
_SETTLE = """
    update insights.alert_messages set outcome = %s, reason = %s, settled_at = clock_timestamp()
    where store_id = %s and message_id = %s
"""
_UNKNOWN = """
    select tenant_id, recipient, form, count(*) from insights.alert_messages
    where store_id = any(%s) and outcome in ('sending', 'unknown')
        and claimed_at < clock_timestamp() - interval '5 minutes'
    group by 1, 2, 3 order by 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one message. recipient: its name, without a secret. form: 'now', 'digest' or 'test'. incidents: how
    many it tells of. outcome: 'sent'; 'failed': it did not arrive, and the next run tries again; 'unknown': it may have
    arrived. reason: why not."""

    tenant_id: str
    recipient: str
    form: str
    incidents: int
    outcome: Literal["sent", "failed", "unknown"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Due:
    """A message that is due: what has begun, and what has ended, of which the recipient has not been told; all that
    lasts, for a digest."""

    form: Literal["now", "digest"]
    begun: tuple[Kept, ...]
    ended: tuple[Kept, ...] = ()
    lasting: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class _Post:
    """A recipient of a tenant, its hours, and the business time (UTC). patient: a channel that is down is left alone
    for a while."""

    tenant_id: str
    stores: tuple[str, ...]
    recipient: Recipient
    habits: Habits
    now: datetime
    patient: bool = False

    @property
    def day(self) -> date:
        return due.local(self.now, self.habits).date()

    @property
    def keys(self) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "all": f"*{self.tenant_id}",
            "recipient_id": self.recipient.id,
            "recipient": self.recipient.name,
            "language": self.recipient.language,
            "day": self.day,
        }


def send_due(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    *,
    tenants: Iterable[str] | None = None,
    again: bool = False,
    patient: bool = False,
) -> tuple[list[Sent], list[str]]:
    """Send what is due to whoever wants alerts; default: of all tenants.

    again: also messages of which nobody knows whether they arrived. patient: a channel that was down is left alone for
    a while, longer each time. Returns what was sent, and a sentence for each recipient that cannot be written to and
    for messages of which nobody knows. Raises ConfigError if alerts.yaml is wrong.
    """
    posts, wrong = _posts(settings, catalog, tenants, patient=patient)
    sent: list[Sent] = []
    for post in posts:
        with warehouse.connect(autocommit=True) as conn, _only_one(conn, post) as is_ours:
            if not is_ours:
                continue  # another process writes to it now
            if again:
                conn.execute(_GIVE_UP, post.keys)
            sent += [_send(conn, post, each) for each in _due(conn, post)]
    with warehouse.connect() as conn:
        places = [f"*{each}" for each in dict.fromkeys(post.tenant_id for post in posts)]
        wrong += [
            f"tenant {tenant_id}: of {count} {form} messages to {recipient} nobody knows whether they arrived; "
            "`tradewind alerts send --again` sends them once more."
            for tenant_id, recipient, form, count in conn.execute(_UNKNOWN, (places,)).fetchall()
        ]
    return sent, wrong


def is_anything_due(settings: Settings, warehouse: Warehouse, catalog: Catalog) -> bool:
    """Whether a message is due now to a channel that is not left alone. Nothing is sent."""
    posts, _ = _posts(settings, catalog, None, patient=True)
    with warehouse.connect() as conn:
        return any(_due(conn, post) for post in posts)


def try_out(settings: Settings, catalog: Catalog, tenants: Iterable[str] | None = None) -> tuple[list[Sent], list[str]]:
    """Send a message that tells of nothing to whoever wants alerts, in quiet hours too.

    Raises ConfigError if stores.yaml names nobody.
    """
    posts, wrong = _posts(settings, catalog, tenants)
    if not posts and not wrong:
        raise ConfigError(
            "stores.yaml names nobody who gets alerts: add `alerts` to the kinds of an entry of `send` "
            "(docs/alerts.md)."
        )
    sent = []
    for post in posts:
        letter = message.trial(catalog.tenants[post.tenant_id].name, post.recipient.language)
        outcome, reason = hand_over(post.recipient, letter)
        sent.append(Sent(post.tenant_id, post.recipient.name, "test", 0, outcome, reason))
    return sent, wrong


def _posts(
    settings: Settings, catalog: Catalog, tenants: Iterable[str] | None, *, patient: bool = False
) -> tuple[list[_Post], list[str]]:
    """Each recipient of alerts once, and a sentence for each mistake."""
    rules, now = load_rules(settings.stores_path, catalog), settings.now()
    posts: list[_Post] = []
    wrong: list[str] = []
    for tenant_id in tenants or list(catalog.tenants):
        tenant = catalog.tenants[tenant_id]
        if not any(ALERTS in each.kinds for each in tenant.send):
            continue
        recipients, mistakes = recipients_of(tenant)
        wrong += [f"tenant {tenant_id}, {mistake}" for mistake in mistakes]
        own = tuple(store.store_id for store in catalog.stores.values() if store.tenant_id == tenant_id)
        habits = rules.habits(tenant_id, catalog)
        wanting = {each.id: each for each in reversed(recipients) if each.wants_alerts}
        for recipient in wanting.values():
            stores = tuple(each for each in own if recipient.hears_of(each))
            posts.append(_Post(tenant_id, stores, recipient, habits, now, patient))
    return posts, wrong


@contextlib.contextmanager
def _only_one(conn: psycopg.Connection[Any], post: _Post) -> Iterator[bool]:
    """Whether no other process writes to the recipient for the tenant. The lock ends with the connection."""
    place = f"tradewind.alerts.{post.tenant_id}.{post.recipient.id}"
    row = conn.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", (place,)).fetchone()
    yield bool(row and row[0])


def _due(conn: psycopg.Connection[Any], post: _Post) -> list[_Due]:
    """The messages that are due to a recipient."""
    if due.is_quiet(post.now, post.habits) or (post.patient and _is_left_alone(conn, post)):
        return []
    told = {(row[0], row[1]) for row in conn.execute(_TOLD, post.keys).fetchall()}
    since = post.now - timedelta(days=ENDED_DAYS)
    every = [each for each in listed(conn, post.stores, today=post.day, since=since) if not each.is_muted]
    lasting = tuple(each for each in every if each.resolved_at is None)
    begun = tuple(each for each in lasting if (each.incident_id, "begun") not in told)
    at_once = tuple(each for each in begun if each.severity in post.habits.at_once)
    found = [_Due("now", at_once)] if at_once else []
    if due.is_digest_due(post.now, post.habits) and conn.execute(_DIGESTS, post.keys).fetchone() == (0,):
        ended = tuple(each for each in every if each.resolved_at and (each.incident_id, "over") not in told)
        if lasting or ended:
            waiting = tuple(each for each in begun if each not in at_once)
            found.append(_Due("digest", waiting, ended, lasting))
    return found


def _is_left_alone(conn: psycopg.Connection[Any], post: _Post) -> bool:
    failures, since = conn.execute(_FAILURES, post.keys).fetchone() or (0, None)
    return since is not None and due.is_left_alone(failures, since)


def _send(conn: psycopg.Connection[Any], post: _Post, what: _Due) -> Sent:
    message_id = _claim(conn, post, what)
    outcome, reason = hand_over(post.recipient, _letter(post, what))
    conn.execute(_SETTLE, (outcome, reason, f"*{post.tenant_id}", message_id))
    if outcome != "sent":
        log.warning("alerts of %s to %s: %s", post.tenant_id, post.recipient.name, reason)
    count = len(what.begun) if what.form == "now" else len(what.lasting) + len(what.ended)
    return Sent(post.tenant_id, post.recipient.name, what.form, count, outcome, reason)


def _claim(conn: psycopg.Connection[Any], post: _Post, what: _Due) -> int:
    """Write down a message and what it tells of, committed when this returns."""
    with conn.transaction():
        (message_id,) = conn.execute(_CLAIM, {**post.keys, "form": what.form}).fetchone() or (0,)
        rows = [
            (each.tenant_id, each.store_id, each.incident_id, post.recipient.id, about, message_id)
            for about, incidents in (("begun", what.begun), ("over", what.ended))
            for each in incidents
        ]
        with conn.cursor() as cursor:
            cursor.executemany(_TELLS, rows)
    return int(message_id)


def _letter(post: _Post, what: _Due) -> Letter:
    language = post.recipient.language
    if what.form == "now":
        return message.begun(what.begun, language, day=post.day)
    return message.digest(what.lasting, what.ended, language, day=post.day)


def unsent(sent: Sequence[Sent]) -> list[str]:
    """A sentence for each message that did not arrive, or of which nobody knows."""
    return [
        f"{each.form} of {each.tenant_id} to {each.recipient}: "
        f"{'not sent' if each.outcome == 'failed' else 'nobody knows whether it was sent'}. {each.reason or ''}".strip()
        for each in sent
        if each.outcome != "sent"
    ]
