"""How longer work is shown: live bars on a terminal, one line per finished part elsewhere. No work is done here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text


def say(console: Console, text: str, style: str = "") -> None:
    """Print text as it is: no markup, no colours of its own, lines not cut at the terminal's width."""
    console.print(Text(text, style=style), soft_wrap=True, highlight=False)


class _Bars(Progress):
    """Bars with a line below them."""

    note = ""

    def get_renderables(self) -> Iterator[RenderableType]:
        yield from super().get_renderables()
        if self.note:
            yield Text(f"  {self.note}", style="dim", no_wrap=True, overflow="ellipsis")


class Parts:
    """Progress of work in several parts; a context. transient: nothing remains of the bars at its end.

    >>> with Parts(Console()) as parts:
    ...     parts.show("harbor-us", 1, 2)
    ...     parts.finish("harbor-us", "harbor-us: 2 briefs")
    """

    def __init__(self, console: Console, *, transient: bool = False) -> None:
        self._console = console
        self._tasks: dict[str, TaskID] = {}
        self._bars = (
            _Bars(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=14),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
                transient=transient,
            )
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.note = ""
            self._bars.stop()

    def show(self, name: str, done: int, total: int | None, note: str | None = None) -> None:
        """How far a part is. total: None while it is not known. note: what it waits for; stands below all bars."""
        if self._bars is None:
            return
        self._bars.note = f"{name}: {note}" if note else ""
        if name not in self._tasks:
            if total == 0:
                return  # nothing to do is nothing to show
            self._tasks[name] = self._bars.add_task(name, total=None)
        self._bars.update(self._tasks[name], completed=done, total=total)

    def finish(self, name: str, line: str) -> None:
        """A part is done. line: what is told where there is no terminal; '' for nothing."""
        if self._bars is None:
            if line:
                say(self._console, line)
        elif name in self._tasks:
            task = self._bars.tasks[self._bars.task_ids.index(self._tasks[name])]
            self._bars.update(task.id, total=task.completed or 1, completed=task.completed or 1)


@contextmanager
def waiting(console: Console, what: str) -> Iterator[None]:
    """Something that may take a second or two: a spinner on a terminal, nothing elsewhere."""
    with console.status(Text(what)):
        yield
