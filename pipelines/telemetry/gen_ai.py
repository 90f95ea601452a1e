"""Calls of a language model, by the semantic conventions of `gen_ai`. Neither a question nor an answer is recorded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from pipelines.telemetry import names
from pipelines.telemetry.recording import observe, span


@contextlib.contextmanager
def model_call(model: str) -> Iterator[Callable[[int, int], None]]:
    """Around one call; what it gives is told the tokens in and out. model: as in TRADEWIND_LLM_MODEL, a provider may
    stand before a colon."""
    provider, separator, name = model.partition(":")
    what = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider if separator else "openai",
        "gen_ai.request.model": name if separator else model,
    }
    started = time.monotonic()
    error: str | None = None

    with span("chat " + what["gen_ai.request.model"], what, kind="client") as work:

        def answered(tokens_in: int, tokens_out: int) -> None:
            work.set({"gen_ai.usage.input_tokens": tokens_in, "gen_ai.usage.output_tokens": tokens_out})
            observe(names.MODEL_TOKENS, {"gen_ai.token.type": "input", **what}, tokens_in)
            observe(names.MODEL_TOKENS, {"gen_ai.token.type": "output", **what}, tokens_out)

        try:
            yield answered
        except Exception as failure:
            error = type(failure).__name__
            raise
        finally:
            observe(names.MODEL_DURATION, {"error.type": error, **what}, time.monotonic() - started)
