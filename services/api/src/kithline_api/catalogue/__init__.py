"""Every error the API can answer with: its code, status and title, what it means and what to do about it.

`docs/api/errors.md` and `GET /errors/{name}` say the same words; a test holds them together.
"""

from typing import Final

from kithline_api.catalogue import access, content, ours, request, state
from kithline_api.catalogue.kind import Kind

__all__ = ["KINDS", "Kind"]

_EVERY = sorted(
    (*request.KINDS, *access.KINDS, *state.KINDS, *content.KINDS, *ours.KINDS), key=lambda kind: kind.status
)
KINDS: Final[dict[str, Kind]] = {kind.code: kind for kind in _EVERY}
