"""`kill -9` of the API, of Postgres and of `kithline import` in the middle of a large file: --resume makes it whole."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from bench import yard
from conftest import PASSWORD, _database, migrate
from kithline_core.db import Database, grounds
from kithline_core.db.bootstrap import bootstrap
from kithline_core.model.grounds import from_template
from kithline_core.stack import roles
from kithline_core.stack.probe import any_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SEED, LINES, KILLS = 20_260_401, 60_000, 12
KITHLINE = str(Path(sys.executable).with_name("kithline"))
POSITION = "select coalesce(max(position), 0) as position, count(*) as imports from imports"
STORED = "select count(*) as events, count(distinct (source, id)) as names from events"
TAKEN = "select state, lines, accepted, duplicates, conflicts, rejected, listed from imports"


def line(number):
    day = 1 + number % 27 if number % 20 else 1  # every twentieth is late
    return json.dumps(
        {
            "id": f"e{number}", "source": "file", "occurred_at": f"2026-02-{day:02}T10:00:00Z",
            "actor": f"p{number % 300}", "verb": "replied", "target": f"p{number % 289}", "community": f"c{number % 7}",
        }
    )  # fmt: skip


def lines():
    """Every tenth line repeats the one before it; of every hundred, one cannot be read."""
    for number in range(LINES):
        if number % 100 == 50:
            yield '{"id":"broken"'
        else:
            yield line(number - 1 if number % 10 == 9 else number)


class Scene:
    """The three that are killed, each started again as a supervisor or its user would."""

    def __init__(self, server, urls, key, path):
        self.server, self.urls, self.key, self.path = server, urls, key, path
        self.port = any_port("127.0.0.1")
        self.start_api()
        self.start_client()

    def start_api(self):
        self.api = yard.start(*yard.api_command(self.urls.app, self.port), self.path.with_name("api.log"))

    def start_client(self):
        address = ("--url", f"http://127.0.0.1:{self.port}", "--key", self.key)
        command = (KITHLINE, "import", str(self.path), "--resume", "--json", *address)
        with self.path.with_name("client.log").open("wb") as log:
            self.client = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self, name):
        if name == "postgres":
            self.server.kill()
            self.server.start()
        elif name == "api":
            for one in [*self.api.children(recursive=True), self.api]:
                one.kill()
            self.api.wait(30)
            self.start_api()
        elif self.client.poll() is None:
            self.client.kill()
            self.client.wait(30)
            self.start_client()

    def ask(self, sql):
        async def look():
            connection = await asyncpg.connect(self.urls.superuser)
            try:
                return await connection.fetchrow(sql)
            finally:
                await connection.close()

        return asyncio.run(look())

    def end(self):
        self.client.kill()
        self.client.wait(30)
        yard.end(self.api)


async def prepared(url):
    connection = await asyncpg.connect(url)
    await roles.create(connection, dict.fromkeys(roles.ROLES, PASSWORD))
    await connection.close()


async def first_key(urls):
    async with Database.open(urls.app, secret=yard.SECRET) as db:
        made = await bootstrap(db)
    tenant = await asyncpg.connect(urls.superuser)
    (row,) = await tenant.fetch("select tenant_id from tenants")
    await tenant.close()
    async with Database.open(urls.app, secret=yard.SECRET) as db, db.tenant(row["tenant_id"]) as tx:
        await grounds.create(tx, from_template("synthetic", "a test"))
    return made.tenant_key


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(lines()))
    with yard.durable() as server:
        asyncio.run(prepared(server.url))
        with _database(server.url, f"uploads_{os.getpid()}", "template1") as urls:
            migrate(urls)
            key = asyncio.run(first_key(urls))
            made = Scene(server, urls, key, path)
            try:
                yield made
            finally:
                made.end()


def test_kills_in_the_middle_of_a_file_lose_no_line_and_double_none(scene, capsys):
    chance = random.Random(SEED)
    kills = ["api", "postgres", "client"] * (KILLS // 3)
    chance.shuffle(kills)
    began, size = time.monotonic(), scene.path.stat().st_size
    for number, name in enumerate(kills, 1):
        # Somewhere in the next stretch of the file, and nowhere in particular of a part.
        while scene.ask(POSITION)["position"] < number * size // (KILLS + 4) and time.monotonic() - began < 300:
            assert scene.client.poll() is None, scene.path.with_name("client.log").read_text()
            time.sleep(0.02)
        time.sleep(chance.random() * 0.2)
        scene.kill(name)
    scene.client.wait(300)
    seconds = time.monotonic() - began

    told, stored = scene.ask(TAKEN), scene.ask(STORED)
    repeated, broken = LINES // 10, LINES // 100
    with capsys.disabled():
        print(  # noqa: T201 - a fault test prints its figure
            f"\nupload_kills: seed {SEED}, lines {LINES}, kills {len(kills)}, {dict(told)}, {dict(stored)}, {seconds:.0f} s"
        )
    assert scene.ask(POSITION)["imports"] == 1
    assert tuple(told) == ("completed", LINES, LINES - repeated - broken, repeated, 0, broken, broken)
    assert tuple(stored) == (LINES - repeated - broken,) * 2
