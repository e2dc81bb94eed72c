"""Results as a table: what a person wants to see first of each."""

from collections.abc import Sequence

from kithline_core.engine.document import Document, decode
from rich.console import Console
from rich.table import Table


def results(console: Console, documents: Sequence[bytes]) -> None:
    """Print the verdict line, then one row per scored finding."""
    found = [decode(data) for data in documents]
    for one in found:
        if one.scorer == "kithline.verdict":
            console.print(f"[bold]{verdict(one)}[/bold]\n", highlight=False)
    shown = Table("index", "level", "score", "90 % interval", "status", "first driver", "next step", show_lines=True)
    for one in found:
        if one.scorer != "kithline.verdict":
            shown.add_row(one.scorer, level(one), score(one), interval(one), status(one), driver(one), step(one))
    console.print(shown)


def verdict(one: Document) -> str:
    """Return the headline in one sentence."""
    return str(one.measures.get("sentence", one.measures.get("label", "not decidable")))


def level(one: Document) -> str:
    """Return the level's name; one that is less than 80 % sure stands between its neighbours."""
    if one.level_name is None:
        return "-"
    sure = one.level_probability is None or one.level_probability >= 0.8  # noqa: PLR2004 - Part C 6
    return f"{one.level} {one.level_name}" if sure else f"about {one.level} {one.level_name}"


def score(one: Document) -> str:
    """Return the points, or that they are unknown."""
    return "unknown" if one.score is None and one.unit != "none" else "-" if one.score is None else f"{one.score:.1f}"


def interval(one: Document) -> str:
    """Return both ends, or the word why there are none."""
    if isinstance(one.interval, tuple):
        return f"{one.interval[0]:.1f} to {one.interval[1]:.1f}"
    return one.interval or "-"


def status(one: Document) -> str:
    """Return the status with its reasons."""
    return one.status + (f" ({', '.join(one.reasons)})" if one.reasons else "")


def driver(one: Document) -> str:
    """Return the driver that carries most."""
    carrying = [driver for driver in one.drivers if driver.contribution is not None]
    if not carrying:
        return "-"
    first = max(carrying, key=lambda driver: abs(driver.contribution or 0.0))
    return f"{first.name} ({first.contribution:+.1f})"


def step(one: Document) -> str:
    """Return the first recommendation, or the first thing that is missing."""
    if one.recommendations:
        return one.recommendations[0].text
    if one.missing:
        first = one.missing[0]
        more = f": {first.have} of {first.need}" if first.need is not None else ""
        return f"missing: {first.what}{more}"
    return "-"
