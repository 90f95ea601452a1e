"""`make chaos`: `tradewind up` with own accounts, struck at random for minutes, over a DST change and a year's end.

    python -m tests.chaos --minutes 15 --seed 7

In each of two homes the clock jumps once, and before and after it `up` lands by itself whatever is overdue while it is
struck. Then it is left in peace until nothing is left to do, and it is looked at whether all holds (judgement.py).
Exit status 1 if something does not. The disk is filled only where a home can have one of its own (disk.py).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.chaos import disk, judgement
from tests.chaos.machine import Machine, wait_for
from tests.chaos.strikes import Strikes

PASSAGES = (
    (datetime(2025, 10, 31, 12, tzinfo=UTC), datetime(2025, 11, 3, 12, tzinfo=UTC)),
    (datetime(2025, 12, 30, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)),
)
"""From when to when the clock jumps: over the end of America's summer time, and of a year. In a home each, because of
what lies too long between Amazon keeps nothing, and then nothing could be compared.
"""
LONGEST_PEACE = 40 * 60.0
"""Seconds: whoever has not finished then waits for ever."""


def main() -> int:
    """Run it; the exit status."""
    options = _arguments()
    own_disk = disk.enter("tests.chaos")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="tradewind-chaos-"))
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:7.0f} s  {text}", flush=True)

    say(f"seed {options.seed}, in {folder}" + ("" if own_disk else "; no disk can be filled here"))
    chance = random.Random(options.seed)
    sizes = {"seed": options.world, "products": options.products, "days": options.days}
    figures: dict[str, Any] = {"seed": options.seed, "minutes": options.minutes}
    problems: list[str] = []
    for number, clocks in enumerate(PASSAGES[: options.passages], start=1):
        machine = Machine(folder / str(number), **sizes, now=clocks[0], own_disk=own_disk)
        strikes = Strikes(machine, chance, options.every, say)
        found = _pass(machine, strikes, clocks, options.minutes * 60 / options.passages, say)
        problems += found.pop("problems")
        figures[f"{clocks[0]:%Y-%m-%d} to {clocks[-1]:%Y-%m-%d}"] = found
        if own_disk:
            disk.unmount(machine.home, keep=bool(problems or options.folder))
    print(json.dumps(figures, indent=1))
    print("\n".join(problems) or "All of it holds.")
    if not problems and not options.folder:
        shutil.rmtree(folder)
    return 1 if problems else 0


def _pass(
    machine: Machine, strikes: Strikes, clocks: Sequence[datetime], seconds: float, say: Callable[[str], None]
) -> dict[str, Any]:
    """Strike at each of these moments, for so many seconds in all; the figures, and what does not hold."""
    longest_peace = 0.0
    try:
        machine.start_world()
        for number, clock in enumerate(clocks):
            if number:
                machine.move(clock)
            say(f"the clock stands at {clock:%Y-%m-%d %H:%M} UTC")
            machine.keep_up()
            strikes.go_on(seconds / len(clocks))
            longest_peace = max(longest_peace, _in_peace(machine, strikes, say))
        figures = _judge(machine, strikes, say) | {"seconds_until_all_was_done": round(longest_peace)}
    finally:
        machine.stop_up()
        down = machine.run("down")
        machine.stop_world()
    time.sleep(5)
    left = judgement.left_behind(machine)
    figures["problems"] += [*left, *([] if down.returncode == 0 else [down.stderr])]
    return figures | {"processes_left": len(left)}


def _in_peace(machine: Machine, strikes: Strikes, say: Any) -> float:
    """Import the user's files, and wait until everything is done; seconds. What waits for its next try is helped by
    moving the clock there. Raises AssertionError after `LONGEST_PEACE`.
    """
    begun = time.monotonic()
    for path in sorted((machine.config / "manual").glob("*.csv")):
        feed, _, store = path.stem.partition(".")
        of_store = ["--store", store] if store else []
        done = machine.run("import", str(path), "--feed", f"manual.{feed}", *of_store, "--no-transform")
        assert done.returncode == 0, done.stderr
    quiet = 0
    told = ""
    while quiet < 6:
        strikes.look()
        what, next_try = judgement.unsettled(machine)
        what = what or ", ".join(f"{part} is down" for part in strikes.still_down)
        if what != told:
            say(what or "nothing is left to do")
            told = what
        if next_try is not None and next_try - machine.now < timedelta(hours=2):
            machine.move(next_try + timedelta(seconds=1))
            say(f"the clock goes on to {machine.now:%H:%M}")
        quiet = 0 if what else quiet + 1
        assert time.monotonic() - begun < LONGEST_PEACE, f"not done after {LONGEST_PEACE:.0f} s: {what}"
        time.sleep(10)
    return time.monotonic() - begun


def _judge(machine: Machine, strikes: Strikes, say: Any) -> dict[str, Any]:
    # shops sell on while the clock goes on to the next try, and are read as a whole once a day
    told = machine.run("channels", "apply")
    assert told.returncode == 0, told.stdout + told.stderr
    say("comparing the marts with the truth")
    differing = judgement.differing(machine)
    made, same, unknown = judgement.requests(machine)
    crawled, unknown_crawls = judgement.crawls(machine)
    wait_for(lambda: not strikes.still_down, 300, f"{strikes.still_down} serve again")
    return {
        "strikes": dict(strikes.struck),
        "strikes_survived": sum(strikes.struck.values()),
        "longest_seconds_until_served": {name: round(value, 1) for name, value in sorted(strikes.recovered.items())},
        "marts_equal": len(judgement.MARTS) - len({line.split()[0].rstrip(":") for line in differing}),
        "marts": len(judgement.MARTS),
        "reports_asked_for": made,
        "asked_twice": same,
        "asked_twice_unknown_to_the_ledger": len(unknown),
        "crawls": crawled,
        "crawls_unknown_to_the_ledger": len(unknown_crawls),
        "problems": [*differing, *unknown, *unknown_crawls, *machine.given_up],
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=15, help="of strikes, in all (default: 15)")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the strikes")
    parser.add_argument("--every", type=float, default=20, help="mean seconds between two strikes")
    parser.add_argument("--passages", type=int, default=len(PASSAGES), choices=range(1, len(PASSAGES) + 1))
    parser.add_argument("--world", type=int, default=7, help="seed of the world")
    parser.add_argument("--products", type=int, default=8)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where it happens, and stays (default: a temporary one)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
