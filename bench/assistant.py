"""An assistant's questions: sixty of a seller's, asked through the SDK's client over stdio in the demo's world.

What is measured is the time from a call of a tool to its answer, the protocol included, and how many figures are those
of the world's truth. The questions are in `assistant_questions.py`, who asks them in `assistant_client.py`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.assistant_client import ask
from bench.assistant_questions import Asked, Truth, questions
from bench.figures import Figure, Room
from simulator import truth
from simulator.seeded_world import World
from simulator.world.world_file import WorldFile

SEED, TENANT = 7, "harbor"
ROUNDS = 5
_WEST = ZoneInfo("America/Los_Angeles")
"""Where the days of the tenant's stores end last."""


@dataclass
class Heard:
    """seconds: of each call. wrong: questions whose answers were not the truth, with what was answered."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def p95_ms(self) -> float:
        """The 95th percentile of a call, in milliseconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000


def run(room: Room) -> Iterator[Figure]:
    """`mcp_tool_p95_ms`, `mcp_questions_right`."""
    home = room.folder / "home"
    demo = home / "demo"
    environment = os.environ | {"TRADEWIND_HOME": str(home)}
    world = ["files", "--seed", str(SEED), "--products", "12", "--days", "35", "--state", str(demo / "simulator")]
    _run(environment, "simulator", *world, "--config-out", str(demo))
    _run(environment, "pipelines.cli", "demo", "--seed", str(SEED))
    try:
        asked = questions_of(demo / "simulator")
        heard = asyncio.run(hear(home, asked, ROUNDS))
    finally:
        _run(environment, "pipelines.cli", "down")
    right = len(asked) - len({each.partition(":")[0] for each in heard.wrong})
    note = f"{len(heard.seconds)} calls of {len(asked)} questions over stdio, after the first round"
    yield Figure("mcp_tool_p95_ms", round(heard.p95_ms(), 1), "ms", 150, note=note)
    told = "; ".join(heard.wrong[:3]) or "each to the last digit, by a client that picks tools by rules"
    yield Figure("mcp_questions_right", right, f"of {len(asked)}", len(asked), "higher", note=told)


def questions_of(state: Path) -> list[Asked]:
    """The sixty questions with the answers of the world that is kept in a folder."""
    known = WorldFile.read(state)
    if known is None:
        raise RuntimeError(f"{state} holds no world.")
    world = World(
        known.seed,
        known.first_now,
        stores=known.stores,
        products=known.products,
        days=known.days,
        as_met=known.as_met,
    )

    @cache
    def rows(mart: str) -> list[dict[str, Any]]:
        return truth.rows(mart, world, known.now, state)

    return questions(Truth(rows, known.now.astimezone(_WEST).date()))


async def hear(home: Path, asked: list[Asked], rounds: int = 0) -> Heard:
    """Ask all questions once, and so many times more for the time that they take. home: that of the demo."""
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters

    heard = Heard()
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "pipelines.cli", "mcp", "--tenant", TENANT],
        env=dict(os.environ) | {"TRADEWIND_HOME": str(home)},
    )
    async with Client(command) as client:

        async def call(name: str, arguments: Mapping[str, Any]) -> Any:
            begun = time.perf_counter()
            answer = await client.call_tool(name, dict(arguments))
            heard.seconds.append(time.perf_counter() - begun)
            return answer

        for number in range(rounds + 1):
            for each in asked:
                answer = await ask(call, each.text)
                if answer != each.answer:
                    heard.wrong.append(f"{each.text}: {answer!r}, and the truth is {each.answer!r}")
            if number == 0 and rounds:
                heard.seconds.clear()  # whoever asks first waits for what is loaded once
    return heard


def _run(environment: Mapping[str, str], module: str, *arguments: str) -> None:
    """A command of ours. Raises RuntimeError with what it said if it failed."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
