"""How the API starts, and what it answers when its database does not."""

import asyncio
import importlib
import sys

import httpx2
import pytest
from asgi_lifespan import LifespanManager

from kithline_api import __main__ as main
from kithline_api.app import create_app
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio


async def test_an_exhausted_pool_is_503_and_recovers(world):
    tenant_id = (await world.tenant.get("/v1/whoami")).json()["tenant_id"]
    assert tenant_id
    db = world.app.state.db
    async with db.platform(), db.platform(), db.platform(), db.platform():
        answer = await world.tenant.get("/v1/runs")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"
    assert (await world.tenant.get("/v1/runs")).status_code == 200


async def test_forty_callers_on_four_connections_are_all_served(world):
    answers = await asyncio.gather(*(world.tenant.get("/v1/runs") for _ in range(40)))

    assert {answer.status_code for answer in answers} == {200}


async def test_a_database_behind_its_migrations_is_not_ready(bare_database_urls, anyio_backend):

    app = create_app(Settings(database_url=bare_database_urls.app, secret="s"))
    async with LifespanManager(app), httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://t"
    ) as client:  # fmt: skip
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert "0001" in answer.json()["detail"]


def test_a_wrong_call_says_how_it_is_called(capsys):
    assert main.main(["--apache"], {}) == 2
    assert "--granian | --uvicorn" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "server"), [([], "--granian"), (["--uvicorn"], "--uvicorn")])
def test_the_chosen_server_gets_the_settings(arguments, server):
    served = []
    servers = {name: lambda settings, name=name: served.append((name, settings.port)) for name in main.SERVERS}

    assert main.main(arguments, {"KITHLINE_PORT": "1234"}, servers) == 0
    assert served == [(server, 1234)]


def test_granian_and_uvicorn_serve_the_same_target(monkeypatch):
    served = []

    class Granian:
        def __init__(self, target, **given):
            served.append((target, given["port"]))

        def serve(self):
            served.append("serving")

    monkeypatch.setattr("granian.Granian", Granian)
    monkeypatch.setattr("uvicorn.run", lambda target, **given: served.append((target, given["port"])))
    main._granian(Settings(port=1))
    main._uvicorn(Settings(port=2))

    assert served == [(main.TARGET, 1), "serving", (main.TARGET, 2)]


def test_the_target_is_an_application_of_the_environment(monkeypatch):
    monkeypatch.setenv("KITHLINE_PORT", "4321")
    monkeypatch.setenv("KITHLINE_LOG_FORMAT", "text")
    monkeypatch.setattr("kithline_core.observe.configure", lambda *_: None)
    sys.modules.pop("kithline_api.asgi", None)

    assert importlib.import_module("kithline_api.asgi").app.state.settings.port == 4321
