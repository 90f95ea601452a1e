"""One round for one channel: what was left is settled, what it shows is read, and what differs is decided and sent.

A request is in the ledger, committed, before it leaves. Who is killed before that has sent nothing; who is killed after
it leaves the update `sending`, and the next round sends the same request with the same key, or reads what the channel
shows where it knows no keys. One process at a time writes to a channel.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pipelines.channels import inputs, ledger, standing
from pipelines.channels.decision import Decision, Offer, Stock, Verdict, decide
from pipelines.channels.ledger import Settlement, Update, failed
from pipelines.channels.model import Channel, Listing, Shown
from pipelines.channels.policies_file import Policies
from pipelines.channels.retries import MOST_ATTEMPTS, after_failure, has_change_left
from pipelines.channels.writers.base import Answer, Writer, writer_for
from pipelines.errors import SourceError
from pipelines.telemetry import names
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import count, span

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings

log = logging.getLogger(__name__)

ROUNDS = 3
"""How often, within one round, what another figure of a request kept back is sent, and what was stale decided anew."""
LAG = timedelta(minutes=15)
"""How long a channel may go on showing the former figure of a change that it has taken."""
PATIENCE = timedelta(hours=6)
"""How long a channel may be processing what it has taken."""
_in_order = attrgetter("item_id", "channel_sku")  # ten times as fast as comparing listings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a round. busy: another process was at it, and nothing was done."""

    channel: Channel
    decision: Decision
    sent: int = 0
    failed: int = 0
    busy: bool = False


async def run(
    settings: Settings,
    conn: psycopg.Connection[Any],
    pool: AsyncConnectionPool,
    channel: Channel,
    policies: Policies,
    *,
    full: bool,
    send: bool,
) -> Outcome:
    """Look at one channel, and (send) tell it what differs. conn: in autocommit mode, of this round alone.

    full: every listing is read, and what was given up is tried again; else only what seems to differ, if it is told.
    Raises SourceError and ConfigError.
    """
    with bind(source=channel.kind, store=channel.channel_id), span("channel round"):
        return await _looked_at(settings, conn, pool, channel, policies, full=full, send=send)


async def _looked_at(
    settings: Settings,
    conn: psycopg.Connection[Any],
    pool: AsyncConnectionPool,
    channel: Channel,
    policies: Policies,
    *,
    full: bool,
    send: bool,
) -> Outcome:
    now, mode = settings.now(), policies.settings(channel.channel_id).write
    with ledger.only_one(conn, channel.channel_id) as is_ours:
        if not is_ours:
            return Outcome(channel, Decision(()), busy=True)
        async with writer_for(channel.kind)(settings, pool, channel) as writer:
            this = _Round(conn, writer, channel, now)
            await this.settle_left()
            decision = await this.decide(policies, full=full, send=send)
            for turn in range(ROUNDS if send else 0):
                if decision.stopped is not None or not (updates := this.planned(decision, again=full and turn == 0)):
                    break
                await this.send(updates)
                decision = await this.verify()  # what was stale is decided on anew
            standing.finish(conn, channel, decision, mode, now, full=full)
    if decision.stopped is not None:
        log.error("%s: %s", channel.channel_id, decision.stopped)
    return Outcome(channel, decision, this.sent, this.failed)


