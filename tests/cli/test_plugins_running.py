"""The store under services that run: what is installed, allowed or removed shows without a restart."""

import json
from importlib.metadata import version

import pytest

from helpers.wheels import wheel
from kithline_core.settings import adopt, adopted

NUMPY = int("".join(f"{int(part):02}" for part in version("numpy").split(".")[:2]))

pytestmark = pytest.mark.slow


@pytest.fixture
def own(kithline):
    """The command, in a process that looks elsewhere again afterwards."""
    before = adopted()
    yield kithline
    kithline("plugins", "remove", "acme-echo")
    adopt(before)


def test_a_running_stack_scores_with_a_plugin_as_soon_as_it_is_let_in(own, example, tmp_path):
    (example / "ties.csv").write_text("actor,target\n" + "".join(f"p{one},p{one + 1}\n" for one in range(20)))
    done = own("import", example)
    assert done.exit_code == 0, done.output
    assert own("run", "--scorer", "acme.echo").exit_code == 3

    for words in (
        ["install", wheel(tmp_path)],
        ["allow", "acme-echo", "--reason", "read"],
        ["enable", "acme-echo", "--reason", "a test"],
    ):
        done = own("plugins", *words)
        assert done.exit_code == 0, done.output
    online = own("run", "--scorer", "acme.echo", "--to", "2026-04-01", "--json")
    offline = own("score", example, "--scorer", "acme.echo", "--to", "2026-04-01", "--json")

    assert json.loads(online.stdout)["measures"] == {"ties": 20, "numpy": NUMPY, "build": 1}
    assert online.stdout == offline.stdout
    own("plugins", "allow", "acme-echo", "--reason", "a fault was found", "--withdraw")
    assert "no scorer named 'acme.echo'" in own("run", "--scorer", "acme.echo").stderr
