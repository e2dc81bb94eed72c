"""Who is who: the id that stands for each of the ids that somebody said are one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Names: TypeAlias = Mapping[str, str]


def names(identities: Mapping[str, Sequence[Any]], kind: str, bar: float) -> dict[str, str]:
    """Return the standing id of every linked id of a kind; a link under the bar is a suggestion and links nothing."""
    columns = (identities.get(name, ()) for name in ("kind", "id", "same_as", "confidence"))
    found = {
        alias: same_as
        for one, alias, same_as, confidence in zip(*columns, strict=True)
        if one == kind and (confidence is None or confidence >= bar)
    }
    return standing(found)


def standing(links: Names) -> dict[str, str]:
    """Return the end of every chain of links; of a circle, which no door lets in, the smallest id."""
    known: dict[str, str] = {}
    for alias in links:
        chain: dict[str, int] = {}
        at = alias
        while at in links and at not in known and at not in chain:
            chain[at] = len(chain)
            at = links[at]
        end = min(list(chain)[chain[at] :]) if at in chain else known.get(at, at)
        known |= dict.fromkeys(chain, end)
    return {alias: end for alias, end in known.items() if alias != end}


def circle(links: Names, alias: str, same_as: str) -> bool:
    """Say whether a further link would close a circle, in which nobody stands for the others."""
    at: str | None = same_as
    while at is not None and at != alias:
        at = links.get(at)
    return at is not None


def first_circle(links: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the first link that closes a circle with those before it."""
    known: dict[str, str] = {}
    for alias, same_as in links:
        if circle(known, alias, same_as):
            return alias, same_as
        known[alias] = same_as
    return None