class _Round:
    def __init__(self, conn: psycopg.Connection[Any], writer: Writer, channel: Channel, now: datetime) -> None:
        self._conn, self._writer, self._channel, self._now = conn, writer, channel, now
        self._offers: tuple[Offer, ...] = ()
        self._stock: dict[str, Stock] = {}
        self._live: dict[Listing, Shown] = {}
        self._stale: set[Listing] = set()
        self.sent = self.failed = 0

    # --- what an earlier process has left ------------------------------------------------------------------------

    async def settle_left(self) -> None:
        """Find out what became of requests of which no answer was noted."""
        left = [each for each in self._find("sending") if each.is_due]
        for key, group in groupby(left, key=lambda each: each.key):
            updates = list(group)
            lives = key is not None and updates[0].age < 0.9 * self._writer.key_lives.total_seconds()
            body = ledger.request_of(self._conn, self._channel.channel_id, key) if lives else None
            if key is not None and body is not None:
                await self._dispatch(updates, body, key)
            else:
                shown = await self._writer.read([each.listing for each in updates])
                self._settle(self._settled_by(each, shown.get(each.listing)) for each in updates)
        await self._read_back()

    def _settled_by(self, update: Update, shown: Shown | None) -> Settlement | None:
        """Tell by what is shown whether a request without an answer was executed; None: it may still come."""
        quantity = shown.quantity if shown else None
        if quantity == update.to_quantity:
            return Settlement(update, "done", "It was found to show this.")
        if quantity != update.from_quantity:
            return Settlement(update, "void", f"It shows {quantity} by now.")
        if update.age < self._writer.shows_after.total_seconds():
            return None
        return Settlement(update, "waiting", "It had not been sent.")

    # --- what is to be told --------------------------------------------------------------------------------------

    async def decide(self, policies: Policies, *, full: bool, send: bool) -> Decision:
        """Read what has to be read, decide, and write down what was found."""
        found = inputs.read(self._conn, self._channel, policies)
        self._stock = found.stock
        given_up = ledger.given_up(self._conn, self._channel.channel_id)
        read = {each.listing for each in found.offers if full or self._matters(each, found, given_up, send=send)}
        await self._read(sorted(read, key=_in_order))
        self._offers = tuple(self._seen(each) if each.listing in read else each for each in found.offers)
        return self._decided()

    def _matters(
        self, offer: Offer, known: inputs.Inputs, given_up: Collection[tuple[str, str, int]], *, send: bool
    ) -> bool:
        """Whether a listing may have to be told something, as far as is known without reading it: calls are scarce."""
        if offer.listing in known.touched:
            return True
        if offer.shown is None:
            return offer.listing not in known.unstocked
        if not send:
            return False
        says = self._writer.says_waiting
        hopeful = replace(offer, shown=replace(offer.shown, waiting=offer.reserved)) if says else offer
        verdict = decide([hopeful], self._stock, self._now).verdicts[0]
        key = (offer.listing.item_id, offer.listing.channel_sku, verdict.target)
        return verdict.action == "send" and key not in given_up

    async def _read(self, listings: Sequence[Listing]) -> None:
        for each in listings:
            self._live.pop(each, None)
        if listings:
            self._live.update(await self._writer.read(listings))

    def _seen(self, offer: Offer) -> Offer:
        """The offer with what was read. A figure that has not changed was true from its first reading on: orders that
        were read since then are all that it can have sold."""
        shown, before = self._live.get(offer.listing), offer.shown
        if shown is not None and before is not None and before.quantity == shown.quantity:
            shown = replace(shown, at=min(before.at, shown.at))
        return replace(offer, shown=shown)

    def _decided(self) -> Decision:
        decision = decide(self._offers, self._stock, self._now)
        standing.record(self._conn, self._channel, decision.verdicts, self._now)
        return decision

    def planned(self, decision: Decision, *, again: bool) -> list[Update]:
        """The updates that are sent now: written down, or waiting from an earlier round. again: also what was given up.

        What waits and is not wanted any more, because the decision has changed, is void."""
        wanted = {each.offer.listing: each for each in decision.verdicts if each.action == "send"}
        refused = set() if again else ledger.given_up(self._conn, self._channel.channel_id)
        counted = Counter(ledger.told_today(self._conn, self._channel.channel_id))
        new: list[tuple[Verdict, int]] = []
        used_up: set[Listing] = set()
        void: list[Settlement] = []
        waiting = {each.listing: each for each in self._find("waiting", "sending", "sent")}
        for listing, verdict in wanted.items():
            update, target = waiting.pop(listing, None), verdict.target
            key = (listing.item_id, listing.channel_sku)
            if listing not in self._live or (*key, target) in refused:
                continue
            change = verdict.change
            raises = change.to_quantity > change.from_quantity
            if not has_change_left(counted[listing.item_id], self._writer.a_day, raises=raises):
                log.warning("%s takes no more changes of %s today", self._channel.channel_id, listing.channel_sku)
                used_up.add(listing)
                continue
            counted[listing.item_id] += 1
            if update is None:
                new.append((verdict, 0))
            elif update.state == "waiting" and update.is_due and update.change != change:
                void.append(Settlement(update, "void", "Another figure was decided on since."))
                new.append((verdict, update.attempts))
        void += [
            Settlement(each, "void", "It is not needed any more.")
            for each in waiting.values()
            if each.state == "waiting"
        ]
        self._settle(void)
        ledger.plan(self._conn, self._channel, new, self._now)
        may = self._live.keys() - used_up
        return [each for each in self._find("waiting") if each.is_due and each.listing in may]

    # --- telling it ----------------------------------------------------------------------------------------------

    async def send(self, updates: list[Update]) -> None:
        """Send updates, in as few requests as the channel allows."""
        for _ in range(ROUNDS):
            if not updates:
                return
            known = {each.listing: each for each in updates}
            for request in self._writer.requests([each.change for each in updates], self._live):
                await self._send([known[each.listing] for each in request.changes])
            sent = {each.update_id for each in updates}
            updates = [each for each in self._find("waiting") if each.is_due and each.update_id in sent]

    async def _send(self, updates: Sequence[Update]) -> None:
        """Send what fits into one request."""
        if not self._writer.compares:
            await self._read([each.listing for each in updates])
        verdicts = {each.listing: _overtaken(each, self._live.get(each.listing)) for each in updates}
        self._settle(verdicts.values())
        still = [each for each in updates if verdicts[each.listing] is None]
        known = {each.listing: each for each in still}
        for request in self._writer.requests([each.change for each in still], self._live):
            part = [known[each.listing] for each in request.changes]
            key = ledger.sending(self._conn, request, part)
            await self._dispatch(part, request.body, key)

    async def _dispatch(self, updates: Sequence[Update], body: Mapping[str, Any], key: str) -> None:
        """Send a request that is in the ledger, and note what came of it."""
        tried = {each.update_id: each for each in self._find("sending")}
        updates = [tried[each.update_id] for each in updates]
        try:
            with span("channel update", {"tradewind.updates": len(updates)}):
                answers = await self._writer.send(body, key, [each.change for each in updates])
        except SourceError as error:
            self._count("unanswered", len(updates))
            self._settle([_unanswered(each, error) for each in updates])
            return
        for outcome, number in Counter(each.outcome for each in answers).items():
            self._count(outcome, number)
        self._settle([self._answered(each, answer) for each, answer in zip(updates, answers, strict=True)])

    def _count(self, outcome: str, number: int) -> None:
        count(names.CHANNEL_UPDATES, {"tradewind.channel": self._channel.kind, "tradewind.outcome": outcome}, number)

    def _answered(self, update: Update, answer: Answer) -> Settlement:
        if answer.outcome == "stale":
            self._stale.add(update.listing)
        return _settled(update, answer)

    # --- reading it back -----------------------------------------------------------------------------------------

    async def verify(self) -> Decision:
        """Read back what was sent, and write down how things stand now."""
        touched = await self._read_back()
        self._offers = tuple(self._seen(each) if each.listing in touched else each for each in self._offers)
        return self._decided()

    async def _read_back(self) -> set[Listing]:
        """Read what was sent, and what was found to be stale. Returns the listings."""
        sent = await self._ended(self._find("sent"))
        touched = {each.listing for each in sent} | self._stale
        await self._read(sorted(touched, key=_in_order))
        self._settle(_verified(each, self._live.get(each.listing)) for each in sent)
        return touched

    async def _ended(self, sent: Sequence[Update]) -> list[Update]:
        """Those that the channel has done; what it has refused while processing it is noted."""
        answers = await self._writer.later([each.answer or "" for each in sent]) if sent else ()
        ended, refused = [], []
        for each, answer in zip(sent, answers, strict=True):
            if answer is None and each.age > PATIENCE.total_seconds():
                answer = Answer("failed", f"It was not processed within {PATIENCE.total_seconds() / 3600:.0f} hours.")
            if answer is not None and answer.outcome == "taken":
                ended.append(each)
            elif answer is not None:
                refused.append(self._answered(each, answer))
        self._settle(refused)
        return ended

    def _find(self, *states: str) -> list[Update]:
        return ledger.find(self._conn, self._channel.channel_id, states)

    def _settle(self, settled: Iterable[Settlement | None]) -> None:
        """Note what came of updates; None: of one nothing is known yet."""
        known = [each for each in settled if each is not None]
        ledger.settle(self._conn, known)
        self.sent += sum(each.state == "sent" for each in known)
        self.failed += sum(each.is_failure for each in known)


