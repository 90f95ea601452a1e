"""Clients of AWS, whose answers keep to the limits of `bodies.py`: boto3 reads an answer whole, however long it is.

What is asked of a service is in a module of its own, as `sqs.py`.
"""

from __future__ import annotations

from typing import Any

from pipelines.sources.transport.bodies import ANSWER, BLOCK, ERROR_SIZE, Beyond, Cut, Limits


def keep_within_limits(client: Any) -> None:
    """Let this client of boto3 take no more of an answer than `bodies.ANSWER`.

    Its event before-send may answer in place of the transport. The transport itself is private; the test of this
    module says so if a new version calls it otherwise.
    """
    session = client._endpoint.http_session

    def send(request: Any, **_: Any) -> Any:
        from botocore.exceptions import HTTPClientError

        request.stream_output = True  # otherwise the session reads the body itself
        response = session.send(request)
        good = response.status_code < 300
        cut = Cut(f"POST {client.meta.service_model.service_name}", ANSWER if good else _ERROR, whole=good)
        taken = bytearray()
        try:
            while block := response.raw.read1(BLOCK):  # what is there: `read` waits until the block is full
                for plain in cut.take(block):
                    taken += plain
                if cut.ended:
                    break
        except Beyond as error:
            raise HTTPClientError(error=error) from None
        finally:
            response.raw.close()
        response._content = bytes(taken)
        return response

    client.meta.events.register("before-send", send)


_ERROR = Limits(ERROR_SIZE, ANSWER.seconds)
