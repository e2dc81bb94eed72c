"""The picture of the README: the demo organisation, drawn by the report's own hand.

Run as `python -m kithline_core.report.picture docs/images/demo.svg`; running it again gives the same bytes.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kithline_core import offline
from kithline_core.dataset.folder import Dataset
from kithline_core.demo import make
from kithline_core.demo.stream import MESH_FROM, START
from kithline_core.engine.document import Document, decode
from kithline_core.report.heat import heat
from kithline_core.report.ladder import ladder
from kithline_core.report.page import DEPTH, SILOS, SUPPLY, VERDICT, graphs, templates
from kithline_core.report.svg import Drawing, rect, text
from kithline_core.sandbox import Sandbox

WIDTH: Final = 1120.0
MARGIN: Final = 20.0
# Such a share of the width that both columns end alike.
LEFT: Final = 556.0
RIGHT: Final = WIDTH - 3 * MARGIN - LEFT
HEAD: Final = 84.0
TITLE: Final = 34.0


async def findings(dataset: Dataset) -> tuple[list[Document], Document]:
    """Return the findings of the demo organisation, and that of its suppliers in the first half of the year."""
    async with Sandbox.open() as sandbox:
        now = [decode(one.document) async for one in offline.score(dataset, offline.Request(), sandbox)]
        then = offline.Request(scorers=(SUPPLY,), start=START, end=MESH_FROM)
        (before,) = [decode(one.document) async for one in offline.score(dataset, then, sandbox)]
    return now, before


def drawn(title: str, documents: Sequence[Document], before: Document) -> str:
    """Return verdict, ladder, supply network before and after, and heat map as one SVG file."""
    found = {one.scorer: one for one in documents}
    left, lower = _column(MARGIN, [("The ladder and its ceiling", ladder(found[DEPTH]))], LEFT)
    right, bottom = _column(2 * MARGIN + LEFT, [("Departments against chance", heat(found[SILOS]))], RIGHT)
    small = (LEFT - MARGIN) / 2
    for place, (one, picture) in enumerate(graphs(before, found[SUPPLY])):
        said = f"Suppliers {one.window[0][:7]} to {one.window[1][:7]}"
        parts, below = _column(MARGIN + (small + MARGIN) * place, [(said, picture)], small, lower)
        left, bottom = [*left, *parts], max(bottom, below)
    head = [text(MARGIN, 32, title, "value"), text(MARGIN, 62, str(found[VERDICT].measures["sentence"]), "headline")]
    picture = Drawing(WIDTH, bottom, title, [*head, *left, *right])
    return templates().get_template("picture.svg").render(picture=picture)


def _column(
    x: float, pictures: Sequence[tuple[str, Drawing | None]], width: float, y: float = HEAD
) -> tuple[list[str], float]:
    """Return pictures below each other, each on a card, and where the next would begin."""
    parts: list[str] = []
    for said, picture in pictures:
        if picture is not None:
            height = width * picture.height / picture.width
            parts += [rect(x, y, width, height + TITLE, "back"), text(x + 14, y + 24, said, "strong")]
            parts.append(picture.placed(x, y + TITLE, width))
            y += height + TITLE + MARGIN
    return parts, y


def main(path: str) -> None:
    """Draw the demo organisation into a file."""
    dataset = make.make()
    documents, before = asyncio.run(findings(dataset))
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(drawn(dataset.settings.title or "", documents, before), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
