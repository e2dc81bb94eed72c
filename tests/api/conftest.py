"""The application over a real database: two partners, each with a tenant, and keys for all of them."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from litestar import Litestar

from kithline_api.app import create_app
from kithline_core.db import Database, operators
from kithline_core.settings import Settings

SECRET = "a secret for tests, long enough to be one"


@dataclass(frozen=True)
class Caller:
    """A key and what it calls with."""

    client: httpx2.AsyncClient
    key: str
    ids: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx2.Response:
        return await self.send("GET", path, **more)

    async def post(self, path: str, **more: Any) -> httpx2.Response:
        return await self.send("POST", path, **more)

    async def put(self, path: str, **more: Any) -> httpx2.Response:
        return await self.send("PUT", path, **more)

    async def patch(self, path: str, **more: Any) -> httpx2.Response:
        return await self.send("PATCH", path, **more)

    async def delete(self, path: str, **more: Any) -> httpx2.Response:
        return await self.send("DELETE", path, **more)


@dataclass(frozen=True)
class World:
    """An operator, two partners, and a tenant of each."""

    app: Litestar
    client: httpx2.AsyncClient
    operator: Caller
    partner: Caller
    other_partner: Caller
    tenant: Caller
    other: Caller


def settings_of(url: str, **more: Any) -> Settings:
    # Mostly no worker answers here: nobody should wait long for one.
    return Settings(**{"database_url": url, "secret": SECRET, "pool_max": 4, "answer_seconds": 1.0, **more})


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[Litestar, httpx2.AsyncClient]]:
    """Run the application in this very loop."""
    app = create_app(settings)
    async with LifespanManager(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://kithline.test") as client:
            yield app, client


@pytest.fixture(scope="module")
async def world(database_urls: Any, anyio_backend: str) -> AsyncIterator[World]:
    """Everybody, made over the API but for the operator, who comes with the installation."""
    settings = settings_of(database_urls.app)
    async with Database.of(settings) as db, db.platform() as tx:
        _, key = await operators.create(tx, "the operator")
    async with serving(settings) as (app, client):
        operator = Caller(client, key)
        partner = await _partner(operator, "one")
        other_partner = await _partner(operator, "two")
        tenant, other = await _tenant(partner, "auren"), await _tenant(other_partner, "auren")
        yield World(app, client, operator, partner, other_partner, tenant, other)


@pytest.fixture
def tenant(world: World) -> Caller:
    return world.tenant


@pytest.fixture
def other(world: World) -> Caller:
    return world.other


async def _partner(operator: Caller, title: str) -> Caller:
    made = (await operator.post("/v1/partners", json={"title": title})).json()
    await operator.post(f"/v1/partners/{made['id']}/grants", json={"given_by": "the test"})
    key = (await operator.post(f"/v1/partners/{made['id']}/keys", json={"title": title})).json()
    return Caller(operator.client, key["key"], {"partner": made["id"], "key": key["id"]})


async def _tenant(partner: Caller, external_id: str) -> Caller:
    made = (await partner.put(f"/v1/partners/me/tenants/{external_id}", json={"title": external_id})).json()
    key = (await partner.post(f"/v1/partners/me/tenants/{external_id}/keys", json={"title": "all"})).json()
    return Caller(partner.client, key["key"], {"tenant": made["id"], "key": key["id"]})


@pytest.fixture
def lines() -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    """Keyword arguments of a request that sends rows as lines."""

    def made(rows: list[dict[str, Any]]) -> dict[str, Any]:
        body = "".join(json.dumps(row) + "\n" for row in rows)
        return {"content": body.encode(), "headers": {"content-type": "application/x-ndjson"}}

    return made
