"""`kill -9` of the API, of Postgres and of the client while events come in: no acknowledged one is lost, none doubled."""

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import msgspec
import pytest

from bench import load, yard
from conftest import PASSWORD, _database, migrate
from kithline_core.db import Database, rollups
from kithline_core.stack import roles
from kithline_core.stack.probe import any_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SEED = 20_260_301
EVENTS, LINES, KILLS = 100_000, 500, 20
CLIENT = Path(__file__).with_name("import_client.py")
STORED = "select count(*) as events, count(distinct (source, id)) as names from events where tenant_id = $1"
NAMES = "select source || ' ' || id as name from events where tenant_id = $1"
COUNTED = """
    select (select sum(count) from event_day where tenant_id = $1) as days,
           (select sum(count) from activity_day where tenant_id = $1) as activity
"""


class Scene:
    """The three that are killed, each started again as a supervisor or its user would."""

    def __init__(self, server, urls, tenant, folder):
        self.server, self.urls, self.tenant, self.folder = server, urls, tenant, folder
        self.port = any_port("127.0.0.1")
        self.start_api()
        self.start_client()

    def start_api(self):
        self.api = yard.start(*yard.api_command(self.urls.app, self.port), self.folder / "api.log")

    def start_client(self):
        command = (sys.executable, str(CLIENT), str(self.port), self.tenant.key, str(self.folder))
        with (self.folder / "client.log").open("ab") as log:
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
        else:
            self.client.kill()
            self.client.wait(30)
            self.start_client()

    def acknowledged(self):
        notes = self.folder / "acknowledged"
        return notes.read_text().split() if notes.exists() else []

    def end(self):
        self.client.kill()
        self.client.wait(30)
        yard.end(self.api)


@pytest.fixture
def scene(tmp_path):
    with yard.durable() as server:
        asyncio.run(made(server.url))
        with _database(server.url, f"kills_{os.getpid()}", "template1") as urls:
            migrate(urls)
            tenant = yard.tenant(urls.app)
            for number, body in enumerate(load.bodies(load.rows(EVENTS, SEED), LINES)):
                (tmp_path / f"{number:05}.ndjson").write_bytes(body)
            scene = Scene(server, urls, tenant, tmp_path)
            try:
                yield scene
            finally:
                scene.end()


async def made(url):
    connection = await asyncpg.connect(url)
    await roles.create(connection, dict.fromkeys(roles.ROLES, PASSWORD))
    await connection.close()


async def ask(scene, sql):
    connection = await asyncpg.connect(scene.urls.superuser)
    try:
        return await connection.fetch(sql, scene.tenant.id)
    finally:
        await connection.close()


def names(scene, bodies):
    """Return the names of the events of some bodies."""
    lines = (line for body in bodies for line in (scene.folder / body).read_bytes().splitlines())
    return {f"chat {msgspec.json.decode(line)['id']}" for line in lines}


def test_twenty_kills_lose_no_acknowledged_event_and_double_none(scene, capsys):
    chance = random.Random(SEED)
    kills = [*["api", "postgres", "client"] * (KILLS // 3), *chance.choices(["api", "postgres"], k=KILLS % 3)]
    chance.shuffle(kills)
    began, lost = time.monotonic(), 0
    for number, name in enumerate(kills, 1):
        # Somewhere in the next stretch of bodies, and nowhere in particular of a request.
        wanted = number * (EVENTS // LINES) // (KILLS + 1)
        while len(scene.acknowledged()) < wanted and time.monotonic() - began < 600:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        before = scene.acknowledged()
        scene.kill(name)
        here = {row["name"] for row in asyncio.run(ask(scene, NAMES))}
        lost += len(names(scene, before) - here)
    assert scene.client.wait(300) == 0
    seconds = time.monotonic() - began

    (stored,) = asyncio.run(ask(scene, STORED))
    (counted,) = asyncio.run(rolled_up(scene))
    with capsys.disabled():
        print(  # noqa: T201 - a fault test prints its figure
            f"\nimport_kills: seed {SEED}, events {EVENTS}, kills {len(kills)}, acknowledged and lost {lost}, "
            f"doubled {stored['events'] - stored['names']}, {seconds:.0f} s"
        )
    assert lost == 0
    assert tuple(stored) == (EVENTS, EVENTS)
    assert tuple(counted) == (EVENTS, EVENTS)
    assert len(set(scene.acknowledged())) == EVENTS // LINES


async def rolled_up(scene):
    async with Database.open(scene.urls.app) as db:
        await rollups.catch_up(db, scene.tenant.id)
    return await ask(scene, COUNTED)
