"""Celery's settings: none of them may make the broker hold the truth."""

import time
from uuid import uuid4

import pytest
from kombu.exceptions import KombuError

from kithline_core.model.runs import Nudge
from kithline_core.settings import Settings
from kithline_worker.app import ERRAND, SCORE, for_publishing, for_worker
from kithline_worker.main import build
from kithline_worker.publishing import sender


def app(url="redis://localhost"):
    return for_worker(Settings(broker_url=url))


def test_messages_are_acknowledged_late_fetched_one_by_one_and_never_handed_out_again_by_celery():
    conf = app().conf

    assert conf.task_acks_late is True
    assert conf.task_reject_on_worker_lost is False
    assert conf.worker_prefetch_multiplier == 1
    assert conf.result_backend is None
    assert conf.accept_content == ["json"]
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit + 600


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("valkey://host:6379/1", "redis://host:6379/1"),
        ("valkey+socket:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("redis://host", "redis://host"),
        ("amqp://host", "amqp://host"),
    ],
)
def test_a_broker_is_addressed_by_the_name_its_transport_goes_by(given, known):
    assert app(given).conf.broker_url == known


def test_rabbitmq_confirms_what_it_is_given_and_keeps_it_in_quorum_queues():
    conf = app("amqp://host").conf

    assert conf.broker_transport_options == {"confirm_publish": True}
    assert conf.task_default_queue_type == "quorum"


def test_publishing_to_a_broker_that_is_away_gives_up_soon():
    send = sender(for_publishing(Settings(broker_url="redis+socket:///nowhere/valkey.sock")))
    started = time.monotonic()

    with pytest.raises((OSError, KombuError)):
        send(Nudge(tenant_id=uuid4(), task_id=uuid4(), attempt=1))

    assert time.monotonic() - started < 3


def test_a_message_holds_a_tenant_a_task_and_an_attempt_and_nothing_else(valkey):
    publishing = for_publishing(Settings(broker_url=valkey.url))
    nudge = Nudge(tenant_id=uuid4(), task_id=uuid4(), attempt=3)

    sender(publishing)(nudge)

    with publishing.connection_for_read() as connection, connection.SimpleQueue("kithline") as queue:
        message = queue.get(timeout=5)
        message.ack()
    arguments, named, _ = message.payload
    assert message.headers["task"] == SCORE
    assert (arguments, named) == ([str(nudge.tenant_id), str(nudge.task_id), 3], {})


def test_the_worker_knows_its_two_tasks_and_touches_its_heartbeat_file(tmp_path):
    file = tmp_path / "alive"

    built = build(Settings(broker_url="redis://localhost", heartbeat_file=str(file)))

    assert {name for name in built.tasks if not name.startswith("celery.")} == {SCORE, ERRAND}
    assert [step.__name__ for step in built.steps["worker"]] == ["Pulse"]
