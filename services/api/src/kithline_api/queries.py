"""Only parameters that an operation has, each once: a `dryrun=true` that is passed over keeps what was sent on trial."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from kithline_core.errors import DomainError


class UnknownParameter(DomainError):
    """The query names a parameter that the operation does not have."""

    code = "invalid_parameter"


class RepeatedParameter(DomainError):
    """The query gives a parameter more than once, and no operation takes a list."""

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
    """Let only parameters through that the operation has, each once. Raises UnknownParameter, RepeatedParameter."""
    scope = connection.scope
    names = connection.app.state.queries.get((scope["path_template"], scope.get("method")), frozenset())
    given = Counter(name for name, _ in connection.query_params.multi_items())
    unknown = sorted(given.keys() - names)
    if unknown:
        there = f"there are {', '.join(sorted(names))}" if names else "it has none"
        raise UnknownParameter(f"the operation has no such parameter; {there}", pointer=f"/query/{unknown[0][:100]}")
    twice = sorted(name for name, times in given.items() if times > 1)
    if twice:
        raise RepeatedParameter("a parameter is given once; leave out the others", pointer=f"/query/{twice[0][:100]}")
