"""The worker's main process: how it starts, and what it survives."""

from types import SimpleNamespace

import pytest
from celery import signals
from kombu import Connection, Consumer, Queue
from kombu.transport import redis

from kithline_worker import dispatcher, main, pulse, transport
from kithline_worker.app import QUEUE
from kithline_worker.requests import Request
from kithline_worker.runtime import here


@pytest.fixture
def quiet_signals(monkeypatch):
    """Celery's signals are the process's; what a test connects must not outlive it."""
    for signal in (signals.setup_logging, signals.worker_process_init, signals.worker_process_shutdown):
        monkeypatch.setattr(signal, "receivers", [])
    monkeypatch.setattr("kithline_core.observe.configure", lambda *_: None)
    monkeypatch.setattr(redis.Transport, "Channel", redis.Transport.Channel)


def test_it_starts_a_prefork_worker_on_our_queue_without_chatter(quiet_signals, monkeypatch):
    given = []
    monkeypatch.setattr("celery.Celery.worker_main", lambda _, arguments: given.extend(arguments))

    main.main({"KITHLINE_WORKER_CHILDREN": "3", "KITHLINE_BROKER_URL": "redis://localhost"})

    assert given[:3] == ["worker", "--pool", "prefork"]
    assert {"--without-gossip", "--without-mingle"} < set(given)
    assert given[-4:] == ["--queues", QUEUE, "--concurrency", "3"]


def test_a_child_opens_its_runtime_first_and_closes_it_last(quiet_signals, settings):
    main.build(settings)
    signals.setup_logging.send(sender=None)

    signals.worker_process_init.send(sender=None)
    opened = list(here)
    signals.worker_process_shutdown.send(sender=None)

    assert len(opened) == 1
    assert here == []


def test_the_heartbeat_file_is_touched_by_the_workers_own_timer(tmp_path):
    file, calls = tmp_path / "alive", []
    entry = SimpleNamespace(cancel=lambda: calls.append("cancelled"))
    timer = SimpleNamespace(call_repeatedly=lambda *arguments: calls.append(arguments) or entry)
    app = SimpleNamespace(conf={"kithline_heartbeat_file": str(file)})
    step = pulse.Pulse(SimpleNamespace(app=app, timer=timer))

    step.stop(None)
    step.start(SimpleNamespace(timer=timer))
    step.stop(None)

    assert file.exists()
    assert calls == [(pulse.SECONDS, pulse.touch, (str(file),)), "cancelled"]


def test_without_a_heartbeat_file_nothing_is_touched():
    pulse.touch("")


def test_a_failed_acknowledgement_is_not_swallowed_and_not_repeated():
    asked = []
    one = Request.__new__(Request)
    one.acknowledged = False
    one._on_ack = lambda _log, errors: asked.append(errors)

    one.acknowledge()
    one.acknowledge()

    assert asked == [()]


@pytest.fixture
def channel(valkey, quiet_signals):
    transport.install()
    with Connection(valkey.url) as connection:
        yield connection.default_channel


def _drain(channel, heard, most=1.5):
    queue = Queue(QUEUE)
    consumer = Consumer(channel, [queue], on_message=heard, accept=["json"])
    consumer.consume()
    try:
        while True:
            channel.connection.client.drain_events(timeout=most)
    except TimeoutError:
        consumer.cancel()


def test_messages_that_cannot_be_read_are_put_aside_and_the_next_one_is_heard(channel, valkey):
    heard = []

    def on_message(message):
        if message.payload == "poison":
            raise TypeError("no consumer expects that")
        heard.append(message.payload)
        message.ack()

    for raw in (b"", b"\xff", b"{}", b"[]", b'{"properties": 1}'):
        channel.client.lpush(QUEUE, raw)
    with Connection(valkey.url) as sending:
        for word in ("poison", "well"):
            sending.Producer().publish(word, routing_key=QUEUE, serializer="json", declare=[Queue(QUEUE)])

    _drain(channel, on_message)

    assert heard == ["well"]
    assert channel._held() == set()


def test_a_broker_that_goes_away_is_no_message(channel, monkeypatch):
    def lost(*_, **__):
        raise ConnectionResetError("gone")

    monkeypatch.setattr("kombu.transport.redis.Channel._brpop_read", lost)

    with pytest.raises(ConnectionResetError):
        channel._brpop_read()


def test_the_dispatcher_starts_with_its_own_role(monkeypatch, settings):
    served = []
    monkeypatch.setattr("kithline_core.observe.configure", lambda *_: None)

    async def serve(given, _send):
        served.append(given.dispatcher_database_url)

    monkeypatch.setattr(dispatcher, "serve", serve)

    dispatcher.main(
        {
            "KITHLINE_DATABASE_URL": settings.database_url,
            "KITHLINE_DISPATCHER_DATABASE_URL": settings.dispatcher_database_url,
        }
    )

    assert served == [settings.dispatcher_database_url]
