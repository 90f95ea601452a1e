"""`tradewind rotate`: another secret for an application of Login with Amazon, put where the old one came from.

No secret is printed, logged or given as an option. The old one stays good for seven days (of SP-API), so that whatever
runs with it can be started anew in peace.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr
from rich.console import Console

from pipelines.errors import ConfigError
from pipelines.local.arguments import DAY
from pipelines.local.first_day import env_file
from pipelines.local.first_day.asking import Asker, is_interactive
from pipelines.local.first_day.origins import TITLE, Origin, origin_of
from pipelines.local.progress import say, waiting

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.sources.amazon.rotation import NewSecret

UNTIL = "TRADEWIND_LWA_SECRET_UNTIL"
TYPED = "TRADEWIND_NEW_SECRET"
GOOD_FOR, OLD_GOOD_FOR = timedelta(days=180), timedelta(days=7)
_APPLICATIONS = {"sp": "TRADEWIND_LWA_CLIENT_SECRET", "ads": "TRADEWIND_ADS_CLIENT_SECRET"}


def rotate(
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Enter a secret that you have rotated in Seller Central.")
    ] = False,
    application: Annotated[str, typer.Option("--application", metavar="sp|ads", help="Ads: by hand only.")] = "sp",
    ends: Annotated[
        datetime | None, typer.Option("--ends", formats=DAY, metavar="DAY", help="Only note when the secret ends.")
    ] = None,
    queue: Annotated[
        str | None, typer.Option("--queue", metavar="URL", help="Where Amazon sends it; default: that of the settings.")
    ] = None,
    wait: Annotated[int, typer.Option(min=1, metavar="MINUTES", help="How long to wait for Amazon's message.")] = 10,
) -> None:
    """Renew the application's secret and put it where the old one is.

    Amazon makes the new secret and sends it to an SQS queue, which the
    Developer Console names. Interrupted, run it again: a secret that waits in
    the queue is taken. With --by-hand it is typed, not shown, or taken from
    the variable TRADEWIND_NEW_SECRET.
    """
    from pipelines.local.homes import open_settings

    console, settings = Console(), open_settings(None)
    if application not in _APPLICATIONS:
        raise ConfigError(f"--application {application!r} is not known: sp or ads.")
    origin = origin_of(settings, _APPLICATIONS[application])
    if ends is not None:
        _note(origin, ends.date())
        say(console, f"Noted: the secret must be rotated before {ends:%Y-%m-%d}.")
    elif by_hand or application == "ads":
        _by_hand(console, settings, origin, application)
    else:
        _by_api(console, settings, origin, queue, wait)


def _by_hand(console: Console, settings: Settings, origin: Origin, application: str) -> None:
    from pipelines.sources.amazon.rotation import is_accepted

    client_id = settings.lwa_client_id if application == "sp" else settings.ads_client_id
    asker = Asker(console, settings.secret, is_interactive())
    new = asker.secret(TYPED, "New client secret", needed=True)
    asker.refuse_missing()
    if new is None or not client_id:
        raise ConfigError("The application's client id is not set. `tradewind init` sets it up.")
    with waiting(console, "Asking Login with Amazon"):
        accepted = asyncio.run(is_accepted(settings, client_id, new))
    if not accepted:
        raise ConfigError(
            "Login with Amazon does not accept this secret for the application's client id. Nothing was changed. Copy "
            "it again from the Developer Console (Develop Apps, View)."
        )
    today = settings.now().date()
    _put(console, origin, new, today + GOOD_FOR if application == "sp" else None, today + OLD_GOOD_FOR)


def _by_api(console: Console, settings: Settings, origin: Origin, queue_url: str | None, minutes: int) -> None:
    from pipelines.sources.amazon import rotation
    from pipelines.sources.transport.sqs import Queue, QueueFailure
    from pipelines.stores import load_catalog

    url = queue_url or settings.sqs_queue_url
    client_id, secret = settings.lwa_client_id, settings.lwa_client_secret
    if client_id is None or secret is None:
        raise ConfigError("The application's id and secret are not set. `tradewind init` sets them up.")
    if url is None:
        raise ConfigError(
            "Amazon sends a new secret to an SQS queue only, and none is set. Make one (docs/setup.md), name it in the "
            "Developer Console and in TRADEWIND_SQS_QUEUE_URL or --queue; or rotate in Seller Central (Develop Apps, "
            "View, Rotate secret) and run `tradewind rotate --by-hand`."
        )
    queue = Queue(url, settings.sqs_endpoint)
    try:
        with waiting(console, "Looking into the queue"):
            found = rotation.find(queue, client_id)
            if found is not None and not asyncio.run(rotation.is_accepted(settings, client_id, found.secret)):
                found = None  # of a rotation before the last one
        if found is not None:
            say(console, "A new secret waits in the queue, of a rotation that was not finished: it is taken.")
        else:
            accounts = load_catalog(settings).accounts.values()
            region = next((each.region for each in accounts if each.refresh_token), "na")
            asyncio.run(rotation.ask_for_new_secret(settings, client_id, secret, region))
            with waiting(console, f"Waiting for Amazon's message, at most {minutes} minutes"):
                found = rotation.wait_for(queue, client_id, minutes * 60)
        if found is None:
            raise ConfigError(
                f"Amazon was asked for a new secret, and no message came to {queue.name} within {minutes} minutes. The "
                "old secret is good for seven days. Run `tradewind rotate` again, which takes it from the queue; look "
                "in the Developer Console whether this queue is the one that is named there."
            )
        _take(console, settings, origin, client_id, found)
        queue.delete([found.message])
    except QueueFailure as error:
        raise ConfigError(str(error)) from None


def _take(console: Console, settings: Settings, origin: Origin, client_id: str, found: NewSecret) -> None:
    from pipelines.sources.amazon.rotation import is_accepted

    if not asyncio.run(is_accepted(settings, client_id, found.secret)):
        raise ConfigError(
            "Login with Amazon does not accept the new secret yet. It stays in the queue, and the old one is good "
            f"until {found.old_until}. Run `tradewind rotate` again in a minute."
        )
    _put(console, origin, found.secret, found.until, found.old_until)


def _put(console: Console, origin: Origin, new: SecretStr, until: date | None, old_until: date) -> None:
    origin.put(new)
    if until is not None:
        _note(origin, until)
    say(console, f"The new secret is in {origin.text}" + (f", good until {until}." if until else "."))
    say(
        console,
        f"The old one is good until {old_until}: what runs now (`tradewind up`) goes on with it. Start it anew before.",
    )


def _note(origin: Origin, until: date) -> None:
    env_file.write(origin.env, {UNTIL: until.isoformat()}, TITLE)
