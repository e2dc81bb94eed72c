"""Another version in the shadow, under services that run: workers compare, the tenant decides, the next run follows."""

import json
import time

import pytest

from helpers.wheels import wheel
from kithline_core.settings import adopt, adopted

pytestmark = pytest.mark.slow
KEY, NAME, WHY = "acme.echo", "acme-echo", ("--reason", "a test")


@pytest.fixture
def done(kithline):
    """The command, which succeeds; the store is empty afterwards, and the process looks elsewhere again."""
    before = adopted()

    def run(*words):
        told = kithline(*words, "--json")
        assert told.exit_code == 0, told.output
        return json.loads(told.stdout)

    yield run
    for version in ("1.0.0", "2.0.0"):
        kithline("plugins", "remove", f"{NAME}=={version}")
    adopt(before)


def compared(done, wanted):
    """Look until workers have compared so many snapshots."""
    for _ in range(200):
        (told,) = done("plugins", "shadow", NAME)["scorers"]
        if told["compared"] >= wanted:
            return told
        time.sleep(0.1)
    raise TimeoutError(told)


def test_a_version_is_compared_at_once_and_beside_every_run_and_counts_once_it_is_accepted(done, example, tmp_path):
    (example / "ties.csv").write_text("actor,target\n" + "".join(f"p{one},p{one + 1}\n" for one in range(20)))
    done("import", example)
    for build, version in ((1, "1.0.0"), (2, "2.0.0")):
        done("plugins", "install", wheel(tmp_path, version=version, build=build))
        done("plugins", "allow", f"{NAME}=={version}", *WHY)
    done("plugins", "enable", NAME, *WHY)
    done("plugins", "pin", NAME, "1.0.0", *WHY)
    before = done("run", "--scorer", KEY, "--to", "2026-04-01")

    done("plugins", "shadow", NAME, "--version", "2.0.0")
    first = compared(done, 1)
    beside = done("run", "--scorer", KEY, "--to", "2026-03-01")
    second = compared(done, 2)
    done("plugins", "shadow", NAME, "--decide", "accept", *WHY)
    after = done("run", "--scorer", KEY, "--to", "2026-04-01")

    assert (first["identical"], first["status_changed"], first["score"]["max"]) == (0, 0.0, 0.0)
    assert second["score"]["n"] == 2
    assert [one["measures"]["build"] for one in (before, beside, after)] == [1, 1, 2]
