"""One SQS queue, through boto3: its methods block, and are called in threads. What a message says is not read here.

Credentials are found as boto3 finds them: AWS_* variables, a profile, or the role of the machine. Where there are none,
calls to a queue on this machine (TRADEWIND_SQS_ENDPOINT) are not signed: what stands there for SQS asks for none.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pipelines.sources.transport.aws import keep_within_limits
from pipelines.telemetry.recording import span

if TYPE_CHECKING:
    from pipelines.settings import Settings

WAIT_SECONDS = 5
"""How long one call waits for a message (long polling). What another process has recorded is read only in between."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was received; it is deleted by its `handle`."""

    message_id: str
    body: str
    handle: str


class QueueFailure(Exception):
    """The queue cannot be used now; the message says what came, and what to do."""


class Queue:
    """The queue of the settings."""

    def __init__(self, url: str, endpoint: str | None = None) -> None:
        self.url = url
        self.name = url.rsplit("/", 1)[-1]
        self._endpoint = endpoint
        self._client: Any = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Queue | None:
        """The queue that the settings name; None if they name none."""
        return cls(settings.sqs_queue_url, settings.sqs_endpoint) if settings.sqs_queue_url else None

    def receive(self) -> list[Message]:
        """Up to ten messages, as soon as there is one; none after WAIT_SECONDS. Raises QueueFailure."""
        answer = self._call(
            "receive_message", MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS, AttributeNames=["SentTimestamp"]
        )
        return [Message(each["MessageId"], each["Body"], each["ReceiptHandle"]) for each in answer.get("Messages", ())]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete at most ten messages. One that cannot be deleted comes again. Raises QueueFailure."""
        entries = [{"Id": str(number), "ReceiptHandle": each.handle} for number, each in enumerate(messages)]
        self._call("delete_message_batch", Entries=entries)

    def waiting(self) -> int:
        """About how many messages wait. Takes none. Raises QueueFailure."""
        answer = self._call("get_queue_attributes", AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            with span(f"SQS.{operation}", {"rpc.system": "aws-api", "rpc.method": operation}, kind="client"):
                answer: dict[str, Any] = getattr(self._connected(), operation)(QueueUrl=self.url, **arguments)
                return answer
        except (BotoCoreError, ClientError, ValueError) as error:
            raise QueueFailure(explain(error, self.url)) from None

    def _connected(self) -> Any:
        # made when it is first used: boto3 takes a third of a second to import, and most runs have no queue
        with self._lock:
            if self._client is None:
                import boto3
                from botocore.config import Config

                host = urlsplit(self._endpoint or self.url).hostname or ""
                local = _on_this_machine() if host in ("127.0.0.1", "localhost") else {}
                self._client = boto3.session.Session().client(
                    "sqs",
                    region_name=region_of(self.url),
                    endpoint_url=self._endpoint,
                    config=Config(
                        connect_timeout=5,
                        read_timeout=WAIT_SECONDS + 15,
                        retries={"mode": "standard", "max_attempts": 2},
                        **local,
                    ),
                )
                keep_within_limits(self._client)
            return self._client


def _on_this_machine() -> dict[str, Any]:
    """What a client's Config says of a host on this machine: no proxy, and no signature where nothing is set to sign
    with. The role of a machine at AWS, which boto3 would ask for over the network, is none of these."""
    import botocore.session
    from botocore import UNSIGNED

    session = botocore.session.get_session()
    providers = session.get_component("credential_provider")
    providers.remove("iam-role")
    return {"proxies": {}} | ({} if providers.load_credentials() else {"signature_version": UNSIGNED})


def region_of(url: str) -> str:
    """The AWS region that a queue's address names; that of the environment for other hosts.

    >>> region_of("https://sqs.eu-west-1.amazonaws.com/123456789012/tradewind")
    'eu-west-1'
    """
    host = urlsplit(url).hostname or ""
    found = re.search(r"(?:^|\.)sqs\.([a-z0-9-]+)\.|^([a-z0-9-]+)\.queue\.", host)
    if found:
        return found[1] or found[2]
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


def explain(error: Exception, url: str) -> str:
    """A sentence for what boto3 raises: what came, what it means, what to do."""
    response = getattr(error, "response", None)
    code = str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""
    said = " ".join(str(error).split())[:300].rstrip(".")
    if type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError"):
        what = "boto3 finds no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give it a profile"
    elif "NonExistentQueue" in code or "QueueDoesNotExist" in code:
        what = "there is no such queue. Correct TRADEWIND_SQS_QUEUE_URL: it is the queue's address, not its ARN"
    elif "AccessDenied" in code or "InvalidClientTokenId" in code or "SignatureDoesNotMatch" in code:
        what = (
            "AWS does not let these credentials in. They need sqs:ReceiveMessage, sqs:DeleteMessage and "
            "sqs:GetQueueAttributes on it"
        )
    else:
        what = "it does not answer properly. Check its address and the connection"
    return f"the queue {url}: {what} ({type(error).__name__}: {said})."


async def in_thread(work: Callable[[], T]) -> T:
    """Run blocking work in a thread of its own. Nobody waits for it at the end: a long poll cannot be interrupted."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:
            return  # the loop has ended meanwhile

    threading.Thread(target=run, name="notifications", daemon=True).start()
    return await future
