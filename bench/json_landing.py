"""Landing a large JSON document against ijson alone: the same Search Terms file, in the same run, turn by turn.

Ours begins with the document and ends with the commit: sha256, archive, every element parsed and checked, COPY into
jsonb, keys, ledger. ijson's C backend only iterates over the elements and forgets them. Each runs in a process of its
own; the same document as gzip is landed once more, for the note and the memory.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import ijson
import psycopg
from psycopg import sql

from bench import orders
from bench.figures import Figure, Room
from bench.memory import peak_mb
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.document import Incoming, SliceKey, load_document
from pipelines.marketplaces import MARKETPLACES
from pipelines.stores import Scope, Store

SIZE = 200_000_000
FULL_SIZE = 2_000_000_000
ROUNDS = 2
MOST_TIMES = 1.5
MOST_MB = 300
WEEK = (date(2026, 2, 22), date(2026, 2, 28))

_FEED = FEEDS["amazon_sp.search_terms"]
_WORDS = ("steel ", "bottle ", "lamp ", "café ", "blue ", "gift ", '8" ', "保温ボトル ", "with ", "for kids ", "usb-c ")


def run(room: Room) -> list[Figure]:
    """`json_vs_ijson` and `json_peak_mb`: the best of three rounds on either side; of one at full size."""
    plain = room.folder / "search-terms.json"
    elements = write_search_terms(plain, FULL_SIZE if room.full else SIZE)
    bare, ours = [], []
    peak = 0.0
    for _ in range(1 if room.full else ROUNDS):
        bare.append(_measured("ijson", str(plain), elements=elements)["seconds"])
        landed = _landing(room, plain, elements)
        ours.append(landed["seconds"])
        peak = max(peak, landed["megabytes"])
    packed = orders.compress(plain)
    zipped = _landing(room, packed, elements)
    peak = max(peak, zipped["megabytes"])
    note = (
        f"{min(ours):.2f} s against {min(bare):.2f} s, {plain.stat().st_size / 1e6:.0f} MB, {elements} elements; "
        f"as gzip {zipped['seconds']:.2f} s"
    )
    plain.unlink()
    packed.unlink()
    return [
        Figure("json_vs_ijson", round(min(ours) / min(bare), 3), "times", MOST_TIMES, note=note),
        Figure("json_peak_mb", round(peak, 1), "MB", MOST_MB, note="peak memory of the landing process"),
    ]


def write_search_terms(path: Path, size: int) -> int:
    """A week's Search Terms document of about `size` bytes; returns its elements. The same bytes for the same size."""
    specification = {
        "reportType": _FEED.report_type,
        "reportOptions": {"reportPeriod": "WEEK"},
        "dataStartTime": WEEK[0].isoformat(),
        "dataEndTime": WEEK[1].isoformat(),
        "marketplaceIds": [MARKETPLACES["US"].marketplace_id],
    }
    key = _FEED.sections[0].path.split(".")[0]
    written = count = 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write(f'{{"reportSpecification":{json.dumps(specification)},"{key}":[')
        for text in _terms():
            written += file.write(("," if count else "") + text)
            count += 3
            if written >= size:
                break
        file.write("]}")
    return count


def _terms() -> Iterator[str]:
    """The three elements of each search term."""
    dice = random.Random(7)
    rank = 0
    while True:
        rank += 1
        term = "".join(dice.choice(_WORDS) for _ in range(dice.randint(2, 5))).strip()
        yield ",".join(
            json.dumps(
                {
                    "departmentName": "Amazon.com",
                    "searchTerm": term,
                    "searchFrequencyRank": rank,
                    "clickedAsin": f"B0{dice.randrange(10**8):08d}",
                    "clickShareRank": place,
                    "clickShare": dice.randrange(2000) / 10_000,
                    "conversionShare": dice.randrange(2000) / 10_000,
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for place in (1, 2, 3)
        )


def _landing(room: Room, document: Path, elements: int) -> dict[str, float]:
    """Seconds and peak megabytes of landing the document, into an emptied table and archive."""
    with psycopg.connect(room.url, autocommit=True) as conn:
        conn.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("raw", _FEED.tables[0])))
        conn.execute("truncate ops.loads, ops.slices, ops.slice_history, ops.changes cascade")
        conn.execute("checkpoint")
    return _measured("land", str(document), room.url, str(room.folder / "archive"), elements=elements)


def _measured(*arguments: str, elements: int) -> dict[str, float]:
    """What a process of its own answers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.json_landing", *arguments], check=True, stdout=subprocess.PIPE, timeout=1800
    )
    answer: dict[str, float] = json.loads(done.stdout)
    assert answer["rows"] == elements, answer
    return answer


def _iterate(document: Path) -> dict[str, float]:
    begun = time.perf_counter()
    with document.open("rb") as file:
        rows = sum(1 for _ in ijson.items(file, _FEED.sections[0].path))
    return {"rows": rows, "seconds": time.perf_counter() - begun}


def _land(document: Path, url: str, archive: str) -> dict[str, float]:
    market = MARKETPLACES["US"]
    store = Store("bench-us", "bench", "A0BENCH@na", "A0BENCH", "na", market)
    scope = Scope(store.store_id, (store,), market.time_zone)
    incoming = Incoming(
        open=lambda: document.open("rb"), origin="api", report_created_at=datetime.now(UTC), window=WEEK
    )
    slices = [SliceKey(slice_key=WEEK[0].isoformat(), day=WEEK[0])]
    with psycopg.connect(url) as conn:
        begun = time.perf_counter()
        outcome = load_document(conn, Archive(archive), _FEED, scope, incoming, slices=slices)
        seconds = time.perf_counter() - begun
    return {
        "rows": outcome.rows,
        "seconds": seconds,
        "megabytes": peak_mb(),
    }


if __name__ == "__main__":
    work = _iterate if sys.argv[1] == "ijson" else _land
    print(json.dumps(work(Path(sys.argv[2]), *sys.argv[3:])))
