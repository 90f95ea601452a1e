"""Looks that many share: each is told what was seen after it had asked."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from pipelines.warehouse.looks import Looks


class Slow:
    """Counts looks. Each takes a turn of the loop, and sees what is there when it begins."""

    def __init__(self) -> None:
        self.there, self.begun, self.wrong = 0, 0, False

    async def look(self, key: str) -> tuple[str, int]:
        self.begun += 1
        seen = self.there
        await asyncio.sleep(0.01)
        if self.wrong:
            raise OSError("away")
        return key, seen


def test_who_asks_during_a_look_is_told_of_the_next_one() -> None:
    async def asked() -> None:
        slow = Slow()
        looks = Looks(slow.look)
        first = [asyncio.create_task(looks.at("a")) for _ in range(20)]
        await asyncio.sleep(0.002)
        slow.there = 1  # a build commits while the first look is under way
        later = [asyncio.create_task(looks.at("a")) for _ in range(30)]
        assert {await each for each in first} == {("a", 0)}
        assert {await each for each in later} == {("a", 1)}
        assert slow.begun == 2
        slow.there = 2
        assert await looks.at("a") == ("a", 2)  # nothing is remembered

    asyncio.run(asked())


def test_keys_do_not_wait_for_each_other() -> None:
    async def asked() -> None:
        slow = Slow()
        looks = Looks(slow.look)
        assert await asyncio.gather(looks.at("a"), looks.at("b")) == [("a", 0), ("b", 0)]

    asyncio.run(asked())


def test_an_error_is_told_to_all_and_the_next_one_looks_again() -> None:
    async def asked() -> None:
        slow = Slow()
        looks = Looks(slow.look)
        slow.wrong = True
        told = await asyncio.gather(looks.at("a"), looks.at("a"), return_exceptions=True)
        assert [type(each) for each in told] == [OSError, OSError]
        slow.wrong = False
        assert await looks.at("a") == ("a", 0)

    asyncio.run(asked())


def test_one_who_goes_away_takes_nobody_along() -> None:
    async def asked() -> None:
        looks = Looks(Slow().look)
        gone, stays = asyncio.create_task(looks.at("a")), asyncio.create_task(looks.at("a"))
        await asyncio.sleep(0.002)
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        assert await stays == ("a", 0)
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(asked())
