"""The world of tests/api serves the contract tests too."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("kithline_tests_api", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_api = _load(Path(__file__).parents[1] / "api" / "conftest.py")
world, tenant, other = _api.world, _api.tenant, _api.other
