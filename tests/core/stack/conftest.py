import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from kithline_core.stack import control, folders
from kithline_core.stack.account import Account
from kithline_core.stack.probe import any_port

SMALL = Path(__file__).with_name("small_stack.py")


@pytest.fixture(scope="session")
def small():
    """The module of small programs."""
    spec = importlib.util.spec_from_file_location("small_stack", SMALL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def small_command():
    """What starts the supervisor with small programs, in the place of the product's own command."""
    return (sys.executable, str(SMALL))


@pytest.fixture
def account():
    return Account.for_servers()


@pytest.fixture
def root():
    """A data folder that does not exist yet, short enough for sockets; whatever runs in it is ended afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="kl-", dir="/tmp"))
    folder = parent / "home"
    yield folder
    control.stop(folder, 10)
    shutil.rmtree(parent)
    shutil.rmtree(folders.SHARED / folders.digest(folder), ignore_errors=True)


@pytest.fixture
def reachable_root(root):
    """The same below a folder everybody may pass, as /srv is."""
    root.parent.chmod(0o711)
    return root


@pytest.fixture
def as_root():
    if os.geteuid() != 0:
        pytest.skip("another user can be tried by root only")


@pytest.fixture
def free_port():
    return any_port("127.0.0.1")
