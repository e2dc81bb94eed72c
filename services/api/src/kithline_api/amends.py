"""What callers see of corrections, imports and questions."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from kithline_api.views import View
from kithline_core.model.corrections import CorrectionKind
from kithline_core.model.sensitive import Question


class CorrectionEntry(View, frozen=True):
    """One act of correcting: of which file or import, by whom, why, and how many of what.

    `undoes_id` names the withdrawal that this one took back, `undone_id` the correction that took this one back.
    """

    noun = "correction"
    id: str
    kind: CorrectionKind
    file: str | None
    batch: str | None
    reason: str
    made_by: str
    counts: dict[str, Any]
    undoes_id: str | None
    undone_id: str | None
    created_at: datetime


class Questions(Struct, frozen=True):
    """Communities that look sensitive. Until one is answered, nothing of it is counted.

    An answer is the community sent again with `sensitive` true or false.
    """

    data: list[Question]