def _overtaken(update: Update, shown: Shown | None) -> Settlement | None:
    """Of an update whose figure has changed since it was decided on; None: it is still to be sent."""
    if shown is not None and shown.quantity == update.from_quantity:
        return None
    return Settlement(update, "void", f"It showed {shown.quantity if shown else 'nothing'} when it was to be sent.")


def _settled(update: Update, answer: Answer) -> Settlement:
    """What the channel's answer means for an update."""
    if answer.outcome == "taken":
        return Settlement(update, "sent", answer.said)
    if answer.outcome == "stale":
        return Settlement(update, "void", answer.said)
    if answer.outcome == "undone":
        return Settlement(update, "waiting", answer.said, undone=True)
    if answer.outcome == "refused":
        return Settlement(update, "refused", answer.said, is_failure=True)
    return failed(update, answer.said)


def _unanswered(update: Update, error: SourceError) -> Settlement:
    """What becomes of an update whose request has no answer."""
    if error.refused:  # it was not executed
        return failed(update, str(error))
    if update.attempts >= MOST_ATTEMPTS:
        said = f"It is not known whether it was taken. {error}"
        return Settlement(update, "failed", said, is_failure=True)
    # the same request with the same key, or a look at what is shown, will tell
    pause = after_failure(update.attempts) or 0.0
    return Settlement(update, "sending", str(error), pause, is_failure=True)


def _verified(update: Update, shown: Shown | None) -> Settlement | None:
    """What reading an update back has shown; None: it is looked at again in the next round."""
    unchanged = shown is not None and shown.quantity == update.from_quantity != update.to_quantity
    if unchanged and update.age < LAG.total_seconds():
        return None
    if unchanged:
        return failed(update, f"It still shows {update.from_quantity}.")
    if shown is None or shown.quantity != update.to_quantity:
        return Settlement(update, "done", f"It shows {shown.quantity if shown else 'nothing'} by now: sold meanwhile.")
    return Settlement(update, "done", update.answer or "")
