"""Print how often intervals hold the truth. Exit code 1 where one does not."""

import argparse
import sys
from pathlib import Path

from helpers.coverage import page
from helpers.coverage.register import WORLDS
from helpers.coverage.running import FAILING, rows

DRAWS = 400


def main() -> int:
    """Run the worlds that were asked for."""
    asked = argparse.ArgumentParser(prog="python -m helpers.coverage", description=__doc__)
    asked.add_argument("--draws", type=int, default=DRAWS, help="sets of data for each world")
    asked.add_argument("--scorer", help="one scorer's key, else all")
    asked.add_argument("--json", action="store_true", help="one object a line")
    asked.add_argument("--page", type=Path, help="put the table into this page")
    given = asked.parse_args()
    found = list(rows([one for one in WORLDS if given.scorer in (None, one.scorer)], given.draws))
    if given.page:
        given.page.write_text(page.renewed(given.page.read_text(), found))
    sys.stdout.write((page.lines(found) if given.json else page.text(found)) + "\n")
    return int(any(row.verdict in FAILING for row in found))


if __name__ == "__main__":
    sys.exit(main())
