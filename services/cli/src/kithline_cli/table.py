"""Results as a table: what a person wants to see first of each."""

import math
from collections.abc import Collection, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kithline_core import plugins
from kithline_core.engine import lacking
from kithline_core.engine.document import Document, decode
from kithline_core.report.names import words

VERDICT: Final = "kithline.verdict"
HEADS: Final = ("index", "level", "score", "90 % interval", "status", "first driver", "next step")
# A file or a pipe has no width: this much holds a row on one line.
NO_TERMINAL: Final = 240
NARROW: Final = 120
STEP: Final = 90
SURE: Final = 0.8
REASONS: Final = 2
AT_SITE: Final = "computed at your site"


def console() -> Console:
    """Return the console of stdout: as wide as the terminal, and wide enough for a row where there is none."""
    found = Console()
    return found if found.is_terminal else Console(width=max(NO_TERMINAL, found.width))


def results(shown: Console, documents: Sequence[bytes], sites: Collection[str] = frozenset()) -> None:
    """Print the verdict line, then one row per finding; under 120 columns one paragraph per finding.

    `sites` names the scorers whose findings were computed at the tenant's site.
    """
    found = [decode(data) for data in documents]
    for one in found:
        if one.scorer == VERDICT:
            said = f"{verdict(one)} ({AT_SITE})" if VERDICT in sites else verdict(one)
            shown.print(Text(plain(said), style="bold"), soft_wrap=not shown.is_terminal)
            shown.print()
    rows = [row(one, at_site=one.scorer in sites) for one in found if one.scorer != VERDICT]
    if shown.width < NARROW:
        _paragraphs(shown, rows)
    elif rows:
        _table(shown, rows)


def place(scorer: str) -> tuple[bool, str]:
    """Return what results are put in order by: the verdict first, the others by name."""
    return scorer != VERDICT, scorer


def row(one: Document, *, at_site: bool = False) -> list[str]:
    """Return the cells of one finding, in the order of the heads."""
    how = f"{status(one)}, {AT_SITE}" if at_site else status(one)
    cells = (one.scorer, level(one), score(one), interval(one), how, driver(one), step(one))
    return [plain(cell) for cell in cells]


def plain(said: str) -> str:
    """Return what a sender wrote without anything a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in said)


def _table(shown: Console, rows: Sequence[Sequence[str]]) -> None:
    drawn = Table(*HEADS)
    drawn.columns[2].justify = "right"
    for one in rows:
        drawn.add_row(*map(Text, one))
    shown.print(drawn)


def _paragraphs(shown: Console, rows: Sequence[Sequence[str]]) -> None:
    for name, *cells in rows:
        shown.print(Text(name, style="bold"))
        for head, cell in zip(HEADS[1:], cells, strict=True):
            shown.print(Text(f"  {head:<14} {cell}"))


def verdict(one: Document) -> str:
    """Return the headline in one sentence."""
    return str(one.measures.get("sentence", one.measures.get("label", "not decidable")))


def level(one: Document) -> str:
    """Return the level's name; one that is less than 80 % sure stands between its neighbours, one of behaviour is orientation."""
    if one.level_name is None:
        return "-"
    sure = one.level_probability is None or one.level_probability >= SURE
    called = " (orientation)" if any(note.code == "orientation" for note in one.findings) else ""
    return f"{'' if sure else 'about '}{one.level} {one.level_name}{called}"


def score(one: Document) -> str:
    """Return the points, or that they are unknown."""
    if one.score is not None:
        return f"{one.score:.1f}"
    return "-" if one.unit == "none" else "unknown"


def interval(one: Document) -> str:
    """Return both ends, or the word why there are none."""
    if isinstance(one.interval, tuple):
        return f"{one.interval[0]:.1f} to {one.interval[1]:.1f}"
    return one.interval or "-"


def status(one: Document) -> str:
    """Return the status with its first reasons."""
    more = [f"{len(one.reasons) - REASONS} more"] if len(one.reasons) > REASONS else []
    return one.status + (f" ({', '.join([*one.reasons[:REASONS], *more])})" if one.reasons else "")


def driver(one: Document) -> str:
    """Return the driver that carries most, in points or, where the score is a product, as its factor."""
    carrying = [(driver.contribution, driver.name) for driver in one.drivers if driver.contribution is not None]
    if not carrying:
        return "-"
    worth, name = max(carrying, key=lambda pair: abs(pair[0]))
    return f"{words(name)} ({f'x {math.exp(worth):.2f}' if _geometric(one.scorer) else f'{worth:+.1f}'})"


def _geometric(scorer: str) -> bool:
    return any(spec.key == scorer and spec.aggregation == "geometric" for spec in plugins.installed().scorers())


def step(one: Document) -> str:
    """Return the first recommendation, or the first thing that is missing, on one line."""
    if one.recommendations:
        said = one.recommendations[0].text
    elif one.missing:
        said = f"missing: {lacking.told(one.missing[0])}"
    else:
        return "-"
    return said if len(said) <= STEP else f"{said[: STEP - 3].rsplit(' ', 1)[0]} ..."
