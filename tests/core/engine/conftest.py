"""A plugin's files and a sandbox that answers what a test wants."""

import pytest

from helpers.engine import Answering
from kithline_core.plugins import Manifest, Plugin
from kithline_core.sandbox.outcomes import Scored
from kithline_sdk.contract import Finding


@pytest.fixture
def plugin(tmp_path):
    (tmp_path / "words.json").write_text("[]")
    return Plugin("test_plugin", tmp_path, Manifest(plugin="test", version="1", api_version="1", scorers=[]))


@pytest.fixture
def answering():
    return lambda **finding: Answering(Scored(Finding(**finding)))
