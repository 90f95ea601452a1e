"""A shop at Shopify in stores.yaml: its domain, and an app's id and secret, or an older app's token."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from pipelines.stores.channels.entry import Access, Secrets, ShopEntry, Variable

DOMAIN = r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$"
CLIENT_ID = r"^[0-9a-f]{32}$"
HINTS = {
    CLIENT_ID: "a client id is 32 digits and letters from a to f, as the Dev Dashboard shows it",
    DOMAIN: "a shop's domain is the one that Shopify gave it, like harbor-goods.myshopify.com",
}


class ShopifyEntry(ShopEntry):
    """A shop at Shopify."""

    kind: Literal["shopify"]
    domain: Annotated[str, StringConstraints(pattern=DOMAIN)]
    client_id: Annotated[str, StringConstraints(pattern=CLIENT_ID)] = ""
    client_secret_env: Variable | None = None
    access_token_env: Variable | None = None
    stock_location: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)] = ""

    @property
    def name(self) -> str:
        """The domain."""
        return self.domain

    @property
    def counts_at(self) -> str:
        """`stock_location`."""
        return self.stock_location

    def access(self, secrets: Secrets) -> Access:
        """An app's secret, or a token."""
        if bool(self.client_id) != bool(self.client_secret_env) or (self.client_id and self.access_token_env):
            secrets.wrong(
                "give client_id and client_secret_env of an app, or access_token_env of an app of before 2026, or "
                "neither: the shop is then not asked."
            )
        return Access(secrets.get(self.client_secret_env or self.access_token_env), self.client_id)
