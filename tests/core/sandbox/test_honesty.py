"""What is taken away is missed: the worker says a lower tier, or refuses, and never claims what does not stand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kithline_core.sandbox import bubblewrap, claims, interpreters, parcel, tiers
from kithline_core.sandbox.claims import Claim

OUTER = Path(__file__).parent / "outer.py"
# The layers that make each tier; what is left of them decides.
NEEDED = {"full": {"namespaces", "landlock", "seccomp"}, "process": {"landlock", "seccomp"}, "syscall": {"seccomp"}}


def shut() -> bool:
    """Whether only root may enter a folder on the way to this interpreter, so that another user needs namespaces too."""
    return os.geteuid() == 0 and bool(bubblewrap.closed(interpreters.readable(sys.executable, development=True)))


def strongest(away: set[str]) -> str:
    """Return the strongest tier that can be honest without these layers."""
    needed = {tier: layers | ({"namespaces"} if shut() else set()) for tier, layers in NEEDED.items()}
    here = claims.here().tier
    possible = [tier for tier, layers in needed.items() if not layers & away and tiers.enough(here, tier)]
    return possible[0] if possible else "none"


def claimed(*away: str) -> tuple[str, dict[str, str]]:
    """Return what a process claims from whom these layers were taken away."""
    said = subprocess.run([sys.executable, OUTER, *away], capture_output=True, text=True, check=True, timeout=120)
    tier, missing = json.loads(said.stdout.splitlines()[-1])
    return tier, missing


@pytest.mark.parametrize(
    "away",
    [
        (),
        ("namespaces",),
        ("landlock",),
        ("seccomp",),
        ("namespaces", "landlock"),
        ("namespaces", "seccomp"),
        ("landlock", "seccomp"),
        ("namespaces", "landlock", "seccomp"),
    ],
    ids=" ".join,
)
def test_a_worker_from_whom_layers_were_taken_claims_what_is_left(away):
    tier, missing = claimed(*away)

    assert tier == strongest(set(away))
    assert all(missing.values())
    assert set(missing) == {stronger for stronger in claims.TRIED if not tiers.enough(tier, stronger)}


# A layer that says it stands and does nothing: what a probe would believe.
LIES = {
    "landlock": ("landlock.py", "        kernel.call(RESTRICT, ruleset, 0)\n", ""),
    "seccomp": ("seccomp.py", "            prctl(*call)\n", "            max(*call)\n"),
    "seccomp while loading": ("seccomp.py", "    install(LOADING)\n", ""),
    "seccomp of a run": ("seccomp.py", "    install(RUNNING)\n", ""),
    "seccomp of a spare": ("seccomp.py", "    install(IMPORTING)\n", ""),
    "a watch that looks away": ("watch.py", "granted = self.grants(pid, call, arguments)", "granted = True"),
    "sockets are allowed": ("calls.py", '"read": 0,', '"read": 0, "socket": 41,'),
    "programs are allowed": ("calls.py", '"read": 0,', '"read": 0, "execve": 59,'),
    "signals are allowed": ("calls.py", '"read": 0,', '"read": 0, "kill": 62,'),
    "pipes are allowed": ("calls.py", '"read": 0,', '"read": 0, "pipe": 22, "pipe2": 293,'),
    "files in memory are allowed": ("calls.py", '"read": 0,', '"read": 0, "memfd_create": 319,'),
    "shared memory is allowed": ("calls.py", "MAP_REFUSED: Final = 0x42001", "MAP_REFUSED: Final = 0x42000"),
    "writing is allowed": ("calls.py", "WRITING: Final = 0x400243", "WRITING: Final = 0"),
    "a run opens files": ("calls.py", '"read": 0,', '"read": 0, "openat": 257,'),
    "a run looks at files": ("calls.py", '"read": 0,', '"read": 0, "newfstatat": 262,'),
}


@pytest.mark.parametrize(("file", "old", "new"), LIES.values(), ids=LIES)
def test_a_layer_that_only_says_that_it_stands_is_found_out(tmp_path, monkeypatch, file, old, new):
    tmp_path.chmod(0o755)
    doctored = tmp_path / "far"
    doctored.mkdir()
    for path in parcel.FAR.glob("*.py"):
        text = path.read_text()
        assert path.name != file or old in text
        (doctored / path.name).write_text(text.replace(old, new) if path.name == file else text)
    monkeypatch.setattr(parcel, "FAR", doctored)
    # Through the lie of one layer another may still hold: a tier is looked at that rests on it.
    tier = "process" if file == "landlock.py" else "syscall"
    with parcel.unpacked() as far:
        assert claims.hole(tier, far).startswith("a canary got out: ")


def test_namespaces_that_only_say_that_they_stand_are_found_out(monkeypatch):
    def apart(readable, command):
        return bubblewrap.opened(bubblewrap.closed(readable), readable, command)

    monkeypatch.setattr(bubblewrap, "apart", apart)
    with parcel.unpacked() as far:
        assert "sees the host" in claims.hole("full", far)


@pytest.mark.parametrize("stands", [*claims.TRIED, "none"])
def test_the_strongest_tier_that_stands_is_claimed_with_what_is_missing_for_more(stands):
    tried = []

    def attempt(tier):
        tried.append(tier)
        return "" if tier == stands else f"no {tier}"

    claim = claims.made(attempt)

    assert claim.tier == claim.wall == stands
    assert claim.missing == {tier: f"no {tier}" for tier in tried if tier != stands}
    assert claims.made(attempt, vm=True) == (
        Claim("none", claim.missing) if stands == "none" else Claim("vm", claim.missing, stands)
    )


def test_canaries_that_cannot_be_sent_out_or_say_nothing_hold_no_tier(monkeypatch, tmp_path):
    with parcel.unpacked() as far:
        monkeypatch.setattr(claims, "PROGRAM", "no.such.module")
        assert "no.such.module" in claims.hole("syscall", far)
        monkeypatch.setattr(claims, "command", lambda *_: [str(tmp_path / "missing")])
        assert "No such file" in claims.hole("syscall", far)
        monkeypatch.setattr(claims, "command", lambda *_: ["true"])
        assert claims.hole("syscall", far) == "the canaries ended without a word"
        monkeypatch.setattr(claims, "SECONDS", 0.2)
        monkeypatch.setattr(claims, "command", lambda *_: ["sh", "-c", "sleep 5"])
        assert "timed out" in claims.hole("syscall", far)


def test_a_tier_that_was_asked_for_is_tried_alone_and_none_is_not_tried():
    assert set(claims.here("syscall").missing) <= {"syscall"}
    assert claims.here("none").tier == "none"
