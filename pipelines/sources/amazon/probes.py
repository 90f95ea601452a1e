"""The cheapest calls that tell whether a set-up is right: where a token's seller sells, which Ads profiles its user
sees, which reports the application may have, and whether a seller id is the token's.

Nothing is made by them and no budget of runs is touched but one token of getReports. What an answer means for
stores.yaml is judged in `sources/set_up.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from pipelines.errors import SourceError
from pipelines.sources.amazon.ads import HOSTS
from pipelines.sources.amazon.roles import Group
from pipelines.sources.transport.http import Http, HttpFailure, is_transient, retrying

if TYPE_CHECKING:
    from pipelines.marketplaces import Region
    from pipelines.settings import Settings

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Profile:
    """An advertising profile. seller_id: the seller's, or None for a vendor's or an agency's. name: of the account."""

    profile_id: str
    marketplace_id: str
    country: str
    seller_id: str | None
    name: str

    @property
    def text(self) -> str:
        """`1234567890 (US, Harbor Goods)`."""
        return f"{self.profile_id} ({', '.join(filter(None, (self.country, self.name)))})"


class Probes:
    """Calls for one run of checks."""

    def __init__(self, http: Http, settings: Settings) -> None:
        self._http = http
        self._settings = settings

    async def marketplaces(self, region: Region, token: str) -> tuple[str, ...]:
        """The ids of the marketplaces in which the seller of an access token sells: getMarketplaceParticipations.

        Raises SourceError.
        """
        answer = await self._sp(region, token, "/sellers/v1/marketplaceParticipations", {})
        try:
            return tuple(
                str(each["marketplace"]["id"]) for each in answer["payload"] if each["participation"]["isParticipating"]
            )
        except (KeyError, TypeError):
            raise _unreadable("the marketplaces of the account") from None

    async def refused(self, region: Region, token: str, groups: Mapping[Group, str]) -> list[Group]:
        """The groups of reports that Amazon refuses to list: one getReports for all, and one for each only where that
        was refused. groups: each with a report type. Raises SourceError."""
        if not groups or await self._lists(region, token, *groups.values()):
            return []
        if len(groups) == 1:
            return list(groups)
        return [group for group, kind in groups.items() if not await self._lists(region, token, kind)]

    async def data_kiosk(self, region: Region, token: str) -> bool:
        """Whether Data Kiosk lists the account's queries. Raises SourceError."""
        return await self._allowed(region, token, "/dataKiosk/2023-11-15/queries", {"pageSize": "1"})

    async def is_seller(self, region: Region, token: str, seller_id: str, marketplace_id: str) -> bool:
        """Whether Amazon shows the listings of this seller id to the token: searchListingsItems. False also where the
        application lacks the role Product Listing. Raises SourceError."""
        query = {"marketplaceIds": marketplace_id, "pageSize": "1"}
        try:
            return await self._allowed(region, token, f"/listings/2021-08-01/items/{seller_id}", query)
        except SourceError as error:
            if error.status in (400, 404):  # it is no seller's
                return False
            raise

    async def profiles(self, region: Region, token: str, client_id: str) -> list[Profile]:
        """The advertising profiles that the token's user may report on, in the region: GET /v2/profiles. Raises
        SourceError."""
        url = (self._settings.amazon_ads_endpoint or HOSTS[region]) + "/v2/profiles"
        headers = {"Amazon-Advertising-API-ClientId": client_id, "Authorization": f"Bearer {token}"}
        query = {"apiProgram": "report", "accessLevel": "view"}
        try:
            answer = await self._get(url, headers, query)
        except HttpFailure as failure:
            raise _explained("Amazon Ads does not list its profiles", failure) from None
        try:
            return [_profile(each) for each in answer]
        except (KeyError, TypeError, AttributeError):
            raise _unreadable("the Ads profiles") from None

    async def _lists(self, region: Region, token: str, *kinds: str) -> bool:
        query = {"reportTypes": ",".join(kinds), "pageSize": "1"}
        return await self._allowed(region, token, "/reports/2021-06-30/reports", query)

    async def _allowed(self, region: Region, token: str, path: str, query: Mapping[str, str]) -> bool:
        try:
            await self._sp(region, token, path, query)
        except SourceError as error:
            if error.refused:
                return False
            raise
        return True

    async def _sp(self, region: Region, token: str, path: str, query: Mapping[str, str]) -> Any:
        url = (self._settings.amazon_sp_endpoint or f"https://sellingpartnerapi-{region}.amazon.com") + path
        try:
            return await self._get(url, {"x-amz-access-token": token}, query)
        except HttpFailure as failure:
            raise _explained(f"Amazon does not answer {path}", failure) from None

    async def _get(self, url: str, headers: Mapping[str, str], query: Mapping[str, str]) -> Any:
        async for attempt in retrying(repeatable=is_transient, attempts=ATTEMPTS):
            with attempt:
                answer: httpx.Response = await self._http.send("GET", url, headers=headers, params=query)
        try:
            return answer.json()
        except ValueError:
            raise HttpFailure(f"GET {answer.request.url.path}: the answer is no JSON", sent=True) from None


def _profile(entry: Mapping[str, Any]) -> Profile:
    account = entry["accountInfo"]
    return Profile(
        str(entry["profileId"]),
        str(account.get("marketplaceStringId", "")),
        str(entry.get("countryCode", "")),
        str(account["id"]) if account.get("type") == "seller" and account.get("id") else None,
        str(account.get("name", "")),
    )


def _explained(what: str, failure: HttpFailure) -> SourceError:
    """retryable: it was throttled, or not answered."""
    passing = failure.transient or failure.status == 429
    return SourceError(
        f"{what} ({failure}).", status=failure.status, retryable=passing, refused=failure.status in (401, 403)
    )


def _unreadable(what: str) -> SourceError:
    return SourceError(f"Amazon's answer does not have {what} in the form of its contract.", retryable=True)
