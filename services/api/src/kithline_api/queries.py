"""Only parameters that an operation has: a `dryrun=true` that is passed over keeps what was sent on trial."""

from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from kithline_core.errors import DomainError


class UnknownParameter(DomainError):
    """The query names a parameter that the operation does not have."""

    code = "invalid_parameter"


def named(document: Mapping[str, Any]) -> dict[tuple[str, str], frozenset[str]]:
    """Return the names of the query parameters of every operation of the document, by address and method."""
    return {
        (path, method.upper()): frozenset(
            one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


async def known(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let only parameters through that the operation has. Raises UnknownParameter."""
    scope = connection.scope
    names = connection.app.state.queries.get((scope["path_template"], scope.get("method")), frozenset())
    unknown = sorted(set(connection.query_params) - names)
    if unknown:
        there = f"there are {', '.join(sorted(names))}" if names else "it has none"
        raise UnknownParameter(f"the operation has no such parameter; {there}", pointer=f"/query/{unknown[0][:100]}")
