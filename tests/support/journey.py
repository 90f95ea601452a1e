"""`tradewind demo` as a user runs it, its marts and staging models against the truth: the journeys of each seed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from bench.assistant import hear, questions_of
from simulator.__main__ import main as simulate
from simulator.documents.amazon_sp.as_met import PLANTED
from simulator.truth.alerts import KINDS
from simulator.truth.staging import STAGING
from tests.support.building import everything
from tests.support.cookbook import wrong_answers
from tests.support.doors import different_at_doors
from tests.support.parsed import parsed_for
from tests.support.truth import MARTS, ROOT, differences, printed_truth, records, truth


class Demo:
    """`tradewind` in a home of its own; ended with its warehouse."""

    def __init__(self, home: Path, seed: int, *, as_met: bool = False) -> None:
        self.home, self.seed, self.as_met, self.url = home, seed, as_met, ""

    def run(self, *arguments: str) -> str:
        """One command; its output. The business clock is the demo's own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        environment["TRADEWIND_HOME"] = str(self.home)
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", *arguments],
            cwd=self.home.parent,
            env={**environment, "PYTHONPATH": str(ROOT), "COLUMNS": "160"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def demo(self, *arguments: str) -> str:
        return self.run("demo", "--seed", str(self.seed), *(["--as-met"] if self.as_met else []), *arguments)

    def connect(self) -> psycopg.Connection:
        self.url = self.url or self.run("url").strip()
        return psycopg.connect(self.url)

    def equals_the_truth(self) -> None:
        """Every mart and staging model, to the cent; fails with the rows that differ."""
        with self.connect() as conn:
            found = [
                line
                for mart in (*MARTS, *STAGING)
                for line in differences(conn, mart, seed=self.seed, state=self.home / "demo" / "simulator")
            ]
        assert not found, "\n".join(found)

    def tells_of_every_incident(self, kinds: int) -> None:
        """Alerts are the incidents of the world, each once, of all kinds that the truth has, and of so many kinds at
        least; a second look finds nothing new."""
        state = self.home / "demo" / "simulator"
        columns = ("store_id", "kind", "subject", "first_seen", "last_seen", "resolved_at")
        wanted = {tuple(row[name] for name in columns) for row in records("alerts", seed=self.seed, state=state)}
        with self.connect() as conn:
            query = sql.SQL("select {} from insights.alerts").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
            told = conn.execute(query).fetchall()
            problems = conn.execute("select kind, problem from insights.alert_readings where problem is not null")
            assert problems.fetchall() == []
        assert len({row[1] for row in told}) >= kinds, f"alerts of few kinds: {sorted({row[1] for row in told})}"
        found = {row for row in told if row[1] in KINDS}
        differ = [f"- {row}" for row in sorted(map(str, wanted - found))] + [
            f"+ {row}" for row in sorted(map(str, found - wanted))
        ]
        assert not differ, "\n".join(differ[:40])
        assert "Alerts: 0 have begun, 0 are over." in self.run("alerts", "look")

    def adds_up(self) -> None:
        """Nothing was lost on the way from the documents to the marts; `run` fails with what was."""
        told = self.run("verify").strip()
        assert told.startswith("Everything adds up: "), told
        assert "not compared" not in told, told

    def answers_the_cookbook(self) -> None:
        """Every query of docs/cookbook.md, as readers run it; fails with the answers that the truth does not give."""
        with psycopg.connect(self.run("url", "--role", "bi").strip()) as conn:
            found = wrong_answers(conn, seed=self.seed, state=self.home / "demo" / "simulator")
        assert not found, "\n".join(found)

    def answers_sellers(self) -> None:
        """Sixty questions of sellers, asked of `tradewind mcp` as an assistant does; fails with the wrong answers."""
        asked = questions_of(self.home / "demo" / "simulator")
        heard = asyncio.run(hear(self.home, asked))
        assert len(asked) == 60 and not heard.wrong, "\n".join(heard.wrong)

    def tells_the_same_at_every_door(self) -> None:
        """The figures of the newest daily brief are those of SQL, of the read API and of the assistant's tools."""
        found = different_at_doors(self.home, self.run("url", "--role", "bi").strip())
        assert not found, "\n".join(found)

    def has_no_buyers(self) -> None:
        """Nothing of what the world plants in buyers' columns is in a raw table, nor are the columns."""
        with self.connect() as conn:
            tables = conn.execute("select table_name from information_schema.tables where table_schema = 'raw'")
            found = [
                name
                for (name,) in tables.fetchall()
                if conn.execute(
                    sql.SQL("select exists (select from raw.{} as r where r::text like %s)").format(
                        sql.Identifier(name)
                    ),
                    (f"%{PLANTED}%",),
                ).fetchone()
                != (False,)
            ]
        assert not found, f"buyers are in {', '.join(found)}"

    def loads(self) -> int:
        with self.connect() as conn:
            return conn.execute("select count(*) from ops.loads").fetchone()[0]  # type: ignore[index]


def journey(home: Path, seed: int, *, as_met: bool = False) -> None:
    """First run, a second one that does nothing, and one three days later: everything equals the truth each time.

    as_met: in the world whose documents come as users have met them.
    """
    demo = Demo(home, seed, as_met=as_met)
    try:
        _first(demo)
        demo.equals_the_truth()
        demo.tells_of_every_incident(20)
        demo.adds_up()
        demo.has_no_buyers()
        known = {"seed": seed, "state": home / "demo" / "simulator"}
        assert printed_truth("sales_daily", **known) == truth("sales_daily", **known)

        loads = demo.loads()
        again = demo.demo()
        assert re.search(r"Landed 0 slices, 0 rows, with 0 requests", again), again
        assert demo.loads() == loads, "a second run loaded something"
        assert "Forecast the demand" not in again, "a second run forecast what it knew"
        demo.adds_up()

        _three_days_later(demo, kinds=20)
        demo.answers_sellers()
    finally:
        demo.run("down")


def first_day(home: Path, seed: int) -> None:
    """A first run in a quarter of the demo's world, after which everything equals the truth."""
    demo = _small(home, seed)
    try:
        _first(demo)
        _all_is_right(demo, kinds=14)
        demo.has_no_buyers()
    finally:
        demo.run("down")


def short_journey(home: Path, seed: int) -> None:
    """A first run and one three days later, in a quarter of the demo's world: what the first one had wrong would be
    wrong then.
    """
    demo = _small(home, seed)
    try:
        _first(demo)
        _three_days_later(demo, kinds=14)
    finally:
        demo.run("down")


def _small(home: Path, seed: int) -> Demo:
    world = ["--products", "12", "--days", "35", "--state", str(home / "demo" / "simulator")]
    assert simulate(["files", "--seed", str(seed), *world, "--config-out", str(home / "demo")]) == 0
    parsed_for(home / "demo")
    return Demo(home, seed)


def _first(demo: Demo) -> None:
    first = demo.demo()
    assert "marts.order_items" in first
    assert re.search(r"Took [\d,]{3,} notifications from the queue", first), first
    assert re.search(r"Forecast the demand of [\d,]+ SKUs in 3 stores\.", first), first


def _all_is_right(demo: Demo, *, kinds: int) -> None:
    demo.equals_the_truth()
    demo.tells_of_every_incident(kinds)
    demo.adds_up()
    demo.answers_the_cookbook()
    demo.tells_the_same_at_every_door()


def _three_days_later(demo: Demo, *, kinds: int) -> None:
    demo.demo("--advance", "3")
    _all_is_right(demo, kinds=kinds)
    briefs_are_kept(demo)
    stands = json.loads((demo.home / "demo" / "simulator" / "world.json").read_text())
    assert stands["now"] > stands["first_now"]


def briefs_are_kept(demo: Demo) -> None:
    """Three days later the first day's visits have been read again: its brief has a second version, the first one
    stays, and neither sets a day that is not final beside final ones. The last of all readings is the mart's."""
    with demo.connect() as conn:
        store, day, before = conn.execute(
            "select store_id, period_start, body_markdown from insights.briefs "
            "where (kind, language) = ('daily', 'en') order by period_start, store_id limit 1"
        ).fetchone() or ("", "", "")
    demo.run("brief", "--kind", "daily", "--store", store, "--day", str(day))
    with demo.connect() as conn:
        told = conn.execute(
            "select version, facts, body_markdown from insights.brief_versions "
            "where (kind, store_id, period_start, language) = ('daily', %s, %s, 'en') order by version",
            (store, day),
        ).fetchall()
        last = conn.execute(
            "select count(*) from marts.traffic_store_daily as m left join lateral ("
            "select * from intermediate.int_traffic_readings as r "
            "where (r.store_id, r.date) = (m.store_id, m.date) order by r.read_at desc limit 1) as r on true "
            "where (m.sessions, m.units_ordered) is distinct from (r.sessions, r.units_ordered)"
        ).fetchone()
    assert [version for version, *_ in told] == [1, 2] and told[0][2] == before
    visits = [next(fact for fact in facts if fact["name"] == "sessions_day") for _, facts, _ in told]
    assert visits[0]["value"] != visits[1]["value"], "Amazon did not change the day"
    assert all("comparison" not in fact and fact["open_days"] == 1 for fact in visits)
    assert f"was {int(visits[0]['value']):,}" in told[1][2] and not re.search("Fewer visits|More visits", before)
    assert last == (0,)


def ten_days(home: Path, seed: int) -> None:
    """A day at a time, with what Amazon restates and what comes late: ten increments end where one full build does; and
    what was known before them can be shown afterwards."""
    demo = Demo(home, seed)
    try:
        demo.demo()
        with demo.connect() as conn:
            at_first = everything(conn)
            (then,) = conn.execute("select clock_timestamp()").fetchone() or (None,)
        for _ in range(10):
            demo.demo("--advance", "1")
        demo.equals_the_truth()
        demo.adds_up()
        with demo.connect() as conn:
            grown = everything(conn)
        demo.run("transform", "--full-refresh")
        with demo.connect() as conn:
            built_anew = everything(conn)
        assert _differing(grown, built_anew) == []
        assert "marts.sales_daily" in _differing(at_first, grown)
        demo.run("transform", "--as-of", str(then))
        with demo.connect() as conn:
            shown = everything(conn, schemas="_as_of")
        # of the past the ledger keeps what had been loaded, and no other state
        assert _differing(at_first, shown) == ["marts.data_coverage"]
        assert _differing(at_first, come_back(demo, str(then))) == []
    finally:
        demo.run("down")


def come_back(demo: Demo, moment: str) -> dict[str, list[str]]:
    """What the models tell in an empty home in which the archive was replayed until a moment."""
    other = Demo(demo.home.with_name("then"), demo.seed)
    for name in ("archive", "simulator"):
        shutil.copytree(demo.home / "demo" / name, other.home / "demo" / name)
    for name in ("stores.yaml", ".env", "hash.key"):
        shutil.copy(demo.home / "demo" / name, other.home / "demo" / name)
    try:
        other.run("replay", "--until", moment)
        other.run("transform")
        with other.connect() as conn:
            return everything(conn)
    finally:
        other.run("down")


def _differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    return [name for name in one if one[name] != other[name]]
