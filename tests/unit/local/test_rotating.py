"""`tradewind rotate`: a new secret through the queue and by hand, put where the old one was; the old one stays good."""

from __future__ import annotations

import json
import logging
import stat
from datetime import timedelta

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from pipelines import cli, secret_store
from pipelines.errors import TradewindError
from pipelines.sources.amazon.rotation import read_new_secret
from pipelines.sources.transport import sqs
from pipelines.sources.transport.sqs import Message
from simulator.apis.notifications import Notifier
from simulator.apis.queue import OwnQueue
from tests.support.asked import NOW, Served

SECRET, UNTIL = "TRADEWIND_LWA_CLIENT_SECRET", "TRADEWIND_LWA_SECRET_UNTIL"


class QueueOfTheWorld:
    """The simulator's queue without its protocol, in the place of boto3's."""

    def __init__(self, own: OwnQueue) -> None:
        self.own, self.name = own, "tradewind"

    def receive(self):
        return [Message(each.message_id, each.body, each.message_id) for each in self.own.receive(10)]

    def delete(self, messages):
        for each in messages:
            self.own.delete(each.handle)

    def waiting(self):
        return self.own.counts()[0]


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A world with a queue; its stores.yaml and .env are the working directory's."""
    own = OwnQueue(tmp_path / "queue")
    served = Served(tmp_path / "world", monkeypatch, notifier=Notifier.of_own(own), queue=own)
    (tmp_path / "stores.yaml").write_text(served.world.stores_yaml())
    lines = ["# mine", *(f"{name}='{value}'" for name, value in served.environment.items())]
    (tmp_path / ".env").write_text("\n".join([*lines, "TRADEWIND_SQS_QUEUE_URL='http://queue/0/tradewind'\n"]))
    monkeypatch.setattr(sqs, "Queue", lambda *_: QueueOfTheWorld(own))
    served.own = own
    return served


def run(*given):
    result = CliRunner().invoke(cli.app, ["rotate", *given])
    if isinstance(result.exception, TradewindError):
        return 1, f"{result.output}{result.exception}"
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def accepted(served, secret):
    return served.sim.secrets.accepts(secret, served.sim.clock.business())


def test_the_new_secret_comes_through_the_queue_and_the_old_one_stays_good_for_its_time(world, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    world.own.send(json.dumps({"notificationType": "ANY_OFFER_CHANGED"}))
    code, told = run()
    assert code == 0, told
    held, new = dotenv_values(tmp_path / ".env"), world.sim.secrets.newest.secret
    assert (held[SECRET], held[UNTIL]) == (new, "2026-09-06")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert (tmp_path / ".env").read_text().startswith("# mine\n")
    assert "good until 2026-09-06" in told
    assert "old one is good until 2026-03-17" in told
    assert new not in told + caplog.text
    assert world.world.client_secret not in told + caplog.text
    assert accepted(world, world.world.client_secret)
    world.sim.move(NOW + timedelta(days=7))
    assert not accepted(world, world.world.client_secret)
    assert accepted(world, held[SECRET])
    assert len(world.own._there) == 1  # what is others' is left


def test_a_rotation_that_was_interrupted_is_finished_and_not_made_again(world, tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.local.first_day.origins.env_file.write", _broken)
    with pytest.raises(AssertionError, match="the disk"):
        run()
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    _again(world, monkeypatch)
    for each in world.own._there.values():
        each.shown_at = 0.0  # its time hidden has passed
    code, told = run()
    assert code == 0, told
    assert "of a rotation that was not finished" in told
    assert world.sim.secrets.newest.number == 1
    assert dotenv_values(tmp_path / ".env")[SECRET] == world.sim.secrets.newest.secret


def _broken(*_):
    raise RuntimeError("the disk")


def _again(world, monkeypatch):
    from pipelines.sources.transport import http

    monkeypatch.setattr(http.httpx, "AsyncClient", world.client)
    monkeypatch.setattr(sqs, "Queue", lambda *_: QueueOfTheWorld(world.own))


def test_by_hand_only_a_secret_that_is_accepted_is_written(world, tmp_path, monkeypatch):
    monkeypatch.setenv("TRADEWIND_NEW_SECRET", "mistyped")
    code, told = run("--by-hand")
    assert (code, "Nothing was changed" in told) == (1, True)
    assert dotenv_values(tmp_path / ".env")[SECRET] == world.world.client_secret
    new = world.sim.secrets.rotate(NOW).secret
    monkeypatch.setenv("TRADEWIND_NEW_SECRET", new)
    code, told = run("--by-hand")
    assert code == 0, told
    assert new not in told
    held = dotenv_values(tmp_path / ".env")
    assert (held[SECRET], held[UNTIL]) == (new, "2026-09-06")
    assert run("--ends", "2026-08-01")[0] == 0
    assert dotenv_values(tmp_path / ".env")[UNTIL] == "2026-08-01"


def test_nothing_is_rotated_where_the_new_secret_could_not_be_put_or_told(world, tmp_path, monkeypatch):
    monkeypatch.setenv(SECRET, world.world.client_secret)
    assert "stands in the environment of this process" in run()[1]
    monkeypatch.delenv(SECRET)
    world.sim.notifier = None
    assert "has no queue to send the new secret to" in run()[1]
    text = (tmp_path / ".env").read_text()
    (tmp_path / ".env").write_text("\n".join(line for line in text.splitlines() if "SQS" not in line) + "\n")
    assert "to an SQS queue only, and none is set" in run()[1]
    assert world.sim.secrets.newest.number == 0


def test_a_reference_to_secrets_manager_is_followed(world, tmp_path, monkeypatch):
    put: list[str] = []

    class Client:
        def get_secret_value(self, SecretId):
            return {"SecretString": json.dumps({"lwa": world.world.client_secret, "other": "stays"})}

        def put_secret_value(self, SecretId, SecretString):
            assert SecretId == "tradewind/app"
            put.append(SecretString)

    monkeypatch.setattr(secret_store, "_client", lambda name: Client())
    text = (tmp_path / ".env").read_text().replace(world.world.client_secret, "secretsmanager:tradewind/app#lwa")
    (tmp_path / ".env").write_text(text)
    code, told = run()
    secret_store.resolve.cache_clear()
    secret_store._stored.cache_clear()
    assert code == 0, told
    assert json.loads(put[0]) == {"lwa": world.sim.secrets.newest.secret, "other": "stays"}
    assert dotenv_values(tmp_path / ".env")[SECRET] == "secretsmanager:tradewind/app#lwa"
    assert "tradewind/app" in told


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET"}', "[" * 9999]
)
def test_other_messages_tell_no_secret(body):
    assert read_new_secret(Message("1", body, "1"), "client") is None
