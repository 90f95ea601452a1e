"""A shop on WooCommerce in stores.yaml: its address, and a consumer key with its secret."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import StringConstraints

from pipelines.stores.channels.entry import Access, Secrets, ShopEntry, Variable

URL = r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$"
CONSUMER_KEY = r"^ck_[0-9a-f]{40}$"
HINTS = {
    URL: "a shop's url is its https:// address, like https://shop.example.com: the key is sent over TLS only",
    CONSUMER_KEY: "a consumer key is ck_ and 40 digits and letters from a to f, as WooCommerce shows it once",
}


class WooCommerceEntry(ShopEntry):
    """A shop on WooCommerce."""

    kind: Literal["woocommerce"]
    url: Annotated[str, StringConstraints(pattern=URL)]
    consumer_key: Annotated[str, StringConstraints(pattern=CONSUMER_KEY)] = ""
    consumer_secret_env: Variable | None = None

    @property
    def name(self) -> str:
        """The address without its scheme: `shop.example.com`, or `example.com/shop`."""
        found = urlsplit(self.url)
        return f"{found.netloc.lower()}{found.path.rstrip('/')}"

    def access(self, secrets: Secrets) -> Access:
        """A consumer key and its secret."""
        if bool(self.consumer_key) != bool(self.consumer_secret_env):
            secrets.wrong(
                "give consumer_key and consumer_secret_env together, or none of them: the shop is then not asked."
            )
        return Access(secrets.get(self.consumer_secret_env), self.consumer_key)
