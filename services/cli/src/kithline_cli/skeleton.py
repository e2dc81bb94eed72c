"""The skeleton of a connector plugin: four files that work, to be changed."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

from kithline_core.errors import Invalid

_KEY: Final = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")
_FILES: Final = Path(__file__).with_name("connector")


def write(key: str, folder: Path) -> Iterator[Path]:
    """Write the files and yield their paths. Raises Invalid for a key that is not like `acme.tickets`."""
    if not _KEY.fullmatch(key):
        raise Invalid(f"a connector's key is two words with a dot, like acme.tickets, not {key!r}")
    module = "kithline_" + key.replace(".", "_")
    words = {
        "key": key,
        "module": module,
        "project": module.replace("_", "-"),
        "cls": key.title().replace(".", "").replace("_", ""),
    }
    for source in sorted(_FILES.rglob("*.txt")):
        target = folder / str(source.relative_to(_FILES)).replace("MODULE", module).removesuffix(".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
        yield target
