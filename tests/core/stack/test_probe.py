import http.server
import socket
import threading

import pytest

from kithline_core.stack import probe


class Grumpy(http.server.BaseHTTPRequestHandler):
    """Ready at one address only."""

    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server():
    with http.server.HTTPServer(("127.0.0.1", 0), Grumpy) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@pytest.fixture
def say():
    """A server that answers any line with the same words."""
    listening = socket.create_server(("127.0.0.1", 0))
    threads = []

    def answer(words):
        def serve():
            door, _ = listening.accept()
            with door:
                if words:
                    door.recv(100)
                    door.sendall(words)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return f"127.0.0.1:{listening.getsockname()[1]}"

    yield answer
    for thread in threads:
        thread.join()
    listening.close()


def test_only_a_200_is_ready(server):
    assert probe.answers(f"{server}/readyz")
    assert not probe.answers(server)


def test_nobody_is_not_ready(free_port):
    assert not probe.answers(f"http://127.0.0.1:{free_port}/readyz")


@pytest.mark.parametrize(
    ("words", "there"), [(b"+PONG\r\n", True), (b"-NOAUTH needed\r\n", True), (b"hello\r\n", False)]
)
def test_a_redis_is_there_when_it_answers_as_one(say, words, there):
    assert probe.pings(f"redis://{say(words)}") is there


def test_an_amqp_broker_is_there_when_it_takes_the_connection(say):
    assert probe.pings(f"amqp://{say(b'')}")


def test_nobody_does_not_ping(free_port, tmp_path):
    assert not probe.pings(f"redis://127.0.0.1:{free_port}")
    assert not probe.pings(f"amqp://127.0.0.1:{free_port}")
    assert not probe.pings(f"redis+socket://{tmp_path}/none")


def test_a_taken_port_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not probe.free("127.0.0.1", taken.getsockname()[1])
    assert probe.free("127.0.0.1", probe.any_port("127.0.0.1"))
    assert probe.free("::1", probe.any_port("::1"))
