"""The command in this very process, so that its lines count; the stack behind it is a real one."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count

import msgspec
import pytest
from click.testing import CliRunner

from kithline_cli.main import cli

_NUMBERS = count(1)


def invoke(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments])


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """The command where nothing runs."""
    for name in ("KITHLINE_URL", "KITHLINE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KITHLINE_HOME", str(tmp_path / "no home"))
    return invoke


@pytest.fixture
def kithline(installation, monkeypatch):
    """The command of a tenant of its own on a running stack."""
    tenant = installation.tenant(f"cli-{next(_NUMBERS)}")
    for name, value in {"KITHLINE_HOME": str(installation.home), **tenant}.items():
        monkeypatch.setenv(name, value)
    return invoke


@pytest.fixture
def example(tmp_path):
    """The folder that `kithline dataset new` writes."""
    assert invoke("dataset", "new", tmp_path / "example").exit_code == 0
    return tmp_path / "example"


@pytest.fixture
def private(example):
    """The same, called private."""
    settings = msgspec.json.decode((example / "dataset.json").read_bytes())
    (example / "dataset.json").write_bytes(msgspec.json.encode({**settings, "nature": "private"}))
    return example


@pytest.fixture
def answering():
    """A server that answers every request alike: for failures that a real one does not have."""
    servers = []

    def serve(status, body=b"", **headers):
        servers.append(HTTPServer(("127.0.0.1", 0), _handler(status, body, headers)))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def _handler(status, body, headers):
    class Alike(BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_GET  # noqa: N815 - the names are the base class's

        def log_message(self, *_): ...

    return Alike
