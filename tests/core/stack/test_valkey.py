import socket
import stat
import subprocess
import time

import pytest

from kithline_core.stack import binaries, folders, processes, valkey


@pytest.fixture
def broker(root, account):
    home = folders.create(root, account)
    made = valkey.Valkey(
        folder=folders.own(home.servers / "valkey", account),
        sockets=home.sockets,
        program=binaries.valkey(account),
        account=account,
    )
    valkey.prepare(made)
    return made


@pytest.fixture
def start(broker, root):
    started = []

    def run():
        server = processes.spawn(
            broker.command(),
            root / "log",
            account=broker.account,
            folder=broker.folder,
            environment={},
            last_signal=9,
        )
        started.append(server)
        while not broker.ready():
            assert server.poll() is None, (root / "log").read_text()
            time.sleep(0.01)
        return server

    yield run
    for server in started:
        server.kill()
        server.wait()


def say(broker, line):
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(str(broker.socket))
        door.sendall(line + b"\r\n")
        return door.recv(100)


def test_nobody_answers_before_it_runs(broker):
    assert not broker.ready()


def test_a_queued_message_survives_a_kill(broker, start):
    server = start()
    say(broker, b"LPUSH queue message")
    time.sleep(0.05)
    server.kill()
    server.wait()

    start()

    assert say(broker, b"LLEN queue").startswith(b":1")


def test_the_broker_listens_on_its_private_socket_only(broker, start):
    server = start()

    listening = subprocess.run(["cat", f"/proc/{server.pid}/net/tcp"], capture_output=True, text=True, check=True)
    own = {link.readlink().name for link in __import__("pathlib").Path(f"/proc/{server.pid}/fd").iterdir()}

    assert not [line for line in listening.stdout.splitlines()[1:] if f"socket:[{line.split()[9]}]" in own]
    assert stat.S_IMODE(broker.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(broker.sockets.stat().st_mode) == 0o700
    assert broker.url == f"redis+socket://{broker.socket}"
