"""The Feeds API 2021-06-30: a document is uploaded, a feed names it, and its processing report is read when it is done.

What stands in a feed is not known here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipelines.errors import SourceError
from pipelines.sources.amazon.sp_api import SpApi
from pipelines.sources.base import TODAY
from pipelines.sources.traits import Limit
from pipelines.sources.transport.http import Http, HttpFailure

if TYPE_CHECKING:
    from pipelines.stores import Account

# The usage plans of the operations, per application and selling partner (feeds_2021-06-30.json).
FEED_LIMITS: Mapping[str, Limit] = {
    "createFeedDocument": Limit(0.5, 15),
    "createFeed": Limit(0.0083, 15),
    "getFeed": Limit(2, 15),
    "getFeedDocument": Limit(0.0222, 10),
}
_CONTENT = "application/json; charset=UTF-8"
_PATH = "/feeds/2021-06-30"
_STATES = {"DONE": "done", "FATAL": "failed", "CANCELLED": "failed"}


@dataclass(frozen=True, slots=True)
class Processed:
    """How far a feed is. report: its processing report, once it is `done`; a `failed` one may have none."""

    state: Literal["running", "done", "failed"]
    report: Mapping[str, Any]


class Feeds:
    """The feeds of one run. api: with FEED_LIMITS among its limits."""

    def __init__(self, api: SpApi, http: Http) -> None:
        self._api, self._http = api, http

    async def upload(self, account: Account, content: Mapping[str, Any], what: str) -> str:
        """Upload the contents of a feed; returns the id of the document. Nothing is executed by it.

        Raises SourceError.
        """
        asked = {"contentType": _CONTENT}
        made = await self._json(account, "createFeedDocument", "POST", "/documents", what, asked)
        try:
            # the address is signed for this content type, and wants no token
            body = json.dumps(content).encode()
            await self._http.send("PUT", str(made["url"]), content=body, headers={"content-type": _CONTENT})
        except (HttpFailure, KeyError) as failure:
            raise SourceError(f"{what}: the feed could not be uploaded ({failure}).", retryable=True) from None
        return str(made["feedDocumentId"])

    async def create(self, account: Account, feed_type: str, marketplace_id: str, document: str, what: str) -> str:
        """Have an uploaded document processed; returns the id of the feed.

        Raises SourceError; where it is not known whether the feed was made, a retryable one.
        """

        def uncertain(failure: HttpFailure) -> SourceError:
            return SourceError(f"{what}: Amazon did not answer ({failure}).", status=failure.status, retryable=True)

        asked = {"feedType": feed_type, "marketplaceIds": [marketplace_id], "inputFeedDocumentId": document}
        made = await self._json(account, "createFeed", "POST", "/feeds", what, asked, uncertain)
        if not made.get("feedId"):
            raise SourceError(f"{what}: Amazon's answer names no feed.", retryable=True)
        return str(made["feedId"])

    async def processed(self, account: Account, feed_id: str, what: str) -> Processed:
        """How far a feed is, with its report. Raises SourceError."""
        feed = await self._json(account, "getFeed", "GET", f"/feeds/{feed_id}", what)
        state = _STATES.get(str(feed.get("processingStatus")), "running")
        if state == "running":
            return Processed("running", {})
        document = feed.get("resultFeedDocumentId")
        report = await self._report(account, str(document), what) if document else {}
        return Processed("done" if state == "done" else "failed", report)

    async def _report(self, account: Account, document: str, what: str) -> Mapping[str, Any]:
        found = await self._json(account, "getFeedDocument", "GET", f"/documents/{document}", what)
        try:
            content = (await self._http.send("GET", str(found["url"]))).content
            report = json.loads(gzip.decompress(content) if found.get("compressionAlgorithm") == "GZIP" else content)
        except (HttpFailure, KeyError, ValueError, OSError) as failure:
            raise SourceError(f"{what}: the feed's report could not be read ({failure}).", retryable=True) from None
        if not isinstance(report, dict):
            raise SourceError(f"{what}: the feed's report is no JSON object.", retryable=True)
        return report

    async def _json(
        self,
        account: Account,
        operation: str,
        method: str,
        path: str,
        what: str,
        body: Any = None,
        uncertain: Any = None,
    ) -> dict[str, Any]:
        return await self._api.json(
            account, operation, method, _PATH + path, priority=TODAY, what=what, json=body, uncertain=uncertain
        )
