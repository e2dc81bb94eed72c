"""What a plugin and its scorer may be called."""

import keyword
import re
import sys
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEY: Final = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")
_LONGEST: Final = 60
# Names that are taken: our own wheels, and what a plugin cannot do without.
_TAKEN: Final = frozenset({"msgspec", "numpy", "pluggy", "pytest", "hypothesis", "tests"})


class Refused(Exception):
    """A name or a folder that cannot be used; the words say why."""


def words(name: str, key: str) -> dict[str, str]:
    """Return what the template is filled with. Raises Refused for a name or a key that cannot be used."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise Refused(
            f"a plugin is called like topic-drift, in at most {_LONGEST} letters, digits and dashes, not {name!r}"
        )
    module = name.replace("-", "_")
    if module.startswith("kithline"):
        raise Refused(f"names that begin with kithline are Kithline's own; call it otherwise than {name!r}")
    if keyword.iskeyword(module) or module in sys.stdlib_module_names or module in _TAKEN:
        raise Refused(f"{name!r} is taken by something else that Python or Kithline imports")
    key = key or _key(name)
    if not _KEY.fullmatch(key) or len(key) > _LONGEST:
        raise Refused(f"a scorer's key is two words with a dot, like topic.drift, not {key!r}")
    cls = "".join(part.capitalize() for part in key.replace(".", "_").split("_"))
    return {"name": name, "key": key, "module": module, "cls": cls, "title": name.replace("-", " ").capitalize()}


def _key(name: str) -> str:
    first, dash, rest = name.partition("-")
    return f"{first}.{rest.replace('-', '_')}" if dash else f"{name}.score"
