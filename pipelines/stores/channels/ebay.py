"""A seller at eBay in stores.yaml: the user name, the application's keyset, and the seller's refresh token."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from pipelines.stores.channels.entry import Access, Secrets, ShopEntry, Variable

ACCOUNT = r"^[A-Za-z0-9._*-]{1,64}$"
CLIENT_ID = r"^[A-Za-z0-9._-]{8,128}$"
HINTS = {
    ACCOUNT: "an account is the seller's user name at eBay, like harbor_goods",
    CLIENT_ID: "a client id is the App ID of your keyset at developer.ebay.com",
}


class EbayEntry(ShopEntry):
    """A seller at eBay."""

    kind: Literal["ebay"]
    account: Annotated[str, StringConstraints(pattern=ACCOUNT)]
    client_id: Annotated[str, StringConstraints(pattern=CLIENT_ID)] = ""
    client_secret_env: Variable | None = None
    refresh_token_env: Variable | None = None

    @property
    def name(self) -> str:
        """The seller's user name."""
        return self.account

    def access(self, secrets: Secrets) -> Access:
        """The seller's refresh token, and the application that it was given to."""
        if len({bool(self.client_id), bool(self.client_secret_env), bool(self.refresh_token_env)}) > 1:
            secrets.wrong(
                "give client_id, client_secret_env and refresh_token_env together, or none of them: the shop is then "
                "not asked."
            )
        return Access(secrets.get(self.refresh_token_env), self.client_id, secrets.get(self.client_secret_env))
