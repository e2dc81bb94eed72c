"""A plugin of pytest: imports one module with a change (`KITHLINE_MUTANT=PATH:PLACE`), whoever imports it."""

import os
import sys
from importlib import machinery

from hypothesis import settings

from helpers.mutants.making import mutated

PATH, _, PLACE = os.environ.get("KITHLINE_MUTANT", "").rpartition(":")


class Loader(machinery.SourceFileLoader):
    """Loads sources as ever, and the one file changed."""

    def get_code(self, fullname):
        if self.path != PATH:
            return super().get_code(fullname)
        return compile(mutated(self.get_source(fullname), int(PLACE)), self.path, "exec", dont_inherit=True)


# The same examples for each mutant, and none that another one failed: whoever survives does so again.
settings.register_profile("mutants", database=None, derandomize=True, deadline=None)


def pytest_sessionstart():
    """Take these settings after those that all tests begin with."""
    settings.load_profile("mutants")


if PATH:
    # As the interpreter's own, but for sources.
    kinds = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (Loader, machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, machinery.FileFinder.path_hook(*kinds))
    sys.path_importer_cache.clear()
