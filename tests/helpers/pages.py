"""Reads pages of the documentation: sections by heading, tables and code blocks in them."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
DOCS = HOUSE / "docs"


def read(name: str) -> str:
    """Return a page of docs/ as text."""
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one of any depth."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", _outside_code(text), re.DOTALL | re.MULTILINE)
    assert found, f"no heading {heading!r}"
    return text[found.start(1) : found.end(1)]


def headings(text: str) -> list[str]:
    """Return all headings in order."""
    return re.findall(r"^#+ (.+)$", _outside_code(text), re.MULTILINE)


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows but headers."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = [number for number, line in enumerate(lines) if set(line) <= set("|- ")]
    return [row for number, row in enumerate(cells) if number not in rules and number + 1 not in rules]


def codes(text: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\b[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def files(text: str) -> dict[str, str]:
    """Return the code blocks with a title: path → content."""
    return dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```', text, re.DOTALL | re.MULTILINE))


def _outside_code(text: str) -> str:
    """Blank what stands in code blocks, where a comment may look like a heading; places stay the same."""
    return re.sub(r"^```.*?^```", lambda block: re.sub(r"[^\n]", " ", block[0]), text, flags=re.DOTALL | re.MULTILINE)
