"""What a ground must say before anybody's data are taken under it; every fault at once, with its pointer."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from kithline_core.model.grounds import NewGround

PLACEHOLDER: Final = "to be named"
_EMPTY: Final = frozenset({"", "-", "?", "...", "n/a", "none", "tba", "tbd", "todo", "to be done", "zu benennen"})
_TEXTS: Final = ("title", "signed_by", "legal_entity", "works_agreement", "impact_assessment")
_LISTS: Final = ("purposes", "documents")
# Data that describe nobody, and what people published themselves, are taken without an agreement with employees.
_OPEN: Final = frozenset({"synthetic", "public_data"})


class Fault(NamedTuple):
    """Where something is lacking (RFC 6901), and what."""

    pointer: str
    words: str


def faults(ground: NewGround) -> list[Fault]:
    """Return what keeps a ground from being put on record."""
    return [*_unnamed(ground), *(_of_employees(ground) if needs_agreement(ground) else ()), *_dates(ground)]


def needs_agreement(ground: NewGround) -> bool:
    """Say whether employees come under it, so that what was agreed about them has to be named."""
    if ground.basis == "synthetic":
        return False
    return "employee" in ground.groups or (not ground.groups and ground.basis not in _OPEN)


def placeholder(text: str) -> bool:
    """Say whether a text only stands where something is still to be written."""
    bare = text.strip().casefold()
    return bare in _EMPTY or PLACEHOLDER in bare


def _unnamed(ground: NewGround) -> Iterator[Fault]:
    for name in _TEXTS:
        text = getattr(ground, name)
        if text is not None and placeholder(text):
            yield Fault(f"/{name}", f"name it; {text!r} stands for nothing")
    for name in _LISTS:
        for place, text in enumerate(getattr(ground, name)):
            if placeholder(text):
                yield Fault(f"/{name}/{place}", f"name it; {text!r} stands for nothing")


def _of_employees(ground: NewGround) -> Iterator[Fault]:
    if not ground.documents:
        yield Fault("/documents", "a ground over employees names its documents, such as the balancing of interests")
    if ground.works_agreement is None:
        yield Fault(
            "/works_agreement",
            "a ground over employees names the works agreement with its date; where there is no works council, say so, "
            "and what was settled with the staff instead",
        )
    if ground.impact_assessment is None:
        yield Fault(
            "/impact_assessment",
            "a ground over employees names the impact assessment with its date; where none was needed, say who decided so "
            "and when",
        )


def _dates(ground: NewGround) -> Iterator[Fault]:
    if ground.valid_from is not None and ground.valid_to is not None and ground.valid_to <= ground.valid_from:
        yield Fault("/valid_to", "it ends before it begins")
