"""The demo organisation as a folder, made once a session."""

import pytest

from kithline_core.dataset import write
from kithline_core.demo import make


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "data"
    write.write(folder, make.make())
    return folder


@pytest.fixture(scope="session")
def demo(installation):
    """What `kithline demo` printed on an installation that had never seen it; its tenant stays for other tests."""
    return installation.run("demo").decode()
