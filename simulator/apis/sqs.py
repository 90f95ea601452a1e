"""A queue of Amazon SQS on the simulator's own port: the calls that its readers make, in SQS's JSON protocol.

It stands where a seller has the queue that Amazon's notifications are sent to. Names of calls, members and errors are
those of the SQS API reference; who asks is not checked. What is told, and when, is decided in `notifications.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from simulator.apis.queue import HIDDEN_SECONDS, PATH, OwnQueue
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, json_reply

JSON_TYPE = "application/x-amz-json-1.0"
_MOST = 10
_LOOK_EVERY = 0.1


def identify(call: Call, sim: Simulation) -> None:
    """Which call of SQS it is."""
    call.subject = call.headers.get("x-amz-target", "").removeprefix("AmazonSQS.")
    call.detail = {"call": call.subject}


async def answer(call: Call, sim: Simulation) -> Reply:
    """POST / with the name of the call in X-Amz-Target."""
    queue, notifier = sim.queue, sim.notifier
    handler = CALLS.get(call.subject)
    if handler is None:
        return _error("UnknownOperationException", f"The simulator does not know {call.subject or 'a call'} of SQS.")
    try:
        asked = call.json()
    except BadBody as problem:
        return _error("SerializationException", str(problem))
    if not isinstance(asked, dict):
        return _error("SerializationException", "The request body is no JSON object.")
    named = asked.get("QueueName") == PATH.rsplit("/", 1)[-1] or urlsplit(str(asked.get("QueueUrl"))).path == PATH
    if queue is None or not named:
        return _error("QueueDoesNotExist", "The specified queue does not exist.")
    if notifier is not None:
        notifier.catch_up(sim)
    if call.subject == "ReceiveMessage":
        for _ in range(int(float(asked.get("WaitTimeSeconds") or 0) / _LOOK_EVERY)):
            if queue.counts()[0]:
                break
            await asyncio.sleep(_LOOK_EVERY)
    return json_reply(200, handler(queue, asked, sim), JSON_TYPE)


def _receive(queue: OwnQueue, asked: dict[str, Any], sim: Simulation) -> dict[str, Any]:
    found = queue.receive(min(int(asked.get("MaxNumberOfMessages") or 1), _MOST))
    messages = [
        {
            "MessageId": each.message_id,
            "ReceiptHandle": each.message_id,
            "Body": each.body,
            "MD5OfBody": _md5(each.body),
        }
        for each in found
    ]
    return {"Messages": messages} if messages else {}


def _delete(queue: OwnQueue, asked: dict[str, Any], sim: Simulation) -> dict[str, Any]:
    queue.delete(str(asked.get("ReceiptHandle")))
    return {}


def _delete_batch(queue: OwnQueue, asked: dict[str, Any], sim: Simulation) -> dict[str, Any]:
    entries = [each for each in asked.get("Entries") or [] if isinstance(each, dict)]
    for each in entries:
        queue.delete(str(each.get("ReceiptHandle")))
    return {"Successful": [{"Id": each.get("Id")} for each in entries], "Failed": []}


def _send(queue: OwnQueue, asked: dict[str, Any], sim: Simulation) -> dict[str, Any]:
    body = str(asked.get("MessageBody"))
    return {"MessageId": queue.send(body), "MD5OfMessageBody": _md5(body)}


def _attributes(queue: OwnQueue, asked: dict[str, Any], sim: Simulation) -> dict[str, Any]:
    waiting, hidden = queue.counts()
    known = {
        "ApproximateNumberOfMessages": str(waiting),
        "ApproximateNumberOfMessagesNotVisible": str(hidden),
        "VisibilityTimeout": str(int(HIDDEN_SECONDS)),
    }
    wanted = asked.get("AttributeNames") or []
    return {"Attributes": {name: value for name, value in known.items() if name in wanted or "All" in wanted}}


def _url(queue: OwnQueue, asked: dict[str, Any], sim: Simulation) -> dict[str, Any]:
    return {"QueueUrl": sim.signer.base_url + PATH}


CALLS: dict[str, Callable[[OwnQueue, dict[str, Any], Simulation], dict[str, Any]]] = {
    "ReceiveMessage": _receive,
    "DeleteMessage": _delete,
    "DeleteMessageBatch": _delete_batch,
    "SendMessage": _send,
    "GetQueueAttributes": _attributes,
    "GetQueueUrl": _url,
}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _error(code: str, message: str) -> Reply:
    return json_reply(400, {"__type": f"com.amazonaws.sqs#{code}", "message": message}, JSON_TYPE)
