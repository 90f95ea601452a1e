"""Login with Amazon (LWA): access tokens from refresh tokens, one store for all accounts of an application.

What a token is used for is not known here. Tokens are kept in memory only and are never logged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pydantic import SecretStr

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.transport.calls import Access
from pipelines.sources.transport.clock import skew, told
from pipelines.sources.transport.http import Http, HttpFailure, is_transient, retrying
from pipelines.telemetry import names
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import count

if TYPE_CHECKING:
    from pipelines.settings import Settings

log = logging.getLogger(__name__)

RENEW_BEFORE_SECONDS = 300.0
TOKENS_FROM = "login_with_amazon"
# How long a refusal is taken as the answer, so that the feeds of one account do not all ask again.
REFUSAL_SECONDS = 600.0


def renew_at(valid_for: float) -> float:
    """When to renew a token that is valid for so many seconds from now, as `time.monotonic` counts: before it expires.

    Five minutes before; of a token that is valid for less than 25 minutes, when a fifth of its time is left.
    """
    return time.monotonic() + valid_for - min(RENEW_BEFORE_SECONDS, valid_for / 5)


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    token: str = ""
    renew_at: float = 0.0
    refusal: str = ""
    refused_until: float = 0.0


class TokenStore:
    """Access tokens of one application, by refresh token. Each is requested once, however many calls wait for it."""

    def __init__(
        self,
        http: Http,
        settings: Settings,
        client_id: str | None,
        client_secret: SecretStr | None,
        *,
        variables: tuple[str, str],
        authorise: str,
    ) -> None:
        """variables and authorise are for messages: where id and secret are set, how a user gets a new refresh token.

        clock_problem: a sentence if the newest answer says that our clock is wrong; None if not, or nothing was asked.

        Raises ConfigError if id or secret is missing.
        """
        if not client_id or client_secret is None:
            raise ConfigError(
                f"{variables[0]} and {variables[1]} must both be set: they are the client id and secret of your "
                "application, and no access token can be had without them. Enter them in the environment or in .env."
            )
        self.clock_problem: str | None = None
        self._settings = settings
        self._http = http
        self._url = f"{settings.lwa_endpoint}/auth/o2/token"
        self.client_id = client_id
        self._client_secret = client_secret
        self._variables = variables
        self._authorise = authorise
        self._entries: dict[str, _Entry] = {}

    @classmethod
    def of_selling_partner(cls, http: Http, settings: Settings) -> Self:
        """The tokens of the SP-API application. Raises ConfigError if none is set."""
        return cls(
            http,
            settings,
            settings.lwa_client_id,
            settings.lwa_client_secret,
            variables=("TRADEWIND_LWA_CLIENT_ID", "TRADEWIND_LWA_CLIENT_SECRET"),
            authorise="authorise the application again in Seller Central (Apps and Services, Manage Your Apps)",
        )

    @classmethod
    def of_advertising(cls, http: Http, settings: Settings) -> Self:
        """The tokens of the Amazon Ads application. Raises ConfigError if none is set."""
        return cls(
            http,
            settings,
            settings.ads_client_id,
            settings.ads_client_secret,
            variables=("TRADEWIND_ADS_CLIENT_ID", "TRADEWIND_ADS_CLIENT_SECRET"),
            authorise="log in with Amazon as a user of the advertising account and allow the application again",
        )

    def access(self, refresh_token: SecretStr, account_id: str) -> Access:
        """How the calls for one account get their token; see `get` and `invalidate`."""
        return Access(lambda: self.get(refresh_token, account_id), lambda token: self.invalidate(refresh_token, token))

    async def get(self, refresh_token: SecretStr, account_id: str) -> str:
        """An access token that stays valid for at least some minutes.

        Raises:
            SourceError: `refused` if Amazon does not accept the refresh token or the application, `retryable` if Login
                with Amazon cannot be reached.
        """
        secret = refresh_token.get_secret_value()
        entry = self._entries.setdefault(secret, _Entry())
        if entry.token and time.monotonic() < entry.renew_at:
            return entry.token
        async with entry.lock:
            if entry.token and time.monotonic() < entry.renew_at:
                return entry.token
            if time.monotonic() < entry.refused_until:
                raise SourceError(entry.refusal, status=400, refused=True)
            try:
                await self._renew(entry, secret)
            except HttpFailure as failure:
                raise self._explain(failure, entry, account_id) from None
            return entry.token

    def invalidate(self, refresh_token: SecretStr, access_token: str) -> None:
        """Forget this access token, which Amazon no longer accepts.

        Several calls may learn at the same time that one token has expired. The first of them removes it; for the
        others, which still name the old token, the store holds a newer one, and that one stays.
        """
        entry = self._entries.get(refresh_token.get_secret_value())
        if entry is not None and entry.token == access_token:
            entry.token = ""

    async def _renew(self, entry: _Entry, refresh_token: str) -> None:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self.client_id,
            "client_secret": self._client_secret.get_secret_value(),
        }
        async for attempt in retrying(repeatable=_is_passing):
            with attempt, bind(source=TOKENS_FROM, operation="token"):
                count(names.TOKEN_REFRESHES, {"tradewind.source": TOKENS_FROM})
                response = await self._http.send("POST", self._url, data=form)
                self._look_at_clock(response.headers.get("date"))
                try:
                    answer = response.json()
                    token, seconds = str(answer["access_token"]), float(answer["expires_in"])
                except (ValueError, KeyError, TypeError):
                    raise HttpFailure("POST /auth/o2/token: the answer holds no token", sent=True) from None
        entry.token = token
        entry.renew_at = renew_at(seconds)

    def _look_at_clock(self, date_header: str | None) -> None:
        wrong = told(skew(date_header, self._settings.now()), self._url, fixed=self._settings.fixed_now is not None)
        if wrong is not None and self.clock_problem is None:
            log.warning("%s", wrong)
        self.clock_problem = wrong

    def _explain(self, failure: HttpFailure, entry: _Entry, account_id: str) -> SourceError:
        if failure.transient or failure.status == 429:
            return SourceError(
                f"No access token for {account_id}: Login with Amazon did not answer properly ({failure}). "
                "It is tried again later.",
                status=failure.status,
                retryable=True,
            )
        if "invalid_client" in failure.body:
            what = (
                f"Amazon does not accept the application's credentials ({failure}). "
                f"Check {self._variables[0]} and {self._variables[1]}: the secret may have been rotated."
            )
        elif "invalid_grant" in failure.body or "unauthorized_client" in failure.body:
            what = (
                f"Amazon does not accept the refresh token of {account_id} ({failure}). The authorisation was "
                f"withdrawn or has expired, or the token belongs to another application: {self._authorise}, and put "
                "the new refresh token into the variable that stores.yaml names for this account."
            )
        else:
            what = f"Login with Amazon refuses a token for {account_id} ({failure}). Check the account's credentials."
        entry.refusal, entry.refused_until = what, time.monotonic() + REFUSAL_SECONDS
        return SourceError(what, status=failure.status, refused=True)


def _is_passing(error: Exception) -> bool:
    return is_transient(error) or (isinstance(error, HttpFailure) and error.status == 429)
