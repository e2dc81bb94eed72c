"""The checks that only read the plugin: manifest, banned names, types, method pages."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.kit import page, scanning
from kithline_sdk.kit.outcomes import Skipped
from kithline_sdk.kit.subject import Subject
from kithline_sdk.manifest import Manifest, ScorerSpec, refused

API: Final = "1"
_KEY: Final = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")
_SHOWN: Final = 12
_SECONDS: Final = 300.0


def manifest(subject: Subject) -> Manifest:
    """Read the manifest. Raises AssertionError for what the host would not take."""
    try:
        return msgspec.json.decode(subject.read(), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AssertionError(f"kithline.json cannot be read: {error}") from None


def sound(subject: Subject, known: set[str]) -> str:
    """Check that the manifest names only what exists. `known` are the names of all checks."""
    told = manifest(subject)
    faults = [*_of_plugin(subject, told), *(fault for one in told.scorers for fault in _of_scorer(subject, one, known))]
    if faults:
        raise AssertionError("; ".join(faults[:_SHOWN]))
    return f"{len(told.scorers)} scorers, {len(told.connectors)} connectors"


def banned(subject: Subject) -> str:
    """Check that the code names nothing that a scorer may not touch."""
    found = scanning.banned(subject.files(), subject.package)
    if found:
        raise AssertionError("; ".join(found[:_SHOWN]))
    return f"{len(subject.files())} files name nothing banned"


def typed(subject: Subject) -> str:
    """Check that every function says what it takes and returns, and that the package says so."""
    found = scanning.untyped(subject.files(), subject.package)
    if not (subject.package / "py.typed").exists():
        found.append("py.typed: the marker of a typed package is missing")
    if found:
        raise AssertionError("; ".join(found[:_SHOWN]))
    return f"{len(subject.files())} files are typed"


def mypy(subject: Subject) -> str:
    """Let mypy look closely, where it is installed."""
    if find_spec("mypy") is None:
        raise Skipped("mypy is not installed here; pip install mypy")
    cache = (subject.project or subject.source) / ".mypy_cache"
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file=",
        "--cache-dir",
        str(cache),
    ]
    done = subprocess.run(  # noqa: S603 - mypy, as this interpreter has it
        [*command, str(subject.package)],
        cwd=subject.source,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        raise AssertionError("; ".join((done.stdout or done.stderr).strip().splitlines()[:_SHOWN]))
    return "mypy --strict finds nothing"


def documented(subject: Subject, specs: Sequence[ScorerSpec]) -> str:
    """Check that every scorer has a method page with every section."""
    faults = []
    for one in specs:
        found = page.find(subject, one.key)
        if found is None:
            faults.append(
                f"{one.key} has no page; it belongs into {page.places(subject, one.key)[0].name} in `methods`"
            )
        else:
            faults += [f"{found.name}: {fault}" for fault in page.lacking(found.read_text(encoding="utf-8"))]
    if faults:
        raise AssertionError("; ".join(faults[:_SHOWN]))
    if not specs:
        raise Skipped("it has no scorers")
    return f"{len(specs)} pages with every section"


def _of_plugin(subject: Subject, told: Manifest) -> Iterator[str]:
    if told.api_version != API:
        yield f"api_version is {told.api_version!r}, this SDK speaks {API!r}"
    if list(subject.entry_points.values()) != [subject.module]:
        yield f"the group `kithline` should have one entry point, {subject.module}, and has {_listed(subject)}"
    name, version = subject.wheel
    if _plain(name) != _plain(told.plugin) or version not in {"", told.version}:
        yield f"the wheel is {name} {version}, its manifest is of {told.plugin} {told.version}"
    if reason := refused(told):
        yield reason
    for name in told.questionnaires:
        if fault := _unreadable(subject.package / name):
            yield f"questionnaire {name}: {fault}"
    keys = [one.key for one in told.scorers]
    yield from (f"two scorers are called {key}" for key in sorted(set(keys)) if keys.count(key) > 1)


def _of_scorer(subject: Subject, one: ScorerSpec, known: set[str]) -> Iterator[str]:
    if not _KEY.fullmatch(one.key):
        yield f"the key {one.key!r} is not like `family.name`"
    if not one.not_for:
        yield f"{one.key}: `not_for` is empty; every score can be misused"
    for wanted in one.inputs:
        if wanted.table not in CATALOGUE:
            yield f"{one.key}: there is no table {wanted.table!r}"
        else:
            unknown = [name for name in [*wanted.columns, *wanted.where] if name not in CATALOGUE[wanted.table]]
            yield from (f"{one.key}: {wanted.table} has no column {name!r}" for name in unknown)
    yield from (f"{one.key}: no check is called {name!r}" for name in sorted(one.exempt.keys() - known))
    for path in [*one.monotone.raises, *one.monotone.lowers]:
        table, _, column = path.partition(".")
        read = [wanted for wanted in one.inputs if wanted.table == table and (not column or column in wanted.columns)]
        if not read:
            yield f"{one.key}: `monotone` names {path!r}, which is not among the inputs"
    for name in one.word_lists:
        if not (subject.package / name).is_file():
            yield f"{one.key}: the word list {name} is not there"


def _listed(subject: Subject) -> str:
    return ", ".join(subject.entry_points.values()) or "none"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def _unreadable(path: Path) -> str:
    try:
        json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        return str(error)
    return ""
