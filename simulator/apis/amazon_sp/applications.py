"""Application Management API 2023-11-30: the secret of the application is rotated, and told to a queue.

The call is grantless, has no body and no answer (application_2023-11-30.json). The message is
APPLICATION_OAUTH_CLIENT_NEW_SECRET, as Amazon's sample solution for the rotation of credentials has it.
"""

from __future__ import annotations

import json

from simulator.apis.amazon_sp.reports import admit, error, reply
from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply
from simulator.world.instants import iso
from simulator.world.rng import stable_uuid

SCOPE = "sellingpartnerapi::client_credential:rotation"
KIND = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"


def identify(call: Call, sim: Simulation) -> None:
    """Which token is shown; a grantless one stands for the application, and for no seller."""
    call.identity = sim.tokens.read_grantless(call.headers.get("x-amz-access-token"), SCOPE)


def rotate_application_client_secret(call: Call, sim: Simulation) -> Reply:
    """POST /applications/2023-11-30/clientSecret."""
    refused = admit(sim, call)
    if refused:
        return refused
    if sim.notifier is None:
        text = (
            "Application is not enrolled for rotation notification. Please update application notification preference "
            "in Developer console."
        )
        return error(sim, call, 400, "InvalidInput", text)
    made = sim.secrets.rotate(sim.clock.business())
    now = iso(sim.clock.protocol(), millis=True)
    message = {
        "notificationVersion": "1.0",
        "notificationType": KIND,
        "payloadVersion": "2023-11-30",
        "eventTime": now,
        "payload": {
            "applicationOAuthClientNewSecret": {
                "clientId": sim.world.client_id,
                "newClientSecret": made.secret,
                "newClientSecretExpiryTime": made.ends,
                "oldClientSecretExpiryTime": made.old_ends,
            }
        },
        "notificationMetadata": {
            "applicationId": "amzn1.sp.solution.simulator",
            "subscriptionId": stable_uuid(KIND),
            "publishTime": now,
            "notificationId": stable_uuid(KIND, made.number),
        },
    }
    sim.notifier.secret(json.dumps(message))
    return reply(sim, call, 204, None)
