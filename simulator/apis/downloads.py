"""The documents' store, as S3 serves it: signed addresses, missing keys, and bytes with the faults of the document.

Which document an address names is decided in the room of each API.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply, s3_error
from simulator.documents.rendered import Rendered
from simulator.faults.mutations import send
from simulator.faults.rules import Action


def no_other(action: Action) -> None:
    """For APIs whose documents are never taken for another's."""


def served(
    call: Call,
    sim: Simulation,
    find: Callable[[], Rendered | None],
    *,
    other: Callable[[Action], Rendered | None] = no_other,
    inflating: Callable[[Rendered], bool] = lambda document: False,
) -> Reply:
    """The answer to a GET of a document's address.

    find: the document, None where there is none. other: the one that a fault puts in its place. inflating: whether the
    answer says `Content-Encoding: gzip`, so that HTTP clients inflate it on their own.
    """
    problem = sim.signer.problem(call.path, call.query, call.headers, sim.clock.protocol())
    if problem:
        return problem
    document = find()
    if document is None:
        return s3_error(404, "NoSuchKey", "The specified key does not exist.")
    sent = send(document, call.actions, other)
    headers = {"content-type": sent.content_type, "etag": f'"{document.etag}"'}
    if sent.status == 200 and inflating(document):
        headers["content-encoding"] = "gzip"
    return Reply(sent.status, sent.body, headers)
