"""No body takes more memory, disk or time than its limits, whoever answers and however it comes."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.hostile_server import hostile_server
from pipelines.errors import SourceError
from pipelines.insights.model import asking
from pipelines.settings import Settings
from pipelines.sources.transport import apify_http, aws, bodies, documents, download, http
from pipelines.sources.transport.bodies import Limits
from pipelines.sources.transport.http import Http, HttpFailure
from pipelines.sources.transport.sqs import Queue, QueueFailure

LAYERED = gzip.compress(gzip.compress(b"") + bytes(64 << 20))
"""Gzip that begins with gzip, and unpacks to 64 MB."""
MOST = 60 << 20
"""Bytes of Python's that one body may take here, with all that the first use of a client imports and makes."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with hostile_server() as url:
        yield url


@pytest.fixture(autouse=True)
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """Limits that are soon reached: in bytes, or in time by what comes drop by drop. Returns the seconds."""
    path = getattr(getattr(request.node, "callspec", None), "params", {}).get("path")
    seconds = 0.5 if path == "drip" else 60.0
    for module in (bodies, http, apify_http, aws):
        monkeypatch.setattr(module, "ANSWER", Limits(1 << 20, seconds))
    document = Limits(1 << 20, seconds)
    for module in (bodies, documents):
        monkeypatch.setattr(module, "DOCUMENT", document)
    monkeypatch.setattr(apify_http, "PAGE", Limits(1 << 20, seconds))
    monkeypatch.setattr(download, "SECONDS", seconds)
    return seconds


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST, f"{peak >> 20} MB"


async def send(url: str) -> HttpFailure:
    async with Http() as connections:
        with pytest.raises(HttpFailure) as caught:
            await connections.send("GET", url)
        return caught.value


@pytest.mark.parametrize(
    ("path", "says"), [("endless", "larger than 1 MB"), ("bomb", "larger than 1 MB"), ("drip", "complete after")]
)
def test_an_answer_beyond_its_limits_is_cut_off_and_not_asked_for_again(server: str, path: str, says: str) -> None:
    failure = asyncio.run(send(f"{server}/{path}"))
    assert says in str(failure)
    assert failure.beyond
    assert failure.unanswered, "whether a request took effect is not known"
    assert not http.is_transient(failure)


@pytest.mark.parametrize("path", ["error", "error-bomb"])
def test_of_an_error_the_beginning_is_enough(server: str, path: str) -> None:
    failure = asyncio.run(send(f"{server}/{path}"))
    assert failure.status == 503
    assert len(failure.body) == http.BODY_SHOWN


def test_what_is_within_its_limits_is_unpacked() -> None:
    cut = bodies.Cut("GET /x", Limits(1000, 9), unpack=bodies.zlib.decompressobj(47))
    packed = gzip.compress(b"0123456789" * 100)
    assert b"".join(each for start in range(len(packed)) for each in cut.take(packed[start : start + 1])) == (
        b"0123456789" * 100
    )


@pytest.mark.parametrize("path", ["endless", "drip", "error"])
def test_a_document_that_never_ends_is_given_up(server: str, path: str, tmp_path: Path) -> None:
    async def fetch() -> None:
        async def address() -> str:
            return f"{server}/{path}"

        async with Http() as connections, documents.download(connections, address, tmp_path, "The report"):
            raise AssertionError("it has no end")

    with pytest.raises(SourceError, match="could not be downloaded"):
        asyncio.run(fetch())
    assert list(tmp_path.iterdir()) == [], "and takes no disk"


def test_a_document_is_kept_as_it_came_although_it_unpacks_to_much(server: str, tmp_path: Path) -> None:
    async def fetch() -> int:
        async def address() -> str:
            return f"{server}/bomb"

        async with Http() as connections, documents.download(connections, address, tmp_path, "The report") as found:
            assert found.gzip
            return found.size

    assert asyncio.run(fetch()) < 1 << 20


def test_layers_of_gzip_are_not_unpacked_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(LAYERED)
    assert documents._unwrap(path)
    assert path.read_bytes() == LAYERED
    path.write_bytes(gzip.compress(gzip.compress(b"a report")))
    assert documents._unwrap(path)
    assert gzip.decompress(path.read_bytes()) == b"a report"


@pytest.mark.parametrize("path", ["endless", "bomb", "drip", "error"])
def test_a_published_file_too(server: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "ATTEMPTS", 1)
    with pytest.raises(SourceError):
        download.download(f"{server}/{path}", limit=1 << 20)


@pytest.mark.parametrize("path", ["endless", "drip", "error"])
def test_apifys_answers_too(server: str, path: str) -> None:
    async def ask() -> None:
        client = apify_http.BoundedClient(max_retries=0)
        try:
            await client.call(method="GET", url=f"{server}/{path}", timeout="short")
        finally:
            await client.aclose()

    with pytest.raises(Exception, match=r"larger than|complete after|503|Unexpected error"):
        asyncio.run(ask())


@pytest.mark.parametrize("path", ["endless", "drip", "error"])
def test_the_queues_answers_too(server: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with pytest.raises(QueueFailure, match="does not answer properly"):
        Queue(f"{server}/{path}/queue", endpoint=f"{server}/{path}").waiting()


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["endless", "bomb", "drip", "error"])
def test_a_models_answers_too(
    server: str, path: str, small: float, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_ANSWER", 1 << 20)
    of = {"llm_model": "openai:any", "llm_base_url": f"{server}/{path}", "llm_timeout_seconds": small}
    asked = settings.model_copy(update=of)
    model = asking.connect(asked)
    with pytest.raises(Exception) as caught:
        asking.ask(model, [("human", "hello")], small)
    assert asking.explain(caught.value, asked).reason
