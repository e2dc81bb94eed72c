"""A scorer's method page: found, and complete enough that a stranger can recount the score and knows when not to."""

import re
from pathlib import Path
from typing import Final

from kithline_sdk.kit.subject import Subject

# What a reader needs, and the words by which a heading says that it is there.
SECTIONS: Final[dict[str, str]] = {
    "what it asks": r"asks|question",
    "formula": r"formula|calculat|comput",
    "worked example": r"example",
    "limits": r"limit",
    "sources": r"source|reference|literature",
    "when not to use it": r"not to use|not for|when not",
    "what was measured about its validity": r"valid",
}
_FEW_WORDS: Final = 5
_HEADING: Final = re.compile(r"^#{2,4} +(.+)$", re.MULTILINE)


def places(subject: Subject, key: str) -> list[Path]:
    """Return where the page of a scorer may lie, the first choice first: in the package it travels with the wheel."""
    within = [subject.package / "methods" / f"{key}.md"]
    if subject.project is None:
        return within
    above = [subject.project, *subject.project.parents[:2]]
    return within + [place / "docs" / "methods" / f"{key}.md" for place in above]


def find(subject: Subject, key: str) -> Path | None:
    """Return the page of a scorer, or None."""
    return next((one for one in places(subject, key) if one.is_file()), None)


def lacking(text: str) -> list[str]:
    """Return which sections a page lacks, and which say nothing."""
    parts = _HEADING.split(text)
    sections = list(zip(parts[1::2], parts[2::2], strict=True))
    found = []
    for name, words in SECTIONS.items():
        texts = [body for heading, body in sections if re.search(words, heading, re.IGNORECASE)]
        if not texts:
            found.append(f"no section about {name}")
        elif all(len(body.split()) < _FEW_WORDS for body in texts):
            found.append(f"the section about {name} says nothing")
    return found
