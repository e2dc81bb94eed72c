"""The house is as its README, its Makefile and its lock say."""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.pages import HOUSE, blocks

MEMBERS = sorted(path.parent for place in ("services", "plugins") for path in (HOUSE / place).glob("*/pyproject.toml"))
# Written so that this line is not one of them.
FORBIDDEN = re.compile(r"p[y]pi\.|pythonh[o]sted|gh[c]r\.io|d[o]cker\.io|qu[a]y\.io|/w[o]rk/|/r[o]ot/|/h[o]me/[a-z]")
PLACE = re.compile(r"/t[m]p/")


def project(member: Path) -> dict[str, object]:
    return tomllib.loads((member / "pyproject.toml").read_text())["project"]


def package(member: Path) -> Path:
    (found,) = (member / "src").glob("kithline_*")
    return found


def modules(member: Path) -> set[str]:
    """Names of the modules and packages of a member, without the dressing."""
    found = {path.stem for path in package(member).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return found - {"__init__", "__main__"}


def test_help_lists_every_target():
    targets = re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE)

    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=HOUSE, capture_output=True, text=True, check=True
    )

    assert [line.split()[0] for line in told.stdout.splitlines()] == targets


def test_what_has_to_hold_is_check_then_the_slow_tests_then_the_tests(tmp_path: Path):
    make, calls = tmp_path / "make", tmp_path / "calls"
    make.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
    make.chmod(0o755)

    subprocess.run([HOUSE / ".ci" / "run"], env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True)

    assert calls.read_text().splitlines() == ["check", "test-slow", "test"]


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.split("\0") if name and (HOUSE / name).is_file()]


def test_no_file_names_a_registry_or_a_machine():
    told = [
        f"{name}:{number}"
        for name in tracked()
        for number, line in enumerate((HOUSE / name).read_text(errors="replace").splitlines(), 1)
        if FORBIDDEN.search(line) or (PLACE.search(line) and not name.startswith("tests/"))
    ]

    assert told == []


def pinned() -> dict[str, str]:
    lines = (HOUSE / "requirements.lock").read_text().splitlines()
    found = [re.match(r"([\w.-]+)(?:\[[\w,.-]+\])?==(\S+)", line) for line in lines]
    return {canonicalize_name(one[1]): one[2] for one in found if one}


def wanted() -> Iterator[tuple[str, str]]:
    """Every requirement of the members, their build back ends and the tools."""
    for member in MEMBERS:
        content = tomllib.loads((member / "pyproject.toml").read_text())
        for one in [*content["project"].get("dependencies", []), *content["build-system"]["requires"]]:
            yield member.name, one
    for one in tomllib.loads((HOUSE / "pyproject.toml").read_text())["dependency-groups"]["dev"]:
        yield "dev", one


@pytest.mark.parametrize(("member", "text"), list(wanted()))
def test_the_lock_satisfies_every_requirement(member: str, text: str):
    one, ours = Requirement(text), {canonicalize_name(str(project(member)["name"])): member for member in MEMBERS}
    if one.marker is not None and not one.marker.evaluate():
        pytest.skip("not for this machine")
    version = project(ours[name])["version"] if (name := canonicalize_name(one.name)) in ours else pinned().get(name)

    assert version is not None, f"{member} asks for {text}, which is not locked"
    assert one.specifier.contains(str(version))


def test_the_lock_holds_hashes_and_no_addresses():
    text = (HOUSE / "requirements.lock").read_text()

    assert "://" not in text
    assert all("--hash=sha256:" in one for one in re.split(r"\n(?=\S)", text) if one.strip())


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_the_readme_of_a_member_maps_its_modules(member: Path):
    text = re.sub(r"```.*?```", "", (member / "README.md").read_text(), flags=re.DOTALL)
    named = {part for code in re.findall(r"`([^`]+)`", text) for part in re.split(r"[^\w]+", code)}

    assert modules(member) - named == set()


def test_the_map_of_the_house_is_true():
    (text,) = re.findall(r"\n\n```\n(.*?)^```", (HOUSE / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    core, inside = package(HOUSE / "services" / "core"), dict[int, str]()
    drawn = set()
    for line in text.splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        inside[depth] = name.rstrip("/")
        path = "/".join(inside[level] for level in range(depth + 1))
        drawn.add(path)
        assert (HOUSE / path).exists() or (core / path.removeprefix("services/core/")).exists(), path

    members = {str(member.relative_to(HOUSE)) for member in MEMBERS}
    inner = {f"services/core/{one}" for one in modules(HOUSE / "services" / "core")}
    assert members | inner <= {path.removesuffix(".py") for path in drawn}


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", *(f"{m.relative_to(HOUSE)}/README.md" for m in MEMBERS)]
)
def test_links_outside_the_documentation_lead_somewhere(name: str):
    page = HOUSE / name
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_first_screen_names_the_two_commands():
    (block,) = blocks((HOUSE / "README.md").read_text(), "sh")

    assert [line.split(" #")[0].strip() for line in block.splitlines()] == ["make demo", "make test"]
