"""Who runs behind which wall."""

import msgspec
import pytest

from kithline_core.plugins import Manifest, Plugin
from kithline_core.sandbox import Failed, Sandbox, Scored, claims, tiers
from kithline_core.sandbox.claims import Claim
from kithline_core.sandbox.far.reading import Broken
from kithline_core.sandbox.policy import Policy
from kithline_core.settings import Settings

WALLS = ("vm", "full", "process", "syscall")


def plugin(tmp_path, digest="", minimum="none"):
    manifest = Manifest(plugin="a", version="1", api_version="1", minimum_tier=minimum)
    return Plugin("a", tmp_path, manifest, digest=digest)


@pytest.mark.parametrize("tier", WALLS)
def test_behind_any_wall_everybody_runs_unless_somebody_demands_more(tmp_path, tier):
    for digest in ("", "0" * 64):
        assert Policy().refusal(plugin(tmp_path, digest), Claim(tier)) is None
        for demanded in tiers.RANKED:
            enough = tiers.RANKED.index(tier) <= tiers.RANKED.index(demanded)
            asked = Policy(minimum=demanded).refusal(plugin(tmp_path, digest), Claim(tier))
            declared = Policy().refusal(plugin(tmp_path, digest, demanded), Claim(tier))
            assert (asked is None, declared is None) == (enough, enough)


def test_without_a_wall_nobody_runs_but_what_the_operator_installed_and_said_so(tmp_path):
    own, stored, bare = plugin(tmp_path), plugin(tmp_path, "0" * 64), Claim("none", {"syscall": "no seccomp"})

    assert Policy().refusal(own, bare).needs == "syscall"
    assert Policy(unwalled=True).refusal(own, bare) is None
    assert Policy(unwalled=True).refusal(stored, bare).needs == "syscall"
    assert Policy(unwalled=True, minimum="full").refusal(own, bare).needs == "full"


def test_a_refusal_says_what_is_missing(tmp_path):
    claim = Claim("syscall", {"full": "no user namespaces", "process": "the kernel has no Landlock"})

    reason = Policy(minimum="process").refusal(plugin(tmp_path), claim).reason

    told = "it runs in tier process or a stronger one; here is syscall"
    assert reason == f"{told} (full: no user namespaces; process: the kernel has no Landlock)"


def test_the_settings_say_it():
    given = {"KITHLINE_MINIMUM_TIER": "full", "KITHLINE_SANDBOX_NONE": "first-party", "KITHLINE_SANDBOX_VM": "1"}

    assert Policy.of(Settings()) == Policy()
    assert Policy.of(Settings.from_env(given)) == Policy("full", unwalled=True, vm=True)
    assert Policy.of(Settings.from_env({"KITHLINE_SANDBOX_TIER": "syscall"})).tier == "syscall"


@pytest.mark.anyio
async def test_what_is_refused_is_not_started(hostile, snapshot):
    stored = msgspec.structs.replace(hostile, digest="0" * 64)
    async with Sandbox.open(tier="none") as sandbox:
        outcome = await sandbox.score(stored, stored.manifest.scorers[0], snapshot, {}, 1)
        said = [line async for line in sandbox.read(stored, stored.manifest.scorers[0], 0, {}, "a file")]

        assert not sandbox._processes
    assert isinstance(outcome, Failed)
    assert isinstance(said[0], Broken)
    assert outcome.code == said[0].code == "below_tier"


@pytest.mark.anyio
async def test_a_virtual_machine_is_claimed_only_when_said_and_walls_stand_within_all_the_same(hostile, snapshot):
    (spec,) = [one for one in hostile.manifest.scorers if one.key == "hostile.well"]
    async with Sandbox.open(policy=Policy(vm=True)) as sandbox:
        assert (sandbox.tier, sandbox.claim.wall) == ("vm", claims.here().tier)
        assert isinstance(await sandbox.score(hostile, spec, snapshot, {}, 1), Scored)
