"""Login with Amazon: access tokens from refresh tokens, one store for all accounts of an application.

Nothing here knows what a token is used for. Tokens live in memory only and are never logged.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pydantic import SecretStr

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.http import Http, HttpFailure, is_transient, retrying

if TYPE_CHECKING:
    from pipelines.settings import Settings

RENEW_BEFORE_SECONDS = 300.0
# How long a refusal is believed: the feeds of one account need not all ask again.
REFUSAL_SECONDS = 600.0


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    token: str = ""
    renew_at: float = 0.0
    refusal: str = ""
    refused_until: float = 0.0


class TokenStore:
    """Access tokens of one application, by refresh token; each is asked for once, however many wait for it."""

    def __init__(
        self,
        http: Http,
        endpoint: str,
        client_id: str | None,
        client_secret: SecretStr | None,
        *,
        variables: tuple[str, str],
        authorise: str,
    ) -> None:
        """For messages: variables, where id and secret are set; authorise, how a user gets a new refresh token."""
        if not client_id or client_secret is None:
            raise ConfigError(
                f"{variables[0]} and {variables[1]} must both be set: they are the client id and secret of your "
                "application, and no access token can be had without them. Enter them in the environment or in .env."
            )
        self._http = http
        self._url = f"{endpoint}/auth/o2/token"
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
            settings.lwa_endpoint,
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
            settings.lwa_endpoint,
            settings.ads_client_id,
            settings.ads_client_secret,
            variables=("TRADEWIND_ADS_CLIENT_ID", "TRADEWIND_ADS_CLIENT_SECRET"),
            authorise="log in with Amazon as a user of the advertising account and allow the application again",
        )

    async def get(self, refresh_token: SecretStr, account_id: str) -> str:
        """A token that is valid for some minutes yet.

        Raises:
            SourceError: refused, if Amazon does not accept the refresh token or the application; retryable, if it
                cannot be reached.
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
        """Amazon no longer takes this token. Whoever comes second, with the one before, changes nothing."""
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
            with attempt:
                response = await self._http.send("POST", self._url, data=form)
                try:
                    answer = response.json()
                    token, seconds = str(answer["access_token"]), float(answer["expires_in"])
                except (ValueError, KeyError, TypeError):
                    raise HttpFailure("POST /auth/o2/token: the answer holds no token", sent=True) from None
        entry.token = token
        entry.renew_at = time.monotonic() + seconds - min(RENEW_BEFORE_SECONDS, seconds / 5)

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
