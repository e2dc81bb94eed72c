"""Keeps figures of single persons in: they are made offline, of open data, where somebody asked for them.

Scorers see numbers in place of people, and the table `people` with their ids only where `persons` was asked for. What is
judged here are names: a measure follows a pattern of the manifest, and one that stands for a person is not published.
"""

import re
from functools import lru_cache
from typing import Final

from kithline_core.plugins import ScorerSpec
from kithline_sdk.contract import Finding
from kithline_sdk.snapshot import Snapshot

PEOPLE: Final = "people"
# Names of places in a pattern, such as `constraint.<person>`, and of tables, that stand for one person each.
OF_ONE: Final = frozenset(
    {"actor", "employee", "leader", "manager", "member", "people", "person", "persons", "rater", "respondent", "target"}
)
_PLACE: Final = re.compile(r"<([^>]*)>")
_PREFIX: Final = r"(?:(?:community|period):[^.]+\.)?"


def fault(spec: ScorerSpec, finding: Finding, snapshot: Snapshot) -> str | None:
    """Return which figure may not be published: of a single person, or under a name the manifest does not declare."""
    asked = PEOPLE in snapshot
    if not asked and (tables := sorted(OF_ONE & finding.tables.keys())):
        return f"the table {tables[0]!r} is of single people"
    patterns = [pattern for pattern in spec.measures if asked or not OF_ONE.intersection(_PLACE.findall(pattern))]
    known = _shapes(tuple(patterns))
    strangers = [name for name in finding.measures if not known.fullmatch(name)]
    return f"the measure {strangers[0][:100]!r} is of a single person, or not in the manifest" if strangers else None


@lru_cache(maxsize=256)
def _shapes(patterns: tuple[str, ...]) -> re.Pattern[str]:
    each = ["[^.]+".join(re.escape(part) for part in re.split(r"<[^>]*>", pattern)) for pattern in patterns]
    return re.compile(f"{_PREFIX}(?:{'|'.join(each)})" if each else r"(?!)")
