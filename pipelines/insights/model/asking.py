"""Asks a model: connects to its provider, and says in a sentence why it did not answer. Answers are not judged here."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.insights.claims.schema import Answer
from pipelines.insights.model.prices import tokens_of
from pipelines.insights.model.prompting import Messages, output_tokens

if TYPE_CHECKING:
    from pipelines.settings import Settings


MOST_ANSWER = 4 << 20
"""In bytes. What a model may write (`output_tokens`) is a hundredth of it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model answered. Tokens as the service counted them; estimated where it did not."""

    text: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no answer. is_free: nothing can have been spent, since the model was not reached or has refused."""

    reason: str
    is_free: bool


def connect(settings: Settings) -> Any:
    """LangChain's runnable for the settings' model. Raises what the provider's package raises, ImportError if it is not
    installed."""
    from langchain.chat_models import init_chat_model

    key = settings.llm_api_key
    options: dict[str, Any] = {
        "timeout": settings.llm_timeout_seconds,
        "max_retries": 0,
        "max_tokens": output_tokens(settings.llm_context_tokens),
        # Without a key, the provider's client would look for one in the environment.
        "api_key": key.get_secret_value() if key else "none",
    }
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    model = init_chat_model(settings.llm_model, **options)
    if type(model).__module__.startswith("langchain_openai"):
        model = init_chat_model(settings.llm_model, **options, http_client=_bounded_client(settings))
    try:
        # nearly every server that speaks OpenAI's protocol has this mode
        return model.with_structured_output(Answer, method="json_mode", include_raw=True)
    except (ValueError, NotImplementedError):
        # the client of another provider has no such mode: its model answers by a tool call
        return model.with_structured_output(Answer, include_raw=True)


def _bounded_client(settings: Settings) -> Any:
    """The HTTP client of OpenAI's protocol, which takes no more of an answer than `MOST_ANSWER`."""
    import httpx

    from pipelines.sources.transport.bodies import Limits, bound_sync

    return httpx.Client(
        timeout=settings.llm_timeout_seconds,
        follow_redirects=True,
        headers={"accept-encoding": "gzip, deflate"},
        event_hooks={"response": [bound_sync(Limits(MOST_ANSWER, settings.llm_timeout_seconds))]},
    )


def ask(model: Any, messages: Messages, seconds: float) -> Answered:
    """The model's answer. Raises whatever the client of the provider raises, see `explain`; TimeoutError if it is not
    complete in time, however it comes: clients give up only when nothing at all comes for a while."""
    result = _in_time(lambda: model.invoke(messages), seconds)
    raw = result.get("raw")
    usage = getattr(raw, "usage_metadata", None) or {}
    text = _text_of(raw) or json.dumps(result.get("parsed"), default=str)
    return Answered(
        text=text,
        tokens_in=int(usage.get("input_tokens") or tokens_of(sent for _, sent in messages)),
        tokens_out=int(usage.get("output_tokens") or tokens_of([text])),
    )


def _in_time(work: Callable[[], Any], seconds: float) -> Any:
    """What work returns, or raises. Nobody waits for it any longer than that."""
    answer: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(1)

    def run() -> None:
        try:
            answer.put((work(), None))
        except BaseException as error:
            answer.put((None, error))

    threading.Thread(target=run, name="model", daemon=True).start()
    try:
        result, failure = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if failure is not None:
        raise failure
    return result


def explain(error: Exception, settings: Settings) -> Failed:
    """A sentence about an error, without the client's message, which may hold secrets."""
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    if status == 429:
        return Failed("the model's service is at its limit (HTTP 429)", is_free=True)
    if status is not None and _is_too_long(error):
        return Failed(
            f"the facts are longer than the model's context{_room(error)} "
            f"(HTTP {status}); set TRADEWIND_LLM_CONTEXT_TOKENS to its length, or start it with a longer one",
            is_free=True,
        )
    if status is not None:
        return Failed(f"the model's service answered with HTTP {status}", is_free=True)
    if "timeout" in kind.lower():
        return Failed(
            f"the model did not answer within {settings.llm_timeout_seconds:g} seconds (TRADEWIND_LLM_TIMEOUT_SECONDS)",
            is_free=_is_unreached(error),
        )
    if isinstance(error, ImportError):
        return Failed(
            f"the package for this model's provider is not installed ({error.name or kind})",
            is_free=True,
        )
    return Failed(f"the model could not be asked ({kind})", is_free=_is_unreached(error))


def _is_unreached(error: BaseException) -> bool:
    """Whether no connection was made: the cause of the client's error says so."""
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__ in ("ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror")


def _details(error: Exception) -> dict[str, Any]:
    """What the service said of its error: the object `error` of OpenAI's protocol, or what stands in its place."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    return inner if isinstance(inner, dict) else {}


def _is_too_long(error: Exception) -> bool:
    """By the code or type: OpenAI's is context_length_exceeded, llama.cpp's exceed_context_size_error."""
    said = _details(error)
    return any("context" in str(said.get(name, "")) for name in ("code", "type"))


def _room(error: Exception) -> str:
    """The context's length where the service tells it (llama.cpp: n_ctx)."""
    length = _details(error).get("n_ctx")
    return f" of {length} tokens" if isinstance(length, int) else ""


def _text_of(raw: Any) -> str:
    """What a message says: the arguments of the tool that it calls, or its text.

    Beside a call some models write a text too, which is none of the answer.
    """
    calls = getattr(raw, "tool_calls", None) or []
    if calls:
        return json.dumps(calls[0].get("args"))
    content = getattr(raw, "content", "")
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content or ""
