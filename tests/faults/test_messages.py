"""Messages that are no messages: none of them ends the worker, and none stands in the way of the next."""

import json
import random
from uuid import uuid4

import pytest
import redis

from kithline_worker.app import QUEUE, SCORE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


def _envelope(body, **headers):
    """A message as the transport writes it."""
    return json.dumps(
        {
            "body": body,
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"task": SCORE, "id": str(uuid4()), "lang": "py", "root_id": None, "parent_id": None, **headers},
            "properties": {
                "delivery_mode": 2, "delivery_info": {"exchange": "", "routing_key": QUEUE}, "priority": 0,
                "delivery_tag": str(uuid4()), "correlation_id": str(uuid4()), "reply_to": str(uuid4()),
            },
        }
    ).encode()  # fmt: skip


def _call(*args, **named):
    return json.dumps([args, named, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])


def _poison(number):
    draw = random.Random(number)
    choices = [
        draw.randbytes(200),
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"body": "x"}',
        _envelope(_call("a", "b"))[:-40],
        _envelope("{not json"),
        _envelope(_call()),
        _envelope(_call("no id", "none either", 1)),
        _envelope(_call(str(uuid4()), str(uuid4()), 1)),
        _envelope(_call(str(uuid4()), str(uuid4()), 1, 2, 3, x=4)),
        _envelope(_call(["deep"] * 1000, {"a": {}}, None)),
        _envelope(json.dumps({"args": 1})),
        _envelope(_call(), task="kithline.unknown"),
        _envelope(_call(), task=None),
        _envelope(_call("x" * 5_000_000)) if number < 20 else b"\xff\xfe",
        _envelope("gASVCAAAAAAAAAB9lC4=").replace(b"application/json", b"application/x-python-serialize"),
    ]
    return choices[number % len(choices)]


def test_two_hundred_poison_messages_harm_neither_the_worker_nor_the_runs_behind_them(stage):
    stage.start_all()
    (first,) = stage.order(stage.tenant(), "steady")
    stage.until(lambda: stage.finished([first]), "the worker works")
    family = {one.pid for one in stage.children()}

    with redis.Redis(unix_socket_path=str(stage.valkey.socket)) as client:
        for number in range(200):
            client.lpush(QUEUE, _poison(number))
        wanted = stage.order(stage.tenant(), "steady", times=10)
        stage.until(lambda: stage.finished(wanted), "the runs behind the poison are finished")
        stage.until(lambda: client.llen(QUEUE) == 0, "the queue is empty")

    assert stage.processes["worker"].poll() is None
    assert {one.pid for one in stage.children()} == family
