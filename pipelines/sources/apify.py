"""Crawls by an Apify actor: start a run, find runs there are, poll, stream the items.

Which actor runs, and how its input is made from what a marketplace tracks, is described in `actors.py`. Starting a run
costs money and is not idempotent: a start is never repeated once it may have reached Apify. What an item means is not
decided here.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import impit
from apify_client import ApifyClientAsync
from apify_client.errors import ApifyApiError, ApifyClientError, RateLimitError

from pipelines.actors import Actor, load_actors
from pipelines.errors import ConfigError, SourceError
from pipelines.feeds.feed import Feed
from pipelines.sources.base import SUBJECTS_OPTION, TODAY, Download, OnWait, RemoteReport, RemoteState, UncertainRequest
from pipelines.sources.transport.apify_http import BoundedClient, of_page
from pipelines.sources.transport.documents import prepare_folder
from pipelines.sources.transport.http import redact, retrying

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Scope

log = logging.getLogger(__name__)

ITEMS_PER_PAGE = 1000
RUNS_PER_PAGE = 100
READS_AT_ONCE = 16

STATES: Mapping[str, RemoteState] = {
    "READY": "running",
    "RUNNING": "running",
    "TIMING-OUT": "running",
    "ABORTING": "running",
    "SUCCEEDED": "done",
    "FAILED": "fatal",
    "TIMED-OUT": "fatal",
    "ABORTED": "fatal",
}


class ApifySource:
    """Apify for one run: see `base.Source`. Scopes are marketplaces in which some store tracks something.

    Its limit (60 calls a second) is far above what is needed here, so that no budget is kept for it.
    """

    def __init__(
        self, settings: Settings, pool: AsyncConnectionPool | None = None, *, on_wait: OnWait | None = None
    ) -> None:
        del pool, on_wait
        if settings.apify_token is None:
            raise ConfigError(
                "TRADEWIND_APIFY_TOKEN is not set: nothing can be crawled without it. Enter your Apify API token in "
                "the environment or in .env, or take `track` and `keywords` out of stores.yaml."
            )
        self._actors = load_actors(settings)
        self._settings = settings
        token = settings.apify_token.get_secret_value()
        # The library must not repeat a start that fails: two runs would be billed.
        self._starter, self._reader = (
            ApifyClientAsync.with_custom_http_client(
                token, api_url=settings.apify_endpoint, http_client=BoundedClient(**options)
            )
            for options in (
                {"max_retries": 0, "timeout_medium": timedelta(seconds=60)},
                {"timeout_short": timedelta(seconds=30)},
            )
        )
        self._inputs: dict[str, Mapping[str, Any] | None] = {}
        self._finding = asyncio.Lock()
        self._reading = asyncio.Semaphore(READS_AT_ONCE)

    async def __aenter__(self) -> Self:
        self._folder = prepare_folder(self._settings.home / "tmp")
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in (self._starter, self._reader):
            await client.http_client.aclose()

    async def check(self) -> None:
        """Look at the newest run, which costs nothing. Raises SourceError if token or actor are not accepted."""
        for actor in dict.fromkeys(each.actor for each in self._actors.values()):
            runs = self._starter.actor(actor).runs()  # not the reader, which would be patient for half a minute
            await self._read(f"The actor {actor}", partial(runs.list, limit=1))

    async def request(
        self,
        feed: Feed,
        scope: Scope,
        window: tuple[date, date] | None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        priority: int = TODAY,
    ) -> RemoteReport:
        """Start one run; see `base.Source.request`. Windows mean nothing to a crawl."""
        del window, start, end, priority
        actor = self._actors[feed.name]
        run_input = _input(actor, feed, scope)
        try:
            async for each in retrying(repeatable=_was_not_started):
                with each:
                    run = await self._starter.actor(actor.actor).start(run_input=run_input)
        except ApifyApiError as error:
            if error.status_code >= 500 or error.status_code == 408:
                raise UncertainRequest(
                    f"{feed.name} of {scope.scope_id}: whether Apify started the run is not known "
                    f"({_shown(error)}). Before it is started again, the actor's runs are looked through.",
                    status=error.status_code,
                ) from None
            raise self._explain(error, f"{feed.name} of {scope.scope_id}") from None
        except impit.ConnectError as error:
            raise self._explain(error, f"{feed.name} of {scope.scope_id}") from None
        except (impit.HTTPError, ApifyClientError, ValueError, TimeoutError) as error:
            # also an answer that cannot be read: the run may be there
            raise UncertainRequest(
                f"{feed.name} of {scope.scope_id}: whether Apify started the run is not known ({_shown(error)}). "
                "Before it is started again, the actor's runs are looked through."
            ) from None
        self._inputs[run.id] = run_input
        return self._report(run, feed, scope, run_input, of=actor)

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """The actors' runs whose input names pages of this kind and marketplace; see `base.Source.find_existing`."""
        del priority
        found: list[RemoteReport] = []
        async with self._finding:  # the inputs that are read here are cached for the next scope
            for name in dict.fromkeys(self._actors[feed.name].actor for feed in feeds):
                of = [(feed, self._actors[feed.name]) for feed in feeds if self._actors[feed.name].actor == name]
                for run in await self._runs(name, since):
                    run_input = await self._input_of(run)
                    found += [
                        self._report(run, feed, scope, run_input, of=actor)
                        for feed, actor in of
                        if run_input is not None and actor.is_for(run_input, scope.stores[0].marketplace)
                    ]
        return sorted(found, key=lambda each: each.created_at)

    async def _runs(self, actor: str, since: datetime) -> list[Any]:
        """The runs of an actor that began at or after `since`, newest first, their inputs known."""
        runs = self._starter.actor(actor).runs()  # not the reader, which would be patient for half a minute
        found: list[Any] = []
        offset = 0
        while True:
            list_page = partial(runs.list, limit=RUNS_PER_PAGE, offset=offset, desc=True)
            page = await self._read(f"runs of {actor}", list_page)
            recent = [run for run in page.items if run.started_at >= since]
            await asyncio.gather(*(self._input_of(run) for run in recent))
            found += recent
            offset += len(page.items)
            if len(recent) < len(page.items) or not page.items or offset >= page.total:
                return found

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """One call for each run; see `base.Source.poll`."""
        del priority
        known: dict[str, RemoteReport] = {}
        for remote_id in dict.fromkeys(remote_ids):
            run = await self._read(f"run {remote_id}", self._reader.run(remote_id).get)
            if run is not None:
                known[remote_id] = self._report(run, feed, scope, self._inputs.get(remote_id))
        return known

    @asynccontextmanager
    async def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AsyncIterator[Download]:
        """The run's items as one JSON array, in pages, each streamed; see `base.Source.fetch`."""
        del priority
        what = f"Items of {feed.name} of {scope.scope_id} (run {report.remote_id})"
        if report.document_id is None:
            raise SourceError(f"{what}: the run is {report.state} and has no dataset. Start a new one.", retryable=True)
        with tempfile.TemporaryDirectory(prefix="document-", dir=self._folder, ignore_cleanup_errors=True) as name:
            path = Path(name) / "document"
            with path.open("wb+") as file:
                await self._write_items(report.document_id, file, what)
            yield Download(path=path, content_type="application/json", gzip=False, size=path.stat().st_size)

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """The run's status and its message; see `base.Source.reason`."""
        del feed, scope, priority
        if report.state != "fatal":
            return None
        reason = f"{report.details.get('status', '')}: {report.details.get('status_message') or 'no message'}"
        return redact(reason)[:2000]

    async def _input_of(self, run: Any) -> Mapping[str, Any] | None:
        """What a run was given: its record INPUT, which never changes. None: it has none, or one that is no object."""
        if run.id not in self._inputs:
            store = self._reader.key_value_store(run.default_key_value_store_id)
            async with self._reading:
                record = await self._read(f"input of run {run.id}", partial(store.get_record, "INPUT"))
            value = record["value"] if record else None
            self._inputs[run.id] = value if isinstance(value, dict) else None
        return self._inputs[run.id]

    def _report(
        self, run: Any, feed: Feed, scope: Scope, run_input: Mapping[str, Any] | None, *, of: Actor | None = None
    ) -> RemoteReport:
        """A run of the API. of: its actor, where that is certain; a polled run may be of an actor used before."""
        status = str(run.status)
        details: dict[str, Any] = {"status": status}
        if of is not None:
            details |= {"actor": of.actor, "mapping": of.mapping_id}
        if run_input is not None:
            # The platform may add the defaults of the actor's schema to what it was given.
            ours = _input(self._actors[feed.name], feed, scope)
            details["input"] = run_input
            details["same_input"] = all(run_input.get(key) == value for key, value in ours.items())
        if STATES.get(status, "running") != "running" and run.usage_total_usd is not None:
            details["usage_usd"] = str(run.usage_total_usd)
        if message := getattr(run, "status_message", None):
            details["status_message"] = redact(str(message))[:500]
        state = STATES.get(status)
        if state is None:
            log.warning("run %s has the unknown status %s: taken for running", run.id, status)
        return RemoteReport(
            remote_id=run.id,
            state=state or "running",
            created_at=run.started_at.astimezone(UTC),
            document_id=run.default_dataset_id,
            marketplace_ids=(scope.stores[0].marketplace.marketplace_id,),
            report_type=feed.report_type,
            details=details,
        )

    async def _write_items(self, dataset_id: str, file: IO[bytes], what: str) -> None:
        """Join the pages of a dataset into one array: brackets are replaced, items are copied as they are."""
        file.write(b"[")
        offset, total = 0, 1
        while offset < total:
            start = file.tell()

            async def page(at: int = offset, start: int = start) -> int:
                file.seek(start)
                file.truncate()
                async with self._reader.dataset(dataset_id).stream_items(offset=at, limit=ITEMS_PER_PAGE) as response:
                    count = int(response.headers.get("x-apify-pagination-total", "0"))
                    async for chunk in of_page(response, what):
                        file.write(chunk)
                _take_brackets_off(file, start, what)
                return count

            total = await self._read(what, page)
            offset += ITEMS_PER_PAGE
            if file.tell() > start and offset < total:
                file.write(b",")
        file.write(b"]")

    async def _read(self, what: str, attempt: Callable[[], Any]) -> Any:
        """A call that may be repeated. The library repeats what fails; here only a body that broke off is repeated."""
        try:
            async for each in retrying(repeatable=_is_cut, attempts=3):
                with each:
                    return await attempt()
        except (impit.HTTPError, ApifyClientError, ValueError, TimeoutError) as error:
            raise self._explain(error, what) from None

    def _named(self) -> str:
        """The actors that are in use."""
        return "the actor " + " and ".join(dict.fromkeys(each.actor for each in self._actors.values()))

    def _explain(self, error: Exception, what: str) -> SourceError:
        """The error that is raised: what came, what it means, what to do."""
        status = error.status_code if isinstance(error, ApifyApiError) else None
        if status in (401, 402, 403):
            return SourceError(
                f"{what}: Apify refuses it ({_shown(error)}). Check TRADEWIND_APIFY_TOKEN, that your account may use "
                f"{self._named()}, and that it has credit left.",
                status=status,
                refused=True,
            )
        if status == 404:
            return SourceError(
                f"{what}: Apify does not know it ({_shown(error)}). Check which actors actors.yaml names: "
                f"{self._named()}.",
                status=404,
            )
        if status == 400:
            return SourceError(f"{what}: Apify rejects the request ({_shown(error)}).", status=400)
        return SourceError(
            f"{what}: Apify did not answer properly ({_shown(error)}). It is tried again later.",
            status=status,
            retryable=True,
        )


