"""The checks that look at a plugin from outside: what they expect, and what to do."""

from typing import Final

from kithline_sdk.kit import costs, suite
from kithline_sdk.kit.outcomes import Rule

IMPORT_SECONDS: Final = 1.0

MANIFEST: Final = Rule(
    "manifest", "the host can read the manifest, and what it names exists", "see the tables of its fields"
)
BANNED: Final = Rule(
    "banned", "the code names nothing that a scorer may not touch", "each line says what to use instead"
)
TYPED: Final = Rule("typed", "every function has types, and `py.typed` is there", "add them")
MYPY: Final = Rule("mypy", "mypy --strict finds nothing", "run it yourself for the whole list")
PAGE: Final = Rule(
    "page",
    "each scorer has a page: what it asks, formula, worked example, limits, sources, when not to use it, validity",
    "give each its heading; one heading may name several",
)
IMPORT: Final = Rule(
    "import",
    f"it imports within {IMPORT_SECONDS:g} s and offers the scorers of its manifest",
    "import large packages and read data files only where they are needed",
)
REACH: Final = Rule(
    "reach",
    "the running plugin touches no network, process or file; what it imports late stands in `preload`",
    "each line says what to use instead",
)
PROCESSES: Final = Rule(
    "processes",
    "the same bytes in every process: hash seeds, threads, time zones",
    "sort sets before you use them; let nothing depend on the environment",
)
TIME: Final = Rule(
    "time",
    f"three sizes keep to `limits.seconds`, growing with power {costs.STEEPEST:g} of the rows at most",
    "work on whole columns with numpy; avoid loops over pairs",
)
MEMORY: Final = Rule(
    "memory", "three sizes keep to `limits.memory_mb`", "raise the limit if that is what the method takes"
)

ALL: Final = (
    MANIFEST,
    BANNED,
    TYPED,
    MYPY,
    PAGE,
    IMPORT,
    REACH,
    *(one.rule for one in suite.CHECKS),
    PROCESSES,
    TIME,
    MEMORY,
)
NAMES: Final = tuple(one.name for one in ALL)
