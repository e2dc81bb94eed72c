"""Pages by keyset: the cursor is the last row seen, so page ten costs what page one costs.

A cursor is signed over its tenant, its address and its filters: it cannot be edited, lent or used elsewhere.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from msgspec import Struct

from kithline_api.bodies import StrictRequest
from kithline_core.errors import DomainError
from kithline_core.model.keys import Principal


class Named(Protocol):
    """A stored struct with an id."""

    @property
    def id(self) -> UUID:
        """Return its id."""
        ...


S = TypeVar("S", bound=Named)
T = TypeVar("T")
_MAC: Final = 16
_OWN: Final = ("cursor", "limit")


class InvalidCursor(DomainError):
    """The cursor was not made for this list."""

    code = "invalid_cursor"


class Page(Struct, Generic[T], frozen=True):
    """One page: the rows, whether there are more, and the cursor that leads on."""

    data: list[T]
    has_more: bool
    next_cursor: str | None


class Paging(Struct, frozen=True):
    """Where a page starts (behind which row) and how long it is. `context` is what its cursors are signed with."""

    limit: int
    after: str | None
    path: str
    filters: list[tuple[str, str]]
    context: bytes

    @property
    def size(self) -> int:
        """Return how many rows to fetch: one more than shown says whether there are more."""
        return self.limit + 1

    @property
    def after_id(self) -> UUID | None:
        """Return the row to start behind, where rows are named by ids."""
        return None if self.after is None else UUID(self.after)

    def newest(self, stored: Sequence[S], shown: Callable[[S], T]) -> Response[Page[T]]:
        """Return a page of rows with an `id`, of which `size` were fetched."""
        kept = stored[: self.limit]
        more = len(stored) > self.limit
        return self.answer([shown(one) for one in kept], kept[-1].id if more else None)

    def answer(self, rows: list[T], after: object) -> Response[Page[T]]:
        """Return a page; `after` names its last row when there are more behind it."""
        cursor = None if after is None else self._cursor(str(after))
        page = Page(rows, cursor is not None, cursor)
        return Response(page, headers={"link": self._link(cursor)} if cursor else None)

    def _cursor(self, after: str) -> str:
        mac = hmac.digest(self.context, after.encode(), "sha256")[:_MAC]
        return base64.urlsafe_b64encode(mac + after.encode()).decode().rstrip("=")

    def _link(self, cursor: str) -> str:
        query = urlencode([*self.filters, ("limit", self.limit), ("cursor", cursor)])
        return f'<{self.path}?{query}>; rel="next"'


def read(request: StrictRequest, limit: int, cursor: str | None) -> Paging:
    """Return the paging of a request. Raises InvalidCursor."""
    filters = sorted((name, str(value)) for name, value in request.query_params.multi_items() if name not in _OWN)
    principal: Principal = request.auth
    owner = str(principal.tenant_id or principal.partner_id or principal.id)
    signed = [request.app.state.settings.secret, owner, request.url.path, *(f"{n}={v}" for n, v in filters)]
    context = hashlib.sha256("\0".join(signed).encode()).digest()
    return Paging(limit, None if cursor is None else _open(cursor, context), request.url.path, filters, context)


def _open(cursor: str, context: bytes) -> str:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise InvalidCursor("the cursor cannot be read") from None
    mac, after = raw[:_MAC], raw[_MAC:]
    genuine = hmac.compare_digest(mac, hmac.digest(context, after, "sha256")[:_MAC])
    # The same bytes can be spelt twice in base64; only our spelling is ours.
    if not genuine or base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        raise InvalidCursor("the cursor was made for another list")
    return after.decode()
