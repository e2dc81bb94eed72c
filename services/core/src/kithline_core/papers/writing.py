"""Writes a draft out of facts: plain Markdown, in English or German. The texts are files beside this one."""

from functools import cache
from typing import Any, Final

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from kithline_core.model.papers import Kind, Language
from kithline_core.model.runs import REFUSED_USES
from kithline_core.papers.configuration import Facts, of_employees

_PLACE: Final = ("kithline_core.papers", "templates")


def write(kind: Kind, language: Language, told: Facts, sha256: str) -> str:
    """Return the draft as Markdown. The same facts give the same text."""
    words = _words(language)
    template = _templates().get_template(f"{kind}.{language}.md")
    return template.render(
        **told,
        sha256=sha256,
        refused=[words["uses"].get(use, use) for use in REFUSED_USES],
        word=lambda group, key: words[group].get(key, key),
        local=lambda texts: texts.get(language) or texts.get("en") or "",
        employees=lambda ground: of_employees(ground["groups"]),
    )


@cache
def _templates() -> Environment:
    # Markdown, not HTML: what somebody wrote is made harmless by `said`.
    made = Environment(
        loader=PackageLoader(*_PLACE),
        autoescape=False,  # noqa: S701 - the text is Markdown; see `said`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["said"] = said
    made.filters["day"] = day
    return made


@cache
def _words(language: Language) -> dict[str, dict[str, str]]:
    loader, environment = PackageLoader(*_PLACE), Environment(autoescape=True)
    text, _, _ = loader.get_source(environment, f"words.{language}.json")
    return msgspec.json.decode(text, type=dict[str, dict[str, str]])


def said(text: object) -> str:
    """Return what somebody wrote as one line that Markdown and HTML leave as it is."""
    line = " ".join(str(text).split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]#|" else "&lt;" if letter == "<" else letter for letter in line)


def day(moment: Any) -> str:  # noqa: ANN401 - an instant in JSON
    """Return the day of an instant, e.g. 2026-01-05."""
    return str(moment)[:10]
