"""Categories that a program adds: written into the store's category file, from which the next run takes them.

A store without a `category_file` in stores.yaml takes none: what people have written there is not changed.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal
from pipelines.errors import ConfigError
from pipelines.settings import Settings
from pipelines.stores import category_file
from pipelines.stores.model import Category
from pipelines.stores.reading import load_stores

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_TURN = threading.Lock()
log = logging.getLogger(__name__)


class CategoryWanted(BaseModel):
    """Keywords under a name. auto_crawl: whether the products on their first pages are crawled, too."""

    model_config = ConfigDict(extra="forbid")

    store_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    name: Line
    keywords: Annotated[list[Line], Field(min_length=1, max_length=200)]
    auto_crawl: bool = False


def put(settings: Settings, caller: Principal, wanted: CategoryWanted) -> bool:
    """Write a category, in place of one of the same name; whether it was new. Raises Refusal (404, 409, 422)."""
    texts = (wanted.name, *wanted.keywords)
    if not all(each.isprintable() for each in texts):
        raise Refusal(422, "unstorable", "A text cannot be kept", "A name and a keyword are text on one line.")
    with _TURN:
        stores = load_stores(settings.stores_path, lambda _: SecretStr("not needed here")).stores
        store = stores.get(wanted.store_id)
        may_see = caller.stores is None or wanted.store_id in caller.stores
        if store is None or store.tenant_id != caller.tenant_id or not may_see:
            raise Refusal(404, "no-such-store", "No such store", "/v1/stores lists yours.")
        path = store.category_file
        if path is None:
            raise Refusal(
                409,
                "no-category-file",
                "The store takes no categories from programs",
                f"Write `category_file: {store.store_id}.categories.csv` under the store in stores.yaml; nothing was "
                "changed.",
            )
        if not os.access(path.parent, os.W_OK):
            raise Refusal(
                409,
                "file-not-writable",
                "The store's file cannot be written",
                "`serve` may not write beside stores.yaml, as in compose, where config/ is mounted read-only. Add the "
                "category to stores.yaml; nothing was changed.",
            )
        before = path.read_bytes() if path.exists() else None
        try:
            new = category_file.put(
                path, Category(wanted.name, tuple(dict.fromkeys(wanted.keywords)), wanted.auto_crawl)
            )
            load_stores(settings.stores_path, lambda _: SecretStr("not needed here"))
        except ConfigError as error:
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
            log.warning("a category was not taken: %s", error)
            raise Refusal(
                422,
                "category-does-not-fit",
                "This category does not fit",
                "A store may have 200 keywords in all, and a category stands in one place: stores.yaml or the file. "
                "Nothing was changed.",
            ) from None
    return new
