"""What a reader must know beside the figures."""

import re
from collections import defaultdict
from typing import Final

from kithline_sdk import Note
from kithline_supply.organisations import Organisations
from kithline_supply.parts import Part, content
from kithline_supply.picture import Picture

# Legal forms: words of a company's name that do not tell it from another.
LEGAL: Final = re.compile(
    r"ab|ag|asa?|bv|co|company|corp|corporation|doo|eg|gmbh|inc|incorporated|kgaa?|kk|limited|llc|llp|lp|ltd|nv|oyj?|plc|"
    r"pte|pty|sa|sarl|sas|se|sl|spa|srl|sro|ug|zoo"
)


def remarks(seen: Picture, found: dict[str, Part]) -> list[Note]:
    """Return the notes of one finding."""
    notes = [
        Note(
            code="orientation",
            clause="levels are an orientation until thirty tenants stand behind the cut-offs",
        )
    ]
    if seen.alone:
        notes.append(Note(code="declared_only", clause="organisation ties alone: direction unknown, level 1 at most"))
    if not content(found):
        notes.append(Note(code="content_unknown", clause="structure known, content unknown: at most 60 and level 2"))
    return notes + [
        Note(
            code="duplicate_names",
            clause="same name but for case, spacing or legal form; nothing was merged",
            evidence=e,
        )
        for e in duplicates(seen.known)
    ]


def duplicates(known: Organisations) -> list[str]:
    """Return the ids of different units whose name or alias is the same but for case, spacing and legal form."""
    named: dict[str, set[str]] = defaultdict(set)
    for one, row in known.rows.items():
        for name in (row.name or one, *row.aliases):
            named[_plain(name)].add(one)
    alike = {
        tuple(sorted(ids)) for plain, ids in named.items() if plain and len({known.number[one] for one in ids}) > 1
    }
    return [", ".join(ids) for ids in sorted(alike)]


def _plain(name: str) -> str:
    words = re.findall(r"\w+", re.sub("[.\u0027\u2019]", "", name.casefold()))
    return "".join(word for word in words if not LEGAL.fullmatch(word))
