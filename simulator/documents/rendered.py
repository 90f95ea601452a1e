"""Rendered documents, kept while there is room: computing and compressing one costs far more than sending it."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from simulator.documents.model import Document


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as it is served: the plain bytes, the bytes on the wire, and what is said about them."""

    content: bytes
    content_type: str
    gzip: bool
    served: bytes
    etag: str


def render(document: Document) -> Rendered:
    """Compress a document if it is to be, and give it an ETag."""
    served = gzip.compress(document.content, 1, mtime=0) if document.gzip else document.content
    etag = hashlib.blake2b(served, digest_size=16).hexdigest()
    return Rendered(document.content, document.content_type, document.gzip, served, etag)


class DocumentCache:
    """The documents used last, up to `limit` bytes."""

    def __init__(self, limit: int = 96 * 1024 * 1024) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Hashable, Rendered] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Document | None]) -> Rendered | None:
        """The document of this key, made if need be; None (not kept) when there is none."""
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        document = make()
        if document is None:
            return None
        rendered = self._kept[key] = render(document)
        self._size += len(rendered.content) + len(rendered.served)
        while self._size > self._limit and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.content) + len(oldest.served)
        return rendered
