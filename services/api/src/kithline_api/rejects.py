"""What is kept of a line that was not taken: where, which code, and words of ours; nothing of what the line said."""

from collections.abc import Iterable
from typing import Final

import msgspec

from kithline_api.fields import FieldError
from kithline_core.model.imports import Reject
from kithline_core.model.rows import Row

_WORDS: Final = {
    "malformed": "The line cannot be read",
    "missing": "This field is required",
    "unknown_field": "There is no such field",
    "wrong_type": "The value has another type",
    "not_one_of": "The value is none of those allowed",
    "out_of_range": "The value lies outside its bounds",
    "invalid_value": "The value cannot be accepted",
    "conflict": "This source and id stand for another event",
    "unknown_verb": "This custom verb is not registered",
    "direct_refused": "Direct messages of employees are not taken",
    "text_not_public": "The text of what is not public is not taken",
    "erased": "The person was erased",
    "no_ground": "No processing ground in force covers this group: put one on record, then send the line again",
    "mode_not_allowed": "The ground in force takes no rows about such people",
    "circle": "The link closes a circle",
    "expired_day": "The events of this day are past their retention",
}
_OTHER: Final = "The line was refused"


def of(faults: Iterable[FieldError], kind: type[Row]) -> list[Reject]:
    """Return faults as they are kept. A pointer to what is no column of the file points to the line."""
    columns = {field.encode_name for field in msgspec.structs.fields(kind)}
    return [
        Reject(
            line=fault.line or 0,
            pointer=fault.pointer if fault.pointer.removeprefix("/") in columns else "",
            code=fault.code,
            message=_WORDS.get(fault.code, _OTHER),
        )
        for fault in faults
    ]