def _take_brackets_off(file: IO[bytes], start: int, what: str) -> None:
    """Turn the array that stands in the file from `start` on into its elements. Raises ValueError if it is none."""
    end = file.tell()
    file.seek(start)
    head = file.read(64)
    file.seek(max(start, end - 64))
    tail = file.read(64)
    first, last = len(head) - len(head.lstrip()), len(tail) - len(tail.rstrip())
    if head[first : first + 1] != b"[" or tail.rstrip()[-1:] != b"]" or end - start < 2:
        raise ValueError(f"{what}: the answer is no whole JSON array")
    empty = end - start < 64 and not head.strip()[1:-1].strip()
    # replacing the bracket by a blank is cheaper than moving the page
    file.seek(start + first)
    file.write(b" ")
    file.seek(start if empty else end - last - 1)
    file.truncate()


def _input(actor: Actor, feed: Feed, scope: Scope) -> dict[str, Any]:
    """The actor's input: for the subjects of the feed's options, else for all that the marketplace's stores want."""
    named = feed.options.get(SUBJECTS_OPTION)
    return actor.run_input(scope.stores[0].marketplace, named.split("\n") if named else actor.subjects(scope.stores))


def _was_not_started(error: Exception) -> bool:
    """Whether a start surely made no run: it was never sent, or it was refused by the rate limit."""
    return isinstance(error, RateLimitError | impit.ConnectError)


def _is_cut(error: Exception) -> bool:
    """Whether a body broke off; statuses and connections are repeated by the library."""
    return isinstance(error, impit.HTTPError | ValueError) and not isinstance(error, ApifyApiError)


def _shown(error: Exception) -> str:
    text = " ".join(redact(str(error)).split())[:300]
    status = f"status {error.status_code}: " if isinstance(error, ApifyApiError) else ""
    return f"{status}{text or type(error).__name__}"
