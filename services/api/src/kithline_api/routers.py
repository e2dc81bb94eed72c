"""Makes routers: one kind of key, one tag, the guards in their order."""

from collections.abc import Sequence
from typing import Final, Literal

from litestar import Router
from litestar.types import ControllerRouterHandler

from kithline_api.auth import authorise, readable
from kithline_api.once import honoured
from kithline_api.queries import known

Principals = Literal["operator", "partner", "tenant", "any"]
GUARDS: Final = [authorise, known, honoured, readable]


def router(tag: str, principal: Principals, handlers: Sequence[ControllerRouterHandler]) -> Router:
    """Return a router under /v1 for one kind of principal."""
    return Router("/v1", route_handlers=handlers, tags=[tag], guards=GUARDS, opt={"principal": principal})


def public(tag: str, handlers: Sequence[ControllerRouterHandler]) -> Router:
    """Return a router for everybody."""
    return Router("/", route_handlers=handlers, tags=[tag])
