"""Why an overlay is refused: it does not fit the result's data, or it would tell of too few people."""

from kithline_core.errors import Invalid, TooFew
from kithline_sdk.snapshot import Snapshot, Table


def table(snapshot: Snapshot, name: str, columns: tuple[str, ...], at: str) -> Table:
    """Return a table that an overlay changes. Raises Invalid when the scorer does not read it so."""
    if name not in snapshot or any(column not in snapshot[name] for column in columns):
        words = f"the scorer of this result reads no {name} with {', '.join(columns)}, so nothing of it can be supposed"
        raise Invalid(words, pointer=at)
    return snapshot[name]


def few(what: str, k: int, at: str) -> TooFew:
    """Return the refusal of what concerns fewer people than the floor."""
    return TooFew(f"{what} would tell of fewer than {k} people; suppose something about more of them", pointer=at)
