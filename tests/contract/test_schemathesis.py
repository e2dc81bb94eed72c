"""Whatever the document allows, and much that it does not: answered as the document says, and never by a 5xx."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from kithline_core.db import Database
from kithline_core.db.bootstrap import bootstrap
from kithline_core.settings import Settings

CONFIG = Path(__file__).with_name("schemathesis.toml")
SECRET = "a secret for tests, long enough to be one"
CASES = 2_000
LIMIT_SECONDS = 180


@contextmanager
def served(url: str) -> Iterator[str]:
    """Serve the API as it is served for users, but for the server's own workers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    # No worker answers here: nobody should wait for one.
    hurried = {"KITHLINE_ANSWER_SECONDS": "0.05"}
    given = {"KITHLINE_DATABASE_URL": url, "KITHLINE_SECRET": SECRET, "KITHLINE_PORT": str(port), **hurried}
    command = [sys.executable, "-m", "kithline_api", "--uvicorn"]
    with subprocess.Popen(command, env={**os.environ, **given}, stderr=subprocess.DEVNULL) as process:
        try:
            yield _awaited(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _awaited(address: str) -> str:
    for _ in range(300):
        try:
            if httpx2.get(f"{address}/readyz").status_code == 200:
                return address
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(address)


async def _keys(url: str) -> dict[str, str]:
    async with Database.of(Settings(database_url=url, secret=SECRET)) as db:
        made = await bootstrap(db)
    return {
        "KITHLINE_OPERATOR_KEY": made.operator_key,
        "KITHLINE_PARTNER_KEY": made.partner_key,
        "KITHLINE_TENANT_KEY": made.tenant_key,
    }


@pytest.mark.slow
def test_the_document_holds_in_two_thousand_cases(database_urls: Any, tmp_path: Path) -> None:
    keys = asyncio.run(_keys(database_urls.app))
    report = tmp_path / "report.json"
    with served(database_urls.app) as address:
        command = ["schemathesis", "--config-file", str(CONFIG), "run", f"{address}/openapi.json"]
        began = time.monotonic()
        done = subprocess.run(
            [Path(sys.executable).with_name(command[0]), *command[1:], "--report-json-path", str(report)],
            env={**os.environ, **keys},
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        seconds = time.monotonic() - began
    cases = json.loads(report.read_text())["test_cases"]["generated"]
    sys.stdout.write(f"\nschemathesis_all: cases {cases}, failures {int(done.returncode != 0)}, {seconds:.0f} s\n")

    assert done.returncode == 0, done.stdout[-6_000:]
    assert cases >= CASES
    assert seconds < LIMIT_SECONDS
