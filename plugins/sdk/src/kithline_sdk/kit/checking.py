"""Checks a plugin from outside in: reads it, imports it in other processes, tries every law, weighs it."""

import platform
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from kithline_sdk.kit import costs, rules, static
from kithline_sdk.kit.cases import generator
from kithline_sdk.kit.outcomes import Outcome, Price, Report, counted, judged, skipped
from kithline_sdk.kit.processes import Reply, ask, request_for
from kithline_sdk.kit.subject import Subject, Unusable, opened
from kithline_sdk.manifest import Manifest, ScorerSpec

__all__ = ["ENVIRONMENTS", "Unusable", "Wanted", "check"]

# Processes whose findings must not differ.
ENVIRONMENTS: Final = (
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "4242", "OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "4"},
    {"PYTHONHASHSEED": "99", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to check: scorers by key (none: all), checks to leave out, whether golden findings are written anew.

    `validity`: what the cheapest forgery costs, by `costs` (a file) where they are not the usual ones.
    """

    scorers: list[str] = []
    skip: list[str] = []
    update_golden: bool = False
    validity: bool = False
    costs: Path | None = None


def check(target: Path, wanted: Wanted) -> Report:
    """Check a wheel or a folder. Raises Unusable where there is nothing to check, or not what is wanted."""
    if unknown := sorted(set(wanted.skip) - set(rules.NAMES)):
        raise Unusable(f"no check is called {unknown[0]!r}; there are {', '.join(rules.NAMES)}")
    with opened(target) as subject:
        told = _told(subject)
        specs = _chosen(told, wanted) if told else []
        outcomes = list(_outcomes(subject, told, wanted))
        prices = [each for one in specs for each in _prices(subject, one, wanted)] if wanted.validity else []
        return Report(
            plugin=told.plugin if told else subject.name,
            version=told.version if told else "",
            target=target.resolve().name,
            scorers=[one.key for one in specs],
            sdk=version("kithline-sdk"),
            python=platform.python_version(),
            generator=generator(),
            passed=all(one.status != "failed" for one in outcomes),
            counts=counted(outcomes),
            checks=outcomes,
            prices=prices,
        )


def _prices(subject: Subject, spec: ScorerSpec, wanted: Wanted) -> list[Price]:
    """Return what forgeries cost. Raises Unusable where the scorer or the costs do not let it be found."""
    file = str(wanted.costs.resolve()) if wanted.costs else ""
    reply = ask(request_for(subject, "validity", scorers=[spec.key], costs=file))
    if reply.error:
        raise Unusable(f"no price of cheating for {spec.key}: {reply.error}")
    return reply.prices


def _told(subject: Subject) -> Manifest | None:
    try:
        return static.manifest(subject)
    except AssertionError:
        return None


def _chosen(told: Manifest, wanted: Wanted) -> list[ScorerSpec]:
    if unknown := sorted(set(wanted.scorers) - {one.key for one in told.scorers}):
        has = ", ".join(one.key for one in told.scorers) or "none"
        raise Unusable(f"{told.plugin} has no scorer {unknown[0]!r}; it has {has}")
    return [one for one in told.scorers if not wanted.scorers or one.key in wanted.scorers]


def _outcomes(subject: Subject, told: Manifest | None, wanted: Wanted) -> Iterator[Outcome]:
    """Yield what every check says; what was asked to be left out is skipped."""
    for one in _all(subject, told, wanted):
        yield one if one.check not in wanted.skip else _left_out(one)


def _left_out(one: Outcome) -> Outcome:
    return Outcome(
        check=one.check, scorer=one.scorer, status="skipped", expected=one.expected, reason="asked to leave it out"
    )


def _all(subject: Subject, told: Manifest | None, wanted: Wanted) -> Iterator[Outcome]:
    yield judged(rules.MANIFEST, lambda: static.sound(subject, set(rules.NAMES)))
    yield judged(rules.BANNED, lambda: static.banned(subject))
    yield judged(rules.TYPED, lambda: static.typed(subject))
    if rules.MYPY.name in wanted.skip:
        yield skipped(rules.MYPY, "")
    else:
        yield judged(rules.MYPY, lambda: static.mypy(subject))
    if told is None:
        yield from (skipped(one, "the manifest cannot be read") for one in rules.ALL[4:])
        return
    specs = _chosen(told, wanted)
    yield judged(rules.PAGE, lambda: static.documented(subject, specs))
    yield from _running(subject, specs, wanted)


def _running(subject: Subject, specs: list[ScorerSpec], wanted: Wanted) -> Iterator[Outcome]:
    """Yield what is seen when it runs."""
    about = partial(request_for, subject, scorers=wanted.scorers)
    replies = [ask(about("facts"), environment) for environment in ENVIRONMENTS]
    imported = judged(rules.IMPORT, lambda: _offered(replies[0], specs))
    yield imported
    reason = "it cannot be imported" if imported.status == "failed" else "" if specs else "it has no scorers"
    if reason:
        yield from (skipped(one, reason) for one in rules.ALL[6:])
        return
    golden = "" if subject.project is None else str(subject.project / "golden")
    yield from _laws(ask(about("laws", golden=golden, update=wanted.update_golden)))
    yield judged(rules.PROCESSES, lambda: _alike(replies))
    for spec in specs:
        yield from _costs(subject, spec)


def _laws(reply: Reply) -> list[Outcome]:
    """Return what the process said that tried the laws; a process that died fails the first of them."""
    if reply.error:
        return [judged(rules.REACH, lambda: _died(reply.error))]
    return reply.outcomes


def _died(error: str) -> str:
    raise AssertionError(error)


def _offered(reply: Reply, specs: list[ScorerSpec]) -> str:
    if reply.facts is None:
        raise AssertionError(reply.error)
    if absent := sorted({one.key for one in specs} - set(reply.keys)):
        raise AssertionError(f"the hook kithline_scorers offers no {absent[0]!r}; it offers {reply.keys}")
    said = f"{reply.facts.import_seconds * 1000:.0f} ms beyond the SDK"
    if reply.facts.import_seconds > rules.IMPORT_SECONDS:
        raise AssertionError(said)
    return said


def _alike(replies: list[Reply]) -> str:
    first, *others = (reply.facts.digests if reply.facts else {"": reply.error} for reply in replies)
    for other, environment in zip(others, ENVIRONMENTS[1:], strict=True):
        differing = [name for name in first if first[name] != other.get(name)]
        if differing:
            scorer, _, people = differing[0].partition(" ")
            raise AssertionError(f"{scorer} gives other bytes under {environment}, in a world of {people} people")
    return f"{len(first)} findings alike in {len(replies)} processes"


def _costs(subject: Subject, spec: ScorerSpec) -> Iterator[Outcome]:
    try:
        found = costs.measured(subject, spec)
    except AssertionError as error:
        text = str(error)
        yield judged(rules.TIME, lambda: _died(text), spec.key)
        yield skipped(rules.MEMORY, "there was no run to weigh", spec.key)
        return
    timed = judged(rules.TIME, lambda: costs.in_time(found, spec), spec.key, spec.exempt)
    yield msgspec.structs.replace(timed, figures=costs.figures(found))
    yield judged(rules.MEMORY, lambda: costs.in_memory(found, spec), spec.key, spec.exempt)
